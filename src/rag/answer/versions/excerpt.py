"""Leaves out the sentences of a comparison that did not change, but for a few around each change."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from rag.answer.versions.comparison import Comparison, Row, RowState
from rag.answer.versions.edits import kinds_of
from rag.answer.versions.sentences import Sentence
from rag.types import Document, Span


@dataclass(frozen=True, slots=True)
class Skipped:
    """Sentences that are the same in both versions and are left out: their number, and the spans of all of them."""

    sentences: int
    was: Span
    became: Span


def excerpt(comparison: Comparison, context: int) -> list[Row | Skipped]:
    """Return the rows that changed, each with at most `context` unchanged sentences before and after it.

    Unchanged headings are left out, because each row names those above it.
    """
    kept = (row for row in comparison.rows if row.state is not RowState.SAME or not row.titles)
    groups = [(same, list(rows)) for same, rows in groupby(kept, lambda row: row.state is RowState.SAME)]
    found: list[Row | Skipped] = []
    for number, (same, rows) in enumerate(groups):
        if not same:
            found += rows
        else:
            before, after = context if number else 0, context if number + 1 < len(groups) else 0
            found += _shortened(rows, before, after)
    return found


def described(comparison: Comparison, rows: Sequence[Row | Skipped]) -> list[Row | Skipped]:
    """Return the same rows. Those of sentences that are new or gone get the kinds of all their words."""
    return [_described(comparison, row) for row in rows]


def _shortened(rows: Sequence[Row], before: int, after: int) -> Iterator[Row | Skipped]:
    """Yield the first and the last of unchanged rows, and between them the number of the others."""
    middle = rows[before : len(rows) - after]
    if len(middle) < 2:  # one sentence is as short as the line that would stand for it
        yield from rows
        return
    yield from rows[:before]
    yield Skipped(len(middle), _around(middle, older=True), _around(middle, older=False))
    yield from rows[len(rows) - after :]


def _around(rows: Sequence[Row], *, older: bool) -> Span:
    first, last = ((row.was if older else row.became) for row in (rows[0], rows[-1]))
    assert first is not None
    assert last is not None
    return Span(first.start, last.end)


def _described(comparison: Comparison, row: Row | Skipped) -> Row | Skipped:
    if isinstance(row, Skipped) or row.state not in (RowState.ADDED, RowState.REMOVED):
        return row
    span, document = (row.was, comparison.was) if row.state is RowState.REMOVED else (row.became, comparison.became)
    assert span is not None
    return replace(row, kinds=kinds_of(_sentence(document, span)))


def _sentence(document: Document, span: Span) -> Sentence:
    return Sentence(span.of(document.text), span, document.language)
