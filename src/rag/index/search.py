"""Two searches of one index, by vectors and by words, propose the passages that may answer a question."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple, TypeAlias

import numpy as np

from rag.index.lexical import LexicalIndex
from rag.protocols import Rows, Scores, VectorIndex, Vectors
from rag.types import Lap, Stage

Analyses: TypeAlias = Sequence[Sequence[str]]
"""The index terms of a question, in its order: one analysis for each language of the documents, at least one.

A term that several analyses share counts once.
"""

_SEQUENTIAL = 50_000  # with at most this many rows, two threads are no faster than one search after the other
_BLOCK_ROWS = 256  # rows in each block of `_least_of_best`

_executor = ThreadPoolExecutor(os.cpu_count(), "nearest")


def untimed(stage: Stage) -> None:
    """Do nothing at the end of a stage."""


class Population(NamedTuple):
    """The mean and the standard deviation of the scores of all passages for one question."""

    mean: float
    spread: float

    @classmethod
    def of(cls, scores: Scores) -> Population:
        """Return those of some scores, of which there is at least one."""
        mean = float(scores.mean())
        variance = float(scores @ scores) / len(scores) - mean**2  # seven times as fast as `std`
        return cls(mean, max(variance, 0.0) ** 0.5)


@dataclass(frozen=True, slots=True)
class Candidates:
    """The passages that two searches propose for a question, with their raw scores.

    `rows`, shape (n,), are ascending. `dense` has their cosines, and `lexical` their scores by words.
    `by_vector` and `by_words` are the proposals of each search, best first; rows with equal scores are ascending.
    `all_dense` and `all_lexical` describe the scores of all passages of the index, with no condition, so that a
    condition does not change how high a score stands. `all_dense` may be estimated from a sample.
    """

    rows: Rows
    dense: Scores
    lexical: Scores
    by_vector: Rows
    by_words: Rows
    all_dense: Population
    all_lexical: Population


_ROWS, _SCORES = np.empty(0, np.int64), np.empty(0, np.float32)
_NONE = Candidates(_ROWS, _SCORES, _SCORES, _ROWS, _ROWS, Population(0.0, 0.0), Population(0.0, 0.0))


@dataclass(frozen=True, slots=True)
class Searcher:
    """The vectors and the terms of the same rows. `sample` has the vectors of some rows spread over the index."""

    dense: VectorIndex
    lexical: LexicalIndex
    sample: Vectors

    def candidates(
        self, vector: Vectors, terms: Analyses, passing: Rows | None, most: int, lap: Lap = untimed
    ) -> Candidates:
        """Return at most `most` rows by vector, of shape (1, dimension), and `most` by words.

        `passing` are the rows that meet the conditions; None if there is no condition.
        """
        if not len(self.lexical):
            return _NONE
        search = partial(self.dense.search, vector, most, passing)
        dense_search = _executor.submit(search).result if len(self.lexical) > _SEQUENTIAL else search
        lexical = self.lexical.scores(*terms)
        by_words = best_rows(lexical, passing, most)
        lap(Stage.LEXICAL)
        by_vector, _ = dense_search()
        lap(Stage.DENSE)
        rows = np.unique(np.concatenate([by_vector, by_words]))
        return Candidates(
            rows,
            self.dense.scores(vector, rows),
            lexical[rows],
            by_vector,
            by_words,
            Population.of(self.sample @ vector[0]),
            Population.of(lexical),
        )


def best_rows(scores: Scores, passing: Rows | None, most: int) -> Rows:
    """Return at most `most` rows with the best positive scores, best first; rows with equal scores are ascending.

    `scores`, shape (N,), has the score of every row. `passing` are the rows that may be returned; None for all.
    """
    among = scores if passing is None else scores[passing]
    least = _least_of_best(among, most)
    best = np.flatnonzero(among >= least if least > 0 else among > 0)
    if len(best) > most:
        best = best[np.argpartition(among[best], -most)[-most:]]
    rows = best if passing is None else passing[best]
    return rows[np.lexsort((rows, -scores[rows]))].astype(np.int64)


def _least_of_best(scores: Scores, most: int) -> float:
    """Return a score that at least `most` rows reach; 0 if there are too few rows to tell.

    Take the highest score of each block of rows. Of these, return the one at rank `most`. The caller then sorts only
    the few rows that reach it, which takes a twentieth of the time if most rows have no score.
    """
    blocks = len(scores) // _BLOCK_ROWS
    if blocks < most:
        return 0.0
    best = scores[: blocks * _BLOCK_ROWS].reshape(blocks, _BLOCK_ROWS).max(axis=1)
    return float(np.partition(best, -most)[-most])
