"""The command `rag documents`: list the documents of the index, and compare their versions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import typer

from rag.cli.arguments import GroupOption, JsonOption, open_service, read_groups, utf8
from rag.cli.output import audience, in_force, print_roots, print_sources

if TYPE_CHECKING:
    from rag.answer.versions import ComparedVersions, VersionName
    from rag.service import View
    from rag.snapshots import Version

_State = Literal["indexed", "duplicate", "failed", "skipped", "removed"]
"""The states of `rag.ingest.ledger`, repeated here because importing that module is slow."""

app = typer.Typer(help="List the documents in the index, or compare their versions.", invoke_without_command=True)


@app.callback()
def documents(
    context: typer.Context,
    state: Annotated[
        _State | None,
        typer.Option(help="List the sources in this state instead, each with its reason."),
    ] = None,
    roots: Annotated[
        bool,
        typer.Option("--roots", help="List the ingested paths and feeds instead, and what --prune would remove there."),
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """List the documents in the index, the state of every source, or the roots: the ingested paths and feeds.

    The commands below list the versions of a document and compare them.
    """
    if context.invoked_subcommand is not None:
        if state or roots or as_json:
            message = f"put options after the command: 'rag documents {context.invoked_subcommand} --json'"
            raise typer.BadParameter(message, param_hint="--json" if as_json else "--state" if state else "--roots")
    elif roots and state is not None:
        raise typer.BadParameter("give either --state or --roots", param_hint="--roots")
    elif roots:
        print_roots(open_service().roots(), as_json)
    elif state is not None:
        print_sources(*open_service().sources(state), as_json)
    else:
        _print_documents(as_json)


def _print_documents(as_json: bool) -> None:
    from rag.http.document_schemas import Documents
    from rag.snapshots import DocumentList

    stored, snapshot = open_service().view(None).documents()
    if as_json:
        whole = DocumentList(tuple(stored), len(stored))
        print(Documents.of(whole, 0, snapshot, labels=True).model_dump_json(indent=2))
        return
    for document in stored:
        copy = f"\tnearly the same as {document.near_duplicate_of}" if document.near_duplicate_of else ""
        groups = f"\tonly for {audience(document.access)}" if document.access else ""
        dates = f"\t{words}" if (words := in_force(document)) else ""
        known = (document.reference.id, document.reference.published or "-", document.reference.title)
        print("\t".join(known) + dates + copy + groups)


@app.command("versions")
def list_versions(
    document_id: Annotated[str, typer.Argument(metavar="ID", help="The id of a document, or of one of its versions.")],
    as_group: GroupOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the versions of a document, newest first: name, days in force, publication, time of indexing, title."""
    from rag.errors import UnknownDocument

    document_id = utf8(document_id)
    found = open_service().view(read_groups(as_group)).versions(document_id)
    if not found:
        raise UnknownDocument(f"no snapshot has a document with the id {document_id!r}: 'rag documents' lists them")
    if as_json:
        from rag.http.version_schemas import Version, Versions

        listed = [Version.of(one) for one in found]
        print(Versions(document_id=document_id, versions=listed).model_dump_json(indent=2))
        return
    for one in found:
        print("\t".join(_described(one)))


def _described(version: Version) -> tuple[str, ...]:
    from rag.answer.versions import VersionName

    reference = version.stored.reference
    in_force = (
        f"{version.valid_from or ''}..{version.valid_to or ''}" if version.valid_from or version.valid_to else "-"
    )
    indexed = version.stored.origin.indexed or version.since
    return str(VersionName.of(version)), in_force, reference.published or "-", indexed, reference.title


@app.command()
def diff(
    first: Annotated[
        str,
        typer.Argument(
            metavar="A",
            help="The older version: the id of a document, or its id, `@` and a snapshot, as `rag documents versions` "
            "lists it.",
        ),
    ],
    second: Annotated[
        str | None,
        typer.Argument(metavar="[B]", help="The newer version. Without it, A is compared with the version before it."),
    ] = None,
    context: Annotated[
        int, typer.Option(min=0, max=100, help="The unchanged sentences to print around each change.")
    ] = 1,
    as_group: GroupOption = None,
    as_json: JsonOption = False,
) -> None:
    """Compare two versions of a document, or any two documents, sentence by sentence. The output is Markdown.

    Old words are struck out, new ones are bold, and changes of figures, dates, must and may, negations and references
    are named.
    """
    found = _compared(open_service().view(read_groups(as_group)), utf8(first), utf8(second) if second else None)
    if as_json:
        from rag.http.version_schemas import Comparison

        print(Comparison.of(found, context).model_dump_json(indent=2))
        return
    from rag.cli.differences import comparison_markdown

    print(comparison_markdown(found, context))


def _compared(view: View, first: str, second: str | None) -> ComparedVersions:
    one = view.version_name(first)
    was: VersionName = one if second else view.version_before(one)
    return view.comparison(was, view.version_name(second) if second else one)


@app.command("timeline")
def show_timeline(
    document_id: Annotated[str, typer.Argument(metavar="ID", help="The id of a document, or of one of its versions.")],
    provision: Annotated[
        str, typer.Argument(metavar="PROVISION", help="Its number or heading: '5', 'section 5(2)', 'annual leave'.")
    ],
    as_group: GroupOption = None,
    as_json: JsonOption = False,
) -> None:
    """Print when a provision first stood, each change of it, and when it ended. The output is Markdown."""
    document_id, words = utf8(document_id), utf8(provision)
    found = open_service().view(read_groups(as_group)).timeline(document_id, words)
    if as_json:
        from rag.http.version_schemas import Timeline

        print(Timeline.of(document_id, found).model_dump_json(indent=2))
        return
    from rag.cli.differences import timeline_markdown

    print(timeline_markdown(found))
