"""Stores the encodings of a run durably until its snapshot is published, so that a killed run can continue."""

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
from rag.snapshots.durable import is_storage_fault, storage_errors

# Cast to bytes, because damage can change the type of a value.
_GET = """
SELECT CAST(sha256 AS BLOB), CAST(vector AS BLOB), CAST(codes AS BLOB), CAST(sentences AS BLOB)
FROM encoding WHERE key = ?
"""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class PassageEncoding:
    """The encoding of one passage, as a snapshot stores it: its vector, shape (dimension,), and compressed tokens."""

    vector: Vectors
    tokens: TokenCodes


class Journal:
    """A map from keys to encodings, durable after each `put`. Damaged entries count as missing."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        connection.execute(
            "CREATE TABLE IF NOT EXISTS encoding (key BLOB PRIMARY KEY, sha256 BLOB NOT NULL, "
            "vector BLOB NOT NULL, codes BLOB NOT NULL, sentences BLOB NOT NULL)"
        )

    def get(self, keys: Sequence[bytes]) -> dict[bytes, PassageEncoding]:
        """Return the encodings that are in the journal for `keys`, by key."""
        found = {}
        for key in keys:
            row = self._connection.execute(_GET, (key,)).fetchone()
            if row is not None and None not in row and row[0] == _digest(key, *row[1:]):
                found[key] = _parsed(*row[1:])
        return found

    def put(self, encodings: Mapping[bytes, PassageEncoding]) -> None:
        """Store each encoding under its key."""
        with self._connection:
            self._connection.executemany(
                "INSERT OR REPLACE INTO encoding VALUES (?, ?, ?, ?, ?)",
                (_row(key, one) for key, one in encodings.items()),
            )


@contextmanager
def journal(directory: Path, encoder_digest: str) -> Iterator[Journal]:
    """Open the journal of one encoder for the block.

    If the block ends without an error, the journal is deleted, because a snapshot has all its encodings. After a
    StorageError it is deleted to free its space. After any other error, or if the process is killed, it stays for the
    next run.
    """
    path = directory / f"encoded-{encoder_digest[:16]}.sqlite"
    try:
        with storage_errors(path):
            _discard_damaged(path)
            with closing(sqlite3.connect(path, check_same_thread=False)) as connection:
                yield Journal(connection)
    except StorageError:
        with suppress(OSError):
            path.unlink()
        raise
    with storage_errors(path):
        path.unlink()


def _discard_damaged(path: Path) -> None:
    """Delete a journal if its structure is damaged. `Journal.get` detects damage to single entries by checksums."""
    if not path.exists():
        return
    with closing(sqlite3.connect(path)) as connection:
        fault = _fault(connection)
    if fault is not None:
        _log.warning("%s is damaged, %s: its passages are encoded again", path, fault)
        path.with_name(f"{path.name}-journal").unlink(missing_ok=True)  # or SQLite would apply it to the next journal
        path.unlink()


def _fault(connection: sqlite3.Connection) -> str | None:
    try:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute(_GET, (b"",))
        (found,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.DatabaseError as error:
        # READONLY counts as damage, because a damaged header can cause it. On a read-only disk, deleting fails instead.
        if is_storage_fault(error) and error.sqlite_errorcode != sqlite3.SQLITE_READONLY:
            raise
        return str(error)
    return None if found == "ok" else str(found)


def _row(key: bytes, one: PassageEncoding) -> tuple[bytes, ...]:
    parts = one.vector.tobytes(), one.tokens.codes.tobytes(), one.tokens.sentences.tobytes()
    return key, _digest(key, *parts), *parts


def _digest(*parts: bytes) -> bytes:
    digest = sha256()
    for part in parts:
        digest.update(b"%d:" % len(part) + part)
    return digest.digest()


def _parsed(vector: bytes, codes: bytes, sentences: bytes) -> PassageEncoding:
    numbers = np.frombuffer(sentences, np.uint8)
    dimension = len(vector) // 4
    shape = (len(numbers), -(-dimension // 8))
    return PassageEncoding(
        np.frombuffer(vector, np.float32), TokenCodes(np.frombuffer(codes, np.uint8).reshape(shape), numbers)
    )
