"""Statements of made-up documents, for tests of units."""

from __future__ import annotations

from rag.answer.statements import make_draft, sentences_of
from rag.index.quotables import quotable
from rag.types import Hit, Reference, Span


def said(text: str, words: str, before: str = "", after: str = "") -> str:
    """Return the statement of the unit of `text` that contains `words`; its quotes must be exact."""
    [statement] = statements(text, words, before, after)
    return statement


def statements(text: str, words: str = "", before: str = "", after: str = "") -> list[str]:
    """Return the statements of the units of `text` that contain `words`, in the order of the text."""
    whole, at = before + text + after, len(before)
    found = quotable(before, text, at, ("Notice",), after)
    reference, span = Reference("notice", "Notice"), Span(at, at + len(text))
    hit = Hit(0, reference, span, text, (), (), 1.0, before, found, after)
    drafts = [make_draft([sentence], hit) for _, sentence in sentences_of(hit, "") if words in sentence.text]
    for draft in drafts:
        assert all(span is not None and hit.quote(span) == span.of(whole) for _, span in draft.sources)
    return [draft.text for draft in drafts]
