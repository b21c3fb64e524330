"""The versions of an index in a schema of a PostgreSQL database."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from psycopg import sql

from rag.errors import IncompatibleSnapshot, NoSnapshot, UnknownSnapshot, WriterBusy
from rag.snapshots.manifest import Manifest
from rag.snapshots.postgres import schema
from rag.snapshots.postgres.connections import Connection, Connections
from rag.snapshots.postgres.pruning import merge_segments, prune
from rag.snapshots.postgres.version import PostgresVersion, VersionRecord
from rag.snapshots.postgres.writing import ChangeWriter
from rag.snapshots.prepared import ChangeSet
from rag.snapshots.protocol import Index

_SERVING = "SELECT number, id, manifest FROM versions WHERE number = (SELECT number FROM serving)"
_NAMED = "SELECT number, id, manifest FROM versions WHERE id = %s"
_LOCK = "SELECT pg_try_advisory_lock(hashtextextended(%s, 0))"


class PostgresStore:
    """Implements `IndexStore`. One instance serves all threads of a process.

    `address` is a connection string of libpq. The index has its own schema, so a database can hold several.
    """

    def __init__(self, address: str, schema_name: str = "rag") -> None:
        self._connections = Connections(address, schema_name)
        self._current: PostgresVersion | None = None
        self._loading = threading.Lock()
        self._writer: Connection | None = None

    def current(self) -> PostgresVersion:
        """Return the version that serves. Raises as `refresh` does."""
        return self._current or self.refresh()

    def refresh(self) -> PostgresVersion:
        """Return the version that serves now. Raises NoSnapshot, IncompatibleSnapshot, BackendError."""
        with self._loading:
            record = self._record(_SERVING) if self._exists() else None
            if record is None:
                raise NoSnapshot(f"no index in {self._connections.name}: run 'rag ingest' first")
            if self._current is None or self._current.id != record.id:
                self._current = PostgresVersion(self._connections, record)
            return self._current

    def ids(self) -> list[str]:
        """Return the ids of all versions, oldest first. Raises BackendError."""
        if not self._exists():
            return []
        with self._connections.connected() as connection:
            return [str(name) for (name,) in connection.execute("SELECT id FROM versions ORDER BY number")]

    def open(self, snapshot_id: str) -> PostgresVersion:
        """Return one version. Raises UnknownSnapshot, BackendError."""
        return PostgresVersion(self._connections, self._known(snapshot_id))

    @contextmanager
    def writing(self, keep: int | None = None) -> Iterator[None]:
        """Hold the lock of the single writer during the block. The lock ends with the connection.

        If the block ends without an error and `keep` is given, delete all but the newest `keep` versions that nobody
        reads. Raises WriterBusy, IncompatibleSnapshot, BackendError.
        """
        with self._connections.alone() as connection:
            [free] = connection.execute(_LOCK, (self._connections.schema,)).fetchone() or (False,)
            if not free:
                raise WriterBusy(
                    f"{self._connections.name} is being written to by another process: wait until it has finished, "
                    "then try again"
                )
            self._prepare(connection)
            self._writer = connection
            try:
                yield
                if keep is not None:
                    with connection.transaction():
                        prune(connection, keep)
            finally:
                self._writer = None

    def publish(self, previous: Index | None, changes: ChangeSet) -> PostgresVersion:
        """Write the next version and make it the current one, in one transaction. Call only inside `writing`.

        Raises BackendError. Then nothing has changed.
        """
        assert previous is None or isinstance(previous, PostgresVersion), "it is a version of this store"
        connection = self._writer
        assert connection is not None, "the lock is held"
        with self._connections.naming_errors(), connection.transaction():
            [number] = connection.execute("SELECT coalesce(max(number), 0) + 1 FROM versions").fetchone() or (1,)
            writer = ChangeWriter(connection, int(str(number)), previous.number if previous else 0)
            record = writer.write(changes)
            merge_segments(connection)
            _point_to(connection, record.number)
        return self.refresh()

    def activate(self, snapshot_id: str) -> PostgresVersion:
        """Make another version the current one. Raises UnknownSnapshot, WriterBusy, BackendError."""
        with self.writing():
            record = self._known(snapshot_id)
            assert self._writer is not None, "the lock is held"
            with self._writer.transaction():
                _point_to(self._writer, record.number)
        return self.refresh()

    def close(self) -> None:
        """Close all connections."""
        self._connections.close()

    def _prepare(self, connection: Connection) -> None:
        """Create the tables if there are none."""
        if self._exists():
            return
        with connection.transaction():
            connection.execute("CREATE EXTENSION IF NOT EXISTS vector WITH SCHEMA public")
            connection.execute(
                sql.SQL("CREATE SCHEMA IF NOT EXISTS {}").format(sql.Identifier(self._connections.schema))
            )
            connection.execute(schema.TABLES)
            connection.execute(schema.VIEWS)
            connection.execute("INSERT INTO format VALUES (%s)", (schema.FORMAT,))

    def _exists(self) -> bool:
        """Return whether the tables exist. Raises IncompatibleSnapshot if they have another format."""
        with self._connections.connected() as connection:
            query = "SELECT to_regclass(format('%%I.format', %s::text)) IS NOT NULL"
            [exists] = connection.execute(query, (self._connections.schema,)).fetchone() or (False,)
            found = connection.execute("SELECT number FROM format").fetchone() if exists else None
        if found is not None and found[0] != schema.FORMAT:
            raise IncompatibleSnapshot(
                f"{self._connections.name} has an index of format {found[0]}, but this version reads format "
                f"{schema.FORMAT}: install the version of rag that wrote it"
            )
        return bool(exists)

    def _known(self, snapshot_id: str) -> VersionRecord:
        record = self._record(_NAMED, snapshot_id) if self._exists() else None
        if record is None:
            raise UnknownSnapshot(f"there is no snapshot {snapshot_id!r}: 'rag snapshots' lists all of them")
        return record

    def _record(self, query: str, *values: object) -> VersionRecord | None:
        with self._connections.connected() as connection:
            found = connection.execute(query.encode(), values).fetchone()
        if found is None:
            return None
        number, name, manifest = found
        return VersionRecord(int(str(number)), str(name), Manifest.model_validate_json(str(manifest)))


def _point_to(connection: Connection, number: int) -> None:
    connection.execute("DELETE FROM serving")
    connection.execute("INSERT INTO serving VALUES (%s)", (number,))
