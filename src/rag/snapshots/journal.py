"""What a run has encoded and not published yet, kept as it is made, so that a killed run is not encoded again."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from rag.errors import StorageError
from rag.interaction import TokenCodes
from rag.protocols import Vectors
from rag.snapshots.durable import filling


@dataclass(frozen=True, slots=True)
class Encoded:
    """What a snapshot keeps of one chunk's encoding: its vector, shape (dimension,), and its compressed tokens."""

    vector: Vectors
    tokens: TokenCodes


class Journal:
    """A map from a key to what is encoded under it, durable after each `put`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        connection.execute(
            "CREATE TABLE IF NOT EXISTS encoded "
            "(key BLOB PRIMARY KEY, vector BLOB NOT NULL, codes BLOB NOT NULL, sentences BLOB NOT NULL)"
        )

    def get(self, keys: Sequence[bytes]) -> dict[bytes, Encoded]:
        """Return what there is for `keys`."""
        found = {}
        for key in keys:
            query = "SELECT vector, codes, sentences FROM encoded WHERE key = ?"
            row = self._connection.execute(query, (key,)).fetchone()
            if row is not None:
                found[key] = _encoded(*row)
        return found

    def put(self, encoded: Mapping[bytes, Encoded]) -> None:
        """Keep each under its key."""
        with self._connection:
            self._connection.executemany(
                "INSERT OR REPLACE INTO encoded VALUES (?, ?, ?, ?)",
                (
                    (key, one.vector.tobytes(), one.tokens.codes.tobytes(), one.tokens.sentences.tobytes())
                    for key, one in encoded.items()
                ),
            )


@contextmanager
def journal(directory: Path, encoder_digest: str) -> Iterator[Journal]:
    """Open the journal of one encoder; it is deleted when the block ends well, for then all stands in a snapshot.

    Where the disk refuses something it is deleted too, to give back its space; a killed run leaves it to the next.
    """
    path = directory / f"encoded-{encoder_digest[:16]}.sqlite"
    try:
        with filling(path), closing(sqlite3.connect(path)) as connection:
            yield Journal(connection)
    except StorageError:
        with suppress(OSError):
            path.unlink()
        raise
    with filling(path):
        path.unlink()


def _encoded(vector: bytes, codes: bytes, sentences: bytes) -> Encoded:
    numbers = np.frombuffer(sentences, np.uint8)
    dimension = len(vector) // 4
    shape = (len(numbers), -(-dimension // 8))
    return Encoded(
        np.frombuffer(vector, np.float32), TokenCodes(np.frombuffer(codes, np.uint8).reshape(shape), numbers)
    )
