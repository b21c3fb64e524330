"""What is kept of feeds and pages between two runs: index/feeds.sqlite, durable after each call.

What stands here saves requests and nothing else: where it is damaged or missing, all is asked for anew.
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

from rag.feeds.fetching import Got, Held
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
_SECONDS = 60.0
"""Seconds that another process may take to write."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Response:
    """What is known of the last answer of a source: `sha256` is of its body, which is kept until it is indexed."""

    url: str
    media_type: str
    etag: str | None
    modified: str | None
    sha256: str

    @property
    def held(self) -> Held:
        """What asks for it only if it was modified."""
        headers = {"If-None-Match": self.etag, "If-Modified-Since": self.modified}
        return Held(self.url, {name: value for name, value in headers.items() if value})


class Kept:
    """The open file."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._connection = connection
        self._path = path

    def response(self, source: str) -> Response | None:
        """Return what is known of a source, None where that is nothing, or was damaged."""
        query = "SELECT url, media_type, etag, modified, sha256, seal FROM response WHERE source = ?"
        row = self._row(query, source)
        if row is None or row[-1] != _seal(source, row[:-1]):
            return None
        return Response(*row[:-1])

    def body(self, source: str) -> bytes | None:
        """Return the body of a source as it was, None where it is kept no longer, or was damaged."""
        query = "SELECT body, sha256 FROM response WHERE source = ?"
        body, digest = self._row(query, source) or (None, None)
        return body if isinstance(body, bytes) and sha256(body).hexdigest() == digest else None

    def put(self, source: str, got: Got, body: bytes, until: float) -> Response:
        """Keep an answer that is fresh until then, in seconds since 1970."""
        found = Response(got.url, got.media_type, got.etag, got.modified, sha256(body).hexdigest())
        row = (source, *astuple(found), _seal(source, astuple(found)), body, until)
        self._write("INSERT OR REPLACE INTO response VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", [row])
        return found

    def refresh(self, source: str, until: float) -> None:
        """Keep until when an answer that was not modified is fresh."""
        self._write("UPDATE response SET until = ? WHERE source = ?", [(until, source)])

    def fresh(self, source: str, now: float) -> bool:
        """Tell whether the last answer of a source is fresh by its own word."""
        row = self._row("SELECT until FROM response WHERE source = ?", source)
        return row is not None and float(row[0]) > now

    def release(self, sources: Iterable[str]) -> None:
        """Let go of bodies that stand in the index now."""
        self._write("UPDATE response SET body = NULL WHERE source = ?", [(source,) for source in sources])

    def entries(self, feed: str) -> dict[str, Entry]:
        """Return all that a feed ever listed, by their addresses, as it last did."""
        query = "SELECT url, title, published, author FROM entry WHERE feed = ?"
        with storage_errors(self._path):
            return {row[0]: Entry(*row) for row in self._connection.execute(query, (feed,))}

    def note(self, feed: str, entries: Iterable[Entry]) -> None:
        """Keep what a feed lists."""
        rows = [(feed, *astuple(entry)) for entry in entries]
        self._write("INSERT OR REPLACE INTO entry VALUES (?, ?, ?, ?, ?)", rows)

    def until(self, host: str) -> float:
        """Return when a host may be asked again, in seconds since 1970; 0 where it did not say."""
        row = self._row("SELECT until FROM host WHERE name = ?", host)
        return float(row[0]) if row else 0.0

    def put_off(self, host: str, until: float) -> None:
        """Keep when a host may be asked again."""
        self._write("INSERT OR REPLACE INTO host VALUES (?, ?)", [(host, until)])

    def _row(self, query: str, key: str) -> tuple[Any, ...] | None:
        with storage_errors(self._path):
            row: tuple[Any, ...] | None = self._connection.execute(query, (key,)).fetchone()
        return row

    def _write(self, statement: str, rows: list[tuple[object, ...]]) -> None:
        with storage_errors(self._path), self._connection:
            self._connection.executemany(statement, rows)


@contextmanager
def kept(directory: Path) -> Iterator[Kept]:
    """Open what is kept in an index directory, made where there is none. Raises StorageError."""
    make_folder(directory)
    path = directory / "feeds.sqlite"
    with storage_errors(path):
        connection = _connected(path)
    with closing(connection):
        yield Kept(connection, path)


def _connected(path: Path) -> sqlite3.Connection:
    try:
        return _sound(path)
    except sqlite3.DatabaseError as error:
        if is_storage_fault(error) and error.sqlite_errorcode != sqlite3.SQLITE_READONLY:
            raise
        _log.warning("%s is damaged, %s: feeds and their pages are asked for anew", path, error)
        path.with_name(f"{path.name}-journal").unlink(missing_ok=True)
        path.unlink()
        return _sound(path)


def _sound(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=_SECONDS)
    try:
        connection.executescript(_SCHEMA)
        (found,) = connection.execute("PRAGMA quick_check(1)").fetchone()
        if found != "ok":
            raise sqlite3.DatabaseError(found)
    except sqlite3.DatabaseError:
        connection.close()
        raise
    return connection


def _seal(source: str, row: tuple[object, ...]) -> str:
    return sha256(repr((source, *row)).encode()).hexdigest()
