"""Tests `make scale` and `make growth` on an index of a few passages."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cases import ALL_CASES
from tests.scale import growth
from tests.scale.changes import changes, killed_build
from tests.scale.report import Measured, page


@pytest.mark.skipif(not ALL_CASES, reason="takes half a minute: set ALL_CASES")
def test_small_changes_encode_what_they_touch_and_a_killed_build_resumes(tmp_path: Path) -> None:
    measured = Measured(killed_build(tmp_path, 600, kills=1), changes(tmp_path))
    assert measured.build.passages == 600
    assert 0 <= measured.twice <= 64
    assert [run.encoded for run in measured.changes] == [0, 1, 1, 20, 0]
    assert "one sentence changed" in page(measured, 1.0)


@pytest.mark.skipif(not ALL_CASES, reason="takes half a minute: set ALL_CASES")
def test_a_growing_index_is_measured_at_each_size(tmp_path: Path) -> None:
    [found] = growth.grow(tmp_path, [100], questions=10, seconds=0.1)
    assert found.passages == found.bench["snapshot"]["passages"] == 100
    assert found.built > 0
    assert "| 100 |" in growth.page([found], "growth.svg")
    assert growth.plot([found]).count("passages") >= 4
