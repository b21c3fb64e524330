"""Takes what the writer has published into the index of a replica.

The current snapshot comes first, and serves at once; then come the past texts and the older snapshots, because the
versions of documents are read from them. Only content that the replica does not hold is transferred, and each byte is
checked. A transfer that is interrupted continues with the files that it lacks.

index/pulling/<blake3>   files that are transferred, but not part of a snapshot yet
"""

from __future__ import annotations

import logging
import os
import shutil
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

from blake3 import blake3

from rag.errors import ReplicationError, SnapshotError, StorageError, WriterBusy
from rag.snapshots import SnapshotStore
from rag.snapshots.durable import make_folder, new_file, storage_errors
from rag.snapshots.manifest import MANIFEST, FileDigest, Manifest, digest
from rag.snapshots.replicas.companions import Companions
from rag.snapshots.replicas.past_texts import take_past
from rag.snapshots.replicas.publication import (
    Publication,
    PublishedSnapshot,
    content_name,
    damaged,
    numbers,
    read_checked,
    read_originals,
    read_publication,
    read_published_manifest,
)
from rag.snapshots.replicas.record import PULLED, Record, read_record, write_record
from rag.snapshots.replicas.storage import TRANSFERS, Storage

_log = logging.getLogger(__name__)


class Puller:
    """Keeps the index of a replica equal to the last publication.

    `fault` is the reason why the last attempt failed; None if it did not.
    """

    def __init__(
        self,
        store: SnapshotStore,
        storage: Storage,
        companions: Companions,
        accept: Callable[[str, Manifest], None] = lambda *_: None,
    ) -> None:
        """`accept` gets the id and the manifest of each snapshot, and may raise an error to refuse it."""
        self.storage = storage
        self.fault: str | None = None
        self._store = store
        self._companions = companions
        self._accept = accept
        self._record = store.directory / PULLED
        self._partial = store.directory / "pulling"

    def pull(self) -> None:
        """Take the last publication, unless it is taken already, or another process takes it now.

        Raises ReplicationError, CorruptSnapshot, IncompatibleSnapshot, StorageError, IndexUnavailable.
        """
        try:
            self._pull()
        except WriterBusy:
            return
        except SnapshotError as error:
            self.fault = str(error)
            raise
        self.fault = None

    def _pull(self) -> None:
        found, taken = numbers(self.storage), read_record(self._record)
        newest = found[-1] if found else 0
        if newest < taken.number or not found:
            raise ReplicationError(_no_newer(self.storage, taken.number))
        if newest == taken.number and self._serves():
            return
        with self._store.taking():
            if not self._serves():
                self._store.discard_damaged()
            publication = read_publication(self.storage, newest)
            self._take(publication)
            write_record(self._record, Record(index=publication.index, number=newest))

    def _serves(self) -> bool:
        """Return whether the current snapshot is sound."""
        try:
            self._store.refresh()
        except SnapshotError:
            return False
        return self._store.degraded is None

    def _take(self, publication: Publication) -> None:
        state = publication.state
        for name, one in state.files.items():
            self._companions.write(name, read_checked(self.storage, one))
        self._companions.delete_others(frozenset(state.files))
        self._store.discard_others({*state.snapshots, self._store.pointed()})
        try:
            self._take_snapshot(state.current, state.snapshots[state.current])
            self._store.point_to(state.current)
            self._store.refresh()
            take_past(self.storage, self._store.past, state.past)
            for name in sorted(state.snapshots.keys() - {state.current}, reverse=True):
                self._take_older(name, state.snapshots[name])
        except StorageError:
            shutil.rmtree(self._partial, ignore_errors=True)  # the disk may be full
            raise
        self._store.discard_others(set(state.snapshots))
        shutil.rmtree(self._partial, ignore_errors=True)

    def _take_older(self, snapshot_id: str, published: PublishedSnapshot) -> None:
        """Take a snapshot that is not current. If that fails, only the versions of documents in it are missing."""
        try:
            self._take_snapshot(snapshot_id, published)
        except StorageError:
            raise
        except SnapshotError as error:
            _log.warning("the older snapshot %s is not taken: %s", snapshot_id, error)

    def _take_snapshot(self, snapshot_id: str, published: PublishedSnapshot) -> None:
        if snapshot_id in self._store.ids():
            return
        content, manifest = read_published_manifest(self.storage, snapshot_id, published.manifest)
        self._accept(snapshot_id, manifest)
        files = {name: one for name, one in manifest.files.items() if isinstance(one, FileDigest)}
        places = self._obtain({one.blake3: one.size for one in files.values()})
        self._obtain_originals(read_originals(self.storage, published))

        def fill(folder: Path) -> None:
            for name, one in files.items():
                make_folder((folder / name).parent)
                _link(places[one.blake3], folder / name)
            with new_file(folder / MANIFEST) as file:
                file.write(content)

        self._store.take(snapshot_id, fill)

    def _obtain(self, sizes: Mapping[str, int]) -> dict[str, Path]:
        """Return a file with each digest. Transfer those that no snapshot on this disk has."""
        make_folder(self._partial)
        held = self._held()

        def obtain(wanted: str) -> Path:
            expected = FileDigest(size=sizes[wanted], blake3=wanted)
            for place in (held.get(wanted), self._partial / wanted):
                with suppress(OSError):
                    if place and place.stat().st_size == expected.size and digest(place) == expected:
                        return place
            return self._transfer(expected)

        with ThreadPoolExecutor(TRANSFERS, "pulling") as threads:
            return dict(zip(sizes, threads.map(obtain, sizes), strict=True))

    def _held(self) -> dict[str, Path]:
        """Return the files of the snapshots on this disk by their digest. They may be damaged."""
        found = {}
        for snapshot_id in self._store.ids():
            with suppress(SnapshotError):
                for name, one in self._store.manifest(snapshot_id).files.items():
                    if isinstance(one, FileDigest):
                        found[one.blake3] = self._store.folder(snapshot_id) / name
        return found

    def _transfer(self, expected: FileDigest) -> Path:
        place, name, found = self._partial / expected.blake3, content_name("blake3", expected.blake3), blake3()
        with new_file(place) as file:
            for block in self.storage.blocks(name, expected.size):
                found.update(block)
                file.write(block)
        if found.hexdigest() != expected.blake3:
            place.unlink()
            raise damaged(self.storage, name)
        return place

    def _obtain_originals(self, sizes: Mapping[str, int]) -> None:
        originals = self._store.originals

        def obtain(wanted: str) -> None:
            if not originals.path(wanted).is_file():
                originals.copy(wanted, self.storage.blocks(content_name("sha256", wanted), sizes[wanted]))

        with ThreadPoolExecutor(TRANSFERS, "pulling") as threads:
            list(threads.map(obtain, sizes))


def _link(source: Path, target: Path) -> None:
    """Give a file that never changes a second name; copy it if the disk has no hard links."""
    try:
        os.link(source, target)
    except OSError:
        with storage_errors(target):
            shutil.copyfile(source, target)


def _no_newer(storage: Storage, taken: int) -> str:
    advice = "run 'rag serve' or 'rag snapshots publish' at the writer"
    if taken == 0:
        return f"nothing is published in {storage.address} yet: {advice}"
    return f"{storage.address} lacks publication {taken}, which this replica has taken, so it is an old copy: {advice}"
