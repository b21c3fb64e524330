"""The confidence of each question, which the measures of abstention are computed from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from rag.evaluation import abstention
from rag.evaluation.abstention import Answerable, answerability
from rag.evaluation.benchmarks import Question
from rag.evaluation.predictions import Prediction
from rag.evaluation.probes import GoldRemoved
from rag.evaluation.ranking import Values
from rag.evaluation.statistics import Interval, auroc_interval, two_sample_interval


@dataclass(frozen=True, slots=True)
class Confidences:
    """Values for n questions, each of shape (n,), and their ids.

    `answered` is the confidence of the answer. `answerable` is 1 or 0, or NaN without a label. `without_gold` is the
    confidence without the relevant pages or documents, or NaN if that was not tried.
    """

    ids: tuple[str, ...]
    answered: Values
    answerable: Values
    without_gold: Values

    def judged(self) -> tuple[Values, Answerable]:
        """Return the confidence of the questions with a label, and whether each is answerable."""
        labelled = ~np.isnan(self.answerable)
        return self.answered[labelled], self.answerable[labelled] == 1

    def columns(self) -> dict[str, Values]:
        """Return the values by their name in JSON, without those that no question has."""
        named = {
            "confidence": self.answered,
            "answerable": self.answerable,
            "confidence_without_gold": self.without_gold,
        }
        return {name: values for name, values in named.items() if not np.isnan(values).all()}


def confidences_of(
    questions: Sequence[Question], predictions: Sequence[Prediction], gold: GoldRemoved | None
) -> Confidences:
    """Collect the confidences of a benchmark."""
    without = np.full(len(questions), np.nan)
    if gold:
        without[list(gold.numbers)] = gold.removed
    return Confidences(
        ids=tuple(question.id for question in questions),
        answered=np.array([one.answer.confidence for one in predictions]),
        answerable=answerability(questions),
        without_gold=without,
    )


def abstention_figures(confidences: Confidences, bar: float) -> tuple[dict[str, float], dict[str, Interval]]:
    """Return the measures over the questions with a label, and the intervals of those that compare two groups."""
    confidence, answerable = confidences.judged()
    positives, negatives = confidence[answerable], confidence[~answerable]
    return abstention.measure(confidence, answerable, bar), {
        "auroc": auroc_interval(positives, negatives),
        "refused@15": two_sample_interval(abstention.refused_at_15, positives, negatives),
    }


def pool(sets: Mapping[str, Confidences]) -> Confidences:
    """Join the confidences of several benchmarks. Each question counts once."""
    return Confidences(
        ids=tuple(f"{name}: {question}" for name, one in sets.items() for question in one.ids),
        answered=np.concatenate([one.answered for one in sets.values()]),
        answerable=np.concatenate([one.answerable for one in sets.values()]),
        without_gold=np.concatenate([one.without_gold for one in sets.values()]),
    )
