"""Computes the signals of questions with a known label: whether the index can answer them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, fields
from hashlib import sha256

import numpy as np
from numpy.typing import NDArray

from rag.answer.signals import Signals
from rag.errors import UnreadableSource
from rag.evaluation.benchmarks import Question
from rag.evaluation.labelled_index import IndexedBenchmark
from rag.evaluation.provision_questions import provision_questions
from rag.evaluation.removed_passages import Passages, without_gold
from rag.snapshots import Progress, Snapshot
from rag.types import Ask

NAMES = tuple(field.name for field in fields(Signals))
"""The signals, in the order of the columns of `Judged.signals`."""


@dataclass(frozen=True, slots=True)
class Judged:
    """The signals of n questions, shape (n, signals), whether each is answerable, shape (n,), and their ids.

    `removed` is true if the unanswerable questions are answerable ones that were asked without their relevant passages.
    """

    signals: NDArray[np.float64]
    answerable: NDArray[np.bool_]
    ids: tuple[str, ...]
    removed: bool = False

    def part(self, number: int) -> Judged:
        """Return one of two halves, 0 or 1. A hash of its id puts a question into the same half in each run."""
        chosen = np.array([int(sha256(id_.encode()).hexdigest(), 16) % 2 == number for id_ in self.ids], bool)
        ids = tuple(id_ for id_, is_chosen in zip(self.ids, chosen.tolist(), strict=True) if is_chosen)
        return Judged(self.signals[chosen], self.answerable[chosen], ids, self.removed)


def judge(indexed: IndexedBenchmark, progress: Progress) -> Judged:
    """Return the signals of the questions with a label.

    If no question is labelled unanswerable, each question is asked twice: with its relevant passages, and without them.
    Raises UnreadableSource if the benchmark has no answerable questions with labels, or only unanswerable ones.
    """
    removed = all(question.answerable is not False for question in indexed.benchmark.questions)
    asked = list(_with_and_without_gold(indexed) if removed else _labelled(indexed))
    if {one.answerable for one in asked} != {True, False}:
        raise UnreadableSource(
            f"{indexed.benchmark.name} has no answerable questions, or no labels of relevant documents: calibrate on a "
            "benchmark with answerable and unanswerable questions, or with relevant documents in qrels.tsv"
        )
    return _judged(indexed, asked, progress, removed)


def judge_provisions(indexed: IndexedBenchmark, progress: Progress) -> Judged | None:
    """Return the signals of questions about provisions; None if the documents have few of them."""
    asked = [_Asked(text, indexed.snapshot, Ask(text), exists) for text, exists in provision_questions(indexed)]
    return _judged(indexed, asked, progress, removed=False) if asked else None


def judge_strangers(indexed: IndexedBenchmark, questions: Sequence[Question], progress: Progress) -> Judged:
    """Return the signals of questions of another benchmark, which these documents do not answer."""
    asked = [_Asked(one.id, indexed.snapshot, Ask(one.text), False) for one in questions]
    return _judged(indexed, asked, progress, removed=False)


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question, the snapshot and the filters to ask it with, and whether it has an answer there."""

    id: str
    snapshot: Snapshot
    ask: Ask
    answerable: bool


def _judged(indexed: IndexedBenchmark, asked: Sequence[_Asked], progress: Progress, removed: bool) -> Judged:
    rows = []
    for one in asked:
        values = asdict(indexed.service.parts.answerer.signals(one.snapshot, one.ask))
        rows.append([values[name] for name in NAMES])
        progress(len(rows), len(asked))
    return Judged(np.array(rows), np.array([one.answerable for one in asked]), tuple(one.id for one in asked), removed)


def _labelled(indexed: IndexedBenchmark) -> Iterator[_Asked]:
    for question in indexed.benchmark.questions:
        if question.answerable is not None:
            ask = Ask(question.text, history=question.history)
            yield _Asked(question.id, indexed.snapshot, ask, question.answerable)


def _with_and_without_gold(indexed: IndexedBenchmark) -> Iterator[_Asked]:
    passages = Passages(indexed.snapshot)
    for question, labels in zip(indexed.benchmark.questions, indexed.labels, strict=True):
        if labels.documents:
            yield _Asked(question.id, indexed.snapshot, Ask(question.text, history=question.history), True)
            yield _Asked(question.id, *without_gold(indexed.snapshot, passages, labels, question), False)
