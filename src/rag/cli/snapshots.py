"""The commands `rag snapshots`, `rag backup` and `rag restore`."""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rag.cli.arguments import JsonOption, open_service
from rag.cli.output import progress
from rag.errors import IndexUnavailable, NoSnapshot, ReplicationError, WriterBusy

if TYPE_CHECKING:
    from rag.http.schemas import Snapshot
    from rag.service import Service

_log = logging.getLogger(__name__)

app = typer.Typer(help="List the snapshots of the index, or manage them.", invoke_without_command=True)

IdsArgument = Annotated[
    list[str] | None,
    typer.Argument(metavar="[ID]...", help="The snapshots to check, each named as for `activate`; all by default."),
]


@app.callback()
def snapshots(context: typer.Context, as_json: JsonOption = False) -> None:
    """List the snapshots of the index, newest first, or manage them."""
    if context.invoked_subcommand is None:
        list_snapshots(as_json)
    elif as_json:
        raise typer.BadParameter(
            f"put it after the command: 'rag snapshots {context.invoked_subcommand} --json'", param_hint="--json"
        )


@app.command("list")
def list_snapshots(as_json: JsonOption = False) -> None:
    """List the snapshots of the index, newest first."""
    from rag.http.schemas import Snapshot, Snapshots

    listed = [Snapshot.of(one) for one in open_service().snapshots()]
    if as_json:
        print(Snapshots(snapshots=listed).model_dump_json(indent=2))
        return
    for one in listed:
        mark = "*" if one.current else " "
        print(f"{mark} {one.id}  {_description(one)}")


def _description(one: Snapshot) -> str:
    known = f"{one.created}  {one.documents} documents, {one.chunks} passages  {one.encoder}"
    if one.format is not None:
        note = f"format {one.format}: {(one.fault or '').rpartition(': ')[2]}"
        return f"{known}  {note}" if one.created else note
    return f"damaged: {one.fault}" if one.fault else known


@app.command()
def activate(
    snapshot_id: Annotated[
        str,
        typer.Argument(
            metavar="ID", help="The snapshot: its id as `rag snapshots` lists it, its number, or the start of its id."
        ),
    ],
    as_json: JsonOption = False,
) -> None:
    """Check a snapshot and make it the current one."""
    service = open_service()
    snapshot = service.activate(snapshot_id)
    publish_change(service)
    print(json.dumps({"snapshot": snapshot.id}) if as_json else f"{snapshot.id} is the current snapshot")


@app.command()
def rebuild(as_json: JsonOption = False) -> None:
    """Build the current snapshot again if it has an older format or another encoder, or is damaged.

    All documents stay. If damage has destroyed a document, the command names it and changes nothing.
    """
    with progress() as bar:
        service = open_service()
        snapshot, rebuilt = service.rebuild(bar("encoding passages"))
    publish_change(service)
    if as_json:
        print(json.dumps({"snapshot": snapshot, "rebuilt": rebuilt}))
    else:
        print(f"{snapshot} is the current snapshot{'' if rebuilt else ': there was nothing to rebuild'}")


@app.command()
def verify(snapshot_ids: IdsArgument = None, as_json: JsonOption = False) -> None:
    """Compare every file with its checksum and print the damaged ones. Exit code 1 if any file is damaged."""
    service = open_service()
    faults, formats = service.verify(snapshot_ids or ()), service.other_formats()
    if as_json:
        print(json.dumps({"faults": faults}, indent=2, ensure_ascii=False))
    else:
        for name, sentences in faults.items():
            verdict = _verdict(sentences, formats.get(name))
            print("\n".join([f"{name}  {verdict}", *(f"    {one}" for one in sentences)]))
    raise typer.Exit(1 if any(faults.values()) else 0)


def _verdict(faults: Sequence[str], other_format: int | None) -> str:
    """Return the result of the check of one snapshot. `other_format` is its format if this version cannot serve it."""
    from rag.snapshots.manifest import FORMAT

    if other_format is None:
        return "damaged" if faults else "sound"
    return f"format {other_format}, {'not checked' if other_format > FORMAT else 'damaged' if faults else 'sound'}"


@app.command()
def prune(
    keep: Annotated[
        int | None, typer.Option(min=1, help="The number of newest snapshots to keep; RAG_KEEP_SNAPSHOTS by default.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Delete old snapshots, but never the current one or one that is being read."""
    service = open_service()
    pruned = service.prune(keep)
    publish_change(service)
    if as_json:
        print(json.dumps(asdict(pruned), indent=2))
        return
    for name in pruned.deleted:
        print(f"deleted  {name}")
    for name in pruned.read:
        print(f"stays    {name}: it is being read")
    if not pruned.deleted and not pruned.read:
        print("nothing to delete")


@app.command()
def diff(
    before: Annotated[
        str, typer.Argument(metavar="A", help="The first snapshot: its id, its number, or the start of its id.")
    ],
    after: Annotated[str, typer.Argument(metavar="B", help="The second snapshot, named in the same way.")],
    as_json: JsonOption = False,
) -> None:
    """Print documents only in B (+), only in A (-), or changed in B (~)."""
    found = open_service().difference(before, after)
    parts = {"+": found.added, "-": found.removed, "~": found.changed}
    if as_json:
        names = (("added", found.added), ("removed", found.removed), ("changed", found.changed))
        ids = {name: [reference.id for reference in references] for name, references in names}
        print(json.dumps({"before": found.before, "after": found.after, **ids}, indent=2, ensure_ascii=False))
        return
    for mark, references in parts.items():
        for reference in references:
            print(f"{mark} {reference.id}\t{reference.title}")


@app.command()
def publish(
    take_over: Annotated[
        bool,
        typer.Option("--take-over", help="Publish from now on in place of the index that published there before."),
    ] = False,
    repair: Annotated[
        bool, typer.Option("--repair", help="Also read all content of the storage, and replace what is damaged.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Publish the snapshots to RAG_SNAPSHOTS for replicas. A running writer does it by itself."""
    service = open_service()
    publication = service.publish(take_over=take_over)
    damaged = service.repair_storage() if repair else []
    if as_json:
        found = {"snapshot": publication.state.current, "publication": publication.number, "damaged": damaged}
        print(json.dumps(found, indent=2))
        return
    for name in damaged:
        print(f"replaced  {name}")
    print(f"{publication.state.current} is published as number {publication.number}")


@app.command()
def pull(as_json: JsonOption = False) -> None:
    """Take the snapshots from RAG_SNAPSHOTS, and check every byte. A running replica does it by itself."""
    service = open_service()
    service.pull()
    snapshot = service.snapshot()
    print(json.dumps({"snapshot": snapshot.id}) if as_json else f"{snapshot.id} is the current snapshot")


def publish_change(service: Service) -> None:
    """Publish the change of a command. If that fails, log why: a running writer, or the next change, does it."""
    if not service.publishes:
        return
    with suppress(WriterBusy, NoSnapshot):
        try:
            service.publish()
        except (ReplicationError, IndexUnavailable) as error:
            _log.warning("the change is made here, and replicas do not have it yet: %s", error)


def backup(
    file: Annotated[Path, typer.Argument(help="The file to write. An existing file is replaced.")],
    as_json: JsonOption = False,
) -> None:
    """Write the current snapshot to one file. `rag restore` reads it back."""
    snapshot = open_service().backup(file)
    print(json.dumps({"file": str(file), "snapshot": snapshot.id}) if as_json else f"{snapshot.id} is in {file}")


def restore(
    file: Annotated[Path, typer.Argument(help="A file that `rag backup` wrote.")], as_json: JsonOption = False
) -> None:
    """Make the snapshot of a backup the current one. The existing snapshots stay."""
    service = open_service()
    snapshot = service.restore(file)
    publish_change(service)
    print(
        json.dumps({"file": str(file), "snapshot": snapshot.id})
        if as_json
        else f"{snapshot.id} is the current snapshot"
    )
