"""Reads sources and moves the index forward: paths and feeds in, the next snapshot and a report on every source out."""

from __future__ import annotations

import logging
import os
import re
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from rag.errors import NoSnapshot, RagError, SnapshotError, StorageError, UnknownDocument, UnreadableSource, WriterBusy
from rag.feeds import Feeds, Web, check, opened
from rag.gathering import Gathered, Gathering
from rag.ledger import Ledger, noted, without
from rag.planning import Found, Item, Plan, Skipped, origin_of, printable
from rag.snapshots import Builder, Changes, Progress, Snapshot, SnapshotStore, StoredDocument
from rag.sources import Discovery, Limits, ReadingProcess, discover, fingerprint
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
        web: Web = Web(),  # noqa: B008 - frozen
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
            check(feed)
        if not feeds:
            with self._store.writing(self._builder.keep):
                return self._ingest(paths, discovery, Gathered(), progress, prune)
        self._store.check_free()
        with opened(self._store.directory, self._web) as web:
            gathered = self._gather(web, feeds, prune, fetching)
            with self._writing():
                report = self._ingest(paths, discovery, gathered, progress, prune)
            # A page whose text is as it was stays under its old digest: without its body it would be fetched again.
            pages = {one.source for one in gathered.found}
            web.release(item.source for item in report.items if item.source in pages and item.state in _STORED)
        return report

    def due(self, feeds: Sequence[str]) -> list[str]:
        """Return the feeds that are no longer fresh by their own word."""
        with opened(self._store.directory, self._web) as web:
            return web.due(feeds)

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
        known = _Known(previous.documents() if previous else ())
        entries = Ledger(self._store.directory).read()
        again = {source for source, entry in entries.items() if entry.state == "failed"}
        with ReadingProcess(self.limits) as reading:
            gathering = Gathering(web, reading, known.digests, known.fingerprints, prune=prune)
            return gathering.gather(feeds, again, fetching)

    def _ingest(
        self, paths: Sequence[Path], discovery: Discovery, gathered: Gathered, progress: Progress, prune: bool
    ) -> Report:
        previous = self._previous()
        known = _Known(previous.documents() if previous else ())
        found = [Found(printable(path), printable(path), reason) for path, reason in discovery.refused.items()]
        found += _emptied(discovery.empty, known.digests) if prune else ()
        with ReadingProcess(self.limits) as reading:
            found += _read_all(discovery.files, known, reading)
        found += (Found(printable(path), printable(path), Skipped(why)) for path, why in discovery.skipped.items())
        gone = _unmet(known.digests, paths, found) if prune else []
        gone += (source for source in gathered.gone if source in known.digests)
        found += gathered.still(known.digests)
        plan = Plan(known.documents, gone, found, lambda name: _restored(previous, name))
        changes, items = plan.changes, plan.items
        self._note(
            known.documents,
            changes,
            items,
            lambda entries: [*_unmet(entries, paths, found), *gathered.settled.intersection(entries)],
        )
        return self._publish(previous, changes, items, progress)

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
        return self._publish(previous, changes, items, lambda *_: None)

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
                return self._publish(previous, changes, items, progress)
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
        self, previous: Snapshot | None, changes: Changes, items: Iterable[Item], progress: Progress
    ) -> Report:
        sound = previous is None or (self._builder.fits(previous) and self._store.degraded is None)
        if sound and not changes:
            return Report(tuple(items), previous.id if previous else None, 0)
        snapshot, encoded = self._builder.build(previous, changes, progress)
        return Report(tuple(items), snapshot.id, encoded)

    def _note(
        self,
        known: Iterable[StoredDocument],
        changes: Changes,
        items: Iterable[Item],
        unmet: Callable[[Iterable[str]], Iterable[str]] = lambda _: (),
    ) -> None:
        """Write down what becomes of the sources that are not in the index.

        That is done before anything is published: if the run ends in between, the ledger says too much, not too little.
        """
        had = {source.name: source.sha256 for one in known for source in one.origin.sources}
        has = {source.name: source.sha256 for origin in changes.after(known).values() for source in origin.sources}
        ledger = Ledger(self._store.directory)
        before = ledger.read()
        ledger.write(noted(without(before, unmet(before)), items, had, has))


class _Known:
    """The sources that the index has documents of, with the digests of their files."""

    def __init__(self, documents: Sequence[StoredDocument]) -> None:
        self.documents = documents
        self.by_source = {stored.origin.source: stored for stored in documents}
        self.fingerprints = {stored.origin.source: stored.origin.fingerprint for stored in documents}
        self.digests = {source.name: source.sha256 for stored in documents for source in stored.origin.sources}
        self._owners = {copy.name: stored for stored in documents for copy in stored.origin.copies}

    def is_copy(self, path: Path) -> bool:
        return printable(os.path.realpath(path)) in self._owners

    def orphans(self, found: Iterable[Found]) -> set[str]:
        """Return the copies of documents that have another text now: each must be read to become one itself."""
        texts = {one.source: one.content[1].sha256 for one in found if isinstance(one.content, tuple)}
        return {
            copy
            for copy, stored in self._owners.items()
            if texts.get(stored.origin.source, stored.origin.sha256) != stored.origin.sha256
        }


def _read_all(paths: Sequence[Path], known: _Known, reading: ReadingProcess) -> list[Found]:
    """Read the files that are not byte for byte what they were, and copies last."""
    originals = [path for path in paths if not known.is_copy(path)]
    found = [one for path in originals for one in _read(path, known, known.digests, reading)]
    orphans = known.orphans(found)
    digests = {source: digest for source, digest in known.digests.items() if source not in orphans}
    copies = (path for path in paths if known.is_copy(path))
    return [*found, *(one for path in copies for one in _read(path, known, digests, reading))]


def _failed(ends: Iterable[Item], error: RagError) -> list[Item]:
    """Return what was to come into the index, and did not."""
    coming = (item for item in ends if item.state in ("added", "updated"))
    return [replace(item, state="failed", reason=str(error)) for item in coming]


def _restored(previous: Snapshot | None, document_id: str) -> Document:
    assert previous is not None, "what is known stands in a snapshot"
    return previous.document(document_id)


def _read(path: Path, known: _Known, digests: Mapping[str, str], reading: ReadingProcess) -> Iterator[Found]:
    file, digest = printable(os.path.realpath(path)), fingerprint(path)
    if digests.get(file) == digest:
        yield Found(file, file, None)
        return
    for record in reading.read(path):
        source, content = printable(record.key), record.content
        if isinstance(content, Document):
            origin = origin_of(source, digest, content)
            stored = known.by_source.get(source)
            unchanged = stored is not None and stored.origin.fingerprint == origin.fingerprint
            yield Found(source, file, None if unchanged else (content, origin))
        else:
            yield Found(source, file, content)


def _unmet(sources: Iterable[str], paths: Sequence[Path], found: Iterable[Found]) -> list[str]:
    """Return the sources from below `paths` that this run did not meet."""
    roots = {printable(os.path.realpath(path)) for path in paths}
    met, unread = set(), set()
    for one in found:
        met.add(one.source)
        if isinstance(one.content, UnreadableSource | Skipped):
            unread.add(one.file)  # which of its documents could not be read is not known
    return [
        source
        for source in sources
        if source not in met and not roots.isdisjoint(_places(source)) and unread.isdisjoint(_places(source))
    ]


def _emptied(folders: Sequence[Path], known: Iterable[str]) -> Iterator[Found]:
    """Yield the folders that are empty, though documents came from them: a disk may not be mounted."""
    counts = Counter(place for source in known for place in _places(source)) if folders else Counter()
    for folder in folders:
        name = printable(os.path.realpath(folder))
        if count := counts[name]:
            documents = f"{count} documents of the index" if count > 1 else "a document of the index"
            advice = "mount what belongs there, or, if that is gone for good, remove the folder too"
            message = f"{name} is empty, though {documents} came from there, and nothing was removed: {advice}."
            yield Found(name, name, UnreadableSource(message))


def _places(source: str) -> Iterator[str]:
    """Yield the file that a source lies in, which is all before the `#` of a record, and the folders above."""
    yield source
    for mark in re.finditer("#", source):
        if source[: mark.start()].lower().endswith(".jsonl"):
            yield source[: mark.start()]
    yield from map(str, Path(source).parents)
