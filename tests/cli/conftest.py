"""Gives each test of the command line its own folder and settings."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from rag.cli import main
from tests import samples
from tests.cli.running import Rag, Result


@pytest.fixture(autouse=True)
def _environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run in a temporary folder, with only these settings."""
    for name in [name for name in os.environ if name.startswith(("RAG_", "OPENAI_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("RAG_ENCODER", "hashing")
    monkeypatch.setenv("RAG_INDEX_DIR", str(tmp_path / "index"))
    monkeypatch.setenv("RAG_LEAST_CONFIDENCE", "0")
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def rag(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Rag:
    """Run `rag` with arguments, in this process."""

    def run(*arguments: str) -> Result:
        monkeypatch.setattr(sys, "argv", ["rag", *arguments])
        with pytest.raises(SystemExit) as exited:
            main()
        out, err = capsys.readouterr()
        code = exited.value.code
        return Result(code if isinstance(code, int) else 0, out, err)

    return run


@pytest.fixture
def indexed(tmp_path: Path) -> str:
    """Build an index of three articles and return the id of its snapshot."""
    return samples.ingest(samples.service(tmp_path / "index"), samples.write(tmp_path / "articles"))
