"""The uncertainty of figures: bootstrap intervals, and a paired test of two configurations."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import numpy as np
from scipy.stats import bootstrap, permutation_test

from rag.evaluation.abstention import auroc
from rag.evaluation.ranking import Values

Interval: TypeAlias = tuple[float, float]

RESAMPLES = 2_000
_LEVEL = 0.95
_SEED = 20_240_612
_BATCH = 100  # resamples held in memory at a time


def mean_interval(values: Values) -> Interval:
    """Return the 95 % bootstrap interval (percentiles) of a mean over questions."""
    if len(values) < 2:
        return float(values.mean()), float(values.mean())
    found = bootstrap(
        (values,),
        np.mean,
        n_resamples=RESAMPLES,
        confidence_level=_LEVEL,
        method="percentile",
        batch=_BATCH,
        rng=np.random.default_rng(_SEED),
    ).confidence_interval
    return float(found.low), float(found.high)


def auroc_interval(positives: Values, negatives: Values) -> Interval:
    """Return the 95 % bootstrap interval of an AUROC. Positives and negatives are resampled separately."""
    return two_sample_interval(auroc, positives, negatives)


def two_sample_interval(statistic: Callable[[Values, Values], Values], one: Values, other: Values) -> Interval:
    """Return the 95 % bootstrap interval of a statistic of two samples, which are resampled separately.

    The statistic must work along the last axis of both arrays.
    """
    if min(len(one), len(other)) < 2:
        return float(statistic(one, other)), float(statistic(one, other))
    found = bootstrap(
        (one, other),
        lambda first, second, axis: statistic(first, second),
        n_resamples=RESAMPLES,
        confidence_level=_LEVEL,
        method="percentile",
        batch=_BATCH,
        vectorized=True,
        rng=np.random.default_rng(_SEED),
    ).confidence_interval
    return float(found.low), float(found.high)


def paired_p(one: Values, other: Values) -> float:
    """Return the two-sided p value of the difference of means.

    The null hypothesis is that the two configurations are equal. Fisher's randomisation test swaps each
    question's pair of values at random (Smucker et al. 2007, "A Comparison of Statistical Significance Tests for
    Information Retrieval Evaluation").
    """
    both = ~(np.isnan(one) | np.isnan(other))
    differences = (other - one)[both]
    if not differences.any():
        return 1.0
    tested = permutation_test(
        (differences,),
        lambda signed, axis: signed.mean(axis=axis),
        permutation_type="samples",
        vectorized=True,
        n_resamples=RESAMPLES,
        batch=_BATCH,
        rng=np.random.default_rng(_SEED),
    )
    return float(tested.pvalue)
