"""Runs an ingestion: reads files and feeds, publishes the next snapshot and reports on every source."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias

from rag.errors import CorruptSnapshot, RagError, SnapshotError
from rag.feeds import Feeds, FetchSettings, check_address, open_feeds
from rag.ingest.erasure import Erased, erase_documents, holders
from rag.ingest.found import Found
from rag.ingest.known import KnownSources, known_sources
from rag.ingest.ledger import Entry, with_moves, without_missing
from rag.ingest.moves import find_moves
from rag.ingest.plan import Item, make_plan
from rag.ingest.publication import Publisher, Report, documents_of, loader
from rag.ingest.removal import remove_documents, remove_root
from rag.ingest.reparse import Reparse
from rag.ingest.roots import Roots
from rag.ingest.scan import Scan
from rag.ingest.web import FetchedPages, PageFetcher
from rag.snapshots import (
    Builder,
    Changes,
    Origin,
    Preparer,
    Progress,
    ReviewSnapshot,
    Snapshot,
    SnapshotStore,
    StoredDocument,
)
from rag.snapshots.recovery import check_losses
from rag.snapshots.saved_documents import SavedDocuments
from rag.sources import Limits, ParserProcess, discover
from rag.types import KeepOriginals

_INDEXED = frozenset({"added", "updated", "duplicate"})

DocumentPlan: TypeAlias = Callable[[Sequence[StoredDocument]], tuple[Changes, Sequence[Item], Sequence[Item]]]
"""Plans changes to the indexed documents.

It returns the changes, the items to report, and the items for the ledger: one for each source.
"""


class Ingestion:
    """Updates one index: reads sources, plans the changes and lets the builder publish them."""

    def __init__(
        self,
        store: SnapshotStore,
        builder: Builder,
        limits: Limits = Limits(),  # noqa: B008 - frozen
        web: FetchSettings = FetchSettings(),  # noqa: B008 - frozen
        keep_originals: KeepOriginals = KeepOriginals.REMOTE,
        review: ReviewSnapshot | None = None,
    ) -> None:
        """`review` decides for each change whether it is held back. Without it, none is."""
        self._store = store
        self._publisher = Publisher(store, builder, limits, review)
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
        review: ReviewSnapshot | None = None,
    ) -> Report:
        """Index files, folders and the pages of feeds; with `prune`, remove documents whose files or pages are gone.

        If `review` is given, it decides in place of the configured one whether the change is held back.

        Files below an unreadable or empty folder do not count as gone. A wrong path fails alone, as a file does. Raises
        UnreadableSource if all paths or the address of a feed are wrong, WriterBusy, and WriteRefused if the run would
        lose documents.
        """
        scan = Scan(
            tuple(paths), discover(paths, self._store.directory), prune, self.keep_originals is KeepOriginals.ALL
        )
        for feed in feeds:
            check_address(feed)
        if feeds:
            return self._ingest_with_feeds(scan, feeds, progress, fetching, review)
        with self._publisher.writing():
            return self._ingest(scan, FetchedPages(), scan.usable, progress, review)

    def stale_feeds(self, feeds: Sequence[str]) -> list[str]:
        """Return the feeds whose last response is no longer fresh. Raises IndexUnavailable."""
        self._store.place.prepare()
        with open_feeds(self._store.directory, self._web) as web:
            return web.stale(feeds)

    def remove(self, document_ids: Sequence[str]) -> Report:
        """Remove documents from the index.

        Raises UnknownDocument before it removes any, NoSnapshot, WriterBusy, and WriteRefused if the change would lose
        other documents.
        """
        self._check_exists()
        with self._publisher.writing():
            return remove_documents(self._publisher, document_ids)

    def remove_root(self, given: str) -> Report:
        """Forget a root, and remove the documents that only this root has. The root may be any path or feed.

        Raises UnknownDocument if the index has neither the root nor a source there, and as `remove` does.
        """
        self._check_exists()
        with self._publisher.writing():
            return remove_root(self._publisher, self._roots, given)

    def check_not_held(self) -> None:
        """Raise ChangeHeld if a change is held back, before the next one is prepared."""
        self._store.held.check_none()

    def holds(self, document_id: str, source: str) -> bool:
        """Return whether the ledger has a source, or a snapshot or a past text has a document, or may have it."""
        known = source in self._publisher.ledger.read() or self._store.past.holds(document_id)
        return known or bool(holders(self._store, [document_id]).snapshots)

    def erase(self, document_ids: Sequence[str], sources: Collection[str] = ()) -> Erased:
        """Remove documents, their traces, those of `sources`, and every older snapshot that holds a document.

        Raises as `remove` does.
        """
        with self._publisher.writing_when_free(beside_held=True):
            return erase_documents(self._publisher, self._roots, document_ids, sources)

    def rebuild(self, progress: Progress) -> str:
        """Publish the current documents again if the snapshot is damaged or has an older format or another encoder.

        Return the id of the current snapshot. Raises NoSnapshot, WriterBusy, and WriteRefused if documents would be
        lost.
        """
        self._check_exists()
        with self._publisher.writing():
            previous = self._publisher.previous() or self._store.refresh()
            return self._publisher.up_to_date(previous, progress).id

    def migrate(self, folder: Path, snapshot_id: str) -> Snapshot:
        """Publish the documents of a snapshot of an older format in `folder`. Call only with the writer's lock.

        Raises CorruptSnapshot if any document is not sound.
        """
        saved = SavedDocuments(folder, snapshot_id)
        if saved.lost or saved.hidden:
            raise CorruptSnapshot(f"{len(saved.lost) + saved.hidden} of its documents do not match their digests")
        return self._publisher.up_to_date(saved, lambda *_: None)

    def reparse(self, paths: Sequence[Path], progress: Progress, encoding: Progress = lambda *_: None) -> Report:
        """Read documents again from their originals or files: those with a source at `paths`, or all without paths.

        Publish the documents that differ, with the passages that are cut differently. `progress` counts documents.
        Raises UnreadableSource if no document has a source at one of the paths, SnapshotError, and WriterBusy.
        """
        self._check_exists()
        with self._publisher.writing(), ParserProcess(self.limits) as parser:
            previous = self._publisher.up_to_date(self._publisher.previous() or self._store.refresh(), encoding)
            reparse = Reparse(previous, self._publisher.builder, self._store.originals, parser)
            changes, items = reparse.run(paths, progress)
            with self._publisher.preparer(previous, encoding) as preparer:
                return self._publisher.publish(previous, changes, items, preparer)

    def apply(self, plan: DocumentPlan, progress: Progress, given: Sequence[Origin] = ()) -> Report:
        """Plan changes to the current documents and publish them.

        If the original of an unchanged document is missing or damaged, repair it from the `given` origins.

        Raises WriterBusy, and WriteRefused if the change would lose other documents.
        """
        with self._publisher.writing():
            previous = self._publisher.previous()
            documents = documents_of(previous)
            changes, items, outcomes = plan(documents)
            check_losses(previous, changes)
            self._store.originals.repair(given, documents)
            self._publisher.write_ledger(self._publisher.ledger.read(), documents, changes, outcomes)
            try:
                with self._publisher.preparer(previous, progress) as preparer:
                    return self._publisher.publish(previous, changes, items, preparer)
            except RagError as error:
                with suppress(SnapshotError):  # The disk may refuse this write too.
                    self._publisher.write_ledger(
                        self._publisher.ledger.read(), documents, Changes(), _as_failed(outcomes, error)
                    )
                raise

    def _check_exists(self) -> None:
        """Raise NoSnapshot if there is no index, before a lock creates its folder."""
        empty = not self._store.ids() and self._store.pointed() is None
        if empty and not self._roots.read() and not self._publisher.ledger.read():
            self._store.refresh()

    def _ingest_with_feeds(
        self,
        scan: Scan,
        feeds: Sequence[str],
        progress: Progress,
        fetching: Progress,
        review: ReviewSnapshot | None,
    ) -> Report:
        """Fetch the feeds, then ingest their pages together with the files.

        Fetching is slow, so the writer's lock is taken after it. Raises WriterBusy before anything is fetched if there
        is another writer. If a run is killed, the next run finds the fetched pages in the cache.
        """
        self._store.check_free()
        self._store.held.check_none()
        self._store.place.prepare()
        with open_feeds(self._store.directory, self._web) as web:
            pages = self._fetch(web, feeds, scan.prune, fetching)
            with self._publisher.writing_when_free():
                report = self._ingest(scan, pages, [*scan.usable, *feeds], progress, review)
            if report.held:
                return report  # without the cached bodies, the pages of a dropped change could not be read again
            # The index keeps the old digest of an unchanged page, so the next run may need its cached body.
            fetched = {one.source for one in pages.found}
            web.drop_bodies(item.source for item in report.items if item.source in fetched and item.state in _INDEXED)
        return report

    def _fetch(self, web: Feeds, feeds: Sequence[str], prune: bool, progress: Progress) -> FetchedPages:
        known = known_sources(documents_of(self._publisher.previous(locked=False)))
        failed = {source for source, entry in self._publisher.ledger.read().items() if entry.state == "failed"}
        keep = self.keep_originals is not KeepOriginals.NONE
        with ParserProcess(self.limits) as parser:
            return PageFetcher(web, parser, known, prune, keep).fetch(feeds, failed, progress)

    def _ingest(
        self,
        scan: Scan,
        pages: FetchedPages,
        roots: Sequence[str],
        progress: Progress,
        review: ReviewSnapshot | None,
    ) -> Report:
        """Read the files, plan, write the ledger and the roots, publish. Call only with the writer's lock."""
        with ParserProcess(self.limits) as parser:
            if scan.discovery.files:
                parser.start()  # It starts while the snapshot is loaded.
            previous = self._publisher.previous()
            known = known_sources(documents_of(previous))
            with self._publisher.preparer(previous, progress) as preparer:
                found = [*_prepared(scan.read(known, parser), preparer), *pages.checked(known.digests)]
                moves = find_moves(known.documents, found, scan.disk(known.digests, found), loader(previous))
                moved = known_sources(moves.renamed(known.documents))
                found = [*scan.emptied(moved.digests), *found]
                gone = _gone(scan, pages, moved, found)
                plan = make_plan(known.documents, found, gone, loader(previous), moves)
                check_losses(previous, plan.changes)
                entries = _without_resolved(with_moves(self._publisher.ledger.read(), moves), scan, pages, found)
                self._publisher.write_ledger(entries, moved.documents, plan.changes, _remembered(plan.items, scan))
                self._roots.record(roots, moved.digests.keys() - set(gone))
                return self._publisher.publish(previous, plan.changes, plan.items, preparer, review)


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


def _as_failed(outcomes: Iterable[Item], error: RagError) -> list[Item]:
    """Return a failed item for each source that was about to enter the index."""
    entering = (item for item in outcomes if item.state in ("added", "updated"))
    return [replace(item, state="failed", reason=str(error)) for item in entering]
