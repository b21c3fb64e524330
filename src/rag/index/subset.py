"""The indexes of some of the rows, numbered from 0 as if there were no others. Nothing is copied but row numbers.

Every figure is that of an index with only these rows: frequencies, idf, mean lengths and scores. So neither a result
nor a score says anything about the other rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np
from numpy.typing import NDArray

from rag.index.inverted import InvertedIndex
from rag.index.late_interaction import PassageTokens, TokenCodes, TokenIndex
from rag.index.lexical import LexicalIndex
from rag.protocols import Rows, Scores, VectorIndex, Vectors

_LOOKED_UP = 1 << 14  # terms whose frequencies are remembered


@dataclass(frozen=True)
class Subset:
    """Some rows of an index of `total` rows, in ascending order. Row n of the subset is `rows[n]`."""

    rows: Rows
    total: int

    def __len__(self) -> int:
        return len(self.rows)

    @cached_property
    def numbers(self) -> NDArray[np.int32]:
        """The number in the subset of each row of the index, or -1, shape (total,)."""
        numbers = np.full(self.total, -1, np.int32)
        numbers[self.rows] = np.arange(len(self.rows), dtype=np.int32)
        return numbers

    def lexical(self, whole: LexicalIndex) -> LexicalIndex:
        """Return the lexical index of the subset."""
        return LexicalIndex(*(_InvertedSubset.of(field, self) for field in whole.inverted()))

    def tokens(self, whole: TokenIndex) -> TokenIndex:
        """Return the tokens of the subset."""
        return _TokenSubset(whole.codes, whole.sentences, whole.offsets, self.rows)

    def vectors(self, whole: VectorIndex) -> VectorIndex:
        """Return the vectors of the subset."""
        return _VectorSubset(whole, self)


@dataclass(frozen=True)
class _InvertedSubset(InvertedIndex):
    """The postings of all rows, of which those outside of the subset are left out when they are read.

    `lengths` are those of the rows of the subset.
    """

    numbers: NDArray[np.int32]

    @cached_property
    def _frequencies(self) -> dict[str, int]:
        """The last frequencies. A question needs that of each of its terms some twenty times."""
        return {}

    @classmethod
    def of(cls, whole: InvertedIndex, subset: Subset) -> Self:
        lengths = whole.lengths[subset.rows]
        return cls(whole.terms, whole.offsets, whole.rows, whole.codes, lengths, subset.numbers)

    def postings(self, term: str) -> tuple[NDArray[np.int32], NDArray[np.uint16]]:
        rows, codes = super().postings(term)
        numbers = self.numbers[rows]
        inside = numbers >= 0
        return numbers[inside], codes[inside]

    def frequency(self, term: str) -> int:
        found = self._frequencies.get(term)
        if found is None:
            if len(self._frequencies) >= _LOOKED_UP:
                self._frequencies.clear()
            found = self._frequencies[term] = len(self.postings(term)[0])
        return found


@dataclass(frozen=True, slots=True)
class _TokenSubset(TokenIndex):
    """The tokens of `rows`."""

    rows: Rows

    def passage(self, row: int) -> TokenCodes:
        return TokenIndex.passage(self, int(self.rows[row]))

    def at(self, rows: Rows) -> PassageTokens:
        return TokenIndex.at(self, self.rows[rows])


@dataclass(frozen=True, slots=True)
class _VectorSubset:
    """Implements `VectorIndex` for the rows of a subset. Every search is among them."""

    whole: VectorIndex
    subset: Subset

    def __len__(self) -> int:
        return len(self.subset)

    def search(self, vector: Vectors, k: int, rows: Rows | None = None) -> tuple[Rows, Scores]:
        among = self.subset.rows if rows is None else self.subset.rows[rows]
        found, scores = self.whole.search(vector, k, among)
        return self.subset.numbers[found].astype(np.int64), scores

    def scores(self, vector: Vectors, rows: Rows) -> Scores:
        return self.whole.scores(vector, self.subset.rows[rows])

    def vectors(self, rows: Rows) -> Vectors:
        return self.whole.vectors(self.subset.rows[rows])
