"""Tests the command `rag bench`: its output, and the errors before it starts."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.running import Rag, error


def test_figures_are_printed_and_written(rag: Rag, tmp_path: Path, indexed: str) -> None:
    ran = rag("bench", "--count", "5", "--seconds", "0.1", "--output", "o.json", "--page", "speed.md")
    assert (ran.code, ran.err) == (0, "")
    assert "passages a second" in ran.out
    assert json.loads((tmp_path / "o.json").read_text())["snapshot"]["documents"] == 3
    page = (tmp_path / "speed.md").read_text()
    assert "    rag bench --count 5" in page
    assert (tmp_path / "speed-stages.svg").read_text().startswith("<?xml")


def test_a_file_that_cannot_be_written_is_refused_before_the_run(rag: Rag) -> None:
    assert error(rag("bench", "--page", "none/speed.md")) == "none/speed.md cannot be written: there is no folder none"


def test_a_question_that_is_too_long_is_refused(rag: Rag, tmp_path: Path) -> None:
    (tmp_path / "q.jsonl").write_text(json.dumps({"text": "why " * 2_000}))
    assert "characters: " in error(rag("bench", "--questions", "q.jsonl"))


def test_a_run_without_paths_and_without_an_index_is_refused(rag: Rag) -> None:
    assert "rag ingest" in error(rag("bench"))
