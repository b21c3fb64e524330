"""Two experiments on a benchmark: asking after a change of topic, and asking without the relevant documents."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rag.evaluation.labelled_index import IndexedBenchmark
from rag.evaluation.predictions import Prediction, document_ranking, search
from rag.evaluation.ranking import Values, first_found
from rag.evaluation.removed_passages import Passages, without_gold
from rag.snapshots import Progress
from rag.types import Turn


@dataclass(frozen=True, slots=True)
class TopicSwitch:
    """The share of opening questions that find their document, alone and after a conversation about another topic."""

    questions: int
    alone: float
    after: float

    @property
    def difference(self) -> float:
        """The share after another conversation minus the share alone."""
        return self.after - self.alone


@dataclass(frozen=True, slots=True)
class GoldRemoved:
    """The confidence for some questions, with the relevant documents or pages of each and without them.

    `numbers` are the places of the questions in the benchmark.
    """

    numbers: tuple[int, ...]
    present: Values
    removed: Values


def topic_switch(
    indexed: IndexedBenchmark, predictions: Sequence[Prediction], progress: Progress
) -> TopicSwitch | None:
    """Ask each opening question after a conversation about other documents. Return None if there are no such questions.

    The conversation is random, but always the same for the same question.
    """
    conversations = _other_conversations(indexed)
    if not conversations:
        return None
    questions, rankings = indexed.benchmark.questions, []
    for number, conversation in conversations.items():
        rankings.append(document_ranking(search(indexed.service, questions[number], conversation)))
        progress(len(rankings), len(conversations))
    relevance = [indexed.labels[number].relevance for number in conversations]
    alone = first_found([predictions[number].ranking for number in conversations], relevance)
    after = first_found(rankings, relevance)
    return TopicSwitch(len(conversations), float(alone.mean()), float(after.mean()))


def gold_removed(
    indexed: IndexedBenchmark, predictions: Sequence[Prediction], progress: Progress
) -> GoldRemoved | None:
    """Ask each question again without its relevant pages or documents.

    Return None if the benchmark labels answerable questions.
    """
    questions = indexed.benchmark.questions
    passages = Passages(indexed.snapshot)
    labelled = any(question.answerable is not None for question in questions)
    removable = [] if labelled else [number for number, labels in enumerate(indexed.labels) if labels.documents]
    confidences = []
    for number in removable:
        reduced, ask = without_gold(indexed.snapshot, passages, indexed.labels[number], questions[number])
        confidences.append(indexed.service.parts.answerer.answer(reduced, ask).confidence)
        progress(len(confidences), len(removable))
    present = np.array([predictions[number].answer.confidence for number in removable])
    return GoldRemoved(tuple(removable), present, np.array(confidences)) if removable else None


def _other_conversations(indexed: IndexedBenchmark) -> dict[int, tuple[Turn, ...]]:
    """Return a conversation about other documents for each opening question that has relevant documents."""
    pairs = list(zip(indexed.benchmark.questions, indexed.labels, strict=True))
    talks = [(question.history, labels.documents) for question, labels in pairs if question.history]
    drawn = {}
    for number, (question, labels) in enumerate(pairs):
        others = [history for history, about in talks if about and not about & labels.documents]
        if labels.documents and others and not question.history:
            drawn[number] = random.Random(question.id).choice(others)  # noqa: S311 - no secret
    return drawn
