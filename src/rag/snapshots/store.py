"""Reads and writes the snapshots of an index directory, and publishes new ones.

index/CURRENT              the id of the current snapshot, one line
index/LOCK                 locked by the single writer
index/snapshots/<id>/      one immutable snapshot
index/originals/           the files that documents were parsed from
index/past/                the texts of documents that were replaced or removed: rag.snapshots.past
index/BACKUPS              the paths of all backups
index/held/                a change that waits for a decision: rag.snapshots.held
index/encoded-<digest>.sqlite   the encodings of a run whose snapshot is not published yet

Other rooms keep their own files beside these:

index/LEDGER               the sources that are not in the index: rag.ingest.ledger
index/ROOTS                the files, folders and feeds that were ingested: rag.ingest.roots
index/feeds.sqlite         the cache of feeds and their pages: rag.feeds.cache
index/.jobs/               the jobs that were accepted over HTTP: rag.upkeep.spool
index/kept.sqlite          shared answers, feedback and saved questions: rag.kept
index/FOLLOWING            locked by the process that answers the saved questions: rag.kept.following
index/encoders/            compiled models: rag.snapshots.compiled_models
index/PUBLISHED, PULLED    the last publication of a writer, and of a replica: rag.snapshots.replicas.record
index/PUBLISHING           locked by the process that publishes to the storage: rag.snapshots.replicas.publishing
index/pulling/             files on their way to a replica: rag.snapshots.replicas.pulling
"""

from __future__ import annotations

import logging
import os
import shutil
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

from rag.errors import (
    CorruptSnapshot,
    IncompatibleSnapshot,
    IndexUnavailable,
    NoSnapshot,
    SnapshotError,
    StorageError,
    UnknownSnapshot,
    WriteRefused,
)
from rag.protocols import VectorStore
from rag.snapshots import snapshot_files
from rag.snapshots.backup import invalid_backup, read_backup, write_backup
from rag.snapshots.backup_register import record_backup
from rag.snapshots.database import Reader
from rag.snapshots.durable import (
    delete,
    discard,
    exclusive,
    make_folder,
    new_file,
    publish_folder,
    storage_errors,
    sync_below,
)
from rag.snapshots.held import Decision, HeldChanges, Review, ReviewSnapshot
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
    matches,
    read_manifest,
    servable,
)
from rag.snapshots.originals import Originals
from rag.snapshots.past import PastTexts
from rag.snapshots.past_backup import move_restored
from rag.snapshots.place import Place
from rag.snapshots.pointer import pointer_fault, read_pointer, write_pointer
from rag.snapshots.prepared import ChangeSet
from rag.snapshots.protocol import Index
from rag.snapshots.retention import Pruned, discard_unless_read, pinned
from rag.snapshots.serving import ServingSnapshot
from rag.snapshots.snapshot import DATABASE, Snapshot
from rag.snapshots.soundness import fault

_log = logging.getLogger(__name__)


class SnapshotStore:
    """The snapshots in one directory. One instance serves all threads of a process. `place` is the directory."""

    def __init__(
        self, directory: Path, vectors: VectorStore, *, writer: str | None = None, past_days: int | None = None
    ) -> None:
        """`writer` is the address of the writer if this index is a replica. Then only `taking` allows changes.

        `past_days` is how long past texts are kept; None for ever.
        """
        self.directory = directory
        self.writer = writer
        self.place = Place(directory)
        self.vectors = vectors
        self.originals = Originals(directory)
        self.past = PastTexts(directory, past_days)
        self.held = HeldChanges(directory)
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
        return read_manifest(self.folder_of(snapshot_id))

    def open(self, snapshot_id: str) -> Snapshot:
        """Verify and open one snapshot. Raises as `manifest` does."""
        return Snapshot(self.folder_of(snapshot_id), self.vectors)

    @contextmanager
    def reading(self, snapshot_id: str, *, checked: bool = False) -> Iterator[tuple[Manifest, Reader]]:
        """Yield the manifest and the documents of one snapshot, without its vectors and terms.

        With `checked`, compare the database with its digest first. Raises UnknownSnapshot, CorruptSnapshot,
        IncompatibleSnapshot.
        """
        folder = self.folder_of(snapshot_id)
        with pinned(folder):
            manifest = read_manifest(folder)
            if checked and not matches(folder, manifest, DATABASE):
                raise CorruptSnapshot(f"{folder.name} is damaged: run 'rag snapshots verify'")
            with closing(Reader.of(folder / DATABASE)) as reader:
                yield manifest, reader

    def verify(self, snapshot_ids: Sequence[str] = ()) -> dict[str, tuple[str, ...]]:
        """Verify the given snapshots with their originals, or all of them, CURRENT and the past texts.

        Return a sentence for each fault, by snapshot id. The key of a fault of CURRENT is "CURRENT", and that of faults
        of past texts "past".

        Raises UnknownSnapshot, NoSnapshot.
        """
        if not self.ids():
            raise NoSnapshot(f"no index in {self.directory}: run 'rag ingest' first")
        folders = [self.folder_of(name) for name in snapshot_ids or self.ids()]
        faults = {folder.name: (*file_faults(folder), *self.originals.faults(folder)) for folder in folders}
        named = self.pointed()
        if not snapshot_ids and named not in faults:
            faults["CURRENT"] = (pointer_fault(self.directory, named),)
        if not snapshot_ids and (damaged := tuple(self.past.faults())):
            faults["past"] = damaged
        return faults

    def other_formats(self) -> dict[str, int]:
        """Return the format of each snapshot that this version cannot serve, by id."""
        formats = {name: format_of(self._folder / name) for name in self.ids()}
        return {name: one for name, one in formats.items() if one is not None and one not in READABLE}

    def check_free(self) -> None:
        """Raise WriterBusy if another process is writing, and IndexUnavailable.

        Call it before slow work, such as loading a model. Raises WriteRefused if the index is a replica.
        """
        self._check_writer()
        self.place.check_writable()
        if (self.directory / "LOCK").exists():
            with exclusive(self.directory / "LOCK"):
                pass

    @contextmanager
    def writing(self, keep: int | None = None) -> Iterator[None]:
        """Hold the lock of the single writer during the block. First finish the work of a killed writer.

        Its remains are deleted, and its decision on a change that was held back is carried out.

        If the block ends without an error and `keep` is given, prune all but the newest `keep` snapshots. Raises
        WriterBusy, IndexUnavailable, StorageError, and WriteRefused if the index is a replica.
        """
        self._check_writer()
        with self.taking():
            self.held.clean()
            for review in self.held.undone():
                self._carry_out_again(review)
            try:
                yield
            except Exception:
                with suppress(StorageError):  # the error of the block is more important
                    self._collect_originals()
                raise
            if keep is not None and self.ids():
                self._prune(keep)

    @contextmanager
    def taking(self) -> Iterator[None]:
        """Hold the lock of the single writer during the block, also if the index is a replica.

        Raises WriterBusy, IndexUnavailable, StorageError.
        """
        self.place.prepare()
        make_folder(self._folder, parents=False)
        with self.place.naming_the_cause(), exclusive(self.directory / "LOCK"):
            for remains in self._folder.glob(".*"):
                delete(remains)
            self.past.clean()
            yield

    def take(self, snapshot_id: str, fill: Callable[[Path], None]) -> None:
        """Add a snapshot of another index under its id. `fill` puts its files into a folder. Call only inside `taking`.

        CURRENT stays. Raises CorruptSnapshot if the manifest does not fit the id, StorageError.
        """
        with self._new_folder(".taking") as folder:
            fill(folder)
            if id_suffix(folder) != snapshot_id.partition("-")[2]:
                raise CorruptSnapshot(f"the manifest of {snapshot_id} is damaged")
            publish_folder(folder, self._folder / snapshot_id)

    def discard_others(self, snapshot_ids: Collection[str | None]) -> None:
        """Delete all other snapshots that no process reads, and their originals. Call only inside `taking`.

        Raises StorageError.
        """
        others = [name for name in self.ids() if name not in snapshot_ids]
        for name in others:
            discard_unless_read(self._folder / name)
        if others:
            self._collect_originals()

    def discard_damaged(self) -> None:
        """Delete the damaged snapshots, because the writer has sound ones. Call only inside `taking`.

        Raises StorageError.
        """
        for name in self.ids():
            if any(file_faults(self._folder / name)):
                _log.warning("the snapshot %s is damaged, so it is taken from the storage again", name)
                discard(self._folder / name)
        self.place.had_snapshot = bool(self.ids())

    def publish(self, previous: Index | None, changes: ChangeSet) -> Snapshot:
        """Write the next snapshot from `previous`, and make it the current one. Call only inside `writing`.

        Raises StorageError.
        """
        with self._new_folder() as folder:
            _, synced = self._write(folder, previous, changes)
            return self._publish(folder, self._next_number(), synced)

    def publish_reviewed(self, previous: Index | None, changes: ChangeSet, review: ReviewSnapshot) -> Snapshot | Review:
        """Publish the next snapshot as `publish` does, unless `review` holds it back. Then return its review."""
        with self._new_folder() as folder:
            manifest, _ = self._write(folder, previous, changes)
            return self._publish_reviewed(folder, self._next_number(), manifest.parent, review)

    def _write(self, folder: Path, previous: Index | None, changes: ChangeSet) -> tuple[Manifest, frozenset[Path]]:
        """Write the files and the manifest of the next snapshot. Return the manifest, and the paths that are synced."""
        assert previous is None or isinstance(previous, Snapshot), "it is a version of this store"
        with storage_errors(folder):
            manifest = snapshot_files.write(folder, previous, changes, self.vectors)
            with ThreadPoolExecutor(1, "syncing") as background:
                syncing = background.submit(sync_below, folder)  # while the digests are computed
                manifest = manifest.model_copy(update={"files": digests(folder, _cores())})
            synced = syncing.result()
        with new_file(folder / MANIFEST) as file:
            file.write(manifest.model_dump_json(indent=1).encode())
        return manifest, synced

    def accept(self, snapshot_id: str, by: str | None, keep: int) -> Snapshot:
        """Make the snapshot that is held back the current one. `by` names the client. Prune as `writing` does.

        Raises UnknownSnapshot, WriteRefused if another snapshot is current than the one that it was built from,
        CorruptSnapshot, IncompatibleSnapshot, WriterBusy, StorageError.
        """
        with self.writing(keep):
            review = self.held.get(snapshot_id)
            if review.parent != self.pointed():
                raise WriteRefused(
                    f"{review.id} was built from {review.parent}, and {self.pointed()} is the current snapshot now: "
                    f"drop it with 'rag review drop {review.id}', and make the change again"
                )
            suffix = Snapshot(self.held.folder(review.id), self.vectors, _cores()).id.partition("-")[2]
            number = max(number_of(review.id), self._next_number())
            self._carry_out(self.held.decide(review, Decision.ACCEPTED, by, f"{number:06d}-{suffix}"))
            return self.refresh()

    def drop(self, snapshot_id: str, by: str | None) -> None:
        """Delete the snapshot that is held back. Raises UnknownSnapshot, WriterBusy, StorageError."""
        with self.writing():
            self.drop_held(self.held.get(snapshot_id), by)

    def drop_held(self, review: Review, by: str | None = None, reason: str | None = None) -> None:
        """Delete the snapshot that is held back. Call only inside `writing`. Raises StorageError."""
        self._carry_out(self.held.decide(review, Decision.DROPPED, by, reason=reason))
        self._collect_originals()

    def activate(self, snapshot_id: str) -> Snapshot:
        """Verify another snapshot and make it the current one.

        Raises UnknownSnapshot, CorruptSnapshot, IncompatibleSnapshot, WriterBusy, StorageError.
        """
        self.folder_of(snapshot_id)
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
        return discard_unless_read(self.folder_of(snapshot_id))

    def backup(self, file: Path) -> Snapshot:
        """Write the serving snapshot and all past texts to one file, and record its path for erasures.

        Raises NoSnapshot, CorruptSnapshot, StorageError.
        """
        snapshot = self.current()
        write_backup(snapshot, self._folder / snapshot.id, file, self.originals, self.past)
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
                move_restored(folder, self.past)
                return _migrated(file, folder, number, migrate)
            if unsound := fault(folder, servable(manifest, file), self.vectors):
                raise invalid_backup(file, unsound)
            move_restored(folder, self.past)
            return self._publish(folder, max(number, self._next_number()))

    def _check_writer(self) -> None:
        if self.writer is not None:
            raise WriteRefused(
                f"{self.directory} is a replica of the index at {self.writer}, and nothing was changed: make the "
                "change at this writer"
            )

    def _prune(self, keep: int) -> Pruned:
        needed = {self.pointed(), self.refresh().id}
        known = [name for name in self.ids() if not is_newer(self._folder / name)]
        deleted = {name: discard_unless_read(self._folder / name) for name in known[:-keep] if name not in needed}
        self._collect_originals()
        self.past.retain()
        return Pruned(
            deleted=tuple(name for name, done in deleted.items() if done),
            read=tuple(name for name, done in deleted.items() if not done),
        )

    def _publish_reviewed(
        self, building: Path, number: int, parent: str | None, review: ReviewSnapshot
    ) -> Snapshot | Review:
        folder = self.held.put(building, f"{number:06d}-{id_suffix(building)}")
        try:
            report = review(Snapshot(folder, self.vectors, 0))
            if report is not None:
                return self.held.hold(folder, parent, report)
            return self._publish(folder, number)
        except BaseException:
            self._delete_unfinished(folder)
            raise

    def _carry_out(self, review: Review) -> None:
        """Carry out a decision, or the rest of it."""
        if review.snapshot is not None and self.pointed() == review.parent:
            if self.held.folder(review.id).is_dir():
                self._publish(self.held.folder(review.id), number_of(review.snapshot))
            else:
                self._make_current(self.open(review.snapshot))
        self.held.finish(review)

    def _carry_out_again(self, review: Review) -> None:
        """Carry out the decision of a killed writer. Drop a change whose snapshot is damaged or gone since."""
        try:
            self._carry_out(review)
        except (CorruptSnapshot, IncompatibleSnapshot, UnknownSnapshot) as error:
            _log.warning("%s was accepted, but it cannot go in force: %s", review.id, error)
            self.held.finish(self.held.decide(review, Decision.DROPPED, review.by, reason=str(error)))

    def _collect_originals(self) -> None:
        waiting = self.held.waiting()
        held = [self.held.folder(waiting.id)] if waiting else []
        self.originals.collect([*(self._folder / name for name in self.ids()), *held])

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
        self._keep_past(snapshot)
        self.point_to(snapshot.id)
        self._serving.replace(snapshot)

    def _keep_past(self, snapshot: Snapshot) -> None:
        """Keep the texts that the current snapshot has and the next one lacks.

        If the index has no past texts yet, keep also those that only older snapshots have.
        """
        if self.past.days == 0:
            return
        pointed = self.pointed()
        known = [one for one in self.ids() if one != snapshot.id and format_of(self._folder / one) in READABLE]
        before = [one for one in known if one == pointed] if self.past.exists else known
        for one, after in pairwise(self._folder / name for name in [*before, snapshot.id]):
            try:
                self.past.keep(one, after)
            except (CorruptSnapshot, IncompatibleSnapshot) as error:
                _log.warning("texts that only %s has are not kept: %s", one.name, str(error))  # without the frames

    def folder_of(self, snapshot_id: str) -> Path:
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
