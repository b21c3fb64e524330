"""Write the notices of an answer: lines of the service that no document says."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rag.answer.spelling import Corrected
from rag.text.greetings import is_greeting, is_thanks
from rag.types import Notice, NoticeKind


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


def understood(corrected: Corrected, asked: str) -> Iterator[Notice]:
    """Yield a notice about corrected words, and one about a follow-up that was completed to the question `asked`."""
    if corrected.changes:
        corrections = ", ".join(f"“{typed}” as “{word}”" for typed, word in corrected.changes)
        yield Notice(NoticeKind.UNDERSTOOD, f"The question was read with {corrections}.")
    if asked != corrected.question:
        yield Notice(NoticeKind.UNDERSTOOD, f"The question was read as “{asked}”")
