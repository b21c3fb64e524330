"""Publishes the index of a writer in a database, where replicas ask it."""

from __future__ import annotations

import json
import socket
import time
from hashlib import sha256

from rag.errors import CorruptSnapshot, ReplicationError, SnapshotError
from rag.snapshots.postgres.connections import NAME
from rag.snapshots.postgres.copying import copy_snapshot
from rag.snapshots.postgres.files import COMPANION, ORIGINAL, OWNER, PAST, Files
from rag.snapshots.postgres.pruning import GRACE_MINUTES
from rag.snapshots.postgres.store import PostgresStore
from rag.snapshots.replicas.companions import Companions
from rag.snapshots.replicas.publication import Publication, State
from rag.snapshots.replicas.record import PUBLISHED, Record, read_record, write_record
from rag.snapshots.snapshot import Snapshot
from rag.snapshots.store import SnapshotStore


class DatabasePublisher:
    """Publishes the current snapshot of one index, and the files beside it.

    A version whose snapshot the index has deleted is deleted too, some time after it was replaced.

    `fault` is the reason why the last attempt failed; None if it did not.
    """

    def __init__(self, store: SnapshotStore, database: PostgresStore, companions: Companions) -> None:
        self.fault: str | None = None
        self._store = store
        self._database = database
        self._files = Files(database.connections)
        self._companions = companions
        self._record = store.directory / PUBLISHED
        self._last: Publication | None = None  # of this process
        self._prune_at = 0.0

    def publish(self, *, take_over: bool = False) -> Publication:
        """Publish the current state if it has changed, and return the last publication.

        With `take_over`, publish even if another index has published there. Raises ReplicationError, WriterBusy if
        another process publishes, NoSnapshot, CorruptSnapshot.
        """
        try:
            found = self._publish(take_over=take_over)
        except SnapshotError as error:
            self.fault = str(error)
            raise
        self.fault = None
        return found

    def repair(self) -> list[str]:
        """Delete at once what no snapshot of the index has, also from the postings. Return no names.

        The database checks its own pages, so no damaged content is looked for. Raises as `publish` does.
        """
        self._last = None
        self.publish()
        with self._database.writing():
            self._database.delete_others(self._store.ids(), grace_minutes=0)
            self._database.compact()
        return []

    def _publish(self, *, take_over: bool) -> Publication:
        snapshot = self._store.refresh()
        if self._store.degraded:
            raise CorruptSnapshot(f"the current snapshot is not published: {self._store.degraded}")
        past = {path.name: path for path in self._store.past.files()}
        names = sha256("\n".join(sorted(past)).encode()).hexdigest()
        state = State(current=snapshot.id, snapshots={}, files=self._companions.digests(), past=names)
        if self._last is not None and self._last.state == state and not take_over:
            self._prune()
            return self._last
        with self._database.writing():
            record = self._owner(take_over=take_over)
            for name in self._files.replace(COMPANION, state.files):
                self._files.put(f"{COMPANION}{name}", self._companions.content(name, state.files[name]))
            for name in self._files.replace(PAST, dict.fromkeys(past)):
                self._files.put(f"{PAST}{name}", past[name].read_bytes())
            self._put_originals(snapshot)
            copy_snapshot(self._database, snapshot)
        write_record(self._record, record)
        host = socket.gethostname()
        self._prune_at = time.time() + 60 * GRACE_MINUTES
        self._last = Publication(number=record.number, index=record.index, host=host, time=time.time(), state=state)
        return self._last

    def _prune(self) -> None:
        if time.time() >= self._prune_at:
            with self._database.writing():
                self._database.delete_others(self._store.ids(), GRACE_MINUTES)
            self._prune_at = time.time() + 60 * GRACE_MINUTES

    def _put_originals(self, snapshot: Snapshot) -> None:
        """Store the originals of a snapshot, and delete those of none."""
        for digest in self._files.replace(ORIGINAL, dict.fromkeys(snapshot.reader.original_digests())):
            self._files.put(f"{ORIGINAL}{digest}", self._store.originals.read(digest))

    def _owner(self, *, take_over: bool) -> Record:
        """Return the record of this index. Raises ReplicationError if another one publishes there."""
        record = read_record(self._record)
        held = self._files.read(OWNER)
        owner = json.loads(held) if held else None
        if owner and owner["index"] != record.index and not take_over:
            raise ReplicationError(
                f"an index on {owner['host']} publishes to {NAME}, so this one does not: run 'rag "
                "snapshots publish --take-over' if this index is to publish there from now on"
            )
        self._files.put(OWNER, json.dumps({"index": record.index, "host": socket.gethostname()}).encode())
        return record.model_copy(update={"number": record.number + 1})
