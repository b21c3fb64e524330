"""Reads and writes the snapshots of an index directory, and publishes new ones.

index/CURRENT              the id of the current snapshot, one line
index/LOCK                 locked by the single writer
index/snapshots/<id>/      one immutable snapshot
index/originals/           the files that documents were parsed from
index/BACKUPS              the paths of all backups
index/encoded-<digest>.sqlite   the encodings of a run whose snapshot is not published yet

Other rooms keep their own files beside these:

index/LEDGER               the sources that are not in the index: rag.ingest.ledger
index/ROOTS                the files, folders and feeds that were ingested: rag.ingest.roots
index/feeds.sqlite         the cache of feeds and their pages: rag.feeds.cache
index/.jobs/               the jobs that were accepted over HTTP: rag.upkeep.spool
index/encoders/            compiled models: rag.snapshots.compiled_models
"""

from __future__ import annotations

import logging
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

from rag.errors import (
    CorruptSnapshot,
    IncompatibleSnapshot,
    IndexUnavailable,
    NoSnapshot,
    SnapshotError,
    StorageError,
    UnknownSnapshot,
)
from rag.protocols import VectorStore
from rag.snapshots.backup import invalid_backup, read_backup, write_backup
from rag.snapshots.backup_register import record_backup
from rag.snapshots.durable import (
    delete,
    exclusive,
    make_folder,
    new_file,
    publish_folder,
    storage_errors,
    sync_below,
)
from rag.snapshots.ids import ids_in, matching_ids, number_of
from rag.snapshots.listing import ListedSnapshot, file_faults, list_snapshot
from rag.snapshots.manifest import (
    MANIFEST,
    READABLE,
    Manifest,
    OlderManifest,
    digests,
    format_of,
    id_suffix,
    is_newer,
    read_manifest,
    servable,
)
from rag.snapshots.originals import Originals
from rag.snapshots.place import Place
from rag.snapshots.pointer import pointer_fault, read_pointer, write_pointer
from rag.snapshots.retention import Pruned, discard_unless_read
from rag.snapshots.serving import ServingSnapshot
from rag.snapshots.snapshot import Snapshot
from rag.snapshots.soundness import fault

_log = logging.getLogger(__name__)


class SnapshotStore:
    """The snapshots in one directory. One instance serves all threads of a process. `place` is the directory."""

    def __init__(self, directory: Path, vectors: VectorStore) -> None:
        self.directory = directory
        self.place = Place(directory)
        self.vectors = vectors
        self.originals = Originals(directory)
        self._folder = directory / "snapshots"
        self._serving = ServingSnapshot(directory, self.place, vectors)

    @property
    def opened(self) -> Snapshot | None:
        """The serving snapshot if it is open."""
        return self._serving.opened

    @property
    def degraded(self) -> str | None:
        """The reason why another snapshot serves instead of the current one; None if the current one serves."""
        return self._serving.degraded

    def current(self) -> Snapshot:
        """Return the serving snapshot. Open it at the first call. Raises as `refresh` does."""
        return self._serving.current()

    def refresh(self) -> Snapshot:
        """Return the serving snapshot. Open another one first if CURRENT has changed.

        Raises as `ServingSnapshot.refresh` does.
        """
        return self._serving.refresh()

    def recheck(self) -> None:
        """Verify the files of the serving snapshot again. Raises as `ServingSnapshot.recheck` does."""
        self._serving.recheck()

    def pointed(self) -> str | None:
        """Return the id that CURRENT names, or None if there is no CURRENT. It may be damaged."""
        return read_pointer(self.directory).snapshot_id

    def point_to(self, snapshot_id: str) -> None:
        """Let CURRENT name a snapshot, without opening it. Call only inside `writing`. Raises StorageError."""
        write_pointer(self.directory, snapshot_id)

    def folder(self, snapshot_id: str) -> Path:
        """Return the folder of a snapshot, which need not exist."""
        return self._folder / snapshot_id

    def ids(self) -> list[str]:
        """Return the ids of all snapshots, oldest first."""
        return ids_in(self._folder)

    def listed(self) -> list[ListedSnapshot]:
        """Return all snapshots, newest first. Open the serving one; of the others, check only the sizes of files.

        Raises IndexUnavailable.
        """
        self.place.check()
        current: str | None = None
        try:
            current = self.current().id
        except IncompatibleSnapshot:
            current = self.pointed()
        except SnapshotError:
            pass
        listed = (list_snapshot(self._folder / name, current=name == current) for name in reversed(self.ids()))
        return [replace(one, fault=one.fault or self._serving.faults.get(one.id)) for one in listed]

    def manifest(self, snapshot_id: str) -> Manifest:
        """Return the manifest of one snapshot. Raises UnknownSnapshot, CorruptSnapshot, IncompatibleSnapshot."""
        return read_manifest(self._folder_of(snapshot_id))

    def open(self, snapshot_id: str) -> Snapshot:
        """Verify and open one snapshot. Raises as `manifest` does."""
        return Snapshot(self._folder_of(snapshot_id), self.vectors)

    def verify(self, snapshot_ids: Sequence[str] = ()) -> dict[str, tuple[str, ...]]:
        """Verify the given snapshots, or all of them and CURRENT, and their originals.

        Return a sentence for each fault, by snapshot id. The key of a fault of CURRENT is "CURRENT".

        Raises UnknownSnapshot, NoSnapshot.
        """
        if not self.ids():
            raise NoSnapshot(f"no index in {self.directory}: run 'rag ingest' first")
        folders = [self._folder_of(name) for name in snapshot_ids or self.ids()]
        faults = {folder.name: (*file_faults(folder), *self.originals.faults(folder)) for folder in folders}
        named = self.pointed()
        if not snapshot_ids and named not in faults:
            faults["CURRENT"] = (pointer_fault(self.directory, named),)
        return faults

    def other_formats(self) -> dict[str, int]:
        """Return the format of each snapshot that this version cannot serve, by id."""
        formats = {name: format_of(self._folder / name) for name in self.ids()}
        return {name: one for name, one in formats.items() if one is not None and one not in READABLE}

    def check_free(self) -> None:
        """Raise WriterBusy if another process is writing, and IndexUnavailable.

        Call it before slow work, such as loading a model.
        """
        self.place.check_writable()
        if (self.directory / "LOCK").exists():
            with exclusive(self.directory / "LOCK"):
                pass

    @contextmanager
    def writing(self, keep: int | None = None) -> Iterator[None]:
        """Hold the lock of the single writer during the block. First delete the remains of a killed writer.

        If the block ends without an error and `keep` is given, prune all but the newest `keep` snapshots. Raises
        WriterBusy, IndexUnavailable, StorageError.
        """
        self.place.prepare()
        make_folder(self._folder, parents=False)
        with self.place.naming_the_cause(), exclusive(self.directory / "LOCK"):
            for remains in self._folder.glob(".*"):
                delete(remains)
            try:
                yield
            except Exception:
                with suppress(StorageError):  # the error of the block is more important
                    self._collect_originals()
                raise
            if keep is not None and self.ids():
                self._prune(keep)

    def publish(self, build: Callable[[Path], Manifest]) -> Snapshot:
        """Call `build` to fill a folder, and publish the folder as the current snapshot.

        `build` returns the manifest, without the digests of the files. Call only inside `writing`. Raises StorageError.
        """
        with self._new_folder() as folder:
            with storage_errors(folder):
                manifest = build(folder)
                with ThreadPoolExecutor(1, "syncing") as background:
                    syncing = background.submit(sync_below, folder)  # while the digests are computed
                    manifest = manifest.model_copy(update={"files": digests(folder, _cores())})
                synced = syncing.result()
            with new_file(folder / MANIFEST) as file:
                file.write(manifest.model_dump_json(indent=1).encode())
            return self._publish(folder, self._next_number(), synced)

    def activate(self, snapshot_id: str) -> Snapshot:
        """Verify another snapshot and make it the current one.

        Raises UnknownSnapshot, CorruptSnapshot, IncompatibleSnapshot, WriterBusy, StorageError.
        """
        self._folder_of(snapshot_id)
        with self.writing():
            snapshot = self.open(snapshot_id)
            self._make_current(snapshot)
        return snapshot

    def prune(self, keep: int) -> Pruned:
        """Delete all snapshots except the newest `keep`, the current one, the serving one, and those in use.

        Raises NoSnapshot, WriterBusy, StorageError.
        """
        self.refresh()
        with self.writing():
            return self._prune(keep)

    def discard(self, snapshot_id: str) -> bool:
        """Delete a snapshot unless a process reads it. Return whether it was deleted. Call only inside `writing`.

        Raises UnknownSnapshot, StorageError.
        """
        return discard_unless_read(self._folder_of(snapshot_id))

    def backup(self, file: Path) -> Snapshot:
        """Write the serving snapshot to one file, and record its path for erasures.

        Raises NoSnapshot, CorruptSnapshot, StorageError.
        """
        snapshot = self.current()
        write_backup(snapshot, self._folder / snapshot.id, file, self.originals)
        try:
            record_backup(self.directory, file)
        except StorageError as error:  # the index may be read-only, and the backup is complete
            _log.warning("'rag erase' will not know this backup: %s", error)
        return snapshot

    def restore(
        self,
        file: Path,
        accept: Callable[[Manifest], None] = lambda _: None,
        migrate: Callable[[Path, str], Snapshot] | None = None,
    ) -> Snapshot:
        """Make the snapshot in a backup the current one.

        The snapshot keeps its number if that is higher than all others; otherwise it gets the next number. If its
        format is too old to be served, `migrate` gets the folder of its files and its id, and publishes its documents.

        Raises CorruptSnapshot, IncompatibleSnapshot, WriterBusy, StorageError, and any error that `accept` raises for
        the manifest.
        """
        if not file.is_file():
            raise SnapshotError(f"{file} is not a file: give one that 'rag backup' wrote")
        with self.writing(), self._new_folder(".restoring") as folder:
            number, manifest = read_backup(file, folder, accept, self.originals)
            if migrate is None:
                servable(manifest, file)
            elif isinstance(manifest, OlderManifest):
                return _migrated(file, folder, number, migrate)
            if unsound := fault(folder, servable(manifest, file), self.vectors):
                raise invalid_backup(file, unsound)
            return self._publish(folder, max(number, self._next_number()))

    def _prune(self, keep: int) -> Pruned:
        needed = {self.pointed(), self.refresh().id}
        known = [name for name in self.ids() if not is_newer(self._folder / name)]
        deleted = {name: discard_unless_read(self._folder / name) for name in known[:-keep] if name not in needed}
        self._collect_originals()
        return Pruned(
            deleted=tuple(name for name, done in deleted.items() if done),
            read=tuple(name for name, done in deleted.items() if not done),
        )

    def _collect_originals(self) -> None:
        self.originals.collect(self._folder / name for name in self.ids())

    @contextmanager
    def _new_folder(self, name: str = ".building") -> Iterator[Path]:
        """Yield a folder to build a snapshot in. Delete it if the block raises."""
        self.place.check()
        temporary = self._folder / name
        make_folder(temporary, parents=False)
        try:
            yield temporary
        except BaseException:
            self._delete_unfinished(temporary)
            raise

    def _delete_unfinished(self, folder: Path) -> None:
        """Delete a folder that this process made, unless another index has taken the place of this one."""
        with suppress(IndexUnavailable):
            self.place.check()
            shutil.rmtree(folder, ignore_errors=True)

    def _publish(self, folder: Path, number: int, synced: frozenset[Path] = frozenset()) -> Snapshot:
        """Give a finished folder its name, verify and open it, and make it the current snapshot.

        The paths in `synced` are on the disk already.
        """
        final = self._folder / f"{number:06d}-{id_suffix(folder)}"
        try:
            publish_folder(folder, final, synced)
            snapshot = Snapshot(final, self.vectors, _cores())
            self._make_current(snapshot)
        except BaseException:
            if self.pointed() != final.name:  # false if only the sync after replacing CURRENT failed
                self._delete_unfinished(final)
            raise
        return snapshot

    def _make_current(self, snapshot: Snapshot) -> None:
        self.place.check()
        self.point_to(snapshot.id)
        self._serving.replace(snapshot)

    def _folder_of(self, snapshot_id: str) -> Path:
        """Return the folder of an existing snapshot, by its id, its number or the start of its id.

        Raises UnknownSnapshot, IndexUnavailable.
        """
        self.place.check()
        found = matching_ids(snapshot_id, self.ids())
        if len(found) != 1:
            problem = f"{len(found)} snapshots match" if found else "no snapshot"
            raise UnknownSnapshot(f"{problem} {snapshot_id!r} in {self.directory}: 'rag snapshots' lists them")
        return self._folder / found[0]

    def _next_number(self) -> int:
        """Return the number after the highest existing one. CURRENT may name an older one if a writer was killed."""
        return max(map(number_of, self.ids()), default=0) + 1


def _cores() -> int:
    return os.cpu_count() or 1


def _migrated(file: Path, folder: Path, number: int, migrate: Callable[[Path, str], Snapshot]) -> Snapshot:
    """Publish the documents of a backup of an older format, and delete its files. Raises CorruptSnapshot."""
    try:
        snapshot = migrate(folder, f"{number:06d}-{id_suffix(folder)}")
    except CorruptSnapshot as error:
        raise invalid_backup(file, str(error)) from error
    delete(folder)
    return snapshot
