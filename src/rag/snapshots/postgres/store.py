"""The versions of an index in a schema of a PostgreSQL database."""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from hashlib import sha256

from psycopg import sql

from rag.errors import IncompatibleSnapshot, NoSnapshot, UnknownSnapshot, WriterBusy
from rag.snapshots.database import Reader
from rag.snapshots.manifest import Manifest
from rag.snapshots.postgres import schema
from rag.snapshots.postgres.connections import NAME, Connection, Connections
from rag.snapshots.postgres.database import PostgresDatabase
from rag.snapshots.postgres.new_documents import of_prepared
from rag.snapshots.postgres.pruning import GRACE_MINUTES, compact, delete_others, merge_segments
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

    @property
    def opened(self) -> PostgresVersion | None:
        """The version that serves, if it is open."""
        return self._current

    def current(self) -> PostgresVersion:
        """Return the version that serves. Raises as `refresh` does."""
        return self._current or self.refresh()

    def refresh(self) -> PostgresVersion:
        """Return the version that serves now. Raises NoSnapshot, IncompatibleSnapshot, IndexUnavailable."""
        with self._loading:
            record = self.serving()
            if record is None:
                raise NoSnapshot(f"no index in {NAME}: run 'rag ingest' first")
            if self._current is None or self._current.id != record.id:
                self._current = PostgresVersion(self._connections, record)
            return self._current

    def ids(self) -> list[str]:
        """Return the ids of all versions, oldest first. Raises IndexUnavailable."""
        if not self._exists():
            return []
        with self._connections.connected() as connection:
            return [str(name) for (name,) in connection.execute("SELECT id FROM versions ORDER BY number")]

    def open(self, snapshot_id: str) -> PostgresVersion:
        """Return one version. Raises UnknownSnapshot, IndexUnavailable."""
        return PostgresVersion(self._connections, self.record(snapshot_id))

    def reading(self, snapshot_id: str) -> tuple[Manifest, Reader]:
        """Return the manifest and the documents of one version, without its sign bits. Raises as `open` does."""
        record = self.record(snapshot_id)
        return record.manifest, Reader(PostgresDatabase(self._connections, record.number))

    @contextmanager
    def writing(self, keep: int | None = None) -> Iterator[None]:
        """Hold the lock of the single writer during the block. The lock ends with the connection.

        If the block ends without an error and `keep` is given, delete all but the newest `keep` versions that nobody
        reads. Raises WriterBusy, IncompatibleSnapshot, IndexUnavailable.
        """
        with self._connections.alone() as connection:
            [free] = connection.execute(_LOCK, (self._connections.schema,)).fetchone() or (False,)
            if not free:
                raise WriterBusy(
                    f"{NAME} is being written to by another process: wait until it has finished, then try again"
                )
            self._prepare(connection)
            self._writer = connection
            try:
                yield
                if keep is not None:
                    self.delete_others(self.ids()[-keep:], GRACE_MINUTES)
            finally:
                self._writer = None

    def publish(self, previous: Index | None, changes: ChangeSet) -> PostgresVersion:
        """Write the next version and make it the current one, in one transaction. Call only inside `writing`.

        Raises IndexUnavailable. Then nothing has changed.
        """
        assert previous is None or isinstance(previous, PostgresVersion), "it is a version of this store"
        created = datetime.now(UTC).isoformat(timespec="seconds")
        with self.next_version() as (connection, number):
            writer = ChangeWriter(connection, number, created)
            writer.begin(previous.number if previous else 0, changes.removed)
            writer.add(of_prepared(changes.new, changes.dimension))
            writer.set_origins(changes.origins)
            manifest = _manifest(changes, created, writer.counts())
            suffix = sha256(f"{number} {manifest.model_dump_json()}".encode()).hexdigest()[:8]
            writer.finish(f"{number:06d}-{suffix}", manifest)
        return self.refresh()

    @contextmanager
    def next_version(self) -> Iterator[tuple[Connection, int]]:
        """Begin a transaction that writes the next version, and yield its connection and the number of the version.

        At the end of the block, the version is the current one. Call only inside `writing`. Raises IndexUnavailable.
        """
        with self._change() as connection:
            [number] = connection.execute("SELECT coalesce(max(number), 0) + 1 FROM versions").fetchone() or (1,)
            assert isinstance(number, int), "the column has numbers"
            yield connection, number
            merge_segments(connection)
            _point_to(connection, number)

    def activate(self, snapshot_id: str) -> PostgresVersion:
        """Make another version the current one. Raises UnknownSnapshot, WriterBusy, IndexUnavailable."""
        with self.writing():
            self.point_to(snapshot_id)
        return self.refresh()

    def point_to(self, snapshot_id: str) -> None:
        """Make another version current. Call only inside `writing`. Raises UnknownSnapshot, IndexUnavailable."""
        with self._change() as connection:
            _point_to(connection, self.record(snapshot_id).number)

    def delete_others(self, kept: Collection[str], grace_minutes: int) -> None:
        """Delete all versions but those with the ids `kept`, the one that serves, and those just replaced.

        Call only inside `writing`. Raises IndexUnavailable.
        """
        with self._change() as connection:
            delete_others(connection, kept, grace_minutes)

    def compact(self) -> None:
        """Delete the postings of deleted passages. Call only inside `writing`. Raises IndexUnavailable."""
        with self._change() as connection:
            compact(connection)

    @contextmanager
    def _change(self) -> Iterator[Connection]:
        """Yield the connection that holds the lock, in a transaction."""
        connection = self._writer
        assert connection is not None, "the lock is held"
        with self._connections.naming_errors(), connection.transaction():
            yield connection

    def serving(self) -> VersionRecord | None:
        """Return the record of the version that serves now; None without one. Raises as `refresh` does."""
        return self._record(_SERVING) if self._exists() else None

    @property
    def connections(self) -> Connections:
        """The connections to the database."""
        return self._connections

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
                f"{NAME} has an index of format {found[0]}, but this version reads format "
                f"{schema.FORMAT}: install the version of rag that wrote it"
            )
        return bool(exists)

    def record(self, snapshot_id: str) -> VersionRecord:
        """Return the record of one version. Raises UnknownSnapshot, IndexUnavailable."""
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
        return VersionRecord(number, str(name), Manifest.model_validate_json(str(manifest)))


def _manifest(changes: ChangeSet, created: str, counts: tuple[int, int, int]) -> Manifest:
    documents, passages, labelled = counts
    return Manifest(
        created=created,
        parent=changes.parent,
        encoder=changes.encoder,
        encoder_digest=changes.encoder_digest,
        dimension=changes.dimension,
        chunk_tokens=changes.chunk_tokens,
        documents=documents,
        chunks=passages,
        labelled=labelled,
        files={},
    )


def _point_to(connection: Connection, number: int) -> None:
    connection.execute("DELETE FROM serving")
    connection.execute("INSERT INTO serving VALUES (%s)", (number,))
