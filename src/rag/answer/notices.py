"""Write the notices of an answer: lines of the service that no document says."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rag.answer.spelling import Corrected
from rag.text.greetings import is_greeting, is_thanks
from rag.types import Conflict, ConflictSide, Difference, ExceptionSearch, Notice, NoticeKind, Precedence


def greeting(message: str, suggestions: Sequence[str]) -> Notice | None:
    """Return a friendly notice with suggestions if the message only greets or thanks; None if it is a question."""
    if is_greeting(message):
        return Notice(NoticeKind.GREETING, "Hello! Ask a question about the documents.", tuple(suggestions))
    if is_thanks(message):
        return Notice(NoticeKind.GREETING, "You are welcome. Ask another question at any time.", tuple(suggestions))
    return None


def unanswered(parts: Sequence[str]) -> Notice:
    """Return a notice about the parts of a question that have no answer."""
    listed = ", ".join(f"“{part}”" for part in parts)
    return Notice(NoticeKind.UNANSWERED, f"The documents do not say: {listed}.")


def shown(count: int, total: int, title: str, following: str) -> Notice:
    """Return a notice that `count` of `total` sections of a document are shown, up to the one titled `following`."""
    return Notice(NoticeKind.SHOWN, f"Shown {count} of {total}: the others are in “{title}” from “{following}” on.")


def counted(count: int, total: int) -> Notice:
    """Return a notice that `count` of `total` documents are shown."""
    return Notice(NoticeKind.SHOWN, f"Shown {count} of {total} documents.")


def not_counted(noun: str, shown: int) -> Notice:
    """Return a notice that no sentence states a count, and how many items the answer shows, if it shows a list."""
    items = f" The answer lists {shown}." if shown else ""
    return Notice(NoticeKind.UNANSWERED, f"No sentence says how many {noun} there are.{items}")


def no_fact(title: str, fact: str) -> Notice:
    """Return a notice that neither the record nor the text of a document has its author or date."""
    return Notice(NoticeKind.UNANSWERED, f"“{title}” does not name its {fact}.")


def several(name: str, places: int) -> Notice:
    """Return a notice that several provisions have the name in the question, and one of them is shown."""
    text = f"Shown 1 of {places} provisions with the name “{name}”. Name its section or document for another one."
    return Notice(NoticeKind.SHOWN, text)


def unknown_name(name: str) -> Notice:
    """Return a notice that no document has a name or a code of the question."""
    return Notice(NoticeKind.UNANSWERED, f"No document has “{name}”.")


def replaced(title: str, by: str) -> Notice:
    """Return a notice that a cited document is replaced, and by which one if that is known."""
    text = f"“{title}” is replaced by “{by}”." if by else f"“{title}” says that it is no longer in force."
    return Notice(NoticeKind.REPLACED, text)


def read_with(changes: Sequence[tuple[str, str]]) -> Notice:
    """Return a notice about words of the question that were exchanged, each with the word in its place."""
    exchanged = ", ".join(f"“{typed}” as “{word}”" for typed, word in changes)
    return Notice(NoticeKind.UNDERSTOOD, f"The question was read with {exchanged}.")


def exceptions_found(searches: Sequence[ExceptionSearch]) -> Iterator[Notice]:
    """Yield notices about the sections whose rules have exceptions, or name provisions that were looked for."""
    for one in searches:
        place = (one.reference.title, *one.heading)[-1]
        named = f" and in {', '.join(one.provisions)}" if one.provisions else ""
        if one.found or named:
            text = f"Exceptions and conditions were looked for in “{place}”{named}: found {one.found}."
            yield Notice(NoticeKind.EXCEPTIONS, text)
        if one.missing:
            missing = ", ".join(one.missing)
            text = f"A cited rule of “{place}” is limited by {missing}, which the document does not have."
            yield Notice(NoticeKind.EXCEPTIONS, text)


def contradicted(conflict: Conflict) -> Iterator[Notice]:
    """Yield a notice that two documents in force contradict each other, and one that says which goes first and why."""
    first, second = _side(conflict.first), _side(conflict.second)
    differ = _DIFFERENCES[conflict.difference]
    yield Notice(NoticeKind.CONFLICT, f"The documents contradict each other: {first} and {second} {differ}.")
    if conflict.precedence:
        reason = _PRECEDENCES[conflict.precedence]
        yield Notice(NoticeKind.CONFLICT, f"“{conflict.first.reference.title}” goes first: {reason}.")


_DIFFERENCES = {
    Difference.FIGURE: "state different figures",
    Difference.DATE: "state different dates",
    Difference.MODALITY: "differ in what must or may be done",
    Difference.NEGATION: "say the opposite",
}
_PRECEDENCES = {
    Precedence.RANK: "its rank is higher",
    Precedence.DATE: "it is newer",
    Precedence.SPECIFIC: "it is more specific",
}


def _side(side: ConflictSide) -> str:
    about = ", ".join(filter(None, (side.rank, side.reference.published)))
    return f"“{side.reference.title}”" + (f" ({about})" if about else "")


def understood(corrected: Corrected, asked: str) -> Iterator[Notice]:
    """Yield a notice about corrected words, and one about a follow-up that was completed to the question `asked`."""
    if corrected.changes:
        yield read_with(corrected.changes)
    if asked != corrected.question:
        yield Notice(NoticeKind.UNDERSTOOD, f"The question was read as “{asked}”")
