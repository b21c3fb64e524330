"""Two experiments on a benchmark: a question after a conversation about something else, and one without its answer."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rag.evaluation.labelled_index import Indexed
from rag.evaluation.predictions import Asked, folded, search
from rag.evaluation.ranking import Values, first_found
from rag.snapshots import Progress
from rag.types import Ask, Turn


@dataclass(frozen=True, slots=True)
class TopicSwitch:
    """How many of the questions that open a conversation find their document, alone and after another conversation."""

    questions: int
    alone: float
    after: float

    @property
    def difference(self) -> float:
        """How much less, where negative, the questions find after another conversation."""
        return self.after - self.alone


@dataclass(frozen=True, slots=True)
class GoldRemoved:
    """The confidence in an answer to each of some questions, with the relevant documents and without them."""

    present: Values
    removed: Values


def topic_switch(indexed: Indexed, asked: Sequence[Asked], progress: Progress) -> TopicSwitch | None:
    """Ask each question that opens a conversation after one about other documents; None where there are none.

    Which one is drawn at random, but always the same for the same question.
    """
    conversations = _other_conversations(indexed)
    if not conversations:
        return None
    questions, rankings = indexed.benchmark.questions, []
    for number, conversation in conversations.items():
        rankings.append(folded(search(indexed.service, questions[number], conversation)))
        progress(len(rankings), len(conversations))
    relevance = [indexed.labels[number].relevance for number in conversations]
    alone = first_found([asked[number].ranking for number in conversations], relevance)
    after = first_found(rankings, relevance)
    return TopicSwitch(len(conversations), float(alone.mean()), float(after.mean()))


def gold_removed(indexed: Indexed, asked: Sequence[Asked], progress: Progress) -> GoldRemoved | None:
    """Ask each question again without its relevant documents, in a set without questions known to be unanswerable.

    A filter keeps them from being found. That equals removing them: a passage's score does not depend on the filter,
    and the statistics of the words, which still count these documents, hardly change by one or a few of many.
    """
    questions = indexed.benchmark.questions
    known = any(question.answerable is not None for question in questions)
    removable = [] if known else [number for number, labels in enumerate(indexed.labels) if labels.documents]
    confidences = []
    for number in removable:
        filters = {"id": {"not": sorted(indexed.labels[number].documents)}}
        answer = indexed.service.answer(Ask(questions[number].text, filters, history=questions[number].history))
        confidences.append(answer.confidence)
        progress(len(confidences), len(removable))
    present = np.array([asked[number].answer.confidence for number in removable])
    return GoldRemoved(present, np.array(confidences)) if removable else None


def _other_conversations(indexed: Indexed) -> dict[int, tuple[Turn, ...]]:
    """Return a conversation about other documents for each judged question that opens one."""
    pairs = list(zip(indexed.benchmark.questions, indexed.labels, strict=True))
    talks = [(question.history, labels.documents) for question, labels in pairs if question.history]
    drawn = {}
    for number, (question, labels) in enumerate(pairs):
        others = [history for history, about in talks if about and not about & labels.documents]
        if labels.documents and others and not question.history:
            drawn[number] = random.Random(question.id).choice(others)  # noqa: S311 - no secret
    return drawn
