"""Runs an ingestion: reads files and feeds, publishes the next snapshot and reports on every source."""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias

from rag.errors import CorruptSnapshot, RagError, SnapshotError, UnknownDocument, WriterBusy
from rag.feeds import Feeds, FetchSettings, check_address, open_feeds
from rag.ingest.erasure import Erased, delete_snapshots, erase_traces, holders
from rag.ingest.found import Found
from rag.ingest.known import KnownSources, known_sources
from rag.ingest.ledger import Entry, Ledger, with_moves, with_results, without_missing, without_root
from rag.ingest.moves import find_moves
from rag.ingest.plan import Item, make_plan
from rag.ingest.reparse import Reparse
from rag.ingest.reread import Rereader
from rag.ingest.roots import RootRemoval, Roots, plan_root_removal, root_name
from rag.ingest.scan import Scan
from rag.ingest.web import FetchedPages, PageFetcher
from rag.snapshots import (
    Builder,
    Changes,
    Origin,
    Preparer,
    Previous,
    Progress,
    Snapshot,
    SnapshotStore,
    StoredDocument,
)
from rag.snapshots.recovery import SavedDocuments, check_losses, previous_documents
from rag.sources import Limits, ParserProcess, discover
from rag.types import Document, KeepOriginals, SourceState

_WRITER_SECONDS = 60.0
"""Seconds to wait for another writer after fetching pages. A writer needs a few seconds to publish a snapshot."""

_RETRY_SECONDS = 0.5

_INDEXED = frozenset({"added", "updated", "duplicate"})

DocumentPlan: TypeAlias = Callable[[Sequence[StoredDocument]], tuple[Changes, Sequence[Item], Sequence[Item]]]
"""Plans changes to the indexed documents.

It returns the changes, the items to report, and the items for the ledger: one for each source.
"""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Report:
    """The result of a run.

    `snapshot` is the current one after the run, or None if there is none. `encoded` counts the passages that the run
    encoded.
    """

    items: tuple[Item, ...]
    snapshot: str | None
    encoded: int

    @property
    def counts(self) -> dict[SourceState, int]:
        """The number of sources in each state."""
        return dict(Counter(item.state for item in self.items))

    @property
    def failed(self) -> tuple[Item, ...]:
        """The sources that could not be read."""
        return tuple(item for item in self.items if item.state == "failed")


class Ingestion:
    """Updates one index: reads sources, plans the changes and lets the builder publish them."""

    def __init__(
        self,
        store: SnapshotStore,
        builder: Builder,
        limits: Limits = Limits(),  # noqa: B008 - frozen
        web: FetchSettings = FetchSettings(),  # noqa: B008 - frozen
        keep_originals: KeepOriginals = KeepOriginals.REMOTE,
    ) -> None:
        self._store = store
        self._builder = builder
        self._ledger = Ledger(store.directory)
        self._roots = Roots(store.directory)
        self._web = web
        self.limits = limits
        self.keep_originals = keep_originals

    def ingest(
        self,
        paths: Sequence[Path],
        progress: Progress,
        *,
        prune: bool = False,
        feeds: Sequence[str] = (),
        fetching: Progress = lambda *_: None,
    ) -> Report:
        """Index files, folders and the pages of feeds; with `prune`, remove documents whose files or pages are gone.

        Files below an unreadable or empty folder do not count as gone.
        A wrong path fails alone, like a file that cannot be read. Raises UnreadableSource if all paths
        or the address of a feed are wrong, WriterBusy, and WriteRefused if the run would lose documents.
        """
        scan = Scan(
            tuple(paths), discover(paths, self._store.directory), prune, self.keep_originals is KeepOriginals.ALL
        )
        for feed in feeds:
            check_address(feed)
        if feeds:
            return self._ingest_with_feeds(scan, feeds, progress, fetching)
        with self._store.writing(self._builder.keep):
            return self._ingest(scan, FetchedPages(), scan.usable, progress)

    def stale_feeds(self, feeds: Sequence[str]) -> list[str]:
        """Return the feeds whose last response is no longer fresh. Raises IndexUnavailable."""
        self._store.place.prepare()
        with open_feeds(self._store.directory, self._web) as web:
            return web.stale(feeds)

    def remove(self, document_ids: Sequence[str]) -> Report:
        """Remove documents from the index. Raises UnknownDocument before it removes any, NoSnapshot, WriterBusy.

        Raises WriteRefused if the change would lose other documents.
        """
        self._check_exists()
        with self._store.writing(self._builder.keep):
            return self._remove(document_ids)

    def holds(self, document_id: str, source: str) -> bool:
        """Return whether the ledger has a source, or any snapshot has a document, or may have it if it is damaged."""
        return source in self._ledger.read() or bool(holders(self._store, [document_id]).snapshots)

    def remove_root(self, given: str) -> Report:
        """Forget a root, and remove the documents that only this root has. The root may be any path or feed.

        Raises UnknownDocument if the index has neither the root nor a source there, and as `remove` does.
        """
        self._check_exists()
        with self._store.writing(self._builder.keep):
            previous = self._previous()
            documents = _documents(previous)
            root = root_name(given)
            sources = [source.name for stored in documents for source in stored.origin.sources]
            entries = self._ledger.read()
            removal = plan_root_removal(root, self._roots, [*dict.fromkeys([*sources, *entries])])
            report = self._remove_sources(previous, removal, without_root(entries, removal.own))
            self._roots.forget([root])
            return report

    def erase(self, document_ids: Sequence[str], sources: Collection[str] = ()) -> Erased:
        """Remove documents, and delete their traces, those of `sources`, and every older snapshot that holds one.

        Raises WriterBusy, and WriteRefused if the change would lose other documents.
        """
        with self._writing_when_free():
            found = holders(self._store, document_ids)
            current = self._publish_without(document_ids)
            # The older snapshots last, because a second erasure learns the sources from them if this one is killed.
            erase_traces(self._store.directory, found.sources.union(sources))
            self._roots.forget(found.sources)
            deleted, read = delete_snapshots(self._store, found.snapshots - {current})
        return Erased(current, tuple(deleted), tuple(read), found.sources)

    def rebuild(self, progress: Progress) -> str:
        """Publish the current documents again if the snapshot is damaged or has an older format or another encoder.

        Return the id of the current snapshot. Raises NoSnapshot, WriterBusy, and WriteRefused if documents would be
        lost.
        """
        self._check_exists()
        with self._store.writing(self._builder.keep):
            previous = self._previous() or self._store.refresh()
            return self._sound(previous, progress).id

    def migrate(self, folder: Path, snapshot_id: str) -> Snapshot:
        """Publish the documents of a snapshot of an older format in `folder`. Call only with the writer's lock.

        Raises CorruptSnapshot if any document is not sound.
        """
        saved = SavedDocuments(folder, snapshot_id)
        if saved.lost or saved.hidden:
            raise CorruptSnapshot(f"{len(saved.lost) + saved.hidden} of its documents do not match their digests")
        return self._sound(saved, lambda *_: None)

    def reparse(self, paths: Sequence[Path], progress: Progress, encoding: Progress = lambda *_: None) -> Report:
        """Read documents again from their originals or files: those with a source at `paths`, or all without paths.

        Publish the documents that differ, with the passages that are cut differently. `progress` counts documents.
        Raises UnreadableSource if no document has a source at one of the paths, SnapshotError, and WriterBusy.
        """
        self._check_exists()
        with self._store.writing(self._builder.keep), ParserProcess(self.limits) as parser:
            previous = self._sound(self._previous() or self._store.refresh(), encoding)
            reparse = Reparse(previous, self._builder, self._store.originals, parser)
            changes, items = reparse.run(paths, progress)
            with self._preparer(previous, encoding) as preparer:
                return self._publish(previous, changes, items, preparer)

    def apply(self, plan: DocumentPlan, progress: Progress, given: Sequence[Origin] = ()) -> Report:
        """Plan changes to the current documents and publish them.

        If one of the `given` origins has the original of an unchanged document, and that is damaged, it is repaired.

        Raises WriterBusy, and WriteRefused if the change would lose other documents.
        """
        with self._store.writing(self._builder.keep):
            previous = self._previous()
            documents = _documents(previous)
            changes, items, outcomes = plan(documents)
            check_losses(previous, changes)
            self._store.originals.repair(given, documents)
            self._write_ledger(self._ledger.read(), documents, changes, outcomes)
            try:
                with self._preparer(previous, progress) as preparer:
                    return self._publish(previous, changes, items, preparer)
            except RagError as error:
                with suppress(SnapshotError):  # The disk may refuse this write too.
                    self._write_ledger(self._ledger.read(), documents, Changes(), _as_failed(outcomes, error))
                raise

    def _check_exists(self) -> None:
        """Raise NoSnapshot if there is no index, before a lock creates its folder."""
        empty = not self._store.ids() and self._store.pointed() is None
        if empty and not self._roots.read() and not self._ledger.read():
            self._store.refresh()

    def _ingest_with_feeds(self, scan: Scan, feeds: Sequence[str], progress: Progress, fetching: Progress) -> Report:
        """Fetch the feeds, then ingest their pages together with the files.

        Fetching is slow, so the writer's lock is taken after it. Raises WriterBusy before anything is fetched if there
        is another writer. If a run is killed, the next run finds the fetched pages in the cache.
        """
        self._store.check_free()
        self._store.place.prepare()
        with open_feeds(self._store.directory, self._web) as web:
            pages = self._fetch(web, feeds, scan.prune, fetching)
            with self._writing_when_free():
                report = self._ingest(scan, pages, [*scan.usable, *feeds], progress)
            # The index keeps the old digest of an unchanged page, so the next run may need its cached body.
            fetched = {one.source for one in pages.found}
            web.drop_bodies(item.source for item in report.items if item.source in fetched and item.state in _INDEXED)
        return report

    def _fetch(self, web: Feeds, feeds: Sequence[str], prune: bool, progress: Progress) -> FetchedPages:
        known = known_sources(_documents(self._previous(locked=False)))
        failed = {source for source, entry in self._ledger.read().items() if entry.state == "failed"}
        keep = self.keep_originals is not KeepOriginals.NONE
        with ParserProcess(self.limits) as parser:
            return PageFetcher(web, parser, known, prune, keep).fetch(feeds, failed, progress)

    @contextmanager
    def _writing_when_free(self) -> Iterator[None]:
        """Hold the writer's lock. Wait if there is another writer; raise WriterBusy after `_WRITER_SECONDS`."""
        deadline = time.monotonic() + _WRITER_SECONDS
        with ExitStack() as lock:
            while True:
                try:
                    lock.enter_context(self._store.writing(self._builder.keep))
                    break
                except WriterBusy:
                    if time.monotonic() >= deadline:
                        raise
                    time.sleep(_RETRY_SECONDS)
            yield

    def _ingest(self, scan: Scan, pages: FetchedPages, roots: Sequence[str], progress: Progress) -> Report:
        """Read the files, plan, write the ledger and the roots, publish. Call only with the writer's lock."""
        with ParserProcess(self.limits) as parser:
            if scan.discovery.files:
                parser.start()  # It starts while the snapshot is loaded.
            previous = self._previous()
            known = known_sources(_documents(previous))
            with self._preparer(previous, progress) as preparer:
                found = [*_prepared(scan.read(known, parser), preparer), *pages.checked(known.digests)]
                moves = find_moves(known.documents, found, scan.disk(known.digests, found), _loader(previous))
                moved = known_sources(moves.renamed(known.documents))
                found = [*scan.emptied(moved.digests), *found]
                gone = _gone(scan, pages, moved, found)
                plan = make_plan(known.documents, found, gone, _loader(previous), moves)
                check_losses(previous, plan.changes)
                entries = _without_resolved(with_moves(self._ledger.read(), moves), scan, pages, found)
                self._write_ledger(entries, moved.documents, plan.changes, _remembered(plan.items, scan))
                self._roots.record(roots, moved.digests.keys() - set(gone))
                return self._publish(previous, plan.changes, plan.items, preparer)

    def _publish_without(self, document_ids: Collection[str]) -> str | None:
        """Publish a snapshot without the documents, if the current one has any. Return the id of the current one."""
        previous = self._previous()
        present = frozenset(document_ids) & {stored.reference.id for stored in _documents(previous)}
        changes = Changes(removed=present)
        check_losses(previous, changes)
        with self._preparer(previous, lambda *_: None) as preparer:
            return self._publish(previous, changes, (), preparer).snapshot

    def _remove(self, document_ids: Sequence[str]) -> Report:
        previous = self._previous() or self._store.refresh()
        known = {stored.reference.id: stored for stored in previous.documents()}
        for document_id in document_ids:
            if document_id not in known:
                raise UnknownDocument(
                    f"no document has the id {document_id!r}, so nothing was removed: 'rag documents' lists the ids"
                )
        items = [Item(source.name, "removed", name) for name in document_ids for source in known[name].origin.sources]
        changes = Changes(removed=frozenset(document_ids))
        check_losses(previous, changes)
        self._write_ledger(self._ledger.read(), known.values(), changes, items)
        with self._preparer(previous, lambda *_: None) as preparer:
            return self._publish(previous, changes, items, preparer)

    def _remove_sources(self, previous: Previous | None, removal: RootRemoval, entries: Mapping[str, Entry]) -> Report:
        documents = _documents(previous)
        known = known_sources(documents)
        gone = [source for source in removal.own if source in known.digests]
        plan = make_plan(documents, (), gone, _loader(previous))
        check_losses(previous, plan.changes)
        items = (*plan.items, *_kept_items(removal, known))
        self._write_ledger(entries, documents, plan.changes, plan.items)
        with self._preparer(previous, lambda *_: None) as preparer:
            return self._publish(previous, plan.changes, items, preparer)

    def _previous(self, *, locked: bool = True) -> Snapshot | SavedDocuments | None:
        """Return the documents that the next snapshot starts from. A lost one is read again from its original.

        `locked` is as for `previous_documents`. Raises WriteRefused.
        """
        previous = previous_documents(self._store, locked=locked)
        if isinstance(previous, SavedDocuments) and previous.lost:
            with ParserProcess(self.limits) as parser:
                reader = Rereader(self._store.originals, parser)
                for stored in previous.documents():
                    if stored.reference.id in previous.lost and stored.origin.original:
                        found = reader.read(stored)
                        if isinstance(found, Document):
                            previous.supply(stored.reference.id, found)
        return previous

    def _sound(self, previous: Snapshot | SavedDocuments, progress: Progress) -> Snapshot:
        """Return `previous` if it is sound, current and fits the encoder. Else publish its documents again.

        Raises WriteRefused if documents would be lost.
        """
        if isinstance(previous, Snapshot) and self._is_sound(previous):
            return previous
        check_losses(previous, Changes())
        with self._preparer(previous, progress) as preparer:
            return self._builder.build(previous, Changes(), preparer)[0]

    def _is_sound(self, previous: Previous) -> bool:
        return self._builder.is_current(previous) and self._store.degraded is None

    def _preparer(self, previous: Previous | None, progress: Progress) -> Preparer:
        """Return a preparer. It reuses encodings of the previous snapshot, or of another one if that cannot serve."""
        encodings = previous.encodings if isinstance(previous, SavedDocuments) else None
        return self._builder.preparer(previous, progress, encodings)

    def _write_ledger(
        self,
        entries: Mapping[str, Entry],
        documents: Collection[StoredDocument],
        changes: Changes,
        items: Iterable[Item],
    ) -> None:
        """Write the results of a run into the ledger. Raises StorageError, IndexUnavailable.

        Call this before publishing. If the run is killed in between, the ledger then has too many entries, not too few.
        """
        before = {source.name: source.sha256 for stored in documents for source in stored.origin.sources}
        origins = changes.origins_after(documents).values()
        after = {source.name: source.sha256 for origin in origins for source in origin.sources}
        self._store.place.check()
        self._ledger.write(with_results(entries, items, before, after))

    def _publish(
        self, previous: Previous | None, changes: Changes, items: Iterable[Item], preparer: Preparer
    ) -> Report:
        """Publish the next snapshot, unless nothing changed and the previous one is sound, current and fitting."""
        if (previous is None or self._is_sound(previous)) and not changes:
            return Report(tuple(items), None if previous is None else previous.id, 0)
        snapshot, encoded = self._builder.build(previous, changes, preparer)
        return Report(tuple(items), snapshot.id, encoded)


def _documents(previous: Previous | None) -> Sequence[StoredDocument]:
    return previous.documents() if previous else ()


def _loader(snapshot: Previous | None) -> Callable[[str], Document]:
    """Return a function that loads a document of a snapshot by its id."""

    def load(document_id: str) -> Document:
        assert snapshot is not None, "known documents are in a snapshot"
        return snapshot.document(document_id)

    return load


def _prepared(found: Iterable[Found], preparer: Preparer) -> Iterator[Found]:
    """Yield each source, and start to prepare its document while the next file is read."""
    for one in found:
        if isinstance(one.content, tuple):
            preparer.add(*one.content)
        yield one


def _gone(scan: Scan, pages: FetchedPages, known: KnownSources, found: Sequence[Found]) -> list[str]:
    """Return the known sources to forget: pages gone from the web and, if the run prunes, missing files."""
    missing = scan.missing(known.digests, found) if scan.prune else []
    return [*missing, *(source for source in pages.gone if source in known.digests)]


def _without_resolved(
    entries: Mapping[str, Entry], scan: Scan, pages: FetchedPages, found: Sequence[Found]
) -> dict[str, Entry]:
    """Return the ledger's entries without missing files and without resolved feeds and pages."""
    return without_missing(entries, {*scan.missing(entries, found), *scan.absent, *pages.resolved})


def _remembered(items: Iterable[Item], scan: Scan) -> Iterator[Item]:
    """Yield the results for the ledger: all but those of paths that do not exist and never had a document."""
    absent = scan.absent
    return (item for item in items if item.document_id or item.source not in absent)


def _kept_items(removal: RootRemoval, known: KnownSources) -> list[Item]:
    """Return an unchanged item for each indexed source that another root keeps."""
    kept = ((source, other) for source, other in removal.shared.items() if source in known.digests)
    return [Item(source, "unchanged", None, f"it stays, because the root {other} has it too") for source, other in kept]


def _as_failed(outcomes: Iterable[Item], error: RagError) -> list[Item]:
    """Return a failed item for each source that was about to enter the index."""
    entering = (item for item in outcomes if item.state in ("added", "updated"))
    return [replace(item, state="failed", reason=str(error)) for item in entering]
