"""Publishes the snapshots of the writer to the storage.

All content goes there first, and the publication last, in one step. If the process is killed in between, replicas keep
the publication before, and the next attempt stores only what is missing.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from hashlib import sha256
from pathlib import Path

from blake3 import blake3

from rag.errors import CorruptSnapshot, ReplicationError, SnapshotError
from rag.snapshots import SnapshotStore
from rag.snapshots.durable import exclusive
from rag.snapshots.replicas.companions import Companions
from rag.snapshots.replicas.local import LocalSnapshot, describe
from rag.snapshots.replicas.past_texts import PublishedPast
from rag.snapshots.replicas.publication import CONTENT, Publication, State, content_name, numbers, read_publication
from rag.snapshots.replicas.record import PUBLISHED, Record, read_record, write_record
from rag.snapshots.replicas.retiring import retire
from rag.snapshots.replicas.storage import TRANSFERS, Storage
from rag.snapshots.retention import pinned

GRACE_SECONDS = 900.0
"""Seconds that a publication stays after its successor, because a replica may be reading its content."""


class Publisher:
    """Publishes one index to one storage. Several processes may have one: a lock lets one publish at a time.

    `fault` is the reason why the last attempt failed; None if it did not.
    """

    def __init__(
        self, store: SnapshotStore, storage: Storage, companions: Companions, grace: float = GRACE_SECONDS
    ) -> None:
        self.storage = storage
        self.fault: str | None = None
        self._store = store
        self._companions = companions
        self._grace = grace
        self._past = PublishedPast(store.past)
        self._record = store.directory / PUBLISHED
        self._described: dict[str, LocalSnapshot] = {}
        self._last: Publication | None = None  # of this process
        self._stored: set[str] | None = None  # the names of the content in the storage; None until they are listed
        self._retire_at = 0.0

    def publish(self, *, take_over: bool = False) -> Publication:
        """Publish the current state if it has changed, and return the last publication.

        With `take_over`, publish even if another index has published to this storage. Raises ReplicationError,
        WriterBusy if another process publishes, NoSnapshot, CorruptSnapshot, StorageError.
        """
        try:
            found = self._publish(take_over=take_over)
        except SnapshotError as error:
            self.fault = str(error)
            raise
        self.fault = None
        return found

    def repair(self) -> list[str]:
        """Read all content of the storage, and replace what is damaged or missing. Return the names of damaged content.

        Raises as `publish` does.
        """
        sizes = {name: size for kind in CONTENT for name, size in self.storage.sizes(kind).items()}
        damaged = [name for name, size in sizes.items() if not self._is_sound(name, size)]
        self.storage.delete(damaged)
        self._last, self._stored = None, sizes.keys() - set(damaged)
        publication = self.publish()
        with ExitStack() as stack:
            self._upload(self._local(stack), publication.state)
        return damaged

    def _is_sound(self, name: str, size: int) -> bool:
        found = blake3() if name.startswith("blake3/") else sha256()
        for block in self.storage.blocks(name, size):
            found.update(block)
        return name.endswith(f"/{found.hexdigest()}")

    def _publish(self, *, take_over: bool) -> Publication:
        self._store.refresh()
        if self._store.degraded:
            raise CorruptSnapshot(f"the current snapshot is not published: {self._store.degraded}")
        with ExitStack() as stack:
            local = self._local(stack)
            published = {name: one.published for name, one in local.items()}
            state = State(
                current=self._store.pointed() or "",
                snapshots=published,
                files=self._companions.digests(),
                past=self._past.refresh(),
            )
            if self._last is None or self._last.state != state or take_over:
                stack.enter_context(exclusive(self._store.directory / "PUBLISHING"))
                self._last = self._publish_state(local, state, take_over=take_over)
            elif time.time() >= self._retire_at:
                stack.enter_context(exclusive(self._store.directory / "PUBLISHING"))
                self._retire()
            return self._last

    def _publish_state(self, local: Mapping[str, LocalSnapshot], state: State, *, take_over: bool) -> Publication:
        known, record = numbers(self.storage), read_record(self._record)
        last = read_publication(self.storage, known[-1]) if known else None
        if not take_over:
            self._check_owner(record, last)
        write_record(self._record, record)
        if last is None or last.index != record.index or last.state != state:
            self._upload(local, state)
            last = self._create(record, max(record.number, last.number if last else 0) + 1, state)
        write_record(self._record, record.model_copy(update={"number": last.number}))
        self._retire()
        return last

    def _create(self, record: Record, number: int, state: State) -> Publication:
        host = socket.gethostname()
        made = Publication(number=number, index=record.index, host=host, time=time.time(), state=state)
        if not self.storage.create(made.name, made.model_dump_json(indent=1).encode()):
            raise ReplicationError(
                f"{made.name} exists in {self.storage.address} already, because another index published at the same "
                "time: let only one index publish there"
            )
        return made

    def _local(self, stack: ExitStack) -> dict[str, LocalSnapshot]:
        """Return the snapshots on this disk that can serve, and protect them from deletion."""
        found: dict[str, LocalSnapshot] = {}
        for name in self._store.ids():
            folder = self._store.folder(name)
            try:
                stack.enter_context(pinned(folder))
                found[name] = self._described.get(name) or describe(folder, self._store.originals)
            except SnapshotError:
                if name == self._store.pointed():
                    raise
        self._described = found
        return found

    def _upload(self, local: Mapping[str, LocalSnapshot], state: State) -> None:
        if self._stored is None:
            self._stored = {name for kind in CONTENT for name in self.storage.sizes(kind)}
        stored, originals = self._stored, self._store.originals
        contents: dict[str, Path | bytes] = {
            content_name("sha256", digest): self._companions.content(name, digest)
            for name, digest in state.files.items()
        }
        for one in local.values():
            contents.update(one.contents(originals))
        contents.update(self._past.contents(stored))

        def put(name: str) -> None:
            if name.startswith("sha256/") and isinstance(contents[name], Path):
                self._check_original(Path(name).name)
            self.storage.put(name, contents[name])
            stored.add(name)

        with ThreadPoolExecutor(TRANSFERS, "publishing") as threads:
            list(threads.map(put, [name for name in contents if name not in stored]))

    def _check_original(self, digest: str) -> None:
        if fault := self._store.originals.fault(digest):
            raise ReplicationError(f"{fault}, so it is not published: run 'rag snapshots verify'")

    def _check_owner(self, record: Record, last: Publication | None) -> None:
        """Raise ReplicationError if another index has published to the storage, or if its content is gone."""
        advice = "run 'rag snapshots publish --take-over' if this index is to publish there from now on"
        if last and last.index != record.index:
            raise ReplicationError(
                f"an index on {last.host} publishes to {self.storage.address}, so this one does not: {advice}"
            )
        if record.number > (last.number if last else 0):
            raise ReplicationError(
                f"{self.storage.address} lacks the last publication of this index, so it is another storage or an old "
                f"copy: give the right one, or {advice}"
            )

    def _retire(self) -> None:
        deleted, self._retire_at = retire(self.storage, self._grace)
        if self._stored is not None:
            self._stored -= deleted
