"""Runs `rag` in tests, and describes the result of a command."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

PROGRAM = [sys.executable, "-c", "from rag.cli import main; main()"]


@dataclass(frozen=True)
class Result:
    """The exit code and the output of a command."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        assert self.err == ""
        return json.loads(self.out)


Rag = Callable[..., Result]


def program(*arguments: str | bytes, **more: Any) -> subprocess.CompletedProcess[str]:
    """Run `rag` in a separate process with piped output."""
    command = [*PROGRAM, *arguments]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=120, check=False, **more)


def error(ran: Result) -> str:
    """Return the one sentence that a failed command printed."""
    assert (ran.code, ran.out) == (1, "")
    (line,) = ran.err.splitlines()
    assert line.startswith("rag: ")
    return line.removeprefix("rag: ")
