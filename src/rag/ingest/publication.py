"""Reads the documents that a run starts from, and publishes its changes: the ledger and the next snapshot."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from rag.errors import WriterBusy
from rag.ingest.ledger import Entry, Ledger, with_results
from rag.ingest.plan import Item
from rag.ingest.reread import Rereader
from rag.snapshots import (
    Builder,
    Changes,
    Preparer,
    Previous,
    Progress,
    Review,
    ReviewSnapshot,
    Snapshot,
    SnapshotStore,
    StoredDocument,
)
from rag.snapshots.recovery import check_losses, previous_documents
from rag.snapshots.saved_documents import SavedDocuments
from rag.sources import Limits, ParserProcess
from rag.types import Document, SourceState

_WRITER_SECONDS = 60.0
"""Seconds to wait for another writer. A writer needs a few seconds to publish a snapshot."""

_RETRY_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Report:
    """The result of a run.

    `snapshot` is the current one after the run, or None if there is none. `encoded` counts the passages that the run
    encoded. `held` is the id of the next snapshot if it is held back until a maintainer decides.
    """

    items: tuple[Item, ...]
    snapshot: str | None
    encoded: int
    held: str | None = None

    @property
    def counts(self) -> dict[SourceState, int]:
        """The number of sources in each state."""
        return dict(Counter(item.state for item in self.items))

    @property
    def failed(self) -> tuple[Item, ...]:
        """The sources that could not be read."""
        return tuple(item for item in self.items if item.state == "failed")


class Publisher:
    """Publishes the snapshots of one index.

    Call all other methods inside `writing` or `writing_when_free`, except `previous` with `locked=False`.
    """

    def __init__(
        self, store: SnapshotStore, builder: Builder, limits: Limits, review: ReviewSnapshot | None = None
    ) -> None:
        """`review` decides for each snapshot whether it is held back. Without it, none is."""
        self.store = store
        self._review = review
        self.builder = builder
        self.ledger = Ledger(store.directory)
        self._limits = limits

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the writer's lock, and prune old snapshots at the end. Raises WriterBusy, ChangeHeld."""
        self.store.held.check_none()
        with self.store.writing(self.builder.keep):
            self.store.held.check_none()
            yield

    @contextmanager
    def writing_when_free(self, *, beside_held: bool = False) -> Iterator[None]:
        """Hold the writer's lock as `writing` does, but wait for another writer. Raises WriterBusy after a minute.

        With `beside_held`, a change that is held back is no reason to refuse.
        """
        deadline = time.monotonic() + _WRITER_SECONDS
        with ExitStack() as lock:
            while True:
                try:
                    lock.enter_context(self.store.writing(self.builder.keep) if beside_held else self.writing())
                    break
                except WriterBusy:
                    if time.monotonic() >= deadline:
                        raise
                    time.sleep(_RETRY_SECONDS)
            yield

    def previous(self, *, locked: bool = True) -> Snapshot | SavedDocuments | None:
        """Return the documents that the next snapshot starts from. Documents lost by damage are read from originals.

        `locked` is as for `previous_documents`. Raises WriteRefused.
        """
        previous = previous_documents(self.store, locked=locked)
        if isinstance(previous, SavedDocuments) and previous.lost:
            self._supply_lost(previous)
        return previous

    def _supply_lost(self, previous: SavedDocuments) -> None:
        """Read lost documents again from their originals."""
        with ParserProcess(self._limits) as parser:
            reader = Rereader(self.store.originals, parser)
            for stored in previous.documents():
                if stored.reference.id in previous.lost and stored.origin.original:
                    found = reader.read(stored)
                    if isinstance(found, Document):
                        previous.supply(stored.reference.id, found)

    def up_to_date(self, previous: Snapshot | SavedDocuments, progress: Progress) -> Snapshot:
        """Return `previous` if it is up to date, or else publish its documents again.

        It is up to date if it serves, has the newest format, and fits the encoder and the chunk size. Raises
        WriteRefused if documents would be lost.
        """
        if isinstance(previous, Snapshot) and self._is_up_to_date(previous):
            return previous
        check_losses(previous, Changes())
        with self.preparer(previous, progress) as preparer:
            return self.builder.build(previous, Changes(), preparer)[0]

    def _is_up_to_date(self, previous: Previous) -> bool:
        return self.builder.is_current(previous) and self.store.degraded is None

    def preparer(self, previous: Previous | None, progress: Progress) -> Preparer:
        """Return a preparer that reuses encodings of the previous snapshot, or of another one if that cannot serve."""
        encodings = previous.encodings if isinstance(previous, SavedDocuments) else None
        return self.builder.preparer(previous, progress, encodings)

    def write_ledger(
        self,
        entries: Mapping[str, Entry],
        documents: Collection[StoredDocument],
        changes: Changes,
        items: Iterable[Item],
    ) -> None:
        """Write the results of a run into the ledger. Raises StorageError, IndexUnavailable.

        Call this before `publish`. If the run is killed in between, the ledger has too many entries, not too few.
        """
        before = {source.name: source.sha256 for stored in documents for source in stored.origin.sources}
        origins = changes.origins_after(documents).values()
        after = {source.name: source.sha256 for origin in origins for source in origin.sources}
        self.store.place.check()
        self.ledger.write(with_results(entries, items, before, after))

    def publish(
        self,
        previous: Previous | None,
        changes: Changes,
        items: Iterable[Item],
        preparer: Preparer | None = None,
        review: ReviewSnapshot | None = None,
    ) -> Report:
        """Publish the next snapshot, unless there are no changes and the previous one is up to date.

        If no `preparer` is given, prepare the new documents now. If no `review` is given, the configured one decides
        whether the snapshot is held back. The first snapshot of an index is not reviewed.
        """
        return self._publish(previous, changes, items, preparer, (review or self._review) if previous else None)

    def publish_unreviewed(self, previous: Previous | None, changes: Changes) -> Report:
        """Publish the next snapshot as `publish` does. Nothing holds it back."""
        return self._publish(previous, changes, (), None, None)

    def _publish(
        self,
        previous: Previous | None,
        changes: Changes,
        items: Iterable[Item],
        preparer: Preparer | None,
        review: ReviewSnapshot | None,
    ) -> Report:
        if (previous is None or self._is_up_to_date(previous)) and not changes:
            return Report(tuple(items), None if previous is None else previous.id, 0)
        with ExitStack() as stack:
            preparer = preparer or stack.enter_context(self.preparer(previous, lambda *_: None))
            found, encoded = self.builder.build_reviewed(previous, changes, preparer, review)
        if isinstance(found, Review):
            return Report(tuple(items), found.parent, encoded, found.id)
        return Report(tuple(items), found.id, encoded)


def documents_of(previous: Previous | None) -> Sequence[StoredDocument]:
    """Return the documents that a run starts from, without their texts."""
    return previous.documents() if previous else ()


def loader(snapshot: Previous | None) -> Callable[[str], Document]:
    """Return a function that loads a document of a snapshot by its id."""

    def load(document_id: str) -> Document:
        assert snapshot is not None, "known documents are in a snapshot"
        return snapshot.document(document_id)

    return load
