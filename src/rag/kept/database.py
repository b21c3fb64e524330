"""The database of kept answers: one SQLite file in the folder of the index, which all processes of a service share."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from rag.errors import StorageError

NAME = "kept.sqlite"

_FORMAT = 3

_WITHOUT_TIMES = 2
"""The format whose saved questions have no time."""

_BUSY_SECONDS = 5.0
"""Seconds to wait for another process that writes."""

_SCHEMA = f"""
CREATE TABLE IF NOT EXISTS secret (value BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS shared (
    id TEXT PRIMARY KEY, created TEXT NOT NULL, client TEXT, answer TEXT NOT NULL, documents TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS feedback (
    id INTEGER PRIMARY KEY AUTOINCREMENT, created TEXT NOT NULL, verdict TEXT NOT NULL, reason TEXT,
    words TEXT NOT NULL, marker INTEGER, answer TEXT NOT NULL, documents TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS question (
    id TEXT PRIMARY KEY, created TEXT NOT NULL, client TEXT, text TEXT NOT NULL, filters TEXT NOT NULL, groups TEXT,
    webhook TEXT, answer TEXT, snapshot TEXT, documents TEXT NOT NULL DEFAULT '{{}}', as_of TEXT);
CREATE TABLE IF NOT EXISTS change (
    id INTEGER PRIMARY KEY AUTOINCREMENT, question TEXT NOT NULL, created TEXT NOT NULL, comparison TEXT NOT NULL,
    documents TEXT NOT NULL, due REAL, tries INTEGER NOT NULL DEFAULT 0, fault TEXT);
PRAGMA user_version = {_FORMAT};
"""


class Database:
    """The file. Each call opens it anew, so any thread and process may use it. Its methods raise StorageError."""

    def __init__(self, index: Path) -> None:
        self.path = index / NAME

    @contextmanager
    def reading(self, since: int = 1) -> Iterator[sqlite3.Connection | None]:
        """Yield a connection for queries; None if nothing was ever kept.

        It is also None if the file has a format before `since`, and cannot be changed to the present one.
        """
        if not self.path.exists():
            yield None
            return
        with self._connection() as connection:
            (found,) = connection.execute("PRAGMA user_version").fetchone()
            yield connection if found >= since else None

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Yield a connection whose changes are on the disk when the block ends, or undone if it raises."""
        self._create()
        with self._connection() as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                connection.rollback()
                raise
            connection.commit()

    def _create(self) -> None:
        """Create the file if there is none. Only the user of the service may read it."""
        try:
            os.close(os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
        except OSError as error:
            raise StorageError(
                f"{self.path} cannot be written: {error.strerror}: let the user of the service write there"
            ) from error

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        try:
            with closing(sqlite3.connect(self.path, timeout=_BUSY_SECONDS, isolation_level=None)) as connection:
                connection.execute("PRAGMA secure_delete = ON")  # a deleted answer must not stay in free pages
                connection.execute("PRAGMA synchronous = EXTRA")  # a deletion of the journal is durable too
                self._check_format(connection)
                yield connection
        except sqlite3.Error as error:
            raise StorageError(
                f"{self.path} cannot be used: {error}: check its disk, restore it from a copy, or delete it, and "
                "everything in it is lost"
            ) from error

    def _check_format(self, connection: sqlite3.Connection) -> None:
        (found,) = connection.execute("PRAGMA user_version").fetchone()
        if found > _FORMAT:
            raise StorageError(
                f"{self.path} has format {found}, and this version of rag reads format {_FORMAT}: use the version that "
                "wrote it"
            )
        if found < _FORMAT and all(os.access(one, os.W_OK) for one in (self.path, self.path.parent)):
            if found == _WITHOUT_TIMES:
                connection.execute("ALTER TABLE question ADD COLUMN as_of TEXT")
            connection.executescript(_SCHEMA)
