"""Puts a benchmark into an index of its own, through ordinary ingestion, and translates its labels to that index."""

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
"""Where below the index directory the indexes of benchmarks lie; it may be deleted at any time."""

_UNINDEXED = "\n{}"  # no document's id has a line break, so what could not be indexed is never found


@dataclass(frozen=True, slots=True)
class GoldSpan:
    """Words that answer, by the index's id of the document and as a span of its canonical text."""

    document: str
    span: Span


@dataclass(frozen=True, slots=True)
class Labels:
    """What is known of a question's right answer in terms of the index; both empty where nothing is.

    `relevance` is how relevant each document is, `spans` are the words that answer.
    """

    relevance: Mapping[str, int]
    spans: tuple[GoldSpan, ...]

    @property
    def documents(self) -> frozenset[str]:
        """The relevant documents."""
        return frozenset(document for document, score in self.relevance.items() if score > 0)


@dataclass(frozen=True, slots=True)
class Indexed:
    """A benchmark, the service that has its documents with their texts by id, and the labels of each question."""

    benchmark: Benchmark
    service: Service
    snapshot: Snapshot
    texts: Mapping[str, str]
    labels: Sequence[Labels]
    ingest_seconds: float


def index(benchmark: Benchmark, service: Service, progress: Progress) -> Indexed:
    """Ingest the corpus with the settings of `service`, which abstains from nothing in the one returned.

    An index lies in a folder named by what it is made of, so a second run, or another set with the same documents,
    finds it as it is and ingests nothing.
    """
    settings = service.settings
    folder = settings.index_dir / FOLDER / _digest(benchmark.corpus, settings)
    own = vary(service, settings.model_copy(update={"index_dir": folder, "least_confidence": 0.0}))
    corpus = folder / benchmark.corpus.name
    if not corpus.exists():  # a document is known by its file's place, which is the same here whoever brings it
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
    return Indexed(benchmark, own, snapshot, texts, _labels(benchmark, ids, texts), seconds)


def _digest(corpus: Path, settings: Settings) -> str:
    made_by = f"{settings.encoder}\n{settings.store}\n{settings.chunk_tokens}\n".encode()
    return hashlib.sha256(made_by + corpus.read_bytes()).hexdigest()[:16]


def _labels(benchmark: Benchmark, ids: Mapping[str, str], texts: Mapping[str, str]) -> list[Labels]:
    raw = {document.id: document.text for document in benchmark.documents}

    def labels(question: Question) -> Labels:
        relevance: dict[str, int] = {}
        for document, score in benchmark.relevance.get(question.id, {}).items():
            # What is said of a duplicate holds for the document that has its text.
            relevance[ids[document]] = max(score, relevance.get(ids[document], score))
        return Labels(relevance, tuple(map(gold_span, question.evidence)))

    def gold_span(evidence: Evidence) -> GoldSpan:
        name, document = evidence.document, ids[evidence.document]
        return GoldSpan(document, canonical_span(raw[name], Span(evidence.start, evidence.end), texts[document]))

    return [labels(question) for question in benchmark.questions]


def canonical_span(raw: str, span: Span, canonical: str) -> Span:
    """Return where in the canonical text the words stand that `span` points at in the raw text.

    Normalisation changes white space and drops what is invisible, but never moves a visible character before another:
    the n-th of the one text is the n-th of the other.
    """
    first, end = (len("".join(normalise(raw[:offset]).split())) for offset in (span.start, span.end))
    visible = [place for place, char in enumerate(canonical) if not char.isspace()]
    return Span(visible[first], visible[end - 1] + 1)
