"""Tests the progress bars of commands, and the lines of answers."""

from __future__ import annotations

import sys

import pytest

from rag.cli.output import print_wrapped, progress


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


def test_before_the_size_of_a_task_is_known_a_line_says_what_is_done(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "120")
    with progress("reading documents") as begin:
        begin("encoding passages")
        begin("fetching pages")
    drawn = capsys.readouterr().err
    assert "reading documents" in drawn
    assert "fetching pages" not in drawn
    assert "0/" not in drawn
    assert "?" not in drawn.replace("\x1b[?", "")


@pytest.mark.parametrize("terminal", [True, False])
def test_lines_are_broken_between_words_only_on_a_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, terminal: bool
) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: terminal)
    monkeypatch.setenv("COLUMNS", "24")
    text = "[1] The levy took effect on 6 April.\n  https://example.org/a-long-address"
    print_wrapped(text, "    ")
    broken = "[1] The levy took effect\n    on 6 April.\n  https://example.org/a-long-address\n"
    assert capsys.readouterr().out == (broken if terminal else f"{text}\n")


def test_no_bar_is_drawn_if_output_is_piped(capsys: pytest.CaptureFixture[str]) -> None:
    with progress() as begin:
        begin("encoding passages")(64, 128)
    assert capsys.readouterr().err == ""
