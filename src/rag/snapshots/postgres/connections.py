"""The connections to an index in PostgreSQL. Every error of the server becomes one of ours."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from weakref import WeakKeyDictionary

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict
from psycopg_pool import ConnectionPool, PoolTimeout

from rag.errors import ConfigurationError, IndexUnavailable
from rag.snapshots.postgres.schema import EVERYONE

NAME = "the database of RAG_SNAPSHOTS"
"""The name of the database in messages. Readers may see them, so its host is only in the log."""

_MOST = 16  # connections of a process
_WAIT = 3.0  # seconds for a connection
_STATEMENT = 30_000  # milliseconds for a query of a search

_log = logging.getLogger(__name__)
logging.getLogger("psycopg.pool").setLevel(logging.ERROR)  # it would write a line for each attempt to connect

Connection = psycopg.Connection[tuple[Any, ...]]


class Connections:
    """A pool of connections to one schema of a database. Safe to share between threads.

    `address` is a connection string of libpq: a URI, or words such as `host=/run/postgresql dbname=rag`. Raises
    ConfigurationError if it is none.
    """

    def __init__(self, address: str, schema: str) -> None:
        self.schema = schema
        try:
            known = conninfo_to_dict(address)
        except psycopg.Error as error:
            raise ConfigurationError(f"RAG_SNAPSHOTS is no address of a database: {str(error).strip()}") from error
        if known.get("password"):
            raise ConfigurationError(
                "RAG_SNAPSHOTS has a password, and settings are shown: give it in PGPASSWORD, or in a file that "
                "PGPASSFILE names"
            )
        self._address = address
        self._shown: WeakKeyDictionary[Connection, tuple[int, str]] = WeakKeyDictionary()
        self._pool: ConnectionPool[Connection] = ConnectionPool(
            address,
            kwargs=self._options(_STATEMENT),
            min_size=0,
            max_size=_MOST,
            timeout=_WAIT,
            reconnect_timeout=_WAIT,  # by default, the pauses between attempts grow to minutes
            open=True,
        )

    def _options(self, statement: int) -> dict[str, object]:
        path = f"-c search_path={self.schema},public -c statement_timeout={statement} -c jit=off"
        return {"autocommit": True, "options": path, "application_name": "rag"}

    @contextmanager
    def connected(self) -> Iterator[Connection]:
        """Yield a connection that commits each statement. Raises IndexUnavailable."""
        with self.naming_errors(), self._pool.connection() as connection:
            yield connection

    @contextmanager
    def showing(self, version: int, groups: frozenset[str] | None) -> Iterator[Connection]:
        """Yield a connection whose views show one version to a client in `groups`. Raises IndexUnavailable."""
        wanted = version, EVERYONE if groups is None else _array(groups)
        with self.connected() as connection:
            if self._shown.get(connection) != wanted:
                query = "SELECT set_config('rag.version', %s, false), set_config('rag.groups', %s, false)"
                connection.execute(query, (str(version), wanted[1]))
                self._shown[connection] = wanted
            yield connection

    @contextmanager
    def alone(self) -> Iterator[Connection]:
        """Yield a connection of its own, without a time limit for its statements. Raises IndexUnavailable."""
        options = self._options(0)
        with self.naming_errors(), psycopg.connect(self._address, **options) as connection:  # type: ignore[arg-type]
            yield connection

    def close(self) -> None:
        """Close all connections."""
        self._pool.close()

    @contextmanager
    def naming_errors(self) -> Iterator[None]:
        """Raise IndexUnavailable instead of an error of the server in the block."""
        try:
            yield
        except (psycopg.OperationalError, PoolTimeout) as error:
            _log.debug("%s does not answer: %s", NAME, " ".join(str(error).split()))
            raise IndexUnavailable(f"{NAME} does not answer: check that it runs, then try again") from error
        except psycopg.Error as error:
            first, *_ = str(error).splitlines() or ("",)
            raise IndexUnavailable(f"{NAME} refused a query: {first}: check its tables and permissions") from error


def identifier(name: str) -> sql.Identifier:
    """Return a name as a part of a statement."""
    return sql.Identifier(name)


def _array(groups: frozenset[str]) -> str:
    """Return groups as the text of an array. The empty label, of unreadable ones, is in no group."""
    quoted = [one.replace("\\", "\\\\").replace('"', '\\"') for one in sorted(groups - {""})]
    return "{" + ",".join(f'"{one}"' for one in quoted) + "}"
