"""Measures how well confidence tells questions that can be answered from those that cannot."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

from rag.evaluation.benchmarks import Question
from rag.evaluation.ranking import Values

Truths: TypeAlias = NDArray[np.bool_]

_PRECISION = 0.9
_BINS = 10


def truths(questions: Sequence[Question]) -> Values:
    """Return 1 for an answerable question, 0 for an unanswerable one, NaN where that was not judged.

    All are NaN unless there are both kinds: to be sure of the only kind there is says nothing.
    """
    known = np.array([np.nan if question.answerable is None else float(question.answerable) for question in questions])
    return known if {0.0, 1.0} <= set(known) else np.full(len(known), np.nan)


def measured(confidence: Values, answerable: Truths, bar: float) -> dict[str, float]:
    """Return the measures of all questions together, and what `bar` would have let through."""
    through = confidence >= bar
    return {
        "auroc": float(auroc(confidence[answerable], confidence[~answerable])),
        "coverage@precision90": coverage_at(_PRECISION, confidence, answerable),
        "calibration_error": calibration_error(confidence, answerable),
        "coverage@bar": float(through.mean()),
        **({"precision@bar": float(answerable[through].mean())} if through.any() else {}),
    }


def auroc(right: Values, wrong: Values) -> Values:
    """Return the probability that one of `right` is larger than one of `wrong`, equal ones counted half.

    The area under the ROC curve, by ranks (Mann and Whitney 1947), along the last axis of both.
    """
    count = right.shape[-1]
    ranks = rankdata(np.concatenate([right, wrong], axis=-1), axis=-1)
    area: Values = (ranks[..., :count].sum(axis=-1) - count * (count + 1) / 2) / (count * wrong.shape[-1])
    return area


def coverage_at(precision: float, confidence: Values, answerable: Truths) -> float:
    """Return the largest share of questions one bar lets through so that `precision` of them can be answered."""
    order = np.argsort(-confidence, kind="stable")
    let_through = np.arange(1, len(order) + 1)
    precise = np.cumsum(answerable[order]) / let_through >= precision
    possible = np.append(np.diff(confidence[order]) != 0, True)  # a bar cannot part equal confidences
    return float(let_through[precise & possible].max(initial=0) / len(order))


def calibration_error(confidence: Values, answerable: Truths) -> float:
    """Return the expected calibration error over ten bins of equal width (Guo et al. 2017)."""
    bins = np.minimum((confidence * _BINS).astype(int), _BINS - 1)
    gaps = np.bincount(bins, weights=confidence - answerable, minlength=_BINS)
    return float(np.abs(gaps).sum() / len(confidence))
