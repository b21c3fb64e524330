"""Finds the passages that speak to a question: dense and lexical candidates, their scores fused."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rag.filters import Filters, parse
from rag.protocols import Encoder, Rows, Scores, Vectors
from rag.snapshots import Snapshot
from rag.text import terms
from rag.types import Hit

CANDIDATES = 100
"""Rows that each of the two searches may propose."""

_SAMPLE = 1_000  # rows whose cosines stand for those of all
_DENSE_SPREAD = 0.05  # the least standard deviation believed, so that an index of few rows does not blow up noise
_LEXICAL_SPREAD = 1.0


@dataclass(frozen=True, slots=True)
class Query:
    """A question as the index understands it."""

    vector: Vectors
    terms: tuple[str, ...]


class Retriever:
    """Asks a snapshot the same question twice, by meaning and by words."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder

    def query(self, question: str) -> Query:
        """Encode a question."""
        return Query(self._encoder.encode_questions([question]), tuple(terms(question)))

    def search(self, snapshot: Snapshot, query: Query, filters: Filters, limit: int) -> list[Hit]:
        """Return the best passages, best first, equal scores in the order of rows. Raises InvalidFilter."""
        passing = snapshot.rows_passing(parse(filters))
        rows, scores = fuse(snapshot, query, passing)
        best = np.lexsort((rows, -scores))[:limit]
        return snapshot.hits(rows[best].tolist(), scores[best].tolist())


def fuse(snapshot: Snapshot, query: Query, passing: Rows | None) -> tuple[Rows, Scores]:
    """Return candidate rows and the mean of their standardised dense and lexical scores.

    Both are measured against all rows, whatever passes the filter, so that a passage's score does not depend on the
    filter (z-score fusion: Bruch et al. 2022, "An Analysis of Fusion Functions for Hybrid Retrieval").
    """
    if not len(snapshot):
        return np.empty(0, np.int64), np.empty(0, np.float32)
    lexical = snapshot.lexical.scores(query.terms)
    near, _ = snapshot.dense.search(query.vector, CANDIDATES, passing)
    rows = np.union1d(near, _best(lexical, passing))
    sample = snapshot.dense.scores(query.vector, _spread_rows(len(snapshot)))
    dense = snapshot.dense.scores(query.vector, rows)
    fused = _standardised(dense, sample, _DENSE_SPREAD) + _standardised(lexical[rows], lexical, _LEXICAL_SPREAD)
    return rows, (fused / 2).astype(np.float32)


def crowd_out(hits: Sequence[Hit], per_document: int, limit: int) -> list[Hit]:
    """Let at most `per_document` passages of one document stand among the first `limit`.

    Further ones fill up only where no other document speaks to the question: its score is under half the best.
    """
    least = hits[0].score - abs(hits[0].score) / 2  # scores are standardised: behind a filter all may be negative
    speaking = [hit for hit in hits if hit.score >= least]
    seen: dict[str, int] = {}
    first: list[Hit] = []
    further: list[Hit] = []
    for hit in speaking:
        seen[hit.reference.id] = seen.get(hit.reference.id, 0) + 1
        (first if seen[hit.reference.id] <= per_document else further).append(hit)
    rest = [hit for hit in hits if hit.score < least]
    return [*first, *further, *rest][:limit]


def _best(scores: Scores, passing: Rows | None) -> Rows:
    """Return the rows with the best positive scores."""
    rows = np.flatnonzero(scores) if passing is None else passing[scores[passing] > 0]
    if len(rows) > CANDIDATES:
        rows = rows[np.argpartition(-scores[rows], CANDIDATES)[:CANDIDATES]]
    return rows.astype(np.int64)


def _spread_rows(count: int) -> Rows:
    """Return rows spread evenly over the index, the same ones every time."""
    return np.unique(np.linspace(0, count - 1, min(count, _SAMPLE)).astype(np.int64))


def _standardised(scores: Scores, population: Scores, least_spread: float) -> Scores:
    standardised: Scores = (scores - population.mean()) / max(float(population.std()), least_spread)
    return standardised
