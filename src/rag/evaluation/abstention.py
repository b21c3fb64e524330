"""Measures how well confidence separates answerable from unanswerable questions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

from rag.evaluation.benchmarks import Question
from rag.evaluation.ranking import Values

Answerable: TypeAlias = NDArray[np.bool_]

_PRECISION = 0.9
_ANSWERED = 0.15
_BINS = 10


def answerability(questions: Sequence[Question]) -> Values:
    """Return 1 for an answerable question, 0 for an unanswerable one, and NaN for one without a label.

    All are NaN unless both kinds exist, because one kind alone cannot show how well confidence separates them.
    """
    known = np.array([np.nan if question.answerable is None else float(question.answerable) for question in questions])
    return known if {0.0, 1.0} <= set(known) else np.full(len(known), np.nan)


def measure(confidence: Values, answerable: Answerable, bar: float) -> dict[str, float]:
    """Return the measures over all questions. `bar` is the least confidence for an answer."""
    answered = confidence >= bar
    return {
        "auroc": float(auroc(confidence[answerable], confidence[~answerable])),
        "coverage@precision90": coverage_at(_PRECISION, confidence, answerable),
        "refused@15": float(refused_at_15(confidence[answerable], confidence[~answerable])),
        "calibration_error": calibration_error(confidence, answerable),
        "coverage@bar": float(answered.mean()),
        **({"precision@bar": float(answerable[answered].mean())} if answered.any() else {}),
    }


def auroc(positives: Values, negatives: Values) -> Values:
    """Return the probability that a positive has a larger value than a negative. A tie counts as one half.

    The area under the ROC curve from ranks (Mann and Whitney 1947), along the last axis of both arrays.
    """
    count = positives.shape[-1]
    ranks = rankdata(np.concatenate([positives, negatives], axis=-1), axis=-1)
    area: Values = (ranks[..., :count].sum(axis=-1) - count * (count + 1) / 2) / (count * negatives.shape[-1])
    return area


def coverage_at(precision: float, confidence: Values, answerable: Answerable) -> float:
    """Return the largest share of questions above one bar, if at least `precision` of them must be answerable."""
    order = np.argsort(-confidence, kind="stable")
    answered = np.arange(1, len(order) + 1)
    precise = np.cumsum(answerable[order]) / answered >= precision
    possible = np.append(np.diff(confidence[order]) != 0, True)  # a bar cannot separate equal confidences
    return float(answered[precise & possible].max(initial=0) / len(order))


def refused_at(answered: float, positives: Values, negatives: Values) -> Values:
    """Return the share of positives below the lowest bar that at most the share `answered` of the negatives reach.

    Works along the last axis of both arrays. A value equal to the highest refused negative is refused too.
    """
    count = negatives.shape[-1]
    allowed = int(answered * count + 1e-9)
    highest_refused = np.sort(negatives, axis=-1)[..., count - 1 - allowed]
    refused: Values = (positives <= highest_refused[..., np.newaxis]).mean(axis=-1)
    return refused


def refused_at_15(positives: Values, negatives: Values) -> Values:
    """Return `refused_at` for the bar at which 15 % of the negatives are answered."""
    return refused_at(_ANSWERED, positives, negatives)


def calibration_error(confidence: Values, answerable: Answerable) -> float:
    """Return the expected calibration error over ten bins of equal width (Guo et al. 2017)."""
    bins = np.minimum((confidence * _BINS).astype(int), _BINS - 1)
    gaps = np.bincount(bins, weights=confidence - answerable, minlength=_BINS)
    return float(np.abs(gaps).sum() / len(confidence))
