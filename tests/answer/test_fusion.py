"""Scores of several searches become one, by how far each stands out or by where each stands."""

from __future__ import annotations

import numpy as np
import pytest

from rag.answer.fusion import reciprocal_ranks, standardised


def test_a_standardised_score_counts_deviations_above_the_mean() -> None:
    population = np.array([0, 2, 4], np.float32)
    deviation = population.std()
    assert standardised(np.array([2, 4], np.float32), population, 0.1) == pytest.approx([0, 2 / deviation])


def test_a_spread_that_is_too_small_is_not_believed() -> None:
    assert standardised(np.array([0.6], np.float32), np.full(3, 0.5, np.float32), 0.05) == pytest.approx([2.0])


def test_ranks_of_several_searches_are_added_by_their_reciprocals() -> None:
    rows = np.array([3, 5, 8])
    scores = reciprocal_ranks(rows, [np.array([8, 3]), np.array([5, 8])])
    assert scores == pytest.approx([1 / 62, 1 / 61, 1 / 61 + 1 / 62])


def test_no_ranking_gives_no_score() -> None:
    empty = np.empty(0, np.int64)
    assert reciprocal_ranks(np.array([1]), [empty]).tolist() == [0.0]
    assert reciprocal_ranks(empty, [empty]).tolist() == []
