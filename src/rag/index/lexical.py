"""Scores rows by the words of a question: in the text, as pairs of neighbouring words, and in the headings.

Each of the three fields has its own BM25 index; a weighted sum joins their scores. (Robertson et al. 2004, "Simple BM25
Extension to Multiple Weighted Fields", saturates term frequencies over all fields together. That does not suit pairs,
because a pair of words says more than the two words apart.)
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from rag.index.inverted import Bm25, InvertedIndex, Postings
from rag.protocols import Rows, Scores

PAIR_WEIGHT = 0.4
"""The weight of pairs of neighbouring words. Weights from .2 to .5 differ by .008 MAP@10 on obliqa; without pairs it is
.02 lower."""

HEADING_WEIGHT = 0.75
"""The weight of words in the title or a heading, which sum up the text below. Weights from .5 to 1 differ by .008
nDCG@10 on feedbackqa; without headings it is .02 lower."""

_FOLDERS = {"words": "words", "pairs": "pairs", "headings": "above"}  # the folder of each field


@dataclass(frozen=True, slots=True)
class LexicalRow:
    """The terms of one row, in reading order. `words` has all of them, `headings` only those of title and headings."""

    words: Sequence[str]
    headings: Sequence[str]


@dataclass(frozen=True, slots=True)
class LexicalIndex:
    """Three inverted indexes over the same rows: of words, of pairs of neighbouring words, and of heading words."""

    words: Bm25
    pairs: Bm25
    headings: Bm25

    def __len__(self) -> int:
        return len(self.words)

    def __contains__(self, term: str) -> bool:
        return term in self.words

    def scores(self, *analyses: Sequence[str]) -> Scores:
        """Return the score of every row, shape (N,), for the terms of a question in their order.

        There may be several analyses of the same question, one for each language of the rows. A term that they share
        counts once.
        """
        words, pairs = _merged(analyses), _merged(list(map(pairs_of, analyses)))
        total = self.words.scores(words)
        self.pairs.add_scores(total, pairs, PAIR_WEIGHT)
        self.headings.add_scores(total, words, HEADING_WEIGHT)
        return total

    def idf(self, term: str) -> float:
        """Return the inverse document frequency of a term. It is highest for a term that no row has."""
        return self.words.idf(term)

    def frequency(self, term: str) -> int:
        """Return the number of rows that have a term in their text or headings."""
        return self.words.frequency(term)

    def frequencies(self, terms: Sequence[str]) -> list[int]:
        """Return the frequency of each term. It is faster than `frequency` if the index has few of the terms."""
        return self.words.frequencies(terms)

    def inverted(self) -> tuple[InvertedIndex, InvertedIndex, InvertedIndex]:
        """Return the three indexes of a snapshot in files, whose postings are in arrays."""
        words, pairs, headings = self.words, self.pairs, self.headings
        assert isinstance(words, InvertedIndex)
        assert isinstance(pairs, InvertedIndex)
        assert isinstance(headings, InvertedIndex)
        return words, pairs, headings

    def save(self, folder: Path) -> None:
        """Write each field to a folder of its own in `folder`."""
        folder.mkdir(exist_ok=True)
        for field, name in _FOLDERS.items():
            getattr(self, field).save(folder / name)

    @classmethod
    def open(cls, folder: Path) -> LexicalIndex:
        """Memory-map the index that `save` wrote to `folder`."""
        return cls(*(InvertedIndex.open(folder / name) for name in _FOLDERS.values()))


class NewRows:
    """Collects the terms of new rows, from which `build` makes an index."""

    def __init__(self, rows: Iterable[LexicalRow] = ()) -> None:
        self.words, self.pairs, self.headings = Postings(), Postings(), Postings()
        for row in rows:
            self.add(row)

    def add(self, row: LexicalRow) -> None:
        """Add the next row."""
        self.words.add(row.words)
        self.pairs.add(pairs_of(row.words))
        self.headings.add(row.headings)

    @classmethod
    def of(cls, parts: Iterable[NewRows]) -> NewRows:
        """Return the rows of all parts, one part after the other."""
        rows = cls()
        for part in parts:
            for field in _FOLDERS:
                getattr(rows, field).extend(getattr(part, field))
        return rows


def build(new: NewRows, previous: LexicalIndex | None = None, reused_rows: Rows | None = None) -> LexicalIndex:
    """Build an index: first `reused_rows` of `previous`, in ascending order, then the new rows."""
    fields = ((field, getattr(new, field)) for field in _FOLDERS)
    return LexicalIndex(
        *(postings.index(getattr(previous, field) if previous else None, reused_rows) for field, postings in fields)
    )


def _merged(analyses: Sequence[Sequence[str]]) -> Sequence[str]:
    """Return every term of the analyses, each as often as in the analysis that has it most often."""
    first, *others = analyses
    if not others:
        return first
    total = Counter(first)
    for terms in others:
        total |= Counter(terms)
    return list(total.elements())


def pairs_of(terms: Sequence[str]) -> list[str]:
    """Return each pair of neighbouring terms as one term."""
    return [f"{one} {other}" for one, other in pairwise(terms)]
