"""Runs `rag serve` as a process of its own, as a user would, and measures its start and its memory."""

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
_LOOK = 0.005  # seconds between two looks at whether it is ready
_MOST = 300.0  # seconds that it may take to be ready
_GRACE = 10.0  # seconds that it may take to end


@dataclass(frozen=True, slots=True)
class Served:
    """A service that is ready: where it answers, its process, and the seconds from its start to ready."""

    address: str
    process: int
    start: float

    def memory(self) -> Memory | None:
        """Return what it holds; None where the system does not tell."""
        return memory(self.process)


@contextmanager
def serving(index: Path) -> Iterator[Served]:
    """Serve an index under the settings of the environment; end the service after use. Raises BackendUnavailable."""
    port = _free_port()
    environment = {**os.environ, "RAG_INDEX_DIR": str(index.absolute())}
    with TemporaryFile() as said:
        began = time.perf_counter()
        process = subprocess.Popen(  # noqa: S603 - this very program
            [*_PROGRAM, str(port)], env=environment, stdout=subprocess.DEVNULL, stderr=said
        )
        try:
            address = f"http://{_HOST}:{port}"
            _wait_for(address, process, said, began + _MOST)
            yield Served(address, process.pid, time.perf_counter() - began)
        finally:
            _end(process)


def _free_port() -> int:
    with socket.create_server((_HOST, 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def _wait_for(address: str, process: subprocess.Popen[bytes], said: IO[bytes], deadline: float) -> None:
    with httpx2.Client(base_url=address, timeout=_MOST, trust_env=False) as client:
        while not _ready(client):
            if process.poll() is not None:
                raise BackendUnavailable(f"'rag serve' ended before it was ready: {_last_line(said)}")
            if time.perf_counter() > deadline:
                raise BackendUnavailable(f"'rag serve' was not ready within {_MOST:.0f} s: {_last_line(said)}")
            time.sleep(_LOOK)


def _ready(client: httpx2.Client) -> bool:
    try:
        return client.get("/readyz").is_success
    except httpx2.TransportError:
        return False


def _last_line(said: IO[bytes]) -> str:
    said.seek(0)
    lines = said.read().decode(errors="replace").split("\n")
    return next((line.strip() for line in reversed(lines) if line.strip()), "it said nothing")


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(_GRACE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
