"""Runs `rag serve` in a separate process, as a user would, and measures its start and its memory."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

import httpx2

from rag.errors import BackendUnavailable
from rag.machine import Memory, memory

_HOST = "127.0.0.1"
_PROGRAM = (sys.executable, "-c", "from rag.cli import main; main()", "serve", "--host", _HOST, "--port")
_POLL_SECONDS = 0.005  # between two checks of whether it is ready
_START_TIMEOUT = 300.0  # seconds that it may take to be ready
_STOP_TIMEOUT = 10.0  # seconds that it may take to end


@dataclass(frozen=True, slots=True)
class RunningServer:
    """A service that is ready: its address, its process id, and the seconds from its start to ready."""

    address: str
    process: int
    start: float

    def memory(self) -> Memory | None:
        """Return the memory of its process; None if the system does not report it."""
        return memory(self.process)


@contextmanager
def run_server(index: Path) -> Iterator[RunningServer]:
    """Serve an index with the settings of the environment, and stop after the block. Raises BackendUnavailable."""
    port = _free_port()
    # The load generator sends no key.
    environment = {**os.environ, "RAG_INDEX_DIR": str(index.absolute()), "RAG_REQUIRE_KEY": "false"}
    with TemporaryFile() as output:
        began = time.perf_counter()
        process = subprocess.Popen(  # noqa: S603 - this very program
            [*_PROGRAM, str(port)], env=environment, stdout=subprocess.DEVNULL, stderr=output
        )
        try:
            address = f"http://{_HOST}:{port}"
            _wait_for(address, process, output, began + _START_TIMEOUT)
            yield RunningServer(address, process.pid, time.perf_counter() - began)
        finally:
            _end(process)


def _free_port() -> int:
    with socket.create_server((_HOST, 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def _wait_for(address: str, process: subprocess.Popen[bytes], output: IO[bytes], deadline: float) -> None:
    with httpx2.Client(base_url=address, timeout=_START_TIMEOUT, trust_env=False) as client:
        while not _ready(client):
            if process.poll() is not None:
                raise BackendUnavailable(f"'rag serve' ended before it was ready: {_last_line(output)}")
            if time.perf_counter() > deadline:
                raise BackendUnavailable(
                    f"'rag serve' was not ready within {_START_TIMEOUT:.0f} s: {_last_line(output)}"
                )
            time.sleep(_POLL_SECONDS)


def _ready(client: httpx2.Client) -> bool:
    try:
        return client.get("/readyz").is_success
    except httpx2.TransportError:
        return False


def _last_line(output: IO[bytes]) -> str:
    output.seek(0)
    lines = output.read().decode(errors="replace").split("\n")
    return next((line.strip() for line in reversed(lines) if line.strip()), "it printed nothing")


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(_STOP_TIMEOUT)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
