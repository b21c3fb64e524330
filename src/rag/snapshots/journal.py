"""Vectors of a run that is not published yet, kept as they are made, so that a killed run is not encoded again."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

import numpy as np

from rag.protocols import Vectors


class Journal:
    """A map from a key to its vector, durable after each `put`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        connection.execute("CREATE TABLE IF NOT EXISTS encoded (key BLOB PRIMARY KEY, vector BLOB NOT NULL)")

    def get(self, keys: Sequence[bytes]) -> dict[bytes, Vectors]:
        """Return the vectors there are for `keys`."""
        found = {}
        for key in keys:
            row = self._connection.execute("SELECT vector FROM encoded WHERE key = ?", (key,)).fetchone()
            if row is not None:
                found[key] = np.frombuffer(row[0], dtype=np.float32)
        return found

    def put(self, keys: Sequence[bytes], vectors: Vectors) -> None:
        """Keep one vector for each key."""
        with self._connection:
            self._connection.executemany(
                "INSERT OR REPLACE INTO encoded VALUES (?, ?)",
                ((key, vector.tobytes()) for key, vector in zip(keys, vectors, strict=True)),
            )


@contextmanager
def journal(directory: Path, encoder_digest: str) -> Iterator[Journal]:
    """Open the journal of one encoder; it is deleted when the block ends well, for then all stands in a snapshot."""
    path = directory / f"encoded-{encoder_digest[:16]}.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        yield Journal(connection)
    path.unlink()
