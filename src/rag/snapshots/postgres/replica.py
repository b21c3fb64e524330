"""The index of a replica that asks a database. Only small files are on its disk."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

from rag.errors import IndexUnavailable, ReplicationError, SnapshotError, UnknownSnapshot, WriteRefused
from rag.protocols import VectorStore
from rag.snapshots.database import Reader
from rag.snapshots.durable import atomic_write, make_folder
from rag.snapshots.ids import matching_ids
from rag.snapshots.listing import ListedSnapshot
from rag.snapshots.manifest import Manifest
from rag.snapshots.originals import Originals
from rag.snapshots.postgres.connections import NAME
from rag.snapshots.postgres.files import COMPANION, ORIGINAL, PAST, Files
from rag.snapshots.postgres.store import PostgresStore
from rag.snapshots.postgres.version import PostgresVersion
from rag.snapshots.replicas.companions import Companions
from rag.snapshots.store import SnapshotStore


class FetchedOriginals(Originals):
    """Originals that are taken from the database when somebody asks for them."""

    def __init__(self, directory: Path, files: Files) -> None:
        super().__init__(directory)
        self._table = files

    def path(self, digest: str) -> Path:
        """Return the path of an original. The file is missing if the database does not have it."""
        path = super().path(digest)
        if not path.is_file() and (content := self._table.read(f"{ORIGINAL}{digest}")) is not None:
            make_folder(path.parent)
            with atomic_write(path) as file:
                file.write(content)
        return path


class DatabaseReplica(SnapshotStore):
    """The store of a replica. The versions are in the database, and only its writer changes them.

    `directory` has what the replica took: keys, past texts, and originals that somebody asked for. `unreachable` is the
    reason why the database was not reached the last time. Until it is reached again, no request waits for it.
    """

    def __init__(
        self, directory: Path, vectors: VectorStore, database: PostgresStore, *, writer: str, past_days: int | None
    ) -> None:
        super().__init__(directory, vectors, writer=writer, past_days=past_days)
        self.database = database
        self.unreachable: str | None = None
        self.originals = FetchedOriginals(directory, Files(database.connections))

    @property
    def opened(self) -> PostgresVersion | None:
        """The version that serves, if it is open."""
        return self.database.opened

    @property
    def degraded(self) -> str | None:
        """None: a database has no damaged version beside sound ones."""
        return None

    def current(self) -> PostgresVersion:
        """Return the version that serves. Raises as `refresh` does."""
        if self.unreachable is not None:
            raise IndexUnavailable(self.unreachable)
        return self.database.current()

    def refresh(self) -> PostgresVersion:
        """Return the version that serves now. Raises NoSnapshot, IncompatibleSnapshot, IndexUnavailable."""
        return self.database.refresh()

    def recheck(self) -> None:
        """Ask the database which version serves. Raises as `refresh` does."""
        self.database.refresh()

    def pointed(self) -> str | None:
        """Return the id of the version that serves; None if there is none."""
        serving = self.database.serving()
        return serving.id if serving else None

    def ids(self) -> list[str]:
        """Return the ids of all versions, oldest first."""
        return self.database.ids()

    def open(self, snapshot_id: str) -> PostgresVersion:
        """Return one version. Raises UnknownSnapshot."""
        return self.database.open(self._full_id(snapshot_id))

    def manifest(self, snapshot_id: str) -> Manifest:
        """Return the manifest of one version. Raises UnknownSnapshot."""
        return self.database.record(self._full_id(snapshot_id)).manifest

    @contextmanager
    def reading(self, snapshot_id: str, *, checked: bool = False) -> Iterator[tuple[Manifest, Reader]]:
        """Yield the manifest and the documents of one version. The database checks its own pages."""
        del checked
        yield self.database.reading(self._full_id(snapshot_id))

    def listed(self) -> list[ListedSnapshot]:
        """Return all versions, newest first."""
        current = self.pointed()
        return [ListedSnapshot(name, name == current, self.manifest(name)) for name in reversed(self.ids())]

    def verify(self, snapshot_ids: Sequence[str] = ()) -> dict[str, tuple[str, ...]]:
        """Refuse, because there are no files to verify."""
        self._refuse("verify it with the tools of the database")

    def other_formats(self) -> dict[str, int]:
        """Return none: all versions have the format of the database."""
        return {}

    def backup(self, file: Path) -> NoReturn:
        """Refuse, because the writer has the snapshot."""
        self._refuse("run 'rag backup' at the writer, or use the tools of the database")

    def folder_of(self, snapshot_id: str) -> Path:
        """Raise UnknownSnapshot, because no version has a folder."""
        raise UnknownSnapshot(f"{snapshot_id!r} is in {NAME}, and has no folder")

    def _full_id(self, snapshot_id: str) -> str:
        found = matching_ids(snapshot_id, self.ids())
        if len(found) != 1:
            problem = f"{len(found)} snapshots match" if found else "no snapshot"
            raise UnknownSnapshot(f"{problem} {snapshot_id!r} in {NAME}: 'rag snapshots' lists them")
        return found[0]

    def _refuse(self, advice: str) -> NoReturn:
        raise WriteRefused(f"the index of this replica is in {NAME}: {advice}")


class DatabasePuller:
    """Keeps a replica up to date with a database.

    `fault` is the reason why the last attempt failed; None if it did not.
    """

    def __init__(self, store: DatabaseReplica, companions: Companions, accept: Callable[[str, Manifest], None]) -> None:
        """`accept` gets the id and the manifest of each version, and may raise an error to refuse it."""
        self.fault: str | None = None
        self._store = store
        self._files = Files(store.database.connections)
        self._companions = companions
        self._accept = accept
        self._taken: dict[str, str] = {}

    def pull(self) -> None:
        """Open the version that serves now, and take the files beside it.

        Raises ReplicationError, NoSnapshot, IncompatibleSnapshot, StorageError.
        """
        try:
            self._pull()
        except SnapshotError as error:
            self.fault = str(error)
            self._store.unreachable = str(error) if isinstance(error, IndexUnavailable) else None
            raise
        self.fault = self._store.unreachable = None

    def _pull(self) -> None:
        serving = self._store.database.serving()
        if serving is None:
            raise ReplicationError(
                f"nothing is published in {NAME} yet: run 'rag serve' or 'rag snapshots publish' at the writer"
            )
        self._accept(serving.id, serving.manifest)
        self._store.place.prepare()
        self._take_companions()
        self._take_past()
        self._store.refresh()

    def _take_companions(self) -> None:
        wanted = self._files.digests(COMPANION)
        for name in wanted:
            if (
                self._taken.get(name) != wanted[name]
                and (content := self._files.read(f"{COMPANION}{name}")) is not None
            ):
                self._companions.write(name, content)
        self._companions.delete_others(frozenset(wanted))
        self._taken = wanted

    def _take_past(self) -> None:
        past, wanted = self._store.past, self._files.digests(PAST)
        held = {path.name for path in past.files()}
        past.discard(held - wanted.keys())
        for name in wanted.keys() - held:
            if (content := self._files.read(f"{PAST}{name}")) is not None:
                past.put(name, content)
