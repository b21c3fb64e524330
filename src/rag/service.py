"""The service: every operation that the command line, the HTTP API and the MCP server can call."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from threading import Lock
from typing import Protocol

from rag.answer.generation import LanguageModel
from rag.answer.pipeline import Answerer, Events, Evidence, Suggest
from rag.answer.trace import Trace, current_trace
from rag.audit import Auditor
from rag.errors import IncompatibleSnapshot, NoSnapshot, SnapshotError
from rag.feeds import check_address
from rag.ingest.ingestion import Ingestion
from rag.ingest.ledger import Ledger, State, Status, statuses
from rag.ingest.original_files import OriginalFile, original_file
from rag.ingest.publication import Report
from rag.ingest.roots import Roots, RootStatus
from rag.protocols import Encoder
from rag.settings import Settings
from rag.snapshots import (
    Difference,
    Facet,
    ListedSnapshot,
    Progress,
    Pruned,
    Snapshot,
    SnapshotStore,
    StoredDocument,
    difference,
)
from rag.snapshots.manifest import Manifest, OlderManifest
from rag.sources import check_paths
from rag.types import Answer, Ask, Document, Hit
from rag.upkeep import RESCAN_SECONDS, Erasure, ScanResult, SourceWatcher, Upkeep, erase, scan_triggers


class Parts(Protocol):
    """The parts of a service. Each is created at its first use, because the model takes seconds to load."""

    @property
    def settings(self) -> Settings:
        """The settings of the parts."""
        ...

    @property
    def store(self) -> SnapshotStore:
        """The snapshots on disk."""
        ...

    @property
    def encoder(self) -> Encoder:
        """The configured encoder."""
        ...

    @property
    def answerer(self) -> Answerer:
        """The pipeline from a question to its answer."""
        ...

    @property
    def extractive(self) -> Answerer:
        """The pipeline from a question to its answer without a language model."""
        ...

    @property
    def language_model(self) -> LanguageModel | None:
        """The configured language model; None if answers are extractive."""
        ...

    @property
    def suggest(self) -> Suggest:
        """Returns questions that a snapshot answers without a language model."""
        ...

    @property
    def auditor(self) -> Auditor:
        """Records who asked, and which documents they saw; it does nothing if there is no audit log."""
        ...

    @property
    def ingestion(self) -> Ingestion:
        """The pipeline from sources to a snapshot. Raises ConfigurationError, and WriterBusy before loading a model."""
        ...


class View:
    """Answers questions and describes the index for one client, from the documents that this client may see.

    A client reads the index only through a view, so no operation needs a check of its own.
    """

    def __init__(self, parts: Parts, groups: frozenset[str] | None) -> None:
        """`groups` are those of the client, or None for every document."""
        self._parts = parts
        self._groups = groups

    @property
    def is_whole(self) -> bool:
        """Whether the client sees every document, and the labels of each."""
        return self._groups is None

    def hides_documents(self) -> bool:
        """Return whether the index has documents that the client may not see; False if it cannot be read."""
        try:
            current = self._parts.store.current()
            return current.seen_by(self._groups).manifest.documents < current.manifest.documents
        except SnapshotError:
            return False

    # Questions

    def answer(self, ask: Ask) -> Answer:
        """Return the whole answer. Raises NoSnapshot, IncompatibleSnapshot, InvalidFilter, AuditRefused."""
        *_, last = self.stream(ask)
        assert isinstance(last, Answer)
        return last

    def stream(self, ask: Ask) -> Events:
        """Yield the answer event by event. Raises as `answer` does, before the first event."""
        snapshot = self._snapshot()  # first, because without an index no model needs to be loaded or compiled
        return self._followed(snapshot, ask)

    def search(self, ask: Ask) -> tuple[list[Hit], str]:
        """Return the best passages, best first, and the id of their snapshot. Raises as `answer` does."""
        snapshot = self._snapshot()
        _trace(snapshot, ask)
        hits = self._parts.answerer.search(snapshot, ask)
        self._parts.auditor.searched(ask.question, hits, snapshot.id)
        return hits, snapshot.id

    def suggestions(self) -> tuple[tuple[str, ...], str]:
        """Return questions that the current snapshot answers without a language model, and the id of that snapshot.

        Raises NoSnapshot, IncompatibleSnapshot.
        """
        snapshot = self._snapshot()
        return self._parts.suggest(snapshot), snapshot.id

    # Documents. These need no model, so they do not check which encoder built the snapshot.

    def documents(self) -> tuple[list[StoredDocument], str]:
        """Return every document without its text, and the id of the snapshot. Raises NoSnapshot."""
        snapshot = self._documents()
        return snapshot.documents(), snapshot.id

    def document(self, document_id: str) -> tuple[StoredDocument, Document]:
        """Return one document: its record, and the document with its canonical text.

        Raises UnknownDocument, NoSnapshot, AuditRefused.
        """
        snapshot = self._documents()
        _trace(snapshot)
        found = snapshot.stored_document(document_id), snapshot.document(document_id)
        self._parts.auditor.read(document_id, "text", snapshot.id)
        return found

    def original(self, document_id: str) -> OriginalFile:
        """Return the file that a document was parsed from.

        Raises UnknownDocument, CorruptSnapshot, NoSnapshot, AuditRefused.
        """
        snapshot = self._documents()
        _trace(snapshot)
        file = original_file(snapshot, self._parts.store.originals, document_id)
        self._parts.auditor.read(document_id, "original", snapshot.id)
        return file

    def facets(self) -> tuple[Sequence[Facet], str]:
        """Return the metadata fields with their values, and the id of the snapshot. Raises NoSnapshot."""
        snapshot = self._documents()
        return snapshot.facets, snapshot.id

    def snapshots(self) -> list[ListedSnapshot]:
        """Return the snapshots on disk, newest first, with the number of documents that the client may see.

        Others than the current one are left out if they have documents that not everybody may see.
        """
        listed = self._parts.store.listed()
        if self.is_whole:
            return listed
        return [one for one in map(self._counted, listed) if one is not None]

    def _followed(self, snapshot: Snapshot, ask: Ask) -> Events:
        """Yield the answer event by event, and record it in the audit log and the trace of the request."""
        trace = _trace(snapshot, ask)
        events = self._parts.answerer.stream(snapshot, ask)
        with closing(events), self._parts.auditor.question(ask.question, snapshot.id) as asked:
            for event in events:
                if isinstance(event, Evidence) and asked:
                    asked.found(event.hits)
                if isinstance(event, Answer) and asked:
                    asked.answered(event)
                if isinstance(event, Answer) and trace:
                    trace.answer = event
                yield event

    def _counted(self, listed: ListedSnapshot) -> ListedSnapshot | None:
        if listed.manifest is None or not listed.manifest.labelled:
            return listed
        current = self._documents()
        return replace(listed, manifest=current.manifest) if listed.id == current.id else None

    def _snapshot(self) -> Snapshot:
        """Return the documents to search. Raises NoSnapshot, IncompatibleSnapshot, IndexUnavailable."""
        return checked_snapshot(self._parts).seen_by(self._groups)

    def _documents(self) -> Snapshot:
        """Return the documents to describe. This needs no model, so it does not check which encoder built them."""
        return self._parts.store.current().seen_by(self._groups)


class Service:
    """Answers questions from one index, changes the index, and describes it.

    The command line, the HTTP API and the MCP server call only these methods. `parts` is for evaluation and
    benchmarking.
    """

    def __init__(self, parts: Parts) -> None:
        self.parts = parts
        self._warming, self._warm = Lock(), False

    @property
    def settings(self) -> Settings:
        """The settings of this service."""
        return self.parts.settings

    @property
    def language_model(self) -> LanguageModel | None:
        """The configured language model; None if answers are extractive."""
        return self.parts.language_model

    def view(self, groups: frozenset[str] | None) -> View:
        """Return everything that a client may read: the documents without labels, and those for one of its `groups`.

        If `groups` are None, it is every document. Only the command line and clients of all groups have such a view.
        """
        return View(self.parts, groups)

    def count_tokens(self, text: str) -> int:
        """Return the number of tokens of `text`, as the encoder counts them."""
        return self.parts.encoder.count_tokens(text)

    def warm_up(self) -> None:
        """Load the model and open the snapshot at the same time, so that the first question is as fast as the second.

        A language model is not asked. A second call waits for the first and then does nothing. Raises as `answer` does.
        """
        with self._warming:
            if not self._warm:
                with ThreadPoolExecutor(1, "opening") as background:
                    background.submit(self.parts.store.current)  # if this fails, the answer below raises the error
                    if self.parts.store.ids():  # without an index, no model needs to be loaded or compiled
                        _ = self.parts.answerer  # loads the model
                    snapshot = self.snapshot()
                    self.parts.extractive.answer(snapshot, Ask("What is ready?"))
                self._warm = True

    def check_audit(self) -> None:
        """Raise AuditRefused if there is an audit log that could not record a question now."""
        self.parts.auditor.check()

    def retain_audit(self) -> None:
        """Delete the entries of the audit log that are older than RAG_AUDIT_DAYS. Raises AuditRefused."""
        self.parts.auditor.retain()

    # Sources. The command line and maintainers see them.

    def sources(self, state: State | None = None) -> tuple[list[Status], str | None]:
        """Return the status of every source, or of those in `state`, and the id of the snapshot. Raises NoSnapshot."""
        entries = Ledger(self.settings.index_dir).read()
        try:
            snapshot = self.parts.store.current()
        except NoSnapshot:
            if not entries:
                raise
            snapshot = None
        found = statuses(snapshot.documents() if snapshot else (), entries)
        return [one for one in found if state in (None, one.state)], snapshot.id if snapshot else None

    @property
    def ledger_version(self) -> int:
        """A number that changes when `sources` may change without a new snapshot."""
        return Ledger(self.settings.index_dir).version

    def roots(self) -> list[RootStatus]:
        """Return the status of each file, folder and feed that was given to `ingest`."""
        try:
            documents = self.parts.store.current().documents()
        except NoSnapshot:
            documents = []
        return Roots(self.settings.index_dir).statuses(documents)

    # Changes

    def ingest(
        self,
        paths: Sequence[Path],
        progress: Progress,
        *,
        prune: bool = False,
        feeds: Sequence[str] = (),
        fetching: Progress = lambda *_: None,
    ) -> Report:
        """Index files, folders and the pages of feeds. Raises as `Ingestion.ingest` does."""
        return self.parts.ingestion.ingest(paths, progress, prune=prune, feeds=feeds, fetching=fetching)

    def reparse(self, paths: Sequence[Path], progress: Progress, encoding: Progress) -> Report:
        """Read documents again from their originals or files. Raises as `Ingestion.reparse` does."""
        return self.parts.ingestion.reparse(paths, progress, encoding)

    def follow(self, paths: Sequence[Path], feeds: Sequence[str] = (), *, prune: bool = False) -> Iterator[ScanResult]:
        """Ingest the paths now and after every change, and the feeds when they are due; yield the result of each scan.

        Raises UnreadableSource at once if a path or the address of a feed is wrong.
        """
        check_paths(paths)
        for feed in feeds:
            check_address(feed)
        interval = 60 * self.settings.feed_minutes
        watcher = SourceWatcher(lambda: self.parts.ingestion, paths, prune=prune, feeds=feeds, interval=interval)
        rescan = min(RESCAN_SECONDS, interval) if feeds else RESCAN_SECONDS
        return watcher.watch(scan_triggers(paths, self.settings.index_dir, rescan), lambda *_: None)

    def remove(self, document_ids: Sequence[str]) -> Report:
        """Remove documents from the index. Raises UnknownDocument before it removes any, NoSnapshot, WriterBusy."""
        return self.parts.ingestion.remove(list(dict.fromkeys(document_ids)))

    def erase(self, document_ids: Sequence[str]) -> Erasure:
        """Remove documents from all files in the index folder. Raises as `rag.upkeep.erase` does."""
        return erase(self.settings.index_dir, lambda: self.parts.ingestion, list(dict.fromkeys(document_ids)))

    def remove_root(self, root: str) -> Report:
        """Forget a root and remove the documents that only it has. Raises as `Ingestion.remove_root` does."""
        return self.parts.ingestion.remove_root(root)

    def upkeep(self) -> Upkeep:
        """Return a new runner for the jobs of this index. A process must create only one."""
        return Upkeep(self.settings.index_dir / ".jobs", lambda: self.parts.ingestion, self.parts.store.place.prepare)

    # Snapshots

    def snapshot(self) -> Snapshot:
        """Return the current snapshot if the configured encoder built it.

        Raises NoSnapshot, IncompatibleSnapshot, IndexUnavailable.
        """
        return checked_snapshot(self.parts)

    def degraded(self, *, changes: bool) -> str | None:
        """Return the reason why another snapshot serves instead of the current one.

        Otherwise the reason why the index cannot be changed, if `changes` says that a client may change it, or why a
        language model is not asked for now. None if all is well.
        """
        store, model = self.parts.store, self.parts.language_model
        read_only = store.place.read_only if changes else None
        return store.degraded or read_only or (model.degraded if model else None)

    def snapshots(self) -> list[ListedSnapshot]:
        """Return every snapshot on disk, newest first."""
        return self.parts.store.listed()

    def refresh(self) -> None:
        """Open the current snapshot if another process has published a new one.

        Raises NoSnapshot, and IndexUnavailable if the index is gone or replaced.
        """
        self.parts.store.refresh()

    def recheck(self) -> None:
        """Compare the files of the open snapshot with its manifest again. Raises as `SnapshotStore.recheck` does."""
        self.parts.store.recheck()

    def activate(self, snapshot_id: str) -> Snapshot:
        """Make a snapshot the current one. Raises as `SnapshotStore.activate` does, and IncompatibleSnapshot."""
        check_encoder(self.parts.encoder, f"snapshot {snapshot_id}", self.parts.store.manifest(snapshot_id))
        return self.parts.store.activate(snapshot_id)

    def verify(self, snapshot_ids: Sequence[str] = ()) -> dict[str, tuple[str, ...]]:
        """Return the faults of each snapshot, of all by default. Raises as `SnapshotStore.verify` does."""
        return self.parts.store.verify(snapshot_ids)

    def other_formats(self) -> dict[str, int]:
        """Return the format of each snapshot that this version cannot serve, by id."""
        return self.parts.store.other_formats()

    def prune(self, keep: int | None = None) -> Pruned:
        """Delete all but the newest `keep` snapshots, RAG_KEEP_SNAPSHOTS by default."""
        return self.parts.store.prune(keep or self.settings.keep_snapshots)

    def difference(self, before: str, after: str) -> Difference:
        """Compare the documents of two snapshots. Raises as `SnapshotStore.open` does."""
        return difference(self.parts.store.open(before), self.parts.store.open(after))

    def backup(self, file: Path) -> Snapshot:
        """Write the current snapshot to one file. Raises as `SnapshotStore.backup` does."""
        return self.parts.store.backup(file)

    def restore(self, file: Path) -> Snapshot:
        """Make the snapshot of a backup the current one. A backup of an older format is migrated.

        Raises as `SnapshotStore.restore` does.
        """
        # Load the ingestion first. It checks that no writer has the lock, which `restore` then takes.
        ingestion = self.parts.ingestion
        return self.parts.store.restore(
            file,
            lambda manifest: check_encoder(self.parts.encoder, f"the snapshot in {file}", manifest),
            ingestion.migrate,
        )

    def rebuild(self, progress: Progress) -> tuple[str, bool]:
        """Publish the documents again if the current snapshot is damaged, or has an older format or another encoder.

        Return the id of the current snapshot, and whether it is a new one. Raises as `Ingestion.rebuild` does.
        """
        before = self.parts.store.pointed()
        snapshot = self.parts.ingestion.rebuild(progress)
        return snapshot, snapshot != before


def _trace(snapshot: Snapshot, ask: Ask | None = None) -> Trace | None:
    """Note the snapshot and the question in the trace of the request, and return it."""
    trace = current_trace.get()
    if trace:
        trace.snapshot = snapshot.id
        trace.question = ask.question if ask else trace.question
    return trace


def checked_snapshot(parts: Parts) -> Snapshot:
    """Return the current snapshot if the configured encoder built it. Raises as `Service.snapshot` does."""
    snapshot = parts.store.current()
    check_encoder(parts.encoder, f"snapshot {snapshot.id}", snapshot.manifest)
    return snapshot


def check_encoder(encoder: Encoder, snapshot: str, manifest: Manifest) -> None:
    """Raise IncompatibleSnapshot if another encoder built the snapshot."""
    # The digests of older formats may differ for the same model. Their passages are encoded again anyway.
    same = isinstance(manifest, OlderManifest) and manifest.encoder == encoder.name
    if not same and (manifest.encoder_digest, manifest.dimension) != (encoder.digest, encoder.dimension):
        raise IncompatibleSnapshot(
            f"{snapshot} was built with {manifest.encoder}, RAG_ENCODER is "
            f"{encoder.name}: run 'rag ingest' to re-encode the documents, or set RAG_ENCODER back"
        )
