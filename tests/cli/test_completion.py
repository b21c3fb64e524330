"""A shell can ask `rag` to complete commands and options."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

PROGRAM = [sys.executable, "-c", "import sys; sys.argv[0] = 'rag'; from rag.cli import main; main()"]


def _completed(line: str) -> list[str]:
    """Return the completions that bash would offer for the last word of a command line."""
    words = {"_RAG_COMPLETE": "complete_bash", "COMP_WORDS": line, "COMP_CWORD": str(line.count(" "))}
    ran = subprocess.run(PROGRAM, env={**os.environ, **words}, capture_output=True, text=True, timeout=120, check=True)
    return ran.stdout.split()


@pytest.mark.parametrize(
    ("line", "completions"),
    [
        ("rag snap", ["snapshots"]),
        ("rag snapshots ver", ["verify"]),
        ("rag ask --li", ["--limit"]),
        ("rag documents --state fa", ["failed"]),
    ],
)
def test_commands_options_and_choices_complete(line: str, completions: list[str]) -> None:
    assert _completed(line) == completions


def test_every_command_completes_an_empty_word() -> None:
    assert {"ask", "ingest", "serve"} <= set(_completed("rag "))


def test_the_help_offers_to_install_completion() -> None:
    ran = subprocess.run([*PROGRAM, "--help"], capture_output=True, text=True, timeout=120, check=True)
    assert "--install-completion" in ran.stdout
