"""The cache of feeds and pages between two runs: index/feeds.sqlite, durable after each call.

It holds the bodies and validators of responses, the entries of feeds, and the retry times of hosts. It only saves
requests: if it is damaged or missing, all pages are fetched again.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import astuple, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from rag.feeds.fetching import Condition, FetchResult
from rag.feeds.parsing import Entry
from rag.snapshots.durable import is_storage_fault, make_folder, storage_errors

_SCHEMA = """
CREATE TABLE IF NOT EXISTS response (
    source TEXT PRIMARY KEY, url TEXT NOT NULL, media_type TEXT NOT NULL, etag TEXT, modified TEXT,
    sha256 TEXT NOT NULL, seal TEXT NOT NULL, body BLOB, until REAL NOT NULL
);
CREATE TABLE IF NOT EXISTS entry (
    feed TEXT NOT NULL, url TEXT NOT NULL, title TEXT, published TEXT, author TEXT, PRIMARY KEY (feed, url)
);
CREATE TABLE IF NOT EXISTS host (name TEXT PRIMARY KEY, until REAL NOT NULL);
"""
_LOCK_SECONDS = 60.0
"""Seconds to wait for another process that writes to the cache."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class CachedResponse:
    """The last response for a source, without its body; `sha256` is the digest of the body.

    The body of a page stays in the cache only until the page is indexed.
    """

    url: str
    media_type: str
    etag: str | None
    modified: str | None
    sha256: str

    @property
    def condition(self) -> Condition:
        """The condition for a request that returns a body only if it was modified."""
        headers = {"If-None-Match": self.etag, "If-Modified-Since": self.modified}
        return Condition(self.url, {name: value for name, value in headers.items() if value})


class Cache:
    """An open cache."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._connection = connection
        self._path = path

    def response(self, source: str) -> CachedResponse | None:
        """Return the last response for a source; None if there is none, or if its row is damaged."""
        query = "SELECT url, media_type, etag, modified, sha256, seal FROM response WHERE source = ?"
        row = self._row(query, source)
        if row is None or row[-1] != _seal(source, row[:-1]):
            return None
        return CachedResponse(*row[:-1])

    def body(self, source: str) -> bytes | None:
        """Return the last body of a source; None if it is no longer cached, or if it is damaged."""
        query = "SELECT body, sha256 FROM response WHERE source = ?"
        body, digest = self._row(query, source) or (None, None)
        return body if isinstance(body, bytes) and sha256(body).hexdigest() == digest else None

    def put(self, source: str, result: FetchResult, body: bytes, until: float) -> CachedResponse:
        """Store a response and its body. The response is fresh until `until`, in seconds since 1970."""
        response = CachedResponse(result.url, result.media_type, result.etag, result.modified, sha256(body).hexdigest())
        row = (source, *astuple(response), _seal(source, astuple(response)), body, until)
        self._write("INSERT OR REPLACE INTO response VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", [row])
        return response

    def refresh(self, source: str, until: float) -> None:
        """Mark a response that was not modified as fresh until `until`, in seconds since 1970."""
        self._write("UPDATE response SET until = ? WHERE source = ?", [(until, source)])

    def is_fresh(self, source: str, now: float) -> bool:
        """Return whether the last response for a source is still fresh."""
        row = self._row("SELECT until FROM response WHERE source = ?", source)
        return row is not None and float(row[0]) > now

    def drop_bodies(self, sources: Iterable[str]) -> None:
        """Delete the bodies of indexed sources, and keep their validators."""
        self._write("UPDATE response SET body = NULL WHERE source = ?", [(source,) for source in sources])

    def erase(self, sources: Iterable[str]) -> None:
        """Delete everything about pages, and the bodies of the feeds that list them."""
        pages: list[tuple[object, ...]] = [(source,) for source in sources]
        self._write("UPDATE response SET body = NULL WHERE source IN (SELECT feed FROM entry WHERE url = ?)", pages)
        self._write("DELETE FROM entry WHERE url = ?", pages)
        self._write("DELETE FROM response WHERE source = ?", pages)

    def entries(self, feed: str) -> dict[str, Entry]:
        """Return all entries that a feed has ever had, by address, each in its latest version."""
        query = "SELECT url, title, published, author FROM entry WHERE feed = ?"
        with storage_errors(self._path):
            return {row[0]: Entry(*row) for row in self._connection.execute(query, (feed,))}

    def add_entries(self, feed: str, entries: Iterable[Entry]) -> None:
        """Store entries of a feed, in place of older versions."""
        rows = [(feed, *astuple(entry)) for entry in entries]
        self._write("INSERT OR REPLACE INTO entry VALUES (?, ?, ?, ?, ?)", rows)

    def retry_time(self, host: str) -> float:
        """Return when a host accepts requests again, in seconds since 1970; 0 if no time is stored."""
        row = self._row("SELECT until FROM host WHERE name = ?", host)
        return float(row[0]) if row else 0.0

    def set_retry_time(self, host: str, time: float) -> None:
        """Store when a host accepts requests again, in seconds since 1970."""
        self._write("INSERT OR REPLACE INTO host VALUES (?, ?)", [(host, time)])

    def _row(self, query: str, key: str) -> tuple[Any, ...] | None:
        with storage_errors(self._path):
            row: tuple[Any, ...] | None = self._connection.execute(query, (key,)).fetchone()
        return row

    def _write(self, statement: str, rows: list[tuple[object, ...]]) -> None:
        with storage_errors(self._path), self._connection:
            self._connection.executemany(statement, rows)


@contextmanager
def open_cache(directory: Path) -> Iterator[Cache]:
    """Open the cache of an index directory, and create it if it is missing or damaged. Raises StorageError."""
    make_folder(directory)
    path = directory / "feeds.sqlite"
    with storage_errors(path):
        connection = _connect_or_replace(path)
    with closing(connection):
        yield Cache(connection, path)


def _connect_or_replace(path: Path) -> sqlite3.Connection:
    try:
        return _connect(path)
    except sqlite3.DatabaseError as error:
        if is_storage_fault(error) and error.sqlite_errorcode != sqlite3.SQLITE_READONLY:
            raise
        _log.warning("%s is damaged (%s): all feeds and their pages are fetched again", path, error)
        path.with_name(f"{path.name}-journal").unlink(missing_ok=True)
        path.unlink()
        return _connect(path)


def _connect(path: Path) -> sqlite3.Connection:
    """Open and check the database. Raises sqlite3.DatabaseError if it is damaged."""
    connection = sqlite3.connect(path, timeout=_LOCK_SECONDS)
    try:
        connection.execute("PRAGMA secure_delete = ON")  # or deleted pages could be read from the file
        connection.executescript(_SCHEMA)
        (found,) = connection.execute("PRAGMA quick_check(1)").fetchone()
        if found != "ok":
            raise sqlite3.DatabaseError(found)
    except sqlite3.DatabaseError:
        connection.close()
        raise
    return connection


def _seal(source: str, row: tuple[object, ...]) -> str:
    """Return a checksum of a row of the `response` table, so that damage is detected."""
    return sha256(repr((source, *row)).encode()).hexdigest()
