"""The index directory: which snapshot is current, the others there are, and the one way to add the next.

index/CURRENT              the id of the snapshot in force, one line
index/LOCK                 held by the one writer
index/snapshots/<id>/      one immutable snapshot each
index/encoded-<digest>.sqlite   vectors of a run that has not been published yet
"""

from __future__ import annotations

import logging
import re
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from rag.errors import CorruptSnapshot, NoSnapshot, SnapshotError, UnknownSnapshot
from rag.protocols import VectorStore
from rag.snapshots.durable import exclusive, publish_folder, replace_file
from rag.snapshots.manifest import MANIFEST, Manifest, digest, mark, read_manifest
from rag.snapshots.snapshot import Snapshot

_ID = re.compile(r"\d{6,}-[0-9a-f]{8}")

_log = logging.getLogger(__name__)


class SnapshotStore:
    """The snapshots in one directory. One instance serves all threads of a process."""

    def __init__(self, directory: Path, vectors: VectorStore) -> None:
        self.directory = directory
        self.vectors = vectors
        self.degraded: str | None = None
        self._snapshot: Snapshot | None = None
        self._wanted: str | None = None  # what CURRENT named when it was opened
        self._loading = threading.Lock()

    def current(self) -> Snapshot:
        """Return the snapshot in force, opening it at the first call. Raises NoSnapshot."""
        return self.refresh() if self._snapshot is None else self._snapshot

    def refresh(self) -> Snapshot:
        """Open what CURRENT names, unless it named the same when the open snapshot was opened. Raises NoSnapshot.

        Where it is damaged, the newest sound one serves instead and `degraded` says why.
        """
        with self._loading:
            wanted = self._pointer()
            if self._snapshot is None or wanted != self._wanted:
                self._snapshot, self.degraded = self._open_soundest(wanted)
                self._wanted = wanted
            return self._snapshot

    def ids(self) -> list[str]:
        """Return the ids of all snapshots, oldest first."""
        folder = self.directory / "snapshots"
        return sorted(path.parent.name for path in folder.glob(f"*/{MANIFEST}") if _ID.fullmatch(path.parent.name))

    def manifest(self, snapshot_id: str) -> Manifest:
        """Return the manifest of one snapshot. Raises UnknownSnapshot."""
        if snapshot_id not in self.ids():
            raise UnknownSnapshot(f"no snapshot {snapshot_id!r} in {self.directory}: 'rag snapshots' lists them")
        return read_manifest(self.directory / "snapshots" / snapshot_id)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the writer's lock, and sweep what a killed writer left. Raises WriterBusy."""
        (self.directory / "snapshots").mkdir(parents=True, exist_ok=True)
        with exclusive(self.directory / "LOCK"):
            for torn in (self.directory / "snapshots").glob(".*"):
                shutil.rmtree(torn)
            yield

    def publish(self, build: Callable[[Path], Manifest], keep: int) -> Snapshot:
        """Let `build` fill a folder, make it the current snapshot, and retain the newest `keep`.

        `build` returns the manifest without its files. Call only while `writing`.
        """
        temporary = self.directory / "snapshots" / ".building"
        temporary.mkdir()
        try:
            manifest = build(temporary)
            files = {str(path.relative_to(temporary)): digest(path) for path in _files(temporary)}
            manifest = manifest.model_copy(update={"files": files})
            (temporary / MANIFEST).write_text(manifest.model_dump_json(indent=1), encoding="utf-8")
            final = self.directory / "snapshots" / f"{self._next_number():06d}-{mark(temporary)}"
            publish_folder(temporary, final)
        except BaseException:
            shutil.rmtree(temporary, ignore_errors=True)
            raise
        replace_file(self.directory / "CURRENT", f"{final.name}\n")
        self._prune(keep)
        return self.refresh()

    def _pointer(self) -> str | None:
        try:
            return (self.directory / "CURRENT").read_text(encoding="utf-8", errors="replace").strip()
        except FileNotFoundError:
            return None

    def _open_soundest(self, wanted: str | None) -> tuple[Snapshot, str | None]:
        """Open `wanted`, or else the newest snapshot that opens, and say why."""
        pointer, ids = self.directory / "CURRENT", self.ids()
        fault = f"{pointer} is missing" if wanted is None else f"{pointer} names {wanted!r}, which is not there"
        for candidate in sorted(ids, key=lambda name: (name == wanted, name), reverse=True):
            try:
                snapshot = Snapshot(self.directory / "snapshots" / candidate, self.vectors)
            except (CorruptSnapshot, FileNotFoundError) as error:
                _log.warning("snapshot %s cannot be served: %s", candidate, error)
                fault = str(error)
            else:
                return snapshot, None if candidate == wanted else f"{candidate} serves instead: {fault}"
        if wanted is None and not ids:
            raise NoSnapshot(f"no index in {self.directory}: run 'rag ingest' first")
        raise SnapshotError(f"no sound snapshot in {self.directory}, {fault}: run 'rag ingest' to build one anew")

    def _next_number(self) -> int:
        """Count from the highest folder there is, not from CURRENT, which a killed writer may not have moved."""
        return max((int(snapshot_id.split("-")[0]) for snapshot_id in self.ids()), default=0) + 1

    def _prune(self, keep: int) -> None:
        """Delete the oldest snapshots; a reader that has one open keeps its files until it lets go."""
        current = self._pointer()
        for snapshot_id in self.ids()[:-keep]:
            if snapshot_id != current:
                # Renamed first, so that no one meets half a snapshot and a killed writer leaves nothing unswept.
                pruned = self.directory / "snapshots" / f".pruned-{snapshot_id}"
                shutil.rmtree((self.directory / "snapshots" / snapshot_id).rename(pruned))


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())
