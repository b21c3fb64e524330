"""Searches by sign bits first, then compares the vectors of the nearest passages, in two divisions of the work."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

import faiss
import numpy as np
import psycopg
from numpy.typing import NDArray

from benchmarks.postgres.dense import Search, Tuples, compared, mask, tuples
from benchmarks.postgres.loading import bit_strings, copy_rows
from benchmarks.postgres.made import LABELS, Made
from rag.answer.retrieval import CANDIDATES
from rag.protocols import Rows, Vectors
from rag.sign_bits import sign_bits

DEPTHS = (500, 1_000, 2_500)
"""The number of vectors that are compared."""

_TABLE = "CREATE TABLE signs (passage int PRIMARY KEY, bits bit(384))"
_NEAREST = f"""
SELECT passage, vector <#> %s::halfvec AS score
FROM (SELECT passage FROM signs ORDER BY bits <~> %s::bit(384) LIMIT %s) AS near JOIN dense USING (passage)
ORDER BY score LIMIT {CANDIDATES}
"""
_AMONG = f"""
SELECT passage, vector <#> %s::halfvec AS score FROM dense WHERE passage = ANY (%s) ORDER BY score LIMIT {CANDIDATES}
"""


@dataclass(frozen=True)
class Signs:
    """The sign bits of all passages and of the questions."""

    connection: psycopg.Connection
    made: Made
    bits: NDArray[np.uint8]
    questions: NDArray[np.uint8]

    @classmethod
    def of(cls, connection: psycopg.Connection, made: Made) -> Signs:
        """Compute the sign bits."""
        shared = made.vectors.mean(axis=0)
        shared /= np.linalg.norm(shared)
        questions = np.concatenate([one.vector for one in made.queries])
        return cls(connection, made, _bits(made.vectors, shared), _bits(questions, shared))

    def in_client(self) -> Iterator[Search]:
        """Search with the sign bits in the client, and the vectors in a table."""
        for depth in DEPTHS:
            yield self._compared(f"{depth:,} rows by sign bits, in the client", partial(self._ask_client, depth, None))

    def with_conditions(self) -> Iterator[Search]:
        """Search in the same way among the passages that pass."""
        for label in LABELS:
            ask = partial(self._ask_client, DEPTHS[-1], label)
            yield self._compared(f"{DEPTHS[-1]:,} passing rows by sign bits, in the client", ask, label)

    def in_table(self) -> Iterator[Search]:
        """Search with the sign bits in a table of their own."""
        self.connection.execute(_TABLE)
        copy_rows(self.connection, "signs", ("int4", "bytea"), enumerate(bit_strings(self.bits)))
        self.connection.execute("VACUUM (ANALYZE) signs")
        for depth in DEPTHS:
            yield self._compared(f"{depth:,} rows by sign bits, in a table", partial(self._ask_table, depth))

    def _compared(self, name: str, ask: Callable[[int], Tuples], label: str | None = None) -> Search:
        return compared(self.connection, self.made, name, ask, label)

    def _ask_client(self, depth: int, label: str | None, number: int) -> Tuples:
        question, rows, bits = self.questions[number : number + 1], None, self.bits
        if label is not None:
            rows = np.flatnonzero(mask(self.connection, self.made.document, label))
            bits = bits[rows]
        if not len(bits):
            return []
        near: Rows = faiss.knn_hamming(question, bits, min(depth, len(bits)), variant="mc")[1][0]
        passages = near if rows is None else rows[near]
        return tuples(self.connection, _AMONG, (self._vector(number), passages.tolist()))

    def _ask_table(self, depth: int, number: int) -> Tuples:
        bits = "".join(map(str, np.unpackbits(self.questions[number]).tolist()))
        return tuples(self.connection, _NEAREST, (self._vector(number), bits, depth))

    def _vector(self, number: int) -> str:
        return str(self.made.queries[number].vector[0].tolist())


def _bits(vectors: Vectors, shared: Vectors) -> NDArray[np.uint8]:
    """Return the sign bits of vectors without their component along the direction that all share."""
    return sign_bits(vectors - (vectors @ shared)[:, np.newaxis] * shared)
