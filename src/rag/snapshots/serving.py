"""Decides which snapshot serves: the current one, or the newest sound one if the current one is damaged."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from rag.errors import CorruptSnapshot, IncompatibleSnapshot, IndexUnavailable, NoSnapshot, SnapshotError
from rag.protocols import VectorStore
from rag.snapshots.ids import ids_in
from rag.snapshots.manifest import MANIFEST, damage
from rag.snapshots.place import Place
from rag.snapshots.pointer import Pointer, pointer_fault, read_pointer
from rag.snapshots.snapshot import Snapshot

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _LoadFailure:
    """The error of the last attempt, if no snapshot could be opened, and the state of the files at that time.

    Until the files change, the next attempt raises the same error without reading them.
    """

    kind: type[SnapshotError]
    message: str
    files: object


class ServingSnapshot:
    """The open snapshot of one index directory. One instance serves all threads of a process.

    `degraded` is the reason why another snapshot serves instead of the current one; None if the current one serves.
    `faults` are those that the last choice of a snapshot found, by snapshot id.
    """

    def __init__(self, directory: Path, place: Place, vectors: VectorStore) -> None:
        self.degraded: str | None = None
        self.faults: Mapping[str, str] = {}
        self._directory = directory
        self._folder = directory / "snapshots"
        self._place = place
        self._vectors = vectors
        self._snapshot: Snapshot | None = None
        self._loaded_pointer = Pointer(None)  # CURRENT when the open snapshot was loaded
        self._load_failure: _LoadFailure | None = None
        self._loading = threading.Lock()

    @property
    def opened(self) -> Snapshot | None:
        """The serving snapshot if it is open."""
        return self._snapshot

    def current(self) -> Snapshot:
        """Return the serving snapshot. Open it at the first call. Raises as `refresh` does."""
        return self.refresh() if self._snapshot is None else self._snapshot

    def refresh(self) -> Snapshot:
        """Open the snapshot that CURRENT names, if CURRENT has changed or the folder of the open snapshot is gone.

        Return the open snapshot. If the named snapshot is damaged, the newest sound one serves instead, and `degraded`
        says why. Raises NoSnapshot, IndexUnavailable, and SnapshotError if no snapshot is sound. If the index is
        unavailable, no snapshot serves.
        """
        with self._loading:
            try:
                self._place.check()
            except IndexUnavailable:
                self._snapshot = None
                raise
            snapshot, pointer = self._snapshot, read_pointer(self._directory)
            if snapshot and pointer == self._loaded_pointer and (self._folder / snapshot.id / MANIFEST).exists():
                return snapshot
            return self._load(pointer)

    def recheck(self) -> None:
        """Verify the files of the serving snapshot again.

        If they are damaged, the newest sound snapshot takes over, and `degraded` says why. If another snapshot serves
        because the current one was damaged, the current one takes over again once it is sound. Raises SnapshotError if
        no snapshot is sound: then none serves.
        """
        self._load_failure = None  # because a disk can recover without a change of any file
        snapshot = self.current()
        if self.degraded is None and not any(damage(self._folder / snapshot.id, snapshot.manifest)):
            return
        with self._loading:
            if self._snapshot is snapshot:  # otherwise another thread has opened and verified a new one
                self._snapshot = None
                self._load(read_pointer(self._directory))

    def replace(self, snapshot: Snapshot) -> None:
        """Serve a snapshot that CURRENT names from now on."""
        with self._loading:
            self._snapshot, self._loaded_pointer, self.degraded = snapshot, read_pointer(self._directory), None
            self._place.had_snapshot = True
            snapshot.warm_filters()

    def _load(self, pointer: Pointer) -> Snapshot:
        """Open the current snapshot or else the newest sound one, and return it.

        If it raises an error, no snapshot serves. If only the format is unknown, the open snapshot continues to serve.

        If the last attempt found none and no file has changed since, raise the same error without reading any file.
        """
        files = pointer, _file_states(self._folder)
        if self._load_failure is not None and self._load_failure.files == files:
            raise self._load_failure.kind(self._load_failure.message)
        try:
            self._snapshot, self.degraded = self._open_sound(pointer.snapshot_id)
        except SnapshotError as error:
            # Not `error` itself, because its frames reference open snapshots.
            self._load_failure = _LoadFailure(type(error), str(error), files)
            if not isinstance(error, IncompatibleSnapshot):
                self._snapshot = None
            raise
        self._place.claim()
        self._place.had_snapshot, self._loaded_pointer, self._load_failure = True, pointer, None
        self._snapshot.warm_filters()
        return self._snapshot

    def _open_sound(self, wanted: str | None) -> tuple[Snapshot, str | None]:
        """Open `wanted`, or else the newest sound snapshot. Return it, and the reason if it is not `wanted`.

        If a snapshot serves already, only one thread verifies, because answers need the other cores.
        """
        readers = 1 if self._snapshot else os.cpu_count() or 1
        ids, fault = ids_in(self._folder), pointer_fault(self._directory, wanted)
        self.faults = faults = {}
        for candidate in sorted(ids, key=lambda name: (name == wanted, name), reverse=True):
            try:
                snapshot = Snapshot(self._folder / candidate, self._vectors, readers)
            except (CorruptSnapshot, FileNotFoundError) as error:
                _log.warning("snapshot %s cannot be served: %s", candidate, error)
                fault = faults[candidate] = str(error)
            except IncompatibleSnapshot:
                if candidate == wanted:
                    raise
            else:
                return snapshot, None if candidate == wanted else f"{candidate} serves instead: {fault}"
        if wanted is None and not ids:
            raise NoSnapshot(f"no index in {self._directory}: run 'rag ingest' first")
        raise SnapshotError(
            f"no sound snapshot in {self._directory}, {fault}: run 'rag snapshots rebuild' to recover its documents"
        )


def _file_states(folder: Path) -> list[tuple[str, int, int, int]]:
    """Return path, inode, size and modification time of every file below `folder`, to detect changes.

    Another process may build, rename or delete snapshots meanwhile, so a file or a folder that is gone is left out.
    `Path.rglob` would raise an error for it.
    """
    found: list[tuple[str, int, int, int]] = []
    for place, _, names in os.walk(folder):
        for path in (Path(place, name) for name in names):
            with suppress(FileNotFoundError):
                status = path.stat()
                found.append((str(path), status.st_ino, status.st_size, status.st_mtime_ns))
    return sorted(found)
