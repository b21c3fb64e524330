"""The commands `rag answers` and `rag feedback`: list, export and delete the answers that the service keeps."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rag.cli.arguments import JsonOption, open_service, utf8
from rag.cli.output import plural, printable, shortened

if TYPE_CHECKING:
    from rag.http.links import Links
    from rag.kept import Keeper

answers = typer.Typer(help="List or delete the answers that people shared by a link.", no_args_is_help=True)
feedback = typer.Typer(help="List, export or delete the feedback on answers.", no_args_is_help=True)


@answers.command("list")
def list_answers(as_json: JsonOption = False) -> None:
    """List the shared answers, newest first: id, time, client, question."""
    from rag.http.keeping.schemas import SharedSummaries, SharedSummary

    found = _keeper().shared.all()
    if as_json:
        print(SharedSummaries(answers=[SharedSummary.of(one) for one in found]).model_dump_json(indent=2))
        return
    for one in found:
        print("\t".join(map(printable, [one.id, one.created, one.client or "-", shortened(one.answer.question)])))


@answers.command("delete")
def delete_answers(
    ids: Annotated[
        list[str] | None, typer.Argument(metavar="ID...", help="The ids, as `rag answers list` prints them.")
    ] = None,
    delete_all: Annotated[bool, typer.Option("--all", help="Delete all shared answers.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Delete shared answers. Their links then lead nowhere."""
    shared = _keeper().shared
    _check_choice(ids, delete_all)
    chosen = [one.id for one in shared.all()] if delete_all else list(dict.fromkeys(map(utf8, ids or ())))
    if chosen:
        shared.delete(chosen)
    print(json.dumps({"deleted": chosen}) if as_json else f"deleted {plural(len(chosen), 'shared answer')}")


@feedback.command("list")
def list_feedback(as_json: JsonOption = False) -> None:
    """List the feedback, oldest first: id, time, verdict, reason, citation, question, words."""
    from rag.http.keeping.schemas import Feedback, FeedbackList

    found = _keeper().feedback.all()
    if as_json:
        listed = FeedbackList(feedback=[Feedback.of(one, _links()) for one in found])
        print(listed.model_dump_json(indent=2))
        return
    for one in found:
        cited = "" if one.marker is None else f"[{one.marker}]"
        cells = [str(one.id), one.created, one.verdict, one.reason or "-", cited, one.answer.question, one.words]
        print("\t".join(printable(shortened(cell)) for cell in cells))


@feedback.command("export")
def export_feedback(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A new folder for the benchmark.")],
    ids: Annotated[
        list[int] | None, typer.Option("--id", metavar="N", help="Only the feedback with this id. Repeatable.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Write the feedback as a benchmark for `rag eval`, with the documents of the index."""
    exported = open_service().export_feedback(folder, ids or ())
    if as_json:
        print(json.dumps({"folder": str(folder), "exported": exported}))
    else:
        print(f"wrote {plural(len(exported), 'question')} to {folder}: 'rag eval {folder}' asks them again")


@feedback.command("delete")
def delete_feedback(
    ids: Annotated[
        list[int] | None, typer.Argument(metavar="N...", help="The ids, as `rag feedback list` prints them.")
    ] = None,
    delete_all: Annotated[bool, typer.Option("--all", help="Delete all feedback.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Delete feedback, with the answers that it is about."""
    stored = _keeper().feedback
    _check_choice(ids, delete_all)
    chosen = [one.id for one in stored.all()] if delete_all else list(dict.fromkeys(ids or ()))
    if chosen:
        stored.delete(chosen)
    print(json.dumps({"deleted": chosen}) if as_json else f"deleted the feedback on {plural(len(chosen), 'answer')}")


def _check_choice(ids: object, delete_all: bool) -> None:
    if bool(ids) == delete_all:
        raise typer.BadParameter("give either ids or --all", param_hint="--all")


def _keeper() -> Keeper:
    from rag.kept import Keeper
    from rag.settings import load

    settings = load()
    return Keeper(settings.index_dir, settings.kept_answers)


def _links() -> Links:
    from rag.http.links import configured_links
    from rag.settings import load

    return configured_links(load())
