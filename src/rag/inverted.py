"""Turns the terms of rows into an inverted index, and a question's terms into BM25 scores for every row.

Okapi BM25 with k1 = 1.5, b = 0.75 (Robertson & Zaragoza 2009, "The Probabilistic Relevance Framework") and Lucene's
idf, ln(1 + (N - df + .5) / (df + .5)), which is never negative.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from rag import arrays
from rag.protocols import Rows, Scores

K1 = 1.5
B = 0.75

_ARRAYS = ("terms", "offsets", "rows", "counts", "lengths")


def term_key(term: str) -> int:
    """Return the 64-bit key a term is stored under; among a million terms two collide with a chance of 3e-8."""
    return int.from_bytes(blake2b(term.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little")


@dataclass(frozen=True, slots=True)
class InvertedIndex:
    """An inverted index in five arrays, which may be memory-mapped.

    `terms`, shape (V,), uint64: the sorted keys of all terms. The postings of term t lie at offsets[t]:offsets[t + 1]
    of `rows` (int32) and `counts` (how often the term stands in the row, uint16). `lengths`, shape (N,), uint32: terms
    in a row.
    """

    terms: NDArray[np.uint64]
    offsets: NDArray[np.int64]
    rows: NDArray[np.int32]
    counts: NDArray[np.uint16]
    lengths: NDArray[np.uint32]

    def __len__(self) -> int:
        return len(self.lengths)

    def scores(self, question: Sequence[str]) -> Scores:
        """Return the BM25 score of every row, shape (N,); a term asked for twice counts twice."""
        total = np.zeros(len(self), dtype=np.float32)
        if not len(self):
            return total
        norms = K1 * (1 - B + B * self.lengths / max(float(self.lengths.mean()), 1.0))
        for term, weight in Counter(question).items():
            begin, end = self._postings(term)
            rows, counts = self.rows[begin:end], self.counts[begin:end].astype(np.float32)
            gain = counts * (K1 + 1) / (counts + norms[rows])
            total[rows] += np.float32(weight * self._idf(end - begin)) * gain
        return total

    def idf(self, term: str) -> float:
        """Return how telling a term is; a term no row holds is the most telling."""
        begin, end = self._postings(term)
        return self._idf(end - begin)

    def _idf(self, rows_with_term: int) -> float:
        return float(np.log1p((len(self) - rows_with_term + 0.5) / (rows_with_term + 0.5)))

    def _postings(self, term: str) -> tuple[int, int]:
        key = np.uint64(term_key(term))
        at = int(np.searchsorted(self.terms, key))
        if at == len(self.terms) or self.terms[at] != key:
            return 0, 0
        return int(self.offsets[at]), int(self.offsets[at + 1])

    def save(self, folder: Path) -> None:
        """Write each array to a file of its own in `folder`."""
        arrays.save(folder, {name: getattr(self, name) for name in _ARRAYS})

    @classmethod
    def open(cls, folder: Path) -> InvertedIndex:
        """Memory-map what `save` wrote."""
        return cls(*arrays.load(folder, _ARRAYS))


class Postings:
    """Takes the terms of new rows, one after the other, and makes an index of them."""

    def __init__(self) -> None:
        # Tuples take five times the memory (measured over 670,000 postings).
        self._keys, self._rows, self._counts, self._lengths = array("Q"), array("i"), array("H"), array("I")
        self._known: dict[str, int] = {}

    def add(self, terms: Sequence[str]) -> None:
        """Add the next row."""
        row = len(self._lengths)
        self._lengths.append(len(terms))
        for term, count in Counter(terms).items():
            key = self._known.get(term)
            if key is None:
                key = self._known[term] = term_key(term)
            self._keys.append(key)
            self._rows.append(row)
            self._counts.append(min(count, 65_535))

    def index(self, kept: InvertedIndex | None = None, kept_rows: Rows | None = None) -> InvertedIndex:
        """Index `kept_rows` of an earlier index as rows 0, 1, ..., followed by the rows that were added."""
        parts = [] if kept is None or kept_rows is None else [_gather(kept, kept_rows)]
        first = 0 if kept_rows is None else len(kept_rows)
        parts.append(
            (
                np.array(self._keys, dtype=np.uint64),
                np.array(self._rows, dtype=np.int32) + np.int32(first),
                np.array(self._counts, dtype=np.uint16),
                np.array(self._lengths, dtype=np.uint32),
            )
        )
        keys, rows, counts, lengths = (np.concatenate(arrays) for arrays in zip(*parts, strict=True))
        order = np.lexsort((rows, keys))
        terms, starts = np.unique(keys[order], return_index=True)
        offsets = np.append(starts, len(keys)).astype(np.int64)
        return InvertedIndex(terms, offsets, rows[order], counts[order], lengths)


_Arrays: TypeAlias = tuple[NDArray[np.uint64], NDArray[np.int32], NDArray[np.uint16], NDArray[np.uint32]]


def _gather(kept: InvertedIndex, rows: Rows) -> _Arrays:
    """Return the postings of `rows`, renumbered in their order."""
    renumbered = np.full(len(kept), -1, dtype=np.int32)
    renumbered[rows] = np.arange(len(rows), dtype=np.int32)
    new_rows = renumbered[kept.rows]
    stay = new_rows >= 0
    keys = np.repeat(kept.terms, np.diff(kept.offsets))
    return keys[stay], new_rows[stay], np.asarray(kept.counts)[stay], np.asarray(kept.lengths)[rows]
