"""Asks each question of a benchmark through the ordinary pipeline, and records the results."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from rag.evaluation.benchmarks import Question
from rag.evaluation.labelled_index import IndexedBenchmark
from rag.service import Service
from rag.snapshots import Progress
from rag.types import Answer, Ask, Citation, Hit, Turn

HITS = 100
"""The number of passages to request for each question, so that they come from at least ten documents."""

FIRST = 5
"""The number of passages to keep for each question, to look for labelled pages in them."""

StartTask: TypeAlias = Callable[[str], Progress]
"""Called with the name of a task that starts; returns the callback for its progress."""


@dataclass(frozen=True, slots=True)
class Prediction:
    """The results for one question.

    `first` are the best passages, and `ranking` lists the documents found, best first. `milliseconds` is the time of
    the answer. `spans` is the number of passages and citations, and `valid_spans` the number of those whose words equal
    the document's text at their span.
    """

    first: tuple[Hit, ...]
    ranking: tuple[str, ...]
    answer: Answer
    milliseconds: float
    spans: int
    valid_spans: int


def predict(indexed: IndexedBenchmark, progress: Progress) -> list[Prediction]:
    """Ask every question with its history."""
    questions = indexed.benchmark.questions
    predictions = []
    for question in questions:
        predictions.append(_predict(indexed, question))
        progress(len(predictions), len(questions))
    return predictions


def rank(indexed: IndexedBenchmark, progress: Progress) -> list[tuple[str, ...]]:
    """Return the documents found for each question, best first, without generating answers."""
    questions = indexed.benchmark.questions
    rankings = []
    for question in questions:
        rankings.append(document_ranking(search(indexed.service, question, question.history)))
        progress(len(rankings), len(questions))
    return rankings


def search(service: Service, question: Question, history: Sequence[Turn]) -> tuple[Hit, ...]:
    """Return the passages found for a question with a history."""
    hits, _ = service.view(None).search(Ask(question.text, limit=HITS, history=tuple(history)))
    return tuple(hits)


def document_ranking(hits: Sequence[Hit]) -> tuple[str, ...]:
    """Return the documents of the passages, in the order of their best passage."""
    return tuple(dict.fromkeys(hit.reference.id for hit in hits))


def _predict(indexed: IndexedBenchmark, question: Question) -> Prediction:
    started = time.perf_counter()
    answer = indexed.service.view(None).answer(Ask(question.text, history=question.history))
    milliseconds = (time.perf_counter() - started) * 1000
    # Time the answer before the search, because the search would cache the encoding of the question.
    hits = search(indexed.service, question, question.history)
    valid = [
        *(hit.span.of(indexed.texts[hit.reference.id]) == hit.text for hit in (*hits, *answer.evidence)),
        *(one.span.of(_quoted_text(indexed, one)) == one.quote for one in answer.citations),
    ]
    return Prediction(hits[:FIRST], document_ranking(hits), answer, milliseconds, len(valid), sum(valid))


def _quoted_text(indexed: IndexedBenchmark, citation: Citation) -> str:
    """Return the text that a citation has its span in: the document, or the record of the document."""
    id_ = citation.reference.id
    return indexed.snapshot.stored_document(id_).record if citation.record else indexed.texts[id_]
