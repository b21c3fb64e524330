"""The commands `rag questions`: add, list and remove saved questions, and list the changes of their answers."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated

import typer

from rag.cli.arguments import (
    AsOfOption,
    FilterOption,
    GroupOption,
    JsonOption,
    open_service,
    read_as_of,
    read_filters,
    read_groups,
    read_question,
)
from rag.cli.output import plural, printable, shortened
from rag.errors import ConfigurationError

if TYPE_CHECKING:
    from rag.http.links import Links
    from rag.service import Service
    from rag.types import Ask

app = typer.Typer(
    help="Save questions that are asked again after every change of the index, and list the changes of their answers.",
    no_args_is_help=True,
)

_MOST_IMPORTED = 100
"""The most questions that one command takes from the audit log: those that were asked most often."""


@app.command()
def add(
    question: Annotated[str | None, typer.Argument(help="The question, in your own words.")] = None,
    filters: FilterOption = None,
    as_of: AsOfOption = None,
    webhook: Annotated[
        str | None, typer.Option(metavar="URL", help="The address to tell about changes of the answer.")
    ] = None,
    from_feedback: Annotated[
        bool, typer.Option("--from-feedback", help="Instead, save the questions of all feedback.")
    ] = False,
    from_log: Annotated[
        bool,
        typer.Option(
            "--from-log", help=f"Instead, save the {_MOST_IMPORTED} questions that the audit log has most often."
        ),
    ] = False,
    as_group: GroupOption = None,
    as_json: JsonOption = False,
) -> None:
    """Save a question. Who may see the documents of its answers sees it; '--as-group ""' saves it for everybody."""
    from rag.types import Ask

    if [question is not None, from_feedback, from_log].count(True) != 1:
        raise typer.BadParameter("give a question, --from-feedback or --from-log", param_hint="QUESTION")
    if question is None and (filters or as_of or webhook):
        raise typer.BadParameter("give --filter, --as-of and --webhook only with a question", param_hint="QUESTION")
    service = open_service()
    if question is not None:
        ask = Ask(read_question(question), read_filters(filters), as_of=read_as_of(as_of))
        _add_one(service, ask, webhook, as_group, as_json)
        return
    _add_all(service, _of_feedback(service) if from_feedback else _of_log(), as_group, as_json)


def _add_one(
    service: Service,
    ask: Ask,
    webhook: str | None,
    as_group: list[str] | None,
    as_json: bool,
) -> None:
    view = service.view(read_groups(as_group))
    saved = view.save_question(ask, None, webhook)
    secret = service.webhook_secret(saved.id) if webhook else None
    if as_json:
        print(json.dumps({"id": saved.id, "question": saved.text, "secret": secret}, ensure_ascii=False))
        return
    print(f"saved {saved.id}: {shortened(saved.title)}")
    print(
        f"  {shortened(saved.answer.text, 400) if saved.answer and saved.answer.text else 'The documents do not say.'}"
    )
    if secret:
        print(f"  deliveries to the webhook are signed with {secret}")


def _add_all(service: Service, questions: Iterable[str], as_group: list[str] | None, as_json: bool) -> None:
    from rag.types import Ask

    view = service.view(read_groups(as_group))
    known = {one.text for one in service.keeper.questions.all() if one.as_of is None}
    new = [one for one in dict.fromkeys(Ask(text).question for text in questions) if one and one not in known]
    saved = [view.save_question(Ask(one), None) for one in new]
    if as_json:
        print(json.dumps({"saved": [one.id for one in saved]}))
        return
    for one in saved:
        print(f"{one.id}\t{printable(shortened(one.text))}")
    print(f"saved {plural(len(saved), 'question')}")


@app.command("list")
def list_questions(as_json: JsonOption = False) -> None:
    """List the saved questions, oldest first: id, time, client, groups, question."""
    found = open_service().keeper.questions.all()
    if as_json:
        from rag.http.keeping.question_schemas import SavedQuestion, SavedQuestions

        listed = [SavedQuestion.of(one, _links()) for one in found]
        print(SavedQuestions(questions=listed, feed=_links().question_feed(None)).model_dump_json(indent=2))
        return
    for one in found:
        groups = "all documents" if one.groups is None else ",".join(sorted(one.groups)) or "open documents"
        print("\t".join(map(printable, [one.id, one.created, one.client or "-", groups, shortened(one.title)])))


@app.command()
def changes(
    question_id: Annotated[str | None, typer.Argument(metavar="ID", help="Only those of this question.")] = None,
    as_json: JsonOption = False,
) -> None:
    """List the last changes of answers, newest first: time, question, effect, old and new answer."""
    service = open_service()
    view = service.view(None)
    found = view.changes([view.question(question_id)] if question_id else view.questions())
    if as_json:
        from rag.http.keeping.question_schemas import AnswerChange, AnswerChanges

        listed = AnswerChanges(changes=[AnswerChange.of(one, _links()) for one in found])
        print(listed.model_dump_json(indent=2))
        return
    for one in found:
        was, became = one.comparison.before.text, one.comparison.after.text
        print(
            "\t".join(
                map(printable, [one.created, one.question.id, one.comparison.effect, shortened(was), shortened(became)])
            )
        )


@app.command()
def remove(
    ids: Annotated[
        list[str] | None, typer.Argument(metavar="ID...", help="The ids, as `rag questions list` prints them.")
    ] = None,
    remove_all: Annotated[bool, typer.Option("--all", help="Remove all saved questions.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Remove saved questions, with the changes of their answers."""
    if bool(ids) == remove_all:
        raise typer.BadParameter("give either ids or --all", param_hint="--all")
    stored = open_service().keeper.questions
    chosen = [one.id for one in stored.all()] if remove_all else list(dict.fromkeys(ids or ()))
    if chosen:
        stored.remove(chosen)
    print(json.dumps({"removed": chosen}) if as_json else f"removed {plural(len(chosen), 'saved question')}")


def _of_feedback(service: Service) -> list[str]:
    return [one.answer.question for one in service.keeper.feedback.all()]


def _of_log() -> list[str]:
    """Return the questions in the audit log, those that were asked most often first. Raises ConfigurationError."""
    from rag.audit import Selection, rows
    from rag.settings import load
    from rag.types import AuditedQuestions
    from rag.wiring import audit_log

    settings = load()
    log = audit_log(settings)
    if log is None:
        raise ConfigurationError("there is no audit log: set RAG_AUDIT_DIR to its folder")
    if settings.audit_questions is AuditedQuestions.HMAC:
        raise ConfigurationError("the audit log holds hashes of questions, which cannot be read back: add them by hand")
    asked = Counter(row.question for row in rows(log, Selection()) if row.kind == "asked" and row.question)
    return [question for question, _ in asked.most_common(_MOST_IMPORTED)]


def _links() -> Links:
    from rag.http.links import configured_links
    from rag.settings import load

    return configured_links(load())
