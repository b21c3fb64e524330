"""Puts each question of a benchmark to the ordinary pipeline, and keeps what came back."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from rag.evaluation.benchmarks import Question
from rag.evaluation.labelled_index import Indexed
from rag.service import Service
from rag.snapshots import Progress
from rag.types import Answer, Ask, Hit, Turn

HITS = 100
"""Passages asked for, so that at least ten documents stand behind them."""

Watch: TypeAlias = Callable[[str], Progress]
"""Is told what begins, and gives what is told how far that is."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What became of a question.

    `ranking` are the documents found, best first, `milliseconds` what the answer took, `spans` how many passages and
    citations came back, and `valid_spans` how many of them are the words at their span of the document's text.
    """

    ranking: tuple[str, ...]
    answer: Answer
    milliseconds: float
    spans: int
    valid_spans: int


def ask(indexed: Indexed, progress: Progress) -> list[Asked]:
    """Ask every question, each with its conversation."""
    questions = indexed.benchmark.questions
    asked = []
    for question in questions:
        asked.append(_ask(indexed, question))
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
    hits, _ = service.search(Ask(question.text, limit=HITS, history=tuple(history)))
    return tuple(hits)


def folded(hits: Sequence[Hit]) -> tuple[str, ...]:
    """Return the documents that passages stand in, each placed by its best passage."""
    return tuple(dict.fromkeys(hit.reference.id for hit in hits))


def _ask(indexed: Indexed, question: Question) -> Asked:
    started = time.perf_counter()
    answer = indexed.service.answer(Ask(question.text, history=question.history))
    milliseconds = (time.perf_counter() - started) * 1000
    # The answer comes first: the search after it finds the question encoded, and must not lend that to what is timed.
    hits = search(indexed.service, question, question.history)
    valid = [
        *(hit.span.of(indexed.texts[hit.reference.id]) == hit.text for hit in (*hits, *answer.evidence)),
        *(one.span.of(indexed.texts[one.reference.id]) == one.quote for one in answer.citations),
    ]
    return Asked(folded(hits), answer, milliseconds, len(valid), sum(valid))
