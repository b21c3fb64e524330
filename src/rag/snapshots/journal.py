"""What a run has encoded and not published yet, kept as it is made, so that a killed run is not encoded again."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import numpy as np

from rag.errors import StorageError
from rag.index.late_interaction import TokenCodes
from rag.protocols import Vectors
from rag.snapshots.durable import filling, refused

# As bytes, whatever damage has made of them.
_GET = """
SELECT CAST(sha256 AS BLOB), CAST(vector AS BLOB), CAST(codes AS BLOB), CAST(sentences AS BLOB)
FROM encoding WHERE key = ?
"""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Encoded:
    """What a snapshot keeps of one chunk's encoding: its vector, shape (dimension,), and its compressed tokens."""

    vector: Vectors
    tokens: TokenCodes


class Journal:
    """A map from a key to what is encoded under it, durable after each `put`; what was damaged since is not there."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        connection.execute(
            "CREATE TABLE IF NOT EXISTS encoding (key BLOB PRIMARY KEY, sha256 BLOB NOT NULL, "
            "vector BLOB NOT NULL, codes BLOB NOT NULL, sentences BLOB NOT NULL)"
        )

    def get(self, keys: Sequence[bytes]) -> dict[bytes, Encoded]:
        """Return what there is for `keys`."""
        found = {}
        for key in keys:
            row = self._connection.execute(_GET, (key,)).fetchone()
            if row is not None and None not in row and row[0] == _digest(key, *row[1:]):
                found[key] = _encoded(*row[1:])
        return found

    def put(self, encoded: Mapping[bytes, Encoded]) -> None:
        """Keep each under its key."""
        with self._connection:
            self._connection.executemany(
                "INSERT OR REPLACE INTO encoding VALUES (?, ?, ?, ?, ?)",
                (_row(key, one) for key, one in encoded.items()),
            )


@contextmanager
def journal(directory: Path, encoder_digest: str) -> Iterator[Journal]:
    """Open the journal of one encoder; it is deleted when the block ends well, for then all stands in a snapshot.

    Where the disk refuses something it is deleted too, to give back its space; a killed run leaves it to the next.
    """
    path = directory / f"encoded-{encoder_digest[:16]}.sqlite"
    try:
        with filling(path):
            _discard_damaged(path)
            with closing(sqlite3.connect(path, check_same_thread=False)) as connection:
                yield Journal(connection)
    except StorageError:
        with suppress(OSError):
            path.unlink()
        raise
    with filling(path):
        path.unlink()


def _discard_damaged(path: Path) -> None:
    """Delete a journal whose structure is damaged; checksums tell what else is."""
    if not path.exists():
        return
    with closing(sqlite3.connect(path)) as connection:
        fault = _fault(connection)
    if fault is not None:
        _log.warning("%s is damaged, %s: what it kept is encoded again", path, fault)
        path.with_name(f"{path.name}-journal").unlink(missing_ok=True)  # or SQLite would take it for that of the next
        path.unlink()


def _fault(connection: sqlite3.Connection) -> str | None:
    try:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute(_GET, (b"",))
        (found,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.DatabaseError as error:
        # A damaged header may say that none may write; where that is so, nor can the file be deleted.
        if refused(error) and error.sqlite_errorcode != sqlite3.SQLITE_READONLY:
            raise
        return str(error)
    return None if found == "ok" else str(found)


def _row(key: bytes, one: Encoded) -> tuple[bytes, ...]:
    parts = one.vector.tobytes(), one.tokens.codes.tobytes(), one.tokens.sentences.tobytes()
    return key, _digest(key, *parts), *parts


def _digest(*parts: bytes) -> bytes:
    digest = sha256()
    for part in parts:
        digest.update(b"%d:" % len(part) + part)
    return digest.digest()


def _encoded(vector: bytes, codes: bytes, sentences: bytes) -> Encoded:
    numbers = np.frombuffer(sentences, np.uint8)
    dimension = len(vector) // 4
    shape = (len(numbers), -(-dimension // 8))
    return Encoded(
        np.frombuffer(vector, np.float32), TokenCodes(np.frombuffer(codes, np.uint8).reshape(shape), numbers)
    )
