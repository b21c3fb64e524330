"""A snapshot made by hand, with scores that can be computed on paper.

The tests set the vectors and the lexical scores, so nothing is encoded or counted. Each sentence has one token group
and the question has one token, so the tests can also set the MaxSim of a sentence.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast

import numpy as np

from rag.index.filters import Condition
from rag.index.late_interaction import PREFIX, PassageTokens, QuestionTokens, TokenIndex
from rag.index.lexical import LexicalIndex
from rag.index.quotables import quotable
from rag.index.search import Analyses, Candidates, Searcher, untimed
from rag.protocols import Encoding, Rows, Scores, VectorIndex, Vectors
from rag.sign_bits import rotation
from rag.snapshots import Index
from rag.types import Hit, Lap, Reference, Span, Stage

_BITS = 8


@dataclass(frozen=True)
class Row:
    """One passage: `maxsims` has the similarity of each sentence by its number, in steps of 1/4 from 0 to 1.

    `lexical` is its lexical score for any question.
    """

    text: str = "x"
    document: str = "a"
    vector: tuple[float, ...] = (0.0,)
    lexical: float = 0.0
    maxsims: Mapping[int, float] = field(default_factory=dict)
    heading: tuple[str, ...] = ()
    title: str = "Notice"


def snapshot(rows: Sequence[Row], idf: Mapping[str, float] | None = None, sample: Vectors | None = None) -> Index:
    """Return a snapshot of the rows. The IDF of a term is 1 unless `idf` contains it.

    With the default sample, the dense score of a row is 20 times its cosine, because the least deviation is 0.05.
    """
    return cast(Index, _Snapshot(rows, idf or {}, sample))


def one_token() -> QuestionTokens:
    """Return a question of one token. Its similarity to a token group is the number that the row sets in `maxsims`."""
    vector = np.full((1, _BITS), np.sqrt(2 / np.pi) / np.sqrt(_BITS), np.float32) @ rotation(_BITS).T
    return QuestionTokens(vector.astype(np.float32), np.ones(1, np.float32))


class MadeEncoder:
    """Encodes each text as its vector in `vectors`, with one token at each offset in `starts`."""

    name, digest, dimension, max_tokens = "made", "0", _BITS, 100

    def __init__(self, vectors: Mapping[str, tuple[float, ...]], starts: Sequence[int] = (0,)) -> None:
        self._vectors = vectors
        self._starts = np.array(starts, np.int64)
        self.encoded: list[str] = []

    def count_tokens(self, text: str) -> int:
        return len(self._starts)

    def encode_questions(self, texts: Sequence[str]) -> list[Encoding]:
        self.encoded.extend(texts)
        tokens = np.repeat(one_token().vectors, len(self._starts), axis=0)
        return [Encoding(np.array(self._vectors[text], np.float32), tokens, self._starts) for text in texts]

    encode_passages = encode_questions


@dataclass
class _Dense:
    vectors: Vectors

    def scores(self, vector: Vectors, rows: Rows) -> Scores:
        found: Scores = (self.vectors @ vector[0])[rows]
        return found

    def search(self, vector: Vectors, k: int, rows: Rows | None = None) -> tuple[Rows, Scores]:
        among = np.arange(len(self.vectors)) if rows is None else rows
        scores = self.scores(vector, among)
        best = np.argsort(-scores, kind="stable")[:k]
        return among[best], scores[best]


@dataclass
class _Lexical:
    given: Scores
    known: Mapping[str, float]

    def scores(self, *analyses: Sequence[str]) -> Scores:
        return self.given

    def __len__(self) -> int:
        return len(self.given)

    def idf(self, term: str) -> float:
        return self.known.get(term, 1.0)


class _Snapshot:
    id = cache_key = "made"
    languages = ("en",)

    def __init__(self, rows: Sequence[Row], idf: Mapping[str, float], sample: Vectors | None) -> None:
        vectors = np.array([row.vector for row in rows], np.float32).reshape(len(rows), -1 if rows else 0)
        self.rows = rows
        self._dense = _Dense(vectors)
        self._lexical = _Lexical(np.array([row.lexical for row in rows], np.float32), idf)
        self._sample = np.zeros((1, vectors.shape[1]), np.float32) if sample is None else sample
        self.idf = self._lexical.idf
        groups = [(_code(value), number) for row in rows for number, value in sorted(row.maxsims.items())]
        self._tokens = TokenIndex(
            np.array([[code] for code, _ in groups], np.uint8).reshape(-1, 1),
            np.array([number for _, number in groups], np.uint8),
            np.cumsum([0, *(len(row.maxsims) for row in rows)]),
        )

    def __len__(self) -> int:
        return len(self.rows)

    def candidates(
        self, vector: Vectors, terms: Analyses, conditions: Sequence[Condition], most: int, lap: Lap = untimed
    ) -> Candidates:
        passing = [n for n, row in enumerate(self.rows) if all(row.document in one.values for one in conditions)]
        if conditions:
            lap(Stage.FILTER)
        searcher = Searcher(cast(VectorIndex, self._dense), cast(LexicalIndex, self._lexical), self._sample)
        return searcher.candidates(vector, terms, np.array(passing, np.int64) if conditions else None, most, lap)

    def cosines(self, vector: Vectors, rows: Sequence[int]) -> Scores:
        return self._dense.scores(vector, np.array(rows, np.int64))

    def tokens(self, rows: Sequence[int]) -> PassageTokens:
        return self._tokens.at(np.array(rows, np.int64))

    def frequency(self, term: str) -> int:
        return int(term in self._lexical.known)

    def hits(self, rows: Sequence[int], scores: Sequence[float]) -> list[Hit]:
        return [hit(self.rows[row], row, score) for row, score in zip(rows, scores, strict=True)]


def hit(row: Row, number: int = 0, score: float = 1.0) -> Hit:
    """Return a row as a hit, with its quotable sentences."""
    reference, span = Reference(row.document, row.title), Span(0, len(row.text))
    found = quotable("", row.text, 0, (row.title, *row.heading))
    return Hit(number, reference, span, row.text, row.heading, (), score, quotable=found)


def _code(similarity: float) -> int:
    """Return a byte: each of its bits adds 1/8 to the similarity if it is set, and subtracts 1/8 if it is not."""
    return (1 << round(4 + 4 * similarity)) - 1


ABOVE = PREFIX
"""The number under which `maxsims` has the similarity of the title and headings."""
