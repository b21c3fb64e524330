"""Runs the queries of a reader on the SQLite database of one snapshot."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from rag.errors import CorruptSnapshot
from rag.snapshots.groups import restrict
from rag.snapshots.tables import Cell, address, has_table

_SPECIAL = frozenset("*?[")


class Selection(NamedTuple):
    """An SQL condition on a row of a table, and the values to bind to it."""

    sql: str
    values: tuple[Cell, ...] = ()


class Database(Protocol):
    """The tables of one version of an index, with their names and columns in `tables.SCHEMA`.

    Safe to share between threads. Queries have `?` for values, `json_each(?)` for the values in a JSON array, and no
    other function or operator that only one database has.
    """

    @property
    def name(self) -> str:
        """The place of the data, for error messages."""
        ...

    def all(self, query: str, values: tuple[Cell, ...] = ()) -> list[tuple[Any, ...]]:
        """Return the rows that a query finds. Raises CorruptSnapshot, IndexUnavailable if a server is silent."""
        ...

    def each(self, query: str) -> Iterator[tuple[Any, ...]]:
        """Yield the rows that a query finds, without all of them in memory. Raises as `all` does."""
        ...

    def has(self, table: str) -> bool:
        """Return whether there is a table. Older formats lack some. Raises as `all` does."""
        ...

    def containing(self, text: str, word: str) -> Selection:
        """Return the condition that the SQL expression `text` contains a word in any case."""
        ...

    def again(self) -> Database:
        """Return the same data over another connection, because a connection runs one query at a time."""
        ...

    def close(self) -> None:
        """Close the connection."""
        ...


class SqliteFile:
    """The database of one snapshot. If `groups` is not None, documents that these groups may not see are missing."""

    def __init__(self, path: Path, groups: frozenset[str] | None = None) -> None:
        self.path = path
        self._groups = groups
        self._lock = threading.Lock()
        try:
            self._connection = sqlite3.connect(address(path), uri=True, check_same_thread=False)
        except sqlite3.OperationalError as error:
            raise CorruptSnapshot(f"{path} cannot be opened: {error}") from error
        if groups is not None:
            try:
                restrict(self._connection, groups)
            except sqlite3.DatabaseError as error:
                raise self._corrupt(error) from error

    @property
    def name(self) -> str:
        """The path of the file."""
        return str(self.path)

    def all(self, query: str, values: tuple[Cell, ...] = ()) -> list[tuple[Any, ...]]:
        """Return the rows that a query finds. Raises CorruptSnapshot."""
        try:
            with self._lock:
                return self._connection.execute(query, values).fetchall()
        except sqlite3.DatabaseError as error:
            raise self._corrupt(error) from error

    def each(self, query: str) -> Iterator[tuple[Any, ...]]:
        """Yield the rows that a query finds, without all of them in memory. Raises CorruptSnapshot."""
        try:
            with closing(self._connection.cursor()) as cursor:
                yield from cursor.execute(query)
        except sqlite3.DatabaseError as error:
            raise self._corrupt(error) from error

    def has(self, table: str) -> bool:
        """Return whether there is a table. Raises CorruptSnapshot."""
        try:
            with self._lock:
                return has_table(self._connection, table)
        except sqlite3.DatabaseError as error:
            raise self._corrupt(error) from error

    def containing(self, text: str, word: str) -> Selection:
        """Return the condition that an expression contains a word in any case. LIKE ignores the case of ASCII only."""
        return Selection(f"{text} GLOB ?", (f"*{''.join(map(_any_case, word))}*",))

    def again(self) -> SqliteFile:
        """Return the same data over another connection."""
        return SqliteFile(self.path, self._groups)

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def _corrupt(self, error: sqlite3.DatabaseError) -> CorruptSnapshot:
        return CorruptSnapshot(f"{self.path} cannot be read, {error}: run 'rag snapshots verify'")


def _any_case(char: str) -> str:
    cases = cases_of(char)
    return f"[{''.join(cases)}]" if len(cases) > 1 or char in _SPECIAL else char


def cases_of(char: str) -> Sequence[str]:
    """Return a character in each case, as far as that is one character."""
    return sorted({one for one in (char, char.lower(), char.upper()) if len(one) == 1})
