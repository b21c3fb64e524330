"""The service: every operation that the command line, the HTTP API and the MCP server can call."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from threading import Lock
from typing import Protocol

from rag.answer.generation import LanguageModel
from rag.answer.pipeline import Answerer, Events, Evidence, Suggest
from rag.answer.texts import Assessment, TextVerifier, Written, read_file
from rag.answer.trace import Trace, current_trace
from rag.answer.versions import (
    ComparedVersions,
    Timeline,
    VersionName,
    VersionText,
    compare,
    parse_name,
    timeline,
    version_before,
)
from rag.audit import Auditor
from rag.errors import (
    ConfigurationError,
    IncompatibleSnapshot,
    NoSnapshot,
    SnapshotError,
    UnknownDocument,
    WriteRefused,
)
from rag.feeds import check_address
from rag.ingest.ingestion import Ingestion
from rag.ingest.ledger import Ledger, State, Status, statuses
from rag.ingest.original_files import OriginalFile, name_of, original_file
from rag.ingest.original_pages import OriginalPages, is_pdf, original_pages
from rag.ingest.previews import Previews
from rag.ingest.publication import Report
from rag.ingest.roots import Roots, RootStatus
from rag.kept import (
    AnswerChange,
    BodyOf,
    Check,
    Feedback,
    Following,
    Keeper,
    KeptAbout,
    Reason,
    ReviewReport,
    SavedQuestion,
    SharedAnswer,
    Verdict,
    Webhooks,
    benchmark,
    check,
    cited_documents,
    hides,
    unknown,
    unknown_question,
)
from rag.protocols import Encoder
from rag.settings import Settings
from rag.snapshots import (
    CrossReference,
    Difference,
    DocumentList,
    Facet,
    Index,
    ListedSnapshot,
    ListRequest,
    Progress,
    Pruned,
    Review,
    Snapshot,
    SnapshotStore,
    StoredDocument,
    Version,
    difference,
    last_version,
    may_see,
    version,
    versions,
)
from rag.snapshots.manifest import Manifest, OlderManifest, read_manifest
from rag.snapshots.replicas import Publication, Publishes, Pulls
from rag.sources import Limits, check_paths
from rag.sources.pages import PageProcesses
from rag.types import Answer, Ask, Citation, Document, Filters, Hit, Span
from rag.upkeep import RESCAN_SECONDS, Erasure, ScanResult, SourceWatcher, Upkeep, erase, scan_triggers, source_name

_CHANGES = 100
"""The most changes of answers that are returned at once."""

_AUDITED = 2_000
"""The most characters of a verified text that the audit log records."""

_log = logging.getLogger(__name__)


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

    def follow_ups(self, snapshot: Index, document_ids: Sequence[str]) -> tuple[str, ...]:
        """Return questions that documents of the snapshot answer. Raises UnknownDocument."""
        ...

    @property
    def auditor(self) -> Auditor:
        """Records who asked, and which documents they saw; it does nothing if there is no audit log."""
        ...

    @property
    def limits(self) -> Limits:
        """The limits of the process that reads files."""
        ...

    @property
    def keeper(self) -> Keeper:
        """The shared answers and the feedback."""
        ...

    @property
    def following(self) -> Following:
        """Answers the saved questions on each snapshot."""
        ...

    @property
    def webhooks(self) -> Webhooks:
        """Tells webhooks about changed answers."""
        ...

    @property
    def pages(self) -> PageProcesses:
        """Draws the pages of originals."""
        ...

    @property
    def previews(self) -> Previews:
        """The passages of uploads that are not indexed yet."""
        ...

    @property
    def publisher(self) -> Publishes | None:
        """Publishes the snapshots for replicas; None if this is a replica, or if there are none."""
        ...

    @property
    def puller(self) -> Pulls | None:
        """Takes what a writer published; None without a storage."""
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

    def verify_text(self, written: Written, filters: Filters) -> Assessment:
        """Return whether the documents support each sentence of a text, and where each of its quotations is.

        Raises NoSnapshot, IncompatibleSnapshot, InvalidFilter, AuditRefused.
        """
        snapshot = self._snapshot()
        _trace(snapshot)
        answerer, read = self._parts.extractive, list[Hit]()

        def search(words: str) -> list[Hit]:
            found = answerer.passages(snapshot, Ask(words, filters))
            read.extend(found)
            return found

        assessment = TextVerifier(snapshot, search, self._parts.encoder).verify(written)
        self._parts.auditor.searched(written.text[:_AUDITED], read, snapshot.id)
        return assessment

    def suggestions(self) -> tuple[tuple[str, ...], str]:
        """Return questions that the current snapshot answers without a language model, and the id of that snapshot.

        Raises NoSnapshot, IncompatibleSnapshot.
        """
        snapshot = self._snapshot()
        return self._parts.suggest(snapshot), snapshot.id

    def follow_ups(self, document_ids: Sequence[str]) -> tuple[tuple[str, ...], str]:
        """Return questions that these documents answer without a language model, and the id of the snapshot.

        Raises UnknownDocument, NoSnapshot, IncompatibleSnapshot.
        """
        snapshot = self._snapshot()
        return self._parts.follow_ups(snapshot, document_ids), snapshot.id

    # Documents. These need no model, so they do not check which encoder built the snapshot.

    def listed(self, request: ListRequest) -> tuple[DocumentList, str]:
        """Return a part of the list of documents, and the id of the snapshot. Raises InvalidFilter, NoSnapshot."""
        snapshot = self._documents()
        return snapshot.listed(request), snapshot.id

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
        with self._saying_since_when(document_id):
            found = snapshot.stored_document(document_id), snapshot.document(document_id)
        self._parts.auditor.read([document_id], "text", snapshot.id)
        return found

    def references(self, document_id: str, part: Span | None = None) -> list[CrossReference]:
        """Return the references in a document, or in a part of it, to its own provisions.

        Raises UnknownDocument, NoSnapshot.
        """
        return self._documents().references(document_id, part)

    def passages(self, document_id: str, offset: int, limit: int) -> tuple[StoredDocument, list[Hit], str]:
        """Return a document, at most `limit` of its passages after the first `offset`, and the id of the snapshot.

        Raises as `document` does.
        """
        snapshot = self._documents()
        _trace(snapshot)
        with self._saying_since_when(document_id):
            stored, hits = snapshot.passages(document_id, offset, limit)
        self._parts.auditor.read([document_id], "text", snapshot.id)
        return stored, hits, snapshot.id

    def upload_passages(self, document_id: str, file: Path) -> list[Hit]:
        """Return the passages of an upload that is not indexed yet. Raises UnknownDocument, UnreadableSource."""
        document, hits = self._parts.previews.passages(document_id, file)
        if not may_see(document, self._groups):
            raise UnknownDocument(f"no document has the id {document_id!r}")
        self._parts.auditor.read([document_id], "text", "")
        return hits

    def versions(self, document_id: str, *, earlier: bool = True) -> list[Version]:
        """Return the versions of a document, newest first: the documents that share its identity, and earlier texts.

        Without `earlier`, only those in the current snapshot. Raises NoSnapshot.
        """
        found = versions(self._parts.store, document_id, self._groups)
        return found if earlier else [one for one in found if one.current]

    def version_name(self, words: str) -> VersionName:
        """Parse the name of a version, such as `leave` or `leave@000003`. Raises UnknownSnapshot, NoSnapshot."""
        return parse_name(words, self._documents(), self._parts.store)

    def version_before(self, name: VersionName, *, earlier: bool = True) -> VersionName:
        """Return the version before another one. Raises UnknownDocument if there is none, NoSnapshot."""
        return version_before(name, self.versions(name.document_id, earlier=earlier))

    def comparison(self, was: VersionName, became: VersionName) -> ComparedVersions:
        """Compare two versions, or any two documents, by sentences. Raises as `version` does, and NoSnapshot."""
        one, other = self._version_text(was), self._version_text(became)
        return ComparedVersions(one, other, compare(one.document, other.document))

    def timeline(self, document_id: str, words: str, *, earlier: bool = True) -> Timeline:
        """Return the timeline of the provision of a document that words name: a number such as `5(2)`, or a heading.

        Raises UnknownDocument, UnknownProvision, CorruptSnapshot, NoSnapshot, AuditRefused.
        """
        found = self.versions(document_id, earlier=earlier)
        if not found:
            self.document(document_id)  # raises UnknownDocument, and says since when
        return timeline(found, self._read_version, words)

    def _version_text(self, name: VersionName) -> VersionText:
        known = (
            self.document(name.document_id) if name.snapshot is None else self.version(name.document_id, name.snapshot)
        )
        return VersionText(name, *known)

    def _read_version(self, version: Version) -> Document:
        return self._version_text(VersionName.of(version)).document

    def version(self, document_id: str, snapshot_id: str) -> tuple[StoredDocument, Document]:
        """Return a document as one snapshot on disk has it.

        Raises UnknownDocument, UnknownSnapshot, CorruptSnapshot, IncompatibleSnapshot, AuditRefused.
        """
        found = version(self._parts.store, document_id, snapshot_id, self._groups)
        self._parts.auditor.read([document_id], "text", snapshot_id)
        return found

    def original(self, document_id: str) -> OriginalFile:
        """Return the file that a document was parsed from.

        Raises UnknownDocument, CorruptSnapshot, NoSnapshot, AuditRefused.
        """
        snapshot = self._documents()
        _trace(snapshot)
        with self._saying_since_when(document_id):
            file = original_file(snapshot, self._parts.store.originals, document_id)
        self._parts.auditor.read([document_id], "original", snapshot.id)
        return file

    def expect_pages(self, document_id: str) -> None:
        """Start the process that draws pages if a document was read from a PDF, because a reader opens it now."""
        with suppress(UnknownDocument):
            if is_pdf(name_of(self._documents().stored_document(document_id)) or ""):
                self._parts.pages.begin()

    def pages(self, document_id: str) -> OriginalPages:
        """Return the pages of the PDF that a document was parsed from. Raises as `original` does.

        Also raises UnknownDocument if the original is not a PDF.
        """
        snapshot = self._documents()
        _trace(snapshot)
        file = original_file(snapshot, self._parts.store.originals, document_id)
        pages = original_pages(file, snapshot.document(document_id), self._parts.pages)
        self._parts.auditor.read([document_id], "original", snapshot.id)
        return pages

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

    # Kept answers. An answer that comes from a client must have the seal of this service, which the edge checks.

    def share(self, answer: Answer, client: str | None) -> SharedAnswer:
        """Keep an answer for everyone who may see all documents that it cites, until it is deleted.

        Raises UnknownDocument if this client may not see them all now, KeptFull, StorageError, NoSnapshot.
        """
        snapshot = self._documents()
        for citation in answer.citations:
            _ = snapshot.stored_document(citation.reference.id)  # raises UnknownDocument
        return self._parts.keeper.shared.add(answer, cited_documents(answer, snapshot), client)

    def shared(self, answer_id: str, *, earlier: bool = False) -> tuple[SharedAnswer, tuple[Check, ...], str]:
        """Return a shared answer, a check of each citation against the current snapshot, and the id of the snapshot.

        With `earlier`, a check names the earlier version that has words which are no longer in the document.

        A client that may not see every cited document, as it was then and as it is now, gets nothing of the answer:
        its sentences rest on each other, and the question alone may tell what a document says.

        Raises UnknownAnswer, NoSnapshot, AuditRefused, StorageError.
        """
        found, snapshot = self._parts.keeper.shared.get(answer_id), self._documents()
        whole = self._parts.store.current()
        for document_id, document in found.documents.items():
            hidden = _has(whole, document_id) and not _has(snapshot, document_id)
            if hidden or not document.is_open_to(self._groups):
                raise unknown(answer_id)
        _trace(snapshot)
        self._parts.auditor.read(list(found.documents), "answer", snapshot.id)
        sources = {document_id: document.source for document_id, document in found.documents.items()}
        find = self._earlier_version if earlier else lambda _: None
        return found, check(found.answer, snapshot, self._removals(sources), find), snapshot.id

    def check(self, answer: Answer) -> tuple[Check, ...]:
        """Compare the citations of an answer with the current snapshot. Raises NoSnapshot."""
        return check(answer, self._documents(), {})

    def cited(self, answers: Sequence[Answer]) -> list[StoredDocument]:
        """Return the documents that answers cite, as far as the client may see them now. Raises NoSnapshot."""
        snapshot = self._documents()
        ids = dict.fromkeys(citation.reference.id for answer in answers for citation in answer.citations)
        return [snapshot.stored_document(document_id) for document_id in ids if _has(snapshot, document_id)]

    def judge(
        self, answer: Answer, verdict: Verdict, reason: Reason | None, words: str, marker: int | None
    ) -> Feedback:
        """Keep feedback on an answer, or on the citation with this marker. Raises KeptFull, StorageError."""
        documents = cited_documents(answer, self._documents())
        return self._parts.keeper.feedback.add(answer, documents, verdict, reason, words, marker)

    # Saved questions. A client sees one if it may see every document that its answers may come from.

    def save_question(self, ask: Ask, client: str | None, webhook: str | None = None) -> SavedQuestion:
        """Save a question of this client, and answer it. Later answers come from the documents of its groups too.

        Raises KeptFull, UnreadableSource if the webhook is wrong or not public, and as `answer` does.
        """
        if webhook is not None:
            self._parts.webhooks.check(webhook)
        snapshot = self._snapshot()
        _trace(snapshot, ask)
        with self._parts.auditor.question(ask.question, snapshot.id) as asked:
            answer = self._parts.extractive.answer(snapshot, ask)
            if asked:
                asked.answered(answer)
        saved = self._parts.keeper.questions.add(ask, self._groups, client, webhook)
        cited = cited_documents(answer, snapshot)
        self._parts.keeper.questions.answered(saved, answer, cited, None)
        return replace(saved, answer=answer)

    def questions(self) -> list[SavedQuestion]:
        """Return the saved questions that the client may see, oldest first. Raises StorageError, AuditRefused."""
        found = [self._shown(one) for one in self._parts.keeper.questions.all() if one.is_open_to(self._groups)]
        self._read_answers(one.answer for one in found if one.answer)
        return found

    def question(self, question_id: str) -> SavedQuestion:
        """Return a saved question. Raises UnknownQuestion, StorageError, AuditRefused."""
        found = self._parts.keeper.questions.get(question_id)
        if not found.is_open_to(self._groups):
            raise unknown_question(question_id)
        found = self._shown(found)
        self._read_answers([found.answer] if found.answer else [])
        return found

    def changes(self, questions: Sequence[SavedQuestion]) -> list[AnswerChange]:
        """Return the last changes of questions that the client may see, newest first.

        Raises StorageError, AuditRefused.
        """
        ids = [one.id for one in questions if one.is_open_to(self._groups)]
        found = [one for one in self._parts.keeper.questions.changes(ids, _CHANGES) if self._may_see(one)]
        self._read_answers(answer for one in found for answer in (one.comparison.before, one.comparison.after))
        return found

    def _shown(self, question: SavedQuestion) -> SavedQuestion:
        """Return a question without its last answer if that cites a document that the client may not see any more."""
        is_hidden = question.answer and hides(self._parts.store.current(), self._groups, question.answer)
        return replace(question, answer=None) if is_hidden else question

    def _may_see(self, change: AnswerChange) -> bool:
        answers, current = (change.comparison.before, change.comparison.after), self._parts.store.current()
        return not any(hides(current, self._groups, answer) for answer in answers)

    def _read_answers(self, answers: Iterable[Answer]) -> None:
        """Record in the audit log that the client sees these answers. Raises AuditRefused."""
        by_snapshot: dict[str, list[str]] = {}
        for answer in answers:
            by_snapshot.setdefault(answer.snapshot, []).extend(one.reference.id for one in answer.citations)
        for snapshot_id, cited in by_snapshot.items():
            if cited:
                self._parts.auditor.read(list(dict.fromkeys(cited)), "answer", snapshot_id)

    def _removals(self, sources: Mapping[str, str]) -> dict[str, str]:
        """Return the times of removals by document id, if they are known. `sources` has the source of each document."""
        entries = Ledger(self._parts.settings.index_dir).read()
        found = {document_id: entries.get(source) for document_id, source in sources.items()}
        removed = {name: entry.time for name, entry in found.items() if entry and entry.state == "removed"}
        current = self._parts.store.current()
        gone = [name for name in sources.keys() - removed.keys() if not _has(current, name)]
        last = {name: last_version(self._parts.store, name, self._groups) for name in gone}
        return {name: one.until for name, one in last.items() if one and one.until} | removed

    def _earlier_version(self, citation: Citation) -> str | None:
        """Return the name of the newest earlier version that has the words of a citation at their place."""
        document_id, store = citation.reference.id, self._parts.store
        for one in versions(store, document_id, self._groups):
            if one.stored.reference.id == document_id and not one.current:
                stored, document = version(store, document_id, one.snapshot, self._groups)
                if citation.span.of(stored.record if citation.record else document.text) == citation.quote:
                    return str(VersionName.of(one))
        return None

    def _followed(self, snapshot: Index, ask: Ask) -> Events:
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

    @contextmanager
    def _saying_since_when(self, document_id: str) -> Iterator[None]:
        """Add to UnknownDocument the time when the document left the index, if the client may have seen it."""
        try:
            yield
        except UnknownDocument as error:
            since = self._gone_since(document_id)
            if since is None:
                raise
            raise UnknownDocument(f"the document {document_id!r} left the index at {since}", since) from error

    def _gone_since(self, document_id: str) -> str | None:
        """Return the time when a document left the index; None if nothing tells, or the client may not know it."""
        last = last_version(self._parts.store, document_id, self._groups)
        if last is None and not self.is_whole:
            return None  # because nothing says who might have seen it
        source = last.stored.origin.source if last else source_name(document_id)
        entry = Ledger(self._parts.settings.index_dir).read().get(source)
        return entry.time if entry and entry.state == "removed" else (last.until if last else None)

    def _counted(self, listed: ListedSnapshot) -> ListedSnapshot | None:
        if listed.manifest is None or not listed.manifest.labelled:
            return listed
        current = self._documents()
        return replace(listed, manifest=current.manifest) if listed.id == current.id else None

    def _snapshot(self) -> Index:
        """Return the documents to search. Raises NoSnapshot, IncompatibleSnapshot, IndexUnavailable."""
        return checked_snapshot(self._parts).seen_by(self._groups)

    def _documents(self) -> Index:
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

    @property
    def keeper(self) -> Keeper:
        """The shared answers, the feedback and the saved questions. Maintainers and the command line see all."""
        return self.parts.keeper

    def export_feedback(self, folder: Path, numbers: Sequence[int] = ()) -> list[int]:
        """Write feedback, all by default, as a benchmark with the documents of the index. Return the ids.

        Raises UnknownAnswer, NoSnapshot, ConfigurationError, StorageError.
        """
        found = self.keeper.feedback.chosen(numbers)
        benchmark.write(folder, found, self.parts.store.current())
        return [one.id for one in found]

    def count_tokens(self, text: str) -> int:
        """Return the number of tokens of `text`, as the encoder counts them."""
        return self.parts.encoder.count_tokens(text)

    def warm_up(self) -> None:
        """Load the model and open the snapshot at the same time, so that the first question is as fast as the second.

        A language model is not asked. A second call waits for the first and then does nothing. Raises as `answer` does.
        """
        with self._warming:
            if not self._warm:
                self._pull_first()
                with ThreadPoolExecutor(1, "opening") as background:
                    background.submit(self.parts.store.current)  # if this fails, the answer below raises the error
                    if self.parts.store.ids():  # without an index, no model needs to be loaded or compiled
                        _ = self.parts.answerer  # loads the model
                    snapshot = self.snapshot()
                    self.parts.extractive.answer(snapshot, Ask("What is ready?"))
                self._warm = True

    def _pull_first(self) -> None:
        """Take what the writer published, before a replica answers. If that fails, what it holds serves."""
        try:
            if self.is_replica:
                self.pull()
        except SnapshotError as error:
            _log.warning("%s", error)

    def check_audit(self) -> None:
        """Raise AuditRefused if there is an audit log that could not record a question now."""
        self.parts.auditor.check()

    def retain_audit(self) -> None:
        """Delete the entries of the audit log that are older than RAG_AUDIT_DAYS. Raises AuditRefused."""
        self.parts.auditor.retain()

    def read_text(self, path: Path) -> Written:
        """Read a file to verify: Markdown, or any format that documents have. Raises UnreadableSource."""
        return read_file(path, self.parts.limits)

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
        review: bool = False,
    ) -> Report:
        """Index files, folders and the pages of feeds. Raises as `Ingestion.ingest` does.

        With `review`, the change is held back if any answer to a saved question changes.
        """
        strict = self.parts.following.holding_back(0) if review else None
        return self.parts.ingestion.ingest(paths, progress, prune=prune, feeds=feeds, fetching=fetching, review=strict)

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
        """Remove documents from all files in the index folder, with the kept answers that cite them.

        Raises as `rag.upkeep.erase` does.
        """
        ids = list(dict.fromkeys(document_ids))
        kept = {document_id: self.keeper.about([document_id]) for document_id in ids}
        cited = [document_id for document_id, about in kept.items() if about]
        erased = erase(self.settings.index_dir, lambda: self.parts.ingestion, ids, cited)
        about: KeptAbout = self.keeper.about(ids)
        self.keeper.erase(about, ids)
        return replace(erased, shared_answers=about.shared, feedback=about.feedback, questions=about.questions)

    def remove_root(self, root: str) -> Report:
        """Forget a root and remove the documents that only it has. Raises as `Ingestion.remove_root` does."""
        return self.parts.ingestion.remove_root(root)

    def upkeep(self) -> Upkeep:
        """Return a new runner for the jobs of this index. A process must create only one."""
        return Upkeep(self.settings.index_dir / ".jobs", lambda: self.parts.ingestion, self.parts.store.place.prepare)

    # Review and subscriptions

    def held(self) -> tuple[Review, ReviewReport] | None:
        """Return the change that is held back, and the answers that it would change; None if there is none."""
        waiting = self.parts.store.held.waiting()
        return (waiting, ReviewReport.load(waiting.report)) if waiting else None

    def accept(self, snapshot_id: str, by: str | None) -> Snapshot:
        """Let the change that is held back go in force. `by` names the client.

        Raises as `SnapshotStore.accept` does, and IncompatibleSnapshot.
        """
        folder = self.parts.store.held.folder(self.parts.store.held.get(snapshot_id).id)
        check_encoder(self.parts.encoder, f"snapshot {snapshot_id}", read_manifest(folder))
        return self.parts.store.accept(snapshot_id, by, self.settings.keep_snapshots)

    def drop(self, snapshot_id: str, by: str | None) -> None:
        """Drop the change that is held back. Raises as `SnapshotStore.drop` does."""
        self.parts.store.drop(snapshot_id, by)

    def webhook_secret(self, question_id: str) -> str:
        """Return the secret that signs the deliveries of a saved question. Raises StorageError."""
        return self.parts.webhooks.secret(question_id)

    def catch_up(self) -> int:
        """Answer the saved questions on the current snapshot, and store each change. Return their number.

        Raises NoSnapshot, IncompatibleSnapshot, StorageError.
        """
        if not self.keeper.questions.behind(self.parts.store.current().id):
            return 0  # before a model is loaded
        return self.parts.following.catch_up(self.snapshot())

    def deliver(self, body_of: BodyOf) -> int:
        """Tell webhooks about the changes that are due. Return how many were told. Raises StorageError."""
        return self.parts.webhooks.deliver(body_of)

    # Replicas

    @property
    def is_replica(self) -> bool:
        """Whether this service takes its index from a writer."""
        return self.settings.writer is not None

    @property
    def publishes(self) -> bool:
        """Whether this service publishes its snapshots for replicas."""
        return self.parts.publisher is not None

    def publish(self, *, take_over: bool = False) -> Publication:
        """Publish the snapshots for replicas. Raises as `Publisher.publish` does, and ConfigurationError."""
        return self._publisher().publish(take_over=take_over)

    def repair_storage(self) -> list[str]:
        """Replace damaged content of the storage, and return its names. Raises as `publish` does."""
        return self._publisher().repair()

    def _publisher(self) -> Publishes:
        if self.parts.publisher is None:
            raise ConfigurationError(
                f"this is a replica, and {self.settings.writer} publishes: run the command there"
                if self.is_replica
                else "RAG_SNAPSHOTS is not set, so nothing is published: set it to an address such as "
                "file:///mnt/share/rag, s3://bucket/prefix or postgresql://host/database"
            )
        return self.parts.publisher

    def pull(self) -> None:
        """Take what the writer published, if this is a replica, or if this index is empty, to become the next writer.

        Raises as `Puller.pull` does, and WriteRefused if this index has snapshots of its own.
        """
        if self.parts.puller is None:
            raise ConfigurationError("RAG_SNAPSHOTS is not set, so there is no storage: set it to that of the writer")
        if not self.is_replica and self.parts.store.ids():
            raise WriteRefused(
                f"{self.settings.index_dir} has snapshots of its own: set RAG_WRITER if it is a replica, or choose an "
                "empty RAG_INDEX_DIR"
            )
        self.parts.puller.pull()

    # Snapshots

    def snapshot(self) -> Snapshot:
        """Return the current snapshot if the configured encoder built it.

        Raises NoSnapshot, IncompatibleSnapshot, IndexUnavailable.
        """
        return checked_snapshot(self.parts)

    def degraded(self, *, changes: bool) -> str | None:
        """Return the reason why another snapshot serves instead of the current one.

        Otherwise the reason why the index cannot be changed, if `changes` says that a client may change it, why a
        replica cannot follow the writer, why a writer cannot publish for replicas, or why a language model is not asked
        for now. None if all is well.
        """
        store, model = self.parts.store, self.parts.language_model
        read_only = store.place.read_only if changes else None
        exchange = self.parts.puller if self.is_replica else self.parts.publisher
        behind = exchange.fault if exchange else None
        return store.degraded or read_only or behind or (model.degraded if model else None)

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


def _has(snapshot: Index, document_id: str) -> bool:
    try:
        _ = snapshot.stored_document(document_id)
    except UnknownDocument:
        return False
    return True


def _trace(snapshot: Index, ask: Ask | None = None) -> Trace | None:
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
