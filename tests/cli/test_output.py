"""Tests the progress bars of commands."""

from __future__ import annotations

import pytest

from rag.cli.output import progress


def test_a_bar_shows_progress_rate_and_time_left(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "120")
    with progress() as begin:
        show = begin("encoding passages")
        for done in (0, 64, 128):
            show(done, 1_000)
    drawn = capsys.readouterr().err
    assert "encoding passages" in drawn
    assert "128/1000" in drawn
    assert " a second" in drawn
    assert "0:00:" in drawn


def test_no_bar_is_drawn_if_output_is_piped(capsys: pytest.CaptureFixture[str]) -> None:
    with progress() as begin:
        begin("encoding passages")(64, 128)
    assert capsys.readouterr().err == ""
