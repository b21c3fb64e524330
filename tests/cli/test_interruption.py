"""Ctrl-C ends each command soon, with one sentence and without a traceback."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.cli.running import PROGRAM
from tests.http.serving import wait_for

SAYS_WHEN_IT_IMPORTS = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
class Finder:
    def find_spec(self, name, *_):
        if name == "rag.cli.program":
            print("begun", flush=True)
sys.meta_path.insert(0, Finder())
from rag.cli import main
main()
"""


def start(folder: Path, *arguments: str, **settings: str) -> subprocess.Popen[str]:
    """Start a command that may be interrupted, whatever the process that runs the tests does with Ctrl-C."""
    environment = {**os.environ, "RAG_ENCODER": "hashing", "RAG_INDEX_DIR": str(folder / "index"), **settings}
    reset = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
    python, option, code = PROGRAM
    with (folder / "log").open("w") as log:
        return subprocess.Popen(
            [python, option, reset + code, *arguments], env=environment, stdout=log, stderr=log, text=True
        )


def interrupt(process: subprocess.Popen[str], folder: Path, times: int = 1) -> None:
    for _ in range(times):
        process.send_signal(signal.SIGINT)
    process.wait(60)
    assert process.returncode == -signal.SIGINT
    log = (folder / "log").read_text()
    assert log.endswith("rag: stopped by Ctrl-C\n")
    assert "Traceback" not in log


@pytest.mark.parametrize("times", [1, 2])
def test_a_server_is_stopped(tmp_path: Path, times: int) -> None:
    process = start(tmp_path, "serve", "--port", "0")
    wait_for(lambda: "Uvicorn running" in (tmp_path / "log").read_text(), seconds=120)
    interrupt(process, tmp_path, times)


@pytest.mark.parametrize("times", [1, 2])
def test_a_run_that_waits_for_a_feed_is_stopped(tmp_path: Path, times: int) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}/feed"
        settings = {"RAG_FEED_ALLOW_PRIVATE": "127.0.0.1", "RAG_FEED_SECONDS": "600"}
        process = start(tmp_path, "ingest", "--feed", address, **settings)
        silent.settimeout(120)
        connection, _ = silent.accept()
        with connection:
            interrupt(process, tmp_path, times)


@pytest.mark.parametrize("arguments", [["ingest", "--help"], ["serve", "--port", "0", "--workers", "2"]])
def test_a_command_is_stopped_while_it_starts(tmp_path: Path, arguments: Sequence[str]) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", SAYS_WHEN_IT_IMPORTS, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "begun\n"
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert "Traceback" not in errors
    assert process.returncode in (0, -signal.SIGINT)
