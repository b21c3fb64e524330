"""Ingests a benchmark into its own index, and translates its labels to the ids and texts of that index."""

from __future__ import annotations

import hashlib
import shutil
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rag.evaluation.benchmarks import Benchmark, Evidence, Question
from rag.service import Service
from rag.settings import Settings
from rag.snapshots import Progress, Snapshot
from rag.text import normalise
from rag.types import Span
from rag.wiring import vary

FOLDER = "evaluation"
"""The folder in the index directory that holds the indexes of benchmarks. It may be deleted at any time."""

_UNINDEXED = "\n{}"  # no id in an index has a line break, so search never finds this id


@dataclass(frozen=True, slots=True)
class GoldSpan:
    """Words that answer a question: the document's id in the index, and a span of its canonical text."""

    document: str
    span: Span


@dataclass(frozen=True, slots=True)
class Labels:
    """The labels of a question. Both fields are empty if it has none.

    `relevance` is the relevance of each document by its id in the index. `spans` are the words that answer it.
    """

    relevance: Mapping[str, int]
    spans: tuple[GoldSpan, ...]

    @property
    def documents(self) -> frozenset[str]:
        """The relevant documents."""
        return frozenset(document for document, score in self.relevance.items() if score > 0)


@dataclass(frozen=True, slots=True)
class IndexedBenchmark:
    """A benchmark, the service over its documents, their texts by id, and the labels of each question."""

    benchmark: Benchmark
    service: Service
    snapshot: Snapshot
    texts: Mapping[str, str]
    labels: Sequence[Labels]
    ingest_seconds: float


def index(benchmark: Benchmark, service: Service, progress: Progress) -> IndexedBenchmark:
    """Ingest the corpus with the settings of `service`. The returned service never abstains.

    The folder's name is a hash of the corpus and of the settings that shape an index. A second run, or another
    benchmark with the same documents, therefore reuses the index and ingests nothing.
    """
    settings = service.settings
    folder = settings.index_dir / FOLDER / _digest(benchmark.corpus, settings)
    own = vary(service, settings.model_copy(update={"index_dir": folder, "least_confidence": 0.0}))
    corpus = folder / benchmark.corpus.name
    if not corpus.exists():  # a copy has the same path for every benchmark, and the path identifies a document
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(benchmark.corpus, part := corpus.with_suffix(".part"))
        part.replace(corpus)
    started = time.perf_counter()
    report = own.ingest([corpus], progress)
    seconds = time.perf_counter() - started
    ids = {
        document.id: item.document_id or _UNINDEXED.format(document.id)
        for document, item in zip(benchmark.documents, report.items, strict=True)
    }
    snapshot = own.snapshot()
    texts = {name: snapshot.document(name).text for name in (one.reference.id for one in snapshot.documents())}
    return IndexedBenchmark(benchmark, own, snapshot, texts, _labels(benchmark, ids, texts), seconds)


def _digest(corpus: Path, settings: Settings) -> str:
    shape = f"{settings.encoder}\n{settings.store}\n{settings.chunk_tokens}\n".encode()
    return hashlib.sha256(shape + corpus.read_bytes()).hexdigest()[:16]


def _labels(benchmark: Benchmark, ids: Mapping[str, str], texts: Mapping[str, str]) -> list[Labels]:
    raw = {document.id: document.text for document in benchmark.documents}

    def labels(question: Question) -> Labels:
        relevance: dict[str, int] = {}
        for document, score in benchmark.relevance.get(question.id, {}).items():
            # A label of a duplicate applies to the document that has the same text.
            relevance[ids[document]] = max(score, relevance.get(ids[document], score))
        return Labels(relevance, tuple(map(gold_span, question.evidence)))

    def gold_span(evidence: Evidence) -> GoldSpan:
        name, document = evidence.document, ids[evidence.document]
        return GoldSpan(document, canonical_span(raw[name], Span(evidence.start, evidence.end), texts[document]))

    return [labels(question) for question in benchmark.questions]


def canonical_span(raw: str, span: Span, canonical: str) -> Span:
    """Return the span of `canonical` that holds the same words as `span` of `raw`.

    Normalisation changes white space and drops invisible characters, but keeps visible characters in order. So the
    n-th visible character of the raw text is also the n-th of the canonical text.
    """
    first, end = (len("".join(normalise(raw[:offset]).split())) for offset in (span.start, span.end))
    visible = [place for place, char in enumerate(canonical) if not char.isspace()]
    return Span(visible[first], visible[end - 1] + 1)
