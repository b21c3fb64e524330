"""Combines the results of several searches, by standardised scores or by ranks."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rag.index.search import Population
from rag.protocols import Rows, Scores

RANK_OFFSET = 60
"""Added to every rank, so that the first few ranks do not outweigh all others; the value in the paper."""


def standardised(scores: Scores, population: Population, least_spread: float) -> Scores:
    """Return how many standard deviations each score lies above the mean of all passages.

    A standard deviation smaller than `least_spread` counts as `least_spread`. The mean of such scores is z-score
    fusion (Bruch et al. 2022, "An Analysis of Fusion Functions for Hybrid Retrieval").
    """
    result: Scores = (scores - np.float32(population.mean)) / np.float32(max(population.spread, least_spread))
    return result


def reciprocal_ranks(rows: Rows, rankings: Sequence[Rows]) -> Scores:
    """Return the reciprocal rank fusion score of each of `rows`, which must be in ascending order.

    Each ranking contains some of `rows`, best first. A row's score is the sum of 1 / (60 + its rank) over the rankings
    that contain it. Ranks count from 1 (Cormack et al. 2009, "Reciprocal Rank Fusion
    outperforms Condorcet and individual Rank Learning Methods").
    """
    scores = np.zeros(len(rows), np.float32)
    for ranking in rankings:
        scores[np.searchsorted(rows, ranking)] += 1 / (RANK_OFFSET + np.arange(1, len(ranking) + 1, dtype=np.float32))
    return scores
