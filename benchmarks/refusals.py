"""Measure the processor time that a refused request and a health check take: `python -m benchmarks.refusals`.

A service whose searches never end gets as many as it has places. Then it refuses everything.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event

from rag.cli import main as rag
from rag.machine import processor_seconds
from rag.service import View
from rag.types import Ask, Hit

_ROOT = Path(__file__).parents[1]
_REQUESTS, _RUNS = 2_000, 4
_START_SECONDS = 60.0
_HEAD = "POST /v1/{} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{}"
_SEARCH, _QUESTION = '{"query": "levy"}', '{"question": "How much do drivers pay in the centre?"}'
_REFUSED = _HEAD.format("answers", len(_QUESTION), _QUESTION).encode()
_HEALTH = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"


def _serve() -> None:
    """Serve with searches that never end."""

    def search(self: View, ask: Ask) -> tuple[list[Hit], str]:
        Event().wait()
        return [], "none"

    View.search = search  # type: ignore[method-assign]
    rag()


@contextmanager
def _full_service(index: Path) -> Iterator[tuple[int, int]]:
    """Yield the process id and the port of a service that refuses every question."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    environment = {**os.environ, "RAG_INDEX_DIR": str(index), "RAG_REQUIRE_KEY": "false"}
    environment |= {"RAG_ACTIVE_REQUESTS": "1", "RAG_QUEUED_REQUESTS": "0"}
    command = [sys.executable, "-m", "benchmarks.refusals", "serve", "--host", "127.0.0.1", "--port", str(port)]
    with ExitStack() as stack:
        process = stack.enter_context(subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL))  # noqa: S603 - this program
        stack.callback(process.kill)
        search = stack.enter_context(_connected(port))
        search.sendall(_HEAD.format("search", len(_SEARCH), _SEARCH).encode())
        time.sleep(1.0)
        yield process.pid, port


def _connected(port: int) -> socket.socket:
    """Connect as soon as the service accepts connections, which it does when it is ready."""
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        with suppress(ConnectionRefusedError):
            return socket.create_connection(("127.0.0.1", port))
        time.sleep(0.1)
    raise TimeoutError("the service did not start")


def _milliseconds(process: int, port: int, request: bytes, status: bytes, *, kept: bool) -> float:
    """Return the processor time of one request in the best of several runs."""
    best = float("inf")
    for _ in range(_RUNS):
        before = processor_seconds(process)
        with _connected(port) as connection:
            for _ in range(_REQUESTS):
                if kept:
                    _exchange(connection, request, status)
                else:
                    with _connected(port) as fresh:
                        _exchange(fresh, request, status)
        best = min(best, (processor_seconds(process) - before) / _REQUESTS * 1000)
    return best


def _exchange(connection: socket.socket, request: bytes, status: bytes) -> None:
    connection.sendall(request)
    reply = connection.recv(1 << 16)
    while b"\r\n\r\n" not in reply:
        reply += connection.recv(1 << 16)
    head, _, body = reply.partition(b"\r\n\r\n")
    length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
    while len(body) < length:
        body += connection.recv(1 << 16)
    assert head.split()[1] == status, head


def main() -> None:
    """Ingest the example articles, and print the milliseconds of each kind of request."""
    with TemporaryDirectory() as folder:
        index = Path(folder) / "index"
        command = [sys.executable, "-c", "from rag.cli import main; main()", "ingest", str(_ROOT / "examples/articles")]
        environment = {**os.environ, "RAG_INDEX_DIR": str(index)}
        subprocess.run(command, check=True, env=environment, stdout=subprocess.DEVNULL)  # noqa: S603 - this program
        with _full_service(index) as (process, port):
            for name, request, status in (("refusal", _REFUSED, b"503"), ("health check", _HEALTH, b"200")):
                fresh, kept = (_milliseconds(process, port, request, status, kept=one) for one in (False, True))
                sys.stdout.write(f"{name}: {fresh:.3f} ms over a new connection, {kept:.3f} ms over a kept one\n")


if __name__ == "__main__":
    (_serve if sys.argv[1:2] == ["serve"] else main)()
