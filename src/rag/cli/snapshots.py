"""`rag snapshots`: the snapshots of the index, listed, compared, checked, deleted, and put in force again."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from rag.cli.arguments import JsonOption, open_service

app = typer.Typer(help="List the snapshots of the index, or act on them.", invoke_without_command=True)

IdsArgument = Annotated[list[str] | None, typer.Argument(metavar="[ID]...", help="Those to check; all by default.")]


@app.callback()
def snapshots(context: typer.Context, as_json: JsonOption = False) -> None:
    """List the snapshots of the index, newest first, or act on them."""
    if context.invoked_subcommand is None:
        list_snapshots(as_json)
    elif as_json:
        raise typer.BadParameter(f"say 'rag snapshots {context.invoked_subcommand} --json'", param_hint="--json")


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
        known = f"{one.created}  {one.documents} documents, {one.chunks} passages  {one.encoder}"
        print(f"{mark} {one.id}  {f'damaged: {one.fault}' if one.fault else known}")


@app.command()
def activate(
    snapshot_id: Annotated[str, typer.Argument(metavar="ID", help="As `rag snapshots` lists it.")],
    as_json: JsonOption = False,
) -> None:
    """Put a snapshot in force again, after checking that it is sound."""
    snapshot = open_service().activate(snapshot_id)
    print(json.dumps({"snapshot": snapshot.id}) if as_json else f"{snapshot.id} is in force")


@app.command()
def verify(snapshot_ids: IdsArgument = None, as_json: JsonOption = False) -> None:
    """Compare every file with its checksum, and name each that is damaged; exit code 1 if any is."""
    faults = open_service().verify(snapshot_ids or ())
    if as_json:
        print(json.dumps({"faults": faults}, indent=2, ensure_ascii=False))
    else:
        for name, sentences in faults.items():
            print("\n".join([f"{name}  {'damaged' if sentences else 'sound'}", *(f"    {one}" for one in sentences)]))
    raise typer.Exit(1 if any(faults.values()) else 0)


@app.command()
def prune(
    keep: Annotated[
        int | None, typer.Option(min=1, help="How many of the newest stay; RAG_KEEP_SNAPSHOTS by default.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Delete old snapshots, but never the one in force or one that is being read."""
    pruned = open_service().prune(keep)
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
    before: Annotated[str, typer.Argument(metavar="A", help="The one to compare from.")],
    after: Annotated[str, typer.Argument(metavar="B", help="The one to compare with.")],
    as_json: JsonOption = False,
) -> None:
    """Print the documents that B has and A has not (+), the other way round (-), and those that changed (~)."""
    found = open_service().difference(before, after)
    parts = {"+": found.added, "-": found.removed, "~": found.changed}
    if as_json:
        names = (("added", found.added), ("removed", found.removed), ("changed", found.changed))
        ids = {name: [reference.id for reference in references] for name, references in names}
        print(json.dumps({"before": before, "after": after, **ids}, indent=2, ensure_ascii=False))
        return
    for mark, references in parts.items():
        for reference in references:
            print(f"{mark} {reference.id}\t{reference.title}")


def backup(
    file: Annotated[Path, typer.Argument(help="Where to write it, in place of what is there.")],
    as_json: JsonOption = False,
) -> None:
    """Write the snapshot in force to one file, from which `rag restore` brings it back."""
    snapshot = open_service().backup(file)
    print(json.dumps({"file": str(file), "snapshot": snapshot.id}) if as_json else f"{snapshot.id} is in {file}")


def restore(
    file: Annotated[Path, typer.Argument(help="One that `rag backup` wrote.")], as_json: JsonOption = False
) -> None:
    """Put the snapshot of a backup in force; those there are stay."""
    snapshot = open_service().restore(file)
    print(json.dumps({"file": str(file), "snapshot": snapshot.id}) if as_json else f"{snapshot.id} is in force")
