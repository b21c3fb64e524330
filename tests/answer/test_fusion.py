"""Scores of several searches are combined, by deviations from the mean or by ranks."""

from __future__ import annotations

import numpy as np
import pytest

from rag.answer.fusion import reciprocal_ranks, standardised
from rag.index.search import Population


def test_a_standardised_score_counts_deviations_above_the_mean() -> None:
    scores = np.array([0, 2, 4], np.float32)
    deviation = scores.std()
    population = Population.of(scores)
    assert standardised(np.array([2, 4], np.float32), population, 0.1) == pytest.approx([0, 2 / deviation])


def test_a_spread_below_the_minimum_counts_as_the_minimum() -> None:
    assert standardised(np.array([0.6], np.float32), Population(0.5, 0.0), 0.05) == pytest.approx([2.0])


def test_ranks_of_several_searches_are_added_by_their_reciprocals() -> None:
    rows = np.array([3, 5, 8])
    scores = reciprocal_ranks(rows, [np.array([8, 3]), np.array([5, 8])])
    assert scores == pytest.approx([1 / 62, 1 / 61, 1 / 61 + 1 / 62])


def test_an_empty_ranking_gives_no_score() -> None:
    empty = np.empty(0, np.int64)
    assert reciprocal_ranks(np.array([1]), [empty]).tolist() == [0.0]
    assert reciprocal_ranks(empty, [empty]).tolist() == []


def test_the_spread_is_the_standard_deviation_of_the_population() -> None:
    population = Population.of(np.array([1, 2, 3, 6], np.float32))  # mean 3, variance (4 + 1 + 0 + 9) / 4
    deviation = 3.5**0.5
    assert standardised(np.array([3, 10], np.float32), population, 0.1) == pytest.approx([0, 7 / deviation])


def test_a_ranking_without_a_row_adds_nothing_to_its_score() -> None:
    scores = reciprocal_ranks(np.array([2, 4, 6]), [np.array([6]), np.array([6, 4])])
    assert scores == pytest.approx([0, 1 / 62, 2 / 61])
