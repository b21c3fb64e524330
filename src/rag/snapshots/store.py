"""The index directory: which snapshot is current, the others there are, and the one way to add the next.

index/CURRENT              the id of the snapshot in force, one line
index/LOCK                 held by the one writer
index/snapshots/<id>/      one immutable snapshot each
index/encoded-<digest>.sqlite   vectors of a run that has not been published yet
"""

from __future__ import annotations

import logging
import os
import re
import shutil
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from rag.errors import CorruptSnapshot, IncompatibleSnapshot, NoSnapshot, SnapshotError, UnknownSnapshot
from rag.protocols import VectorStore
from rag.snapshots.backup import read_backup, write_backup
from rag.snapshots.durable import (
    delete,
    exclusive,
    filling,
    make_folder,
    new_file,
    publish_folder,
    replacing,
    sync_below,
)
from rag.snapshots.manifest import MANIFEST, Manifest, damage, digests, mark, read_manifest
from rag.snapshots.retention import Pruned, discard_unread, pinned
from rag.snapshots.snapshot import Snapshot

_ID = re.compile(r"\d{6,}-[0-9a-f]{8}")

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Listed:
    """A snapshot on the disk; `fault` is what can be told at a glance to be wrong with it."""

    id: str
    current: bool
    manifest: Manifest | None
    fault: str | None = None


@dataclass(frozen=True, slots=True)
class _Pointer:
    """What CURRENT names, and which file said so: the same name put there again is news."""

    names: str | None
    file: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class _Hopeless:
    """Why nothing could be opened, and what the disk looked like then; only if that changes is it worth a look."""

    kind: type[SnapshotError]
    reason: str
    looks: object


class SnapshotStore:
    """The snapshots in one directory. One instance serves all threads of a process."""

    def __init__(self, directory: Path, vectors: VectorStore) -> None:
        self.directory = directory
        self._folder = directory / "snapshots"
        self.vectors = vectors
        self.degraded: str | None = None
        self._snapshot: Snapshot | None = None
        self._seen = _Pointer(None)  # CURRENT, when it was opened
        self._hopeless: _Hopeless | None = None
        self._unsound: dict[str, str] = {}  # what was found when snapshots were last read through
        self._loading = threading.Lock()

    def current(self) -> Snapshot:
        """Return the snapshot in force, opening it at the first call. Raises NoSnapshot."""
        return self.refresh() if self._snapshot is None else self._snapshot

    def refresh(self) -> Snapshot:
        """Open what CURRENT names, unless it is as it was when the open snapshot was opened. Raises NoSnapshot.

        Where it is damaged, the newest sound one serves instead and `degraded` says why.
        """
        with self._loading:
            pointer = self._pointer()
            return self._load(pointer) if self._snapshot is None or pointer != self._seen else self._snapshot

    def recheck(self) -> None:
        """Compare the files of the snapshot that serves with its manifest once more.

        Where they differ, the newest sound one takes over and `degraded` says why; where what CURRENT names is sound
        again, that does. Raises SnapshotError where none is sound: then none serves.
        """
        self._hopeless = None  # what the disk mends by itself changes no file
        snapshot = self.current()
        if self.degraded is None and not any(damage(self._folder / snapshot.id, snapshot.manifest)):
            return
        with self._loading:
            if self._snapshot is snapshot:  # else a new one was opened, and verified, meanwhile
                self._snapshot = None
                self._load(self._pointer())

    def ids(self) -> list[str]:
        """Return the ids of all snapshots, oldest first."""
        return sorted(path.name for path in self._folder.glob("*") if _ID.fullmatch(path.name))

    def listed(self) -> list[Listed]:
        """Return all snapshots, newest first, without reading those through that need not be opened."""
        try:
            current = self.current().id
        except SnapshotError:
            current = None
        listed = (_listed(self._folder / name, current=name == current) for name in reversed(self.ids()))
        return [replace(one, fault=one.fault or self._unsound.get(one.id)) for one in listed]

    def manifest(self, snapshot_id: str) -> Manifest:
        """Return the manifest of one snapshot. Raises UnknownSnapshot, CorruptSnapshot, IncompatibleSnapshot."""
        return read_manifest(self._known(snapshot_id))

    def open(self, snapshot_id: str) -> Snapshot:
        """Verify and open one snapshot. Raises as `manifest` does."""
        return Snapshot(self._known(snapshot_id), self.vectors)

    def verify(self, snapshot_ids: Sequence[str] = ()) -> dict[str, tuple[str, ...]]:
        """Return what is wrong with each snapshot, a sentence for each damaged file; of all, and CURRENT, by default.

        Raises UnknownSnapshot, NoSnapshot.
        """
        if not self.ids():
            raise NoSnapshot(f"no index in {self.directory}: run 'rag ingest' first")
        folders = [self._known(name) for name in snapshot_ids or self.ids()]
        faults = {folder.name: tuple(_faults(folder)) for folder in folders}
        wanted = self._pointer().names
        if not snapshot_ids and wanted not in faults:
            faults["CURRENT"] = (self._pointer_fault(wanted),)
        return faults

    def check_free(self) -> None:
        """Raise WriterBusy where another process is writing: who would wait seconds for a model asks here first."""
        if (self.directory / "LOCK").exists():
            with exclusive(self.directory / "LOCK"):
                pass

    @contextmanager
    def writing(self, keep: int | None = None) -> Iterator[None]:
        """Hold the writer's lock, and sweep what a killed writer left; retain the newest `keep` if the block ends well.

        Raises WriterBusy, StorageError.
        """
        make_folder(self._folder)
        with exclusive(self.directory / "LOCK"):
            for torn in self._folder.glob(".*"):
                delete(torn)
            yield
            if keep is not None and self.ids():
                self._prune(keep)

    def publish(self, build: Callable[[Path], Manifest]) -> Snapshot:
        """Let `build` fill a folder, and make it the current snapshot.

        `build` returns the manifest without its files. Call only while `writing`. Raises StorageError.
        """
        with self._new_folder() as folder:
            with filling(folder):
                manifest = build(folder)
                with ThreadPoolExecutor(1, "forcing") as beside:
                    syncing = beside.submit(sync_below, folder)  # reading them leaves the disk free
                    manifest = manifest.model_copy(update={"files": digests(folder, _cores())})
                synced = syncing.result()
            with new_file(folder / MANIFEST) as file:
                file.write(manifest.model_dump_json(indent=1).encode())
            return self._adopt(folder, self._next_number(), synced)

    def activate(self, snapshot_id: str) -> Snapshot:
        """Put another snapshot in force, once it is found sound.

        Raises UnknownSnapshot, CorruptSnapshot, IncompatibleSnapshot, WriterBusy, StorageError.
        """
        self._known(snapshot_id)
        with self.writing():
            snapshot = self.open(snapshot_id)
            self._put_in_force(snapshot)
        return snapshot

    def prune(self, keep: int) -> Pruned:
        """Delete all but the newest `keep`, the one that serves, and those being read.

        Raises NoSnapshot, WriterBusy, StorageError.
        """
        self.refresh()
        with self.writing():
            return self._prune(keep)

    def backup(self, file: Path) -> Snapshot:
        """Write the snapshot that serves to one file. Raises NoSnapshot, CorruptSnapshot, StorageError."""
        snapshot = self.current()
        write_backup(snapshot, self._folder / snapshot.id, file)
        return snapshot

    def restore(self, file: Path, accept: Callable[[Manifest], None] = lambda _: None) -> Snapshot:
        """Put the snapshot that a backup holds in force; it is the newest then, under its own number where it can be.

        Raises CorruptSnapshot, IncompatibleSnapshot, WriterBusy, StorageError, and what `accept` does.
        """
        if not file.is_file():
            raise SnapshotError(f"{file} is no file: name one that 'rag backup' wrote")
        with self.writing(), self._new_folder() as folder:
            number = read_backup(file, folder, accept)
            return self._adopt(folder, max(number, self._next_number()))

    def _prune(self, keep: int) -> Pruned:
        needed = {self._pointer().names, self.refresh().id}
        gone = {name: discard_unread(self._folder / name) for name in self.ids()[:-keep] if name not in needed}
        return Pruned(
            deleted=tuple(name for name, deleted in gone.items() if deleted),
            read=tuple(name for name, deleted in gone.items() if not deleted),
        )

    @contextmanager
    def _new_folder(self) -> Iterator[Path]:
        """Lend a folder to build a snapshot in, which is deleted where that fails."""
        temporary = self._folder / ".building"
        make_folder(temporary)
        try:
            yield temporary
        except BaseException:
            shutil.rmtree(temporary, ignore_errors=True)
            raise

    def _adopt(self, folder: Path, number: int, synced: frozenset[Path] = frozenset()) -> Snapshot:
        """Name a finished folder, and put it in force once it opens and is what was written.

        What of it is `synced` lies on the disk already.
        """
        final = self._folder / f"{number:06d}-{mark(folder)}"
        try:
            publish_folder(folder, final, synced)
            snapshot = Snapshot(final, self.vectors, _cores())
            self._put_in_force(snapshot)
        except BaseException:
            if self._pointer().names != final.name:  # the last step may fail when all is done
                shutil.rmtree(final, ignore_errors=True)
            raise
        return snapshot

    def _put_in_force(self, snapshot: Snapshot) -> None:
        with replacing(self.directory / "CURRENT") as file:
            file.write(f"{snapshot.id}\n".encode())
        with self._loading:
            self._snapshot, self._seen, self.degraded = snapshot, self._pointer(), None

    def _known(self, snapshot_id: str) -> Path:
        if snapshot_id not in self.ids():
            raise UnknownSnapshot(f"no snapshot {snapshot_id!r} in {self.directory}: 'rag snapshots' lists them")
        return self._folder / snapshot_id

    def _pointer(self) -> _Pointer:
        try:
            with (self.directory / "CURRENT").open(encoding="utf-8", errors="replace") as file:
                status = os.fstat(file.fileno())
                return _Pointer(file.read().strip(), (status.st_ino, status.st_mtime_ns))
        except FileNotFoundError:
            return _Pointer(None)

    def _load(self, pointer: _Pointer) -> Snapshot:
        """Open the soundest snapshot; where there is none, read all of them again only when something has changed."""
        looks = pointer, _looks(self._folder)
        if self._hopeless is not None and self._hopeless.looks == looks:
            raise self._hopeless.kind(self._hopeless.reason)
        try:
            self._snapshot, self.degraded = self._open_soundest(pointer.names)
        except SnapshotError as error:
            self._hopeless = _Hopeless(type(error), str(error), looks)  # without its frames, which hold snapshots
            raise
        self._seen, self._hopeless = pointer, None
        return self._snapshot

    def _open_soundest(self, wanted: str | None) -> tuple[Snapshot, str | None]:
        """Open `wanted`, or else the newest snapshot that opens, and say why.

        Where one serves meanwhile, its answers need the other cores.
        """
        readers = 1 if self._snapshot else _cores()
        ids, fault = self.ids(), self._pointer_fault(wanted)
        self._unsound = {}
        for candidate in sorted(ids, key=lambda name: (name == wanted, name), reverse=True):
            try:
                snapshot = Snapshot(self._folder / candidate, self.vectors, readers)
            except (CorruptSnapshot, FileNotFoundError) as error:
                _log.warning("snapshot %s cannot be served: %s", candidate, error)
                fault = self._unsound[candidate] = str(error)
            except IncompatibleSnapshot:
                if candidate == wanted:
                    raise
            else:
                return snapshot, None if candidate == wanted else f"{candidate} serves instead: {fault}"
        if wanted is None and not ids:
            raise NoSnapshot(f"no index in {self.directory}: run 'rag ingest' first")
        raise SnapshotError(f"no sound snapshot in {self.directory}, {fault}: run 'rag ingest' to build one anew")

    def _pointer_fault(self, wanted: str | None) -> str:
        pointer = self.directory / "CURRENT"
        return f"{pointer} is missing" if wanted is None else f"{pointer} names {wanted!r}, which is not there"

    def _next_number(self) -> int:
        """Count from the highest folder there is, not from CURRENT, which a killed writer may not have moved."""
        return max((int(snapshot_id.split("-")[0]) for snapshot_id in self.ids()), default=0) + 1


def _cores() -> int:
    return os.cpu_count() or 1


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _looks(folder: Path) -> list[tuple[str, int, int, int]]:
    """Return by what a change of any file below `folder` can be told without reading it."""
    found = ((str(path), path.stat()) for path in _files(folder))
    return [(name, status.st_ino, status.st_size, status.st_mtime_ns) for name, status in found]


def _listed(folder: Path, *, current: bool) -> Listed:
    try:
        manifest = read_manifest(folder)
    except SnapshotError as error:
        return Listed(folder.name, current, None, str(error))
    return Listed(folder.name, current, manifest, next(damage(folder, manifest, reading=False), None))


def _faults(folder: Path) -> Iterator[str]:
    try:
        with pinned(folder):
            yield from damage(folder, read_manifest(folder))
    except SnapshotError as error:
        yield str(error)
