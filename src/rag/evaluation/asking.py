"""Puts each question of a benchmark to the ordinary pipeline, and keeps what came back."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from rag.evaluation.benchmarks import Question
from rag.evaluation.indexing import Indexed
from rag.snapshots import Progress
from rag.types import Answer, Hit, Turn
from rag.wiring import Service

HITS = 100
"""Passages asked for, so that at least ten documents stand behind them."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What became of a question: its passages, best first, its answer, and the milliseconds that the answer took."""

    hits: tuple[Hit, ...]
    answer: Answer
    milliseconds: float

    @property
    def ranking(self) -> tuple[str, ...]:
        """The documents, each placed by the best of its passages."""
        return folded(self.hits)


def ask(indexed: Indexed, progress: Progress) -> list[Asked]:
    """Ask every question, each with its conversation."""
    questions = indexed.benchmark.questions
    asked = []
    for question in questions:
        asked.append(_ask(indexed.service, question))
        progress(len(asked), len(questions))
    return asked


def rank(indexed: Indexed, progress: Progress) -> list[tuple[str, ...]]:
    """Return for each question the documents found, best first, without asking for answers."""
    questions = indexed.benchmark.questions
    rankings = []
    for question in questions:
        rankings.append(folded(search(indexed.service, question, question.history)))
        progress(len(rankings), len(questions))
    return rankings


def search(service: Service, question: Question, history: Sequence[Turn]) -> tuple[Hit, ...]:
    """Return the passages found for a question after a conversation."""
    hits, _ = service.search(question.text, limit=HITS, history=history)
    return tuple(hits)


def folded(hits: Sequence[Hit]) -> tuple[str, ...]:
    """Return the documents that passages stand in, each placed by its best passage."""
    return tuple(dict.fromkeys(hit.reference.id for hit in hits))


def _ask(service: Service, question: Question) -> Asked:
    started = time.perf_counter()
    answer = service.answer(question.text, history=question.history)
    milliseconds = (time.perf_counter() - started) * 1000
    # The answer comes first: the search after it finds the question encoded, and must not lend that to what is timed.
    return Asked(search(service, question, question.history), answer, milliseconds)
