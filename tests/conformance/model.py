"""A plain index in memory that computes every score from its definition, to compare implementations with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rag.index.chunking import Chunker
from rag.index.inverted import K1, B
from rag.index.lexical import HEADING_WEIGHT, PAIR_WEIGHT, LexicalRow
from rag.index.search import Analyses, Candidates, Population
from rag.protocols import Encoder, Rows, Vectors
from rag.snapshots.preparation import cut, lexical_row
from rag.types import Document

Floats = NDArray[np.float64]


class Key(NamedTuple):
    """The key of a passage: the id of its document, and its number in it."""

    document: str
    ordinal: int


@dataclass(frozen=True)
class Entry:
    """A passage with its document, text, vector and terms."""

    key: Key
    document: Document
    text: str
    vector: Vectors
    terms: LexicalRow


class Model:
    """The passages of some documents, in the order of the documents."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self.entries = entries
        self.vectors = np.stack([entry.vector for entry in entries])
        words = [Counter(entry.terms.words) for entry in entries]
        pairs = [Counter(_pairs(entry.terms.words)) for entry in entries]
        headings = [Counter(entry.terms.headings) for entry in entries]
        self._fields = [(_Field(words), 1.0), (_Field(pairs), PAIR_WEIGHT), (_Field(headings), HEADING_WEIGHT)]

    @classmethod
    def of(cls, documents: Sequence[Document], encoder: Encoder, chunker: Chunker) -> Model:
        """Cut and encode documents."""
        entries = []
        for document in documents:
            passages, texts = cut(chunker, document)
            encodings = encoder.encode_passages([one.text for one in texts])
            for number, (passage, text, encoding) in enumerate(zip(passages, texts, encodings, strict=True)):
                row = lexical_row(text, document.language)
                entries.append(Entry(Key(document.reference.id, number), document, passage.text, encoding.vector, row))
        return cls(entries)

    def only(self, visible: Callable[[Document], bool]) -> Model:
        """Return a model of only the documents that pass a test."""
        return Model([entry for entry in self.entries if visible(entry.document)])

    @property
    def keys(self) -> list[Key]:
        """The key of each passage."""
        return [entry.key for entry in self.entries]

    def frequency(self, term: str) -> int:
        """Return the number of passages that have a term."""
        return self._fields[0][0].frequency(term)

    def idf(self, term: str) -> float:
        """Return the inverse document frequency of a term."""
        return self._fields[0][0].idf(term)

    def by_words(self, analyses: Analyses) -> Floats:
        """Return the score of every passage by words."""
        words, pairs = _most(map(Counter, analyses)), _most(Counter(_pairs(terms)) for terms in analyses)
        parts = zip(self._fields, (words, pairs, words), strict=True)
        total: Floats = np.sum([weight * field.scores(terms) for (field, weight), terms in parts], axis=0)
        return total

    def candidates(self, vector: Vectors, analyses: Analyses, passing: Rows, most: int) -> Candidates:
        """Return the candidates among `passing` that an exact index returns. Their rows are numbers of passages."""
        dense, lexical = (self.vectors @ vector[0]).astype(np.float64), self.by_words(analyses)
        by_vector = passing[np.argsort(-dense[passing], kind="stable")[:most]]
        worded = passing[lexical[passing] > 0]
        by_words = worded[np.argsort(-lexical[worded], kind="stable")[:most]]
        rows = np.unique(np.concatenate([by_vector, by_words]))
        return Candidates(
            rows,
            dense[rows].astype(np.float32),
            lexical[rows].astype(np.float32),
            by_vector,
            by_words,
            Population(float(dense.mean()), float(dense.std())),
            Population(float(lexical.mean()), float(lexical.std())),
        )


class _Field:
    """The terms of one field of all passages, with their BM25 scores."""

    def __init__(self, counts: Sequence[Counter[str]]) -> None:
        self._count = len(counts)
        lengths = np.array([one.total() for one in counts], np.float64)
        self._norms = K1 * (1 - B + B * lengths / max(lengths.mean(), 1.0))
        self._postings: dict[str, list[tuple[int, int]]] = {}
        for row, one in enumerate(counts):
            for term, times in one.items():
                self._postings.setdefault(term, []).append((row, times))

    def frequency(self, term: str) -> int:
        return len(self._postings.get(term, ()))

    def idf(self, term: str) -> float:
        having = self.frequency(term)
        return float(np.log1p((self._count - having + 0.5) / (having + 0.5)))

    def scores(self, wanted: Counter[str]) -> Floats:
        total = np.zeros(self._count)
        for term, asked in wanted.items():
            if term in self._postings:
                rows, times = np.array(self._postings[term]).T
                total[rows] += asked * self.idf(term) * (K1 + 1) * times / (times + self._norms[rows])
        return total


def _pairs(terms: Sequence[str]) -> list[str]:
    return [f"{one} {other}" for one, other in pairwise(terms)]


def _most(counts: Iterable[Counter[str]]) -> Counter[str]:
    """Return each term as often as in the analysis that has it most often."""
    total: Counter[str] = Counter()
    for one in counts:
        total |= one
    return total
