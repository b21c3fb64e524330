"""The commands `rag review`: show, accept or drop the change that is held back."""

from __future__ import annotations

import json
from itertools import takewhile
from typing import TYPE_CHECKING, Annotated

import typer

from rag.cli.arguments import JsonOption, open_service
from rag.cli.output import place, plural, print_wrapped, shortened
from rag.cli.snapshots import publish_change

if TYPE_CHECKING:
    from rag.kept import CitationPair, Comparison
    from rag.service import Service
    from rag.types import Answer, Citation

app = typer.Typer(
    help="Show, accept or drop the change of the index that is held back because answers to saved questions change."
)

_EFFECTS = {
    "refused": "NO LONGER ANSWERED",
    "answered": "NOW ANSWERED",
    "changed": "ANSWER CHANGED",
    "citations": "CITATIONS CHANGED",
}
_STATES = {
    "valid": "its words are still there",
    "moved": "its words have moved",
    "changed": "its document no longer has these words",
    "gone": "its document is no longer in the index",
}

_CONTEXT = 60
"""Characters that are shown before the first difference of two texts."""

IdArgument = Annotated[
    str, typer.Argument(metavar="ID", help="The id of the held snapshot, as `rag review` prints it.")
]


@app.callback(invoke_without_command=True)
def show(context: typer.Context, as_json: JsonOption = False) -> None:
    """Show the change that is held back, and old and new answers side by side."""
    if context.invoked_subcommand is not None:
        return
    service = open_service()
    if as_json:
        from rag.http.keeping.question_schemas import HeldChange, Review
        from rag.http.links import configured_links

        found = service.held()
        held = HeldChange.of(*found, configured_links(service.settings)) if found else None
        print(Review(held=held).model_dump_json(indent=2))
    else:
        print_review(service)


@app.command()
def accept(snapshot_id: IdArgument, as_json: JsonOption = False) -> None:
    """Let the change go in force."""
    service = open_service()
    snapshot = service.accept(snapshot_id, _user())
    print(json.dumps({"snapshot": snapshot.id}) if as_json else f"{snapshot.id} is the current snapshot")
    follow_up(service)


@app.command()
def drop(snapshot_id: IdArgument, as_json: JsonOption = False) -> None:
    """Drop the change. The current snapshot stays."""
    service = open_service()
    service.drop(snapshot_id, _user())
    print(json.dumps({"dropped": snapshot_id}) if as_json else f"dropped {snapshot_id}")


def print_review(service: Service) -> None:
    """Print the change that is held back, or that there is none."""
    found = service.held()
    if found is None:
        count = plural(len(service.keeper.questions.all()), "saved question")
        print(f"no change is held back; {count}")
        return
    review, report = found
    for one in report.changed:
        _print_comparison(one.title, one.comparison)
    changed = plural(len(report.changed), "answer")
    print(f"{review.id} is held back: of {plural(report.asked, 'saved question')}, {changed} would change")
    print(f"run 'rag review accept {review.id}' to let it go in force, or 'rag review drop {review.id}'")


def follow_up(service: Service) -> None:
    """Publish the snapshot for replicas, answer the saved questions on it, and tell webhooks.

    A running service does the rest.
    """
    publish_change(service)
    if not service.keeper.questions.all():
        return
    from rag.errors import NoSnapshot
    from rag.http.keeping.question_schemas import Delivery
    from rag.http.links import configured_links

    try:
        service.catch_up()
    except NoSnapshot:
        return
    links = configured_links(service.settings)
    service.deliver(lambda change: Delivery.body(change, links))


def _print_comparison(question: str, comparison: Comparison) -> None:
    print_wrapped(f"{_EFFECTS[comparison.effect]}: {question}")
    was, became = _from_difference(_text(comparison.before), _text(comparison.after))
    print_wrapped(f"  - {shortened(was, 400)}\n  + {shortened(became, 400)}", "  ")
    for pair in comparison.pairs:
        _print_pair(pair)
    print()


def _print_pair(pair: CitationPair) -> None:
    if pair.is_same:
        return
    quotes = [one.quote if one else "" for one in (pair.before, pair.after)]
    was, became = _from_difference(*quotes) if all(quotes) else quotes
    if pair.before:
        print_wrapped(f"    - {_cited(pair.before, was)}; {_STATES[pair.state or 'valid']}", "  ")
    if pair.after:
        print_wrapped(f"    + {_cited(pair.after, became)}", "  ")


def _cited(citation: Citation, quote: str) -> str:
    return f"[{citation.marker}] “{shortened(quote)}” {place(citation)}"


def _from_difference(before: str, after: str) -> tuple[str, str]:
    """Leave out the beginning that two long texts share, so that their difference is seen. Keep some words of it."""
    equal = (was == became for was, became in zip(before, after, strict=False))
    shared = len([*takewhile(bool, equal)])
    start = before.rfind(" ", 0, max(0, shared - _CONTEXT)) + 1
    return (f"…{before[start:]}", f"…{after[start:]}") if start > _CONTEXT else (before, after)


def _text(answer: Answer) -> str:
    return answer.text or "The documents do not say."


def _user() -> str:
    from rag.audit.auditor import local_user

    return local_user()
