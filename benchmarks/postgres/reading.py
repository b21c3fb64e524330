"""Reads the token codes of the hundred passages that are ranked, stored in a row or beside it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import psycopg

from benchmarks.postgres.loading import copy_rows
from benchmarks.postgres.made import Made
from benchmarks.postgres.server import Times, measure, megabytes
from rag.answer.retrieval import CANDIDATES

KINDS = {"in the row": "STORAGE PLAIN", "out of line (TOAST)": "STORAGE EXTERNAL"}
_READ = "SELECT passage, codes, sentences FROM tokens WHERE passage = ANY (%s)"


@dataclass(frozen=True, slots=True)
class Storage:
    """A way to store token codes: its size in MB, and the times to read those of a hundred passages."""

    name: str
    megabytes: float
    times: Times


def ways(connection: psycopg.Connection, made: Made) -> Iterator[Storage]:
    """Store and read the token codes of all passages in each way."""
    chance = np.random.default_rng(9)
    wanted = [
        chance.choice(len(made), min(CANDIDATES, len(made)), replace=False).tolist() for _ in range(len(made.queries))
    ]
    for name, storage in KINDS.items():
        connection.execute(f"CREATE TABLE tokens (passage int PRIMARY KEY, codes bytea {storage}, sentences bytea)")
        copy_rows(connection, "tokens", ("int4", "bytea", "bytea"), _rows(made))
        connection.execute("VACUUM (ANALYZE) tokens")

        def read(number: int) -> int:
            rows = connection.execute(_READ, (wanted[number],), binary=True).fetchall()
            return sum(len(np.frombuffer(codes, np.uint8)) for _, codes, _ in rows)

        _, times = measure(connection, read, len(wanted))
        yield Storage(name, megabytes(connection, "tokens"), times)
        connection.execute("DROP TABLE tokens")


def _rows(made: Made) -> Iterator[tuple[int, bytes, bytes]]:
    for row in range(len(made)):
        codes = made.snapshot.token_index.passage(row)
        yield row, codes.codes.tobytes(), codes.sentences.tobytes()
