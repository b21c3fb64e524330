"""Reads sources and moves the index forward: paths and feeds in, the next snapshot and a report on every source out."""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from rag.errors import NoSnapshot, RagError, SnapshotError, StorageError, UnknownDocument, WriterBusy
from rag.feeds import Feeds, FetchSettings, check_address, open_feeds
from rag.ingest.ledger import Ledger, noted, without
from rag.ingest.plan import Found, Item, Plan, Skipped, printable
from rag.ingest.scan import Known, emptied, read_files, unmet
from rag.ingest.web import Gathered, Gathering
from rag.snapshots import Builder, Changes, Drafting, Progress, Snapshot, SnapshotStore, StoredDocument
from rag.sources import Discovery, Limits, ReadingProcess, discover
from rag.types import Document, SourceState

_PATIENCE = 60.0
"""Seconds that a run which has fetched pages waits for another writer: publishing a snapshot takes a few."""

_RETRY_SECONDS = 0.5

_STORED = frozenset({"added", "updated", "duplicate"})

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Report:
    """What a run did; `snapshot` is the one in force after it, None where there is none yet."""

    items: tuple[Item, ...]
    snapshot: str | None
    encoded: int

    @property
    def counts(self) -> dict[SourceState, int]:
        """How many sources ended in each state."""
        return dict(Counter(item.state for item in self.items))

    @property
    def failed(self) -> tuple[Item, ...]:
        """The sources that could not be read."""
        return tuple(item for item in self.items if item.state == "failed")


class Ingestion:
    """Plans what changes, and lets the builder publish it."""

    def __init__(
        self,
        store: SnapshotStore,
        builder: Builder,
        limits: Limits = Limits(),  # noqa: B008 - frozen
        web: FetchSettings = FetchSettings(),  # noqa: B008 - frozen
    ) -> None:
        self._store = store
        self._builder = builder
        self.limits = limits
        self._web = web

    def ingest(
        self,
        paths: Sequence[Path],
        progress: Progress,
        *,
        prune: bool = False,
        feeds: Sequence[str] = (),
        fetching: Progress = lambda *_: None,
    ) -> Report:
        """Index files, folders and the pages of feeds; with `prune`, drop documents whose files or pages are gone.

        What lay in a folder that cannot be listed, or is there and empty, is not taken for gone. Pages are fetched
        before the writer's lock is taken, since that takes long; what a killed run fetched is not fetched again.
        A writer that is there already is told of before anything is fetched.
        Raises UnreadableSource where a path or a feed's address itself is wrong, and WriterBusy.
        """
        discovery = discover(paths, self._store.directory)
        for feed in feeds:
            check_address(feed)
        if not feeds:
            with self._store.writing(self._builder.keep):
                return self._ingest(paths, discovery, Gathered(), progress, prune)
        self._store.check_free()
        with open_feeds(self._store.directory, self._web) as web:
            gathered = self._gather(web, feeds, prune, fetching)
            with self._writing():
                report = self._ingest(paths, discovery, gathered, progress, prune)
            # A page whose text is as it was stays under its old digest: without its body it would be fetched again.
            pages = {one.source for one in gathered.found}
            web.drop_bodies(item.source for item in report.items if item.source in pages and item.state in _STORED)
        return report

    def due(self, feeds: Sequence[str]) -> list[str]:
        """Return the feeds that are no longer fresh by their own word."""
        with open_feeds(self._store.directory, self._web) as web:
            return web.stale(feeds)

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Hold the writer's lock, after waiting for who has it now: what was gathered took long. Raises WriterBusy."""
        deadline = time.monotonic() + _PATIENCE
        with ExitStack() as held:
            while True:
                try:
                    held.enter_context(self._store.writing(self._builder.keep))
                    break
                except WriterBusy:
                    if time.monotonic() >= deadline:
                        raise
                    time.sleep(_RETRY_SECONDS)
            yield

    def _gather(self, web: Feeds, feeds: Sequence[str], prune: bool, fetching: Progress) -> Gathered:
        previous = self._previous()
        known = Known(previous.documents() if previous else ())
        entries = Ledger(self._store.directory).read()
        again = {source for source, entry in entries.items() if entry.state == "failed"}
        with ReadingProcess(self.limits) as reading:
            gathering = Gathering(web, reading, known.digests, known.fingerprints, prune=prune)
            return gathering.gather(feeds, again, fetching)

    def _ingest(
        self, paths: Sequence[Path], discovery: Discovery, gathered: Gathered, progress: Progress, prune: bool
    ) -> Report:
        with ReadingProcess(self.limits) as reading:
            if discovery.files:
                reading.begin()
            previous = self._previous()
            known = Known(previous.documents() if previous else ())
            found = [Found(printable(path), printable(path), reason) for path, reason in discovery.refused.items()]
            found += emptied(discovery.empty, known.digests) if prune else ()
            with self._builder.drafting(previous, progress) as drafting:
                for one in read_files(discovery.files, known, reading):
                    found.append(one)
                    if isinstance(one.content, tuple):
                        drafting.add(*one.content)
                found += (
                    Found(printable(path), printable(path), Skipped(why)) for path, why in discovery.skipped.items()
                )
                gone = unmet(known.digests, paths, found) if prune else []
                gone += (source for source in gathered.gone if source in known.digests)
                found += gathered.still(known.digests)
                plan = Plan(known.documents, gone, found, lambda name: _restored(previous, name))
                changes, items = plan.changes, plan.items
                self._note(
                    known.documents,
                    changes,
                    items,
                    lambda entries: [*unmet(entries, paths, found), *gathered.settled.intersection(entries)],
                )
                return self._publish(previous, changes, items, drafting)

    def remove(self, document_ids: Sequence[str]) -> Report:
        """Drop documents from the index. Raises UnknownDocument before anything is removed, NoSnapshot, WriterBusy."""
        with self._store.writing(self._builder.keep):
            return self._remove(document_ids)

    def _remove(self, document_ids: Sequence[str]) -> Report:
        previous = self._store.refresh()
        known = {stored.reference.id: stored for stored in previous.documents()}
        for document_id in document_ids:
            if document_id not in known:
                raise UnknownDocument(
                    f"no document has the id {document_id!r}, nothing was removed: 'rag documents' lists them"
                )
        items = [Item(source.name, "removed", name) for name in document_ids for source in known[name].origin.sources]
        changes = Changes(removed=frozenset(document_ids))
        self._note(known.values(), changes, items)
        with self._builder.drafting(previous, lambda *_: None) as drafting:
            return self._publish(previous, changes, items, drafting)

    def apply(
        self,
        plan: Callable[[Sequence[StoredDocument]], tuple[Changes, Sequence[Item], Sequence[Item]]],
        progress: Progress,
    ) -> Report:
        """Publish what `plan` makes of the documents there are: changes, what to report, what to note of each source.

        Raises SnapshotError where the documents cannot be read.
        """
        with self._store.writing(self._builder.keep):
            try:
                previous = self._store.refresh()
            except NoSnapshot:
                previous = None
            known = previous.documents() if previous else []
            changes, items, ends = plan(known)
            self._note(known, changes, ends)
            try:
                with self._builder.drafting(previous, progress) as drafting:
                    return self._publish(previous, changes, items, drafting)
            except RagError as error:
                with suppress(StorageError):  # the disk may refuse that too
                    self._note(known, Changes(), _failed(ends, error))
                raise

    def _previous(self) -> Snapshot | None:
        try:
            return self._store.refresh()
        except NoSnapshot:
            return None
        except SnapshotError as error:
            _log.warning("the index is built anew: %s", error)
            return None

    def _publish(
        self, previous: Snapshot | None, changes: Changes, items: Iterable[Item], drafting: Drafting
    ) -> Report:
        sound = previous is None or (self._builder.fits(previous) and self._store.degraded is None)
        if sound and not changes:
            return Report(tuple(items), previous.id if previous else None, 0)
        snapshot, encoded = self._builder.build(previous, changes, drafting)
        return Report(tuple(items), snapshot.id, encoded)

    def _note(
        self,
        known: Iterable[StoredDocument],
        changes: Changes,
        items: Iterable[Item],
        settled: Callable[[Iterable[str]], Iterable[str]] = lambda _: (),
    ) -> None:
        """Write down what becomes of the sources that are not in the index.

        That is done before anything is published: if the run ends in between, the ledger says too much, not too little.
        """
        had = {source.name: source.sha256 for one in known for source in one.origin.sources}
        has = {source.name: source.sha256 for origin in changes.after(known).values() for source in origin.sources}
        ledger = Ledger(self._store.directory)
        before = ledger.read()
        ledger.write(noted(without(before, settled(before)), items, had, has))


def _failed(ends: Iterable[Item], error: RagError) -> list[Item]:
    """Return what was to come into the index, and did not."""
    coming = (item for item in ends if item.state in ("added", "updated"))
    return [replace(item, state="failed", reason=str(error)) for item in coming]


def _restored(previous: Snapshot | None, document_id: str) -> Document:
    assert previous is not None, "what is known stands in a snapshot"
    return previous.document(document_id)
