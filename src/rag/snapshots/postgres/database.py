"""The tables of one version in PostgreSQL, for the reader that local snapshots have too."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from rag.snapshots.postgres.connections import NAME, Connections
from rag.snapshots.sql import Selection, cases_of
from rag.snapshots.tables import Cell


@dataclass(frozen=True, slots=True)
class PostgresDatabase:
    """Implements `Database`. If `groups` is not None, documents that these groups may not see are missing."""

    connections: Connections
    version: int
    groups: frozenset[str] | None = None

    @property
    def name(self) -> str:
        """The name of the database."""
        return NAME

    def all(self, query: str, values: tuple[Cell, ...] = ()) -> list[tuple[Any, ...]]:
        """Return the rows that a query finds. Raises IndexUnavailable."""
        with self.connections.showing(self.version, self.groups) as connection:
            return connection.execute(_translated(query), values).fetchall()

    def each(self, query: str) -> Iterator[tuple[Any, ...]]:
        """Yield the rows that a query finds. Raises IndexUnavailable."""
        yield from self.all(query)

    def has(self, table: str) -> bool:
        """Return whether there is a table. The first format has all of them."""
        return bool(table)

    def containing(self, text: str, word: str) -> Selection:
        """Return the condition that an expression contains a word in any case."""
        return Selection(f"{text} ~ ?", ("".join(map(_any_case, word)),))

    def again(self) -> PostgresDatabase:
        """Return this database, because each query may use another connection."""
        return self

    def close(self) -> None:
        """Do nothing, because other versions use the same connections."""


@lru_cache(1 << 10)
def _translated(query: str) -> bytes:
    listed = query.replace("json_each(?)", "jsonb_array_elements_text(?::jsonb) AS listed (value)")
    return listed.replace("?", "%s").encode()


def _any_case(char: str) -> str:
    cases = cases_of(char)
    return f"[{''.join(cases)}]" if len(cases) > 1 else re.escape(char)
