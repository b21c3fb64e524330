"""The commands `rag audit`: list, check and erase the entries of the audit log."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from rag.cli.arguments import JsonOption, utf8
from rag.cli.output import plural, printable, shortened
from rag.errors import ConfigurationError

if TYPE_CHECKING:
    from rag.audit import AuditLog, Row

app = typer.Typer(help="List, check or erase the entries of the audit log in RAG_AUDIT_DIR.", no_args_is_help=True)

_TIMES = "A time in UTC, or its beginning: 2026-11-29, or 2026-11-29T18:30."


@app.command("list")
def list_entries(
    since: Annotated[str, typer.Option(metavar="TIME", help=f"Only from this time. {_TIMES}")] = "",
    until: Annotated[str, typer.Option(metavar="TIME", help="Only up to this time, which is included.")] = "",
    client: Annotated[
        str | None, typer.Option(metavar="NAME", help="Only of this client: its name, or its address.")
    ] = None,
    question: Annotated[
        str | None, typer.Option(metavar="TEXT", help="Only with exactly this question. It works for hashes too.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """List the questions, searches and reads, oldest first, with their outcomes and documents."""
    from rag.audit import Selection, rows

    selected = Selection(since, until, client, None if question is None else utf8(question))
    found = rows(_log(), selected)
    if as_json:
        print(json.dumps({"entries": [asdict(row) for row in found]}, indent=2))
        return
    for row in found:
        print(_line(row))


@app.command()
def verify(
    head: Annotated[
        str | None,
        typer.Option(
            metavar="NUMBER:HASH",
            help="Check that the log still has this entry, which an earlier call printed. Only this shows that the end "
            "was cut, or that the whole log was written anew.",
        ),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Check the chain of hashes. Print changed, missing and moved lines. Exit code 1 if there are any."""
    from rag.audit import Head, verify

    found = verify(_log(), Head.parse(head) if head else None)
    if as_json:
        known = str(found.head) if found.head else None
        print(json.dumps({**asdict(found), "head": known}, indent=2))
    else:
        for fault in found.faults:
            print(fault)
        verdict = plural(len(found.faults), "fault") if found.faults else "the chain is whole"
        erased = f", {plural(found.erased, 'question')} erased" if found.erased else ""
        print(f"{verdict}: {plural(found.entries, 'line')} in {plural(found.files, 'file')}{erased}")
        print(f"head {found.head}" if found.head else "there are no entries")
    raise typer.Exit(1 if found.faults else 0)


@app.command()
def erase(
    client: Annotated[
        str | None, typer.Option("--question-of", metavar="NAME", help="Erase all questions of this client.")
    ] = None,
    numbers: Annotated[
        list[int] | None,
        typer.Option("--entry", min=1, metavar="N", help="Erase the question of this entry. Repeatable."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Erase the text of questions. Their entries stay, and the chain of hashes holds."""
    from rag.audit import erase

    if client is None and not numbers:
        raise typer.BadParameter("give a client, or an entry with --entry N", param_hint="--question-of")
    erased = erase(_log(), numbers or (), client)
    if as_json:
        print(json.dumps({"erased": erased}))
    else:
        print(f"erased the question of {', '.join(map(str, erased))}" if erased else "there was no such question")


def _log() -> AuditLog:
    from rag.settings import load
    from rag.wiring import audit_log

    log = audit_log(load())
    if log is None:
        raise ConfigurationError("there is no audit log: set RAG_AUDIT_DIR to its folder")
    if not log.folder.path.is_dir():
        raise ConfigurationError(f"RAG_AUDIT_DIR is {str(log.folder.path)!r}, which is not a folder")
    return log


def _line(row: Row) -> str:
    asked = "" if row.kind == "read" else "(erased)" if row.question is None else shortened(row.question)
    documents = " ".join(row.cited or row.documents)
    cells = [str(row.number), row.time, row.client, row.kind, row.outcome, documents, asked]
    return "\t".join(map(printable, cells))
