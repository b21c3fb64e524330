"""Builds an inverted index from the terms of rows, and scores every row for a question with BM25.

Okapi BM25 with k1 = 1.5, b = 0.75 (Robertson & Zaragoza 2009, "The Probabilistic Relevance Framework") and Lucene's
idf, ln(1 + (N - df + .5) / (df + .5)), which is never negative.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from hashlib import blake2b
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rag import arrays
from rag.protocols import Rows, Scores

K1 = 1.5
B = 0.75

_BLOCK = 1 << 15  # postings scored at once: few enough to stay in the processor's cache

_LOOKED_UP = 1 << 14  # terms whose places are remembered: about 2 MB

_ARRAYS = ("terms", "offsets", "rows", "codes", "lengths")

_COUNTS = 64
"""The number of term frequencies that a code can hold: 0 to 63. Higher ones count as 63; scores change by about 2 %."""

_LENGTHS = np.append(np.arange(512.0), np.geomspace(512, 1 << 22, 512))
"""The row lengths that a code can hold: exact up to 512 terms, then in steps of 2 %. (Lucene's `SmallFloat`, which
stores a length in 8 bits, is exact up to 40.)"""


@lru_cache(1 << 16)
def term_key(term: str) -> int:
    """Return the 64-bit key of a term. Among a million terms, two collide with a probability of 3e-8."""
    return int.from_bytes(blake2b(term.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little")


class Bm25:
    """Scores rows by the terms that they have. A subclass has the postings of the terms and the lengths of the rows.

    A posting is a row that has a term, and a code. The code combines the frequency of the term in the row with the
    length of the row. The BM25 gain of a posting depends only on these two and on the idf.
    """

    def __len__(self) -> int:
        """Return the number of rows."""
        raise NotImplementedError

    def mean_length(self) -> float:
        """Return the mean number of terms of a row; 0 without rows."""
        raise NotImplementedError

    def postings(self, term: str) -> tuple[NDArray[np.int32], NDArray[np.uint16]]:
        """Return the rows that have a term, in ascending order, and the codes of these postings."""
        raise NotImplementedError

    def frequency(self, term: str) -> int:
        """Return the number of rows that have a term."""
        raise NotImplementedError

    def frequencies(self, terms: Sequence[str]) -> list[int]:
        """Return the frequency of each term. It is faster than `frequency` if the index has few of the terms."""
        raise NotImplementedError

    def __contains__(self, term: str) -> bool:
        return self.frequency(term) > 0

    def scores(self, question: Sequence[str]) -> Scores:
        """Return the BM25 score of every row, shape (N,). A term that the question repeats counts each time."""
        total = np.zeros(len(self), np.float32)
        self.add_scores(total, question)
        return total

    def add_scores(self, total: Scores, question: Sequence[str], weight: float = 1.0) -> None:
        """Add `weight` times the BM25 score of every row to `total`, shape (N,)."""
        for term, times in Counter(question).items():
            rows, codes = self.postings(term)
            maximum = (K1 + 1) * weight * times * self._idf(len(rows))
            self._add(total, rows, codes, np.float32(maximum))

    def _add(self, total: Scores, rows: NDArray[np.int32], codes: NDArray[np.uint16], maximum: np.float32) -> None:
        """Add the scores of some postings of a term, at most `maximum` each, to the scores of their rows."""
        for start in range(0, len(rows), _BLOCK):
            part = slice(start, start + _BLOCK)
            gain = self._gains.take(codes[part], mode="clip")
            gain *= maximum
            np.add.at(total, rows[part], gain)  # in place: half the time of `total[rows] += gain`

    @cached_property
    def _gains(self) -> Scores:
        """The gain of each code, as a share of the term's maximum. Looking it up saves a quarter of the time."""
        mean = max(self.mean_length(), 1.0)
        counts, norms = np.arange(_COUNTS), K1 * (1 - B + B * _LENGTHS / mean)
        gains: Scores = (counts / (counts + norms[:, np.newaxis])).astype(np.float32).ravel()
        return gains

    def idf(self, term: str) -> float:
        """Return the inverse document frequency of a term. It is highest for a term that no row has."""
        return self._idf(self.frequency(term))

    def rows_with(self, term: str) -> NDArray[np.int32]:
        """Return the rows that have a term, in ascending order."""
        return self.postings(term)[0]

    def _idf(self, rows_with_term: int) -> float:
        return float(np.log1p((len(self) - rows_with_term + 0.5) / (rows_with_term + 0.5)))


@dataclass(frozen=True)
class InvertedIndex(Bm25):
    """An inverted index in five arrays, which may be memory-mapped.

    `terms`, shape (V,), uint64, are the sorted keys of all terms. The postings of term t are at
    offsets[t]:offsets[t + 1] of `rows` (int32) and `codes` (uint16). `lengths`, shape (N,), uint32, has the number of
    terms of each row.
    """

    terms: NDArray[np.uint64]
    offsets: NDArray[np.int64]
    rows: NDArray[np.int32]
    codes: NDArray[np.uint16]
    lengths: NDArray[np.uint32]

    def __len__(self) -> int:
        return len(self.lengths)

    def mean_length(self) -> float:
        """Return the mean number of terms of a row; 0 without rows."""
        return float(self.lengths.sum()) / max(len(self), 1)

    def postings(self, term: str) -> tuple[NDArray[np.int32], NDArray[np.uint16]]:
        """Return the rows that have a term, in ascending order, and the codes of these postings."""
        part = slice(*self._place(term))
        return self.rows[part], self.codes[part]

    def frequency(self, term: str) -> int:
        """Return the number of rows that have a term."""
        begin, end = self._place(term)
        return end - begin

    def frequencies(self, terms: Sequence[str]) -> list[int]:
        """Return the frequency of each term. It is faster than `frequency` if the index has few of the terms."""
        if not len(self.terms):
            return [0] * len(terms)
        keys = np.array([term_key(term) for term in terms], np.uint64)
        at = np.minimum(np.searchsorted(self.terms, keys), len(self.terms) - 1)
        return [self.frequency(term) if here else 0 for term, here in zip(terms, self.terms[at] == keys, strict=True)]

    def _place(self, term: str) -> tuple[int, int]:
        """Return the start and the end of the postings of a term in `rows` and `codes`."""
        found = self._looked_up.get(term)
        if found is None:
            if len(self._looked_up) >= _LOOKED_UP:
                self._looked_up.clear()
            found = self._looked_up[term] = self._look_up(term)
        return found

    @cached_property
    def _looked_up(self) -> dict[str, tuple[int, int]]:
        """The last lookups. A question looks up each of its terms some twenty times."""
        return {}

    def _look_up(self, term: str) -> tuple[int, int]:
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
        """Memory-map the index that `save` wrote to `folder`."""
        return cls(*arrays.load(folder, _ARRAYS))


class Postings:
    """Collects the terms of new rows and builds an inverted index from them."""

    def __init__(self) -> None:
        # A list of tuples would take five times the memory (measured over 670,000 postings).
        self._keys, self._rows, self._counts, self._lengths = array("Q"), array("i"), array("B"), array("I")

    def add(self, terms: Sequence[str]) -> None:
        """Add the terms of the next row."""
        counted = Counter(terms)
        self._keys.extend(map(term_key, counted))
        self._rows.extend([len(self._lengths)] * len(counted))
        self._counts.extend([min(count, _COUNTS - 1) for count in counted.values()])
        self._lengths.append(len(terms))

    def extend(self, other: Postings) -> None:
        """Add all rows of `other` after the rows of this one."""
        rows = np.array(other._rows, np.int32) + np.int32(len(self._lengths))
        self._rows.frombytes(rows.tobytes())
        self._keys.extend(other._keys)
        self._counts.extend(other._counts)
        self._lengths.extend(other._lengths)

    def index(self, previous: InvertedIndex | None = None, reused_rows: Rows | None = None) -> InvertedIndex:
        """Build an index: first `reused_rows` of `previous`, in ascending order, then the rows that were added."""
        keys, rows = np.array(self._keys, np.uint64), np.array(self._rows, np.int32)
        order = np.lexsort((rows, keys))
        lengths = np.array(self._lengths, np.uint32)
        codes = _encoded(np.array(self._counts, np.uint16), lengths[rows])
        if previous is None or reused_rows is None or not len(reused_rows):
            return InvertedIndex(*_terms(keys[order]), rows[order], codes[order], lengths)
        reused = selected(previous, reused_rows)
        added_rows = rows[order] + np.int32(len(reused_rows))
        return _extended(reused, keys[order], added_rows, codes[order], lengths)


def _encoded(counts: NDArray[np.uint16], lengths: NDArray[np.uint32]) -> NDArray[np.uint16]:
    """Return the code of each posting: the position of its gain in `InvertedIndex._gains`."""
    steps = np.searchsorted(_LENGTHS, lengths, side="right") - 1
    return (steps * _COUNTS + counts).astype(np.uint16)


def selected(index: InvertedIndex, selected_rows: Rows) -> InvertedIndex:
    """Return an index of only `selected_rows` (ascending), renumbered from 0. It keeps terms without postings."""
    renumbered = np.full(len(index), -1, np.int32)
    renumbered[selected_rows] = np.arange(len(selected_rows), dtype=np.int32)
    rows = renumbered[index.rows]
    stays = rows >= 0
    offsets = index.offsets - np.searchsorted(np.flatnonzero(~stays), index.offsets)
    return InvertedIndex(index.terms, offsets, rows[stays], index.codes[stays], index.lengths[selected_rows])


def _extended(
    index: InvertedIndex,
    keys: NDArray[np.uint64],
    rows: NDArray[np.int32],
    codes: NDArray[np.uint16],
    lengths: NDArray[np.uint32],
) -> InvertedIndex:
    """Insert sorted postings of higher rows into the index, each after the postings of its term.

    Sorting all postings again would take a hundred times as long if few are new.
    """
    terms, starts = _terms(keys)
    before, after = (np.searchsorted(index.terms, terms, side=side) for side in ("left", "right"))
    fresh = before == after
    all_terms = np.insert(index.terms, before[fresh], terms[fresh])
    sizes = np.zeros(len(all_terms), np.int64)
    sizes[np.searchsorted(all_terms, index.terms)] += np.diff(index.offsets)
    sizes[np.searchsorted(all_terms, terms)] += np.diff(starts)
    positions = index.offsets[np.searchsorted(index.terms, keys, side="right")]
    return InvertedIndex(
        all_terms[sizes > 0],
        np.append(0, np.cumsum(sizes[sizes > 0])),
        np.insert(index.rows, positions, rows),
        np.insert(index.codes, positions, codes),
        np.append(index.lengths, lengths),
    )


def _terms(keys: NDArray[np.uint64]) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """Return the distinct keys of sorted postings, and the offsets of their postings (one more than keys)."""
    terms, starts = np.unique(keys, return_index=True)
    return terms, np.append(starts, len(keys)).astype(np.int64)
