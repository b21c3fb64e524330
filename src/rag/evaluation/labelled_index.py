"""Ingests a benchmark into its own index, and translates its labels to the ids and texts of that index."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rag.errors import UnreadableSource, WriterBusy
from rag.evaluation.benchmarks import Benchmark, Evidence, Question
from rag.evaluation.corpus_copy import copied, corpus_digest
from rag.evaluation.judgements import Page
from rag.ingest.publication import Report
from rag.service import Service
from rag.snapshots import Progress, Snapshot
from rag.text import normalise
from rag.types import Document, Span
from rag.wiring import vary

FOLDER = "evaluation"
"""The folder in the index directory that holds the indexes of benchmarks. It may be deleted at any time."""

_BUSY_SECONDS = 3600.0
"""Seconds to wait while another process builds the same index."""

_UNINDEXED = "\n{}"  # no id in an index has a line break, so search never finds this id


@dataclass(frozen=True, slots=True)
class GoldSpan:
    """Words that answer a question: the document's id in the index, and a span of its canonical text."""

    document: str
    span: Span


@dataclass(frozen=True, slots=True)
class Labels:
    """The labels of a question. All fields are empty if it has none.

    `relevance` is the relevance of each document by its id in the index. `spans` are the words that answer it, and
    `pages` the visible text of each page that answers it.
    """

    relevance: Mapping[str, int]
    spans: tuple[GoldSpan, ...]
    pages: tuple[GoldSpan, ...] = ()

    @property
    def gold(self) -> tuple[GoldSpan, ...]:
        """The spans that answer the question, or else the pages."""
        return self.spans or self.pages

    @property
    def documents(self) -> frozenset[str]:
        """The relevant documents."""
        return frozenset(document for document, score in self.relevance.items() if score > 0)


@dataclass(frozen=True, slots=True)
class IndexedBenchmark:
    """A benchmark, the service over its documents, their texts by id, and the labels of each question.

    `unread` has the files that could not be read, each with the reason.
    """

    benchmark: Benchmark
    service: Service
    snapshot: Snapshot
    texts: Mapping[str, str]
    labels: Sequence[Labels]
    ingest_seconds: float
    unread: Mapping[str, str] = field(default_factory=dict)


def index(benchmark: Benchmark, service: Service, progress: Progress, indexes: Path | None = None) -> IndexedBenchmark:
    """Ingest the documents with the settings of `service`. The returned service never abstains.

    The index is a folder in `indexes`, by default in the index directory of `service`. Its name is a hash of the
    documents, of the settings that shape an index, and of the code that builds it. A second run, or another benchmark
    with the same documents, therefore reuses the index and ingests nothing.
    """
    settings = service.settings
    folder = (indexes or settings.index_dir / FOLDER) / corpus_digest(benchmark.corpus, settings)
    own = vary(service, settings.model_copy(update={"index_dir": folder, "least_confidence": 0.0}))
    started = time.perf_counter()
    corpus = copied(benchmark.corpus, folder)
    report = _ingest(own, corpus, progress)
    seconds = time.perf_counter() - started
    ids = dict(_ids(benchmark, corpus, report))
    snapshot = own.snapshot()
    documents = {name: snapshot.document(name) for name in (one.reference.id for one in snapshot.documents())}
    texts = {name: document.text for name, document in documents.items()}
    unread = {Path(item.source).name: item.reason or "" for item in report.failed} if corpus.is_dir() else {}
    labels = _labels(benchmark, ids, documents)
    return IndexedBenchmark(benchmark, own, snapshot, texts, labels, seconds, unread)


def _ingest(service: Service, corpus: Path, progress: Progress) -> Report:
    """Ingest the documents. Wait if another process is building the same index. Raises WriterBusy after an hour."""
    deadline = time.monotonic() + _BUSY_SECONDS
    while True:
        try:
            return service.ingest([corpus], progress)
        except WriterBusy:
            if time.monotonic() >= deadline:
                raise
            time.sleep(1.0)


def _ids(benchmark: Benchmark, corpus: Path, report: Report) -> Iterator[tuple[str, str]]:
    """Yield the id of each document in the benchmark, with its id in the index."""
    if corpus.is_dir():
        found = {item.source: item.document_id for item in report.items}
        names = {one.id: found.get(str(corpus.resolve() / one.id)) for one in benchmark.documents}
    else:
        pairs = zip(benchmark.documents, report.items, strict=True)
        names = {document.id: item.document_id for document, item in pairs}
    yield from ((name, document_id or _UNINDEXED.format(name)) for name, document_id in names.items())


def _labels(benchmark: Benchmark, ids: Mapping[str, str], documents: Mapping[str, Document]) -> list[Labels]:
    raw = {document.id: document.text for document in benchmark.documents}

    def labels(question: Question) -> Labels:
        relevance: dict[str, int] = {}
        for document, score in benchmark.relevance.get(question.id, {}).items():
            # A label of a duplicate applies to the document that has the same text.
            relevance[ids[document]] = max(score, relevance.get(ids[document], score))
        pages = [page for page in benchmark.pages.get(question.id, ()) if ids[page.document] in documents]
        spans = (page_span(page, documents[ids[page.document]]) for page in pages)
        return Labels(relevance, tuple(map(gold_span, question.evidence)), tuple(filter(None, spans)))

    def gold_span(evidence: Evidence) -> GoldSpan:
        name, document = evidence.document, ids[evidence.document]
        span = Span(evidence.start, evidence.end)
        return GoldSpan(document, canonical_span(raw[name], span, documents[document].text))

    return [labels(question) for question in benchmark.questions]


def page_span(page: Page, document: Document) -> GoldSpan | None:
    """Return the visible text of a page, or None for a blank page. Raises UnreadableSource if there is no such page."""
    if page.number > len(document.pages):
        pages = f"{len(document.pages)} pages" if document.pages else "no pages"
        raise UnreadableSource(
            f"a label names page {page.number} of {page.document}, which has {pages}: correct the label"
        )
    start, end = (*document.pages, len(document.text))[page.number - 1 : page.number + 1]
    text = document.text[start:end]
    first, last = start + len(text) - len(text.lstrip()), start + len(text.rstrip())
    return GoldSpan(document.reference.id, Span(first, last)) if first < last else None


def canonical_span(raw: str, span: Span, canonical: str) -> Span:
    """Return the span of `canonical` that holds the same words as `span` of `raw`.

    Normalisation changes white space and drops invisible characters, but keeps visible characters in order. So the
    n-th visible character of the raw text is also the n-th of the canonical text.
    """
    first, end = (len("".join(normalise(raw[:offset]).split())) for offset in (span.start, span.end))
    visible = [place for place, char in enumerate(canonical) if not char.isspace()]
    return Span(visible[first], visible[end - 1] + 1)
