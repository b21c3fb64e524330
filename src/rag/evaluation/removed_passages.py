"""Removes the relevant passages of a question from a snapshot, without building another index."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np

from rag.evaluation.benchmarks import Question
from rag.evaluation.labelled_index import GoldSpan, Labels
from rag.index.filters import Test
from rag.protocols import Rows
from rag.snapshots import Snapshot
from rag.types import Ask, Span


class Passages:
    """The rows and spans of the passages of a snapshot."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._rows = {one.reference.id: range(one.first_row, one.first_row + one.rows) for one in snapshot.documents()}
        self._spans: dict[str, list[Span]] = {}

    def without(self, gold: Collection[GoldSpan]) -> Snapshot:
        """Return the snapshot without the passages that overlap `gold`."""
        removed = [
            row
            for one in gold
            for row, span in zip(self._rows[one.document], self._spans_of(one.document), strict=True)
            if span.start < one.span.end and one.span.start < span.end
        ]
        return _Reduced(self._snapshot, np.delete(np.arange(len(self._snapshot), dtype=np.int64), removed))

    def _spans_of(self, document: str) -> list[Span]:
        if document not in self._spans:
            rows = list(self._rows[document])
            self._spans[document] = [hit.span for hit in self._snapshot.hits(rows, [0.0] * len(rows))]
        return self._spans[document]


class _Reduced(Snapshot):
    """A snapshot whose searches find only the passages at `rows`. It shares the open files of `whole`."""

    def __init__(self, whole: Snapshot, rows: Rows) -> None:
        self.__dict__.update(whole.__dict__)
        self._whole = whole  # its files stay open as long as it is referenced
        self._left = rows

    def rows_passing(self, conditions: Sequence[Test]) -> Rows:
        passing = self._whole.rows_passing((*self._always, *conditions))
        return self._left if passing is None else np.intersect1d(passing, self._left)


def without_gold(snapshot: Snapshot, passages: Passages, labels: Labels, question: Question) -> tuple[Snapshot, Ask]:
    """Return a snapshot and the question to ask of it, so that its relevant pages or documents are not found.

    A filter excludes the documents; passages on a labelled page are excluded one by one. This equals removing them,
    because a passage's score does not depend on the filter. Only the word statistics still count the excluded passages.
    A few passages hardly change them.
    """
    if labels.pages:
        return passages.without(labels.pages), Ask(question.text, history=question.history)
    filters = {"id": {"not": sorted(labels.documents)}}
    return snapshot, Ask(question.text, filters, history=question.history)
