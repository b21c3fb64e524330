"""Runs each trial of `make torture` a few times instead of hundreds of times."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.torture import damage, kills, refusals, swaps
from tests.torture.report import Trial, page

_PAUSE = 0.1
"""Seconds between two questions of a client. Without pauses, the clients use a whole core of the other tests."""


def _check_met(trial: Trial, *, in_time: bool = True) -> None:
    """Check that the trial met its target. With `in_time` False, check only that there were no errors."""
    assert not trial.wrong, trial
    assert trial.met or not in_time, trial
    assert trial.measured in page([trial], 60.0)


def test_an_ingest_killed_under_load_loses_nothing(tmp_path: Path) -> None:
    _check_met(kills.run(tmp_path, moments=5, every_step=False, pause=_PAUSE), in_time=False)


def test_damage_in_any_file_is_detected_before_use(tmp_path: Path) -> None:
    _check_met(damage.run(tmp_path, times=60))


def test_swaps_under_load_cause_no_errors(tmp_path: Path) -> None:
    _check_met(swaps.swaps(tmp_path, times=3, clients=8, idle_seconds=0.5, pause=_PAUSE), in_time=False)


def test_a_rollback_restores_the_results_of_every_question(tmp_path: Path) -> None:
    _check_met(swaps.rollback(tmp_path, questions=10), in_time=False)


def test_a_second_writer_is_refused_and_a_dead_writer_releases_its_lock(tmp_path: Path) -> None:
    _check_met(refusals.two_writers(tmp_path), in_time=False)


def test_a_full_disk_is_reported_and_the_old_snapshot_serves(tmp_path: Path) -> None:
    trial = refusals.full_disk(tmp_path, pause=_PAUSE)
    if trial is None:
        pytest.skip("only root can mount a file system")
    _check_met(trial)
