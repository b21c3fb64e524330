"""A real server keeps every acknowledged change and completes every accepted job after it is killed or stopped."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from typing import Any

import httpx2
import psutil
import pytest

from tests import samples
from tests.cases import ALL_CASES
from tests.cli.running import PROGRAM
from tests.http.serving import wait_for

KEY = "open, sesame seeds"
WITH_KEY = {"Authorization": f"Bearer {KEY}"}


@dataclass
class Server:
    """`rag serve` over one index. A test may start and stop it several times. It reads `.env` beside the index."""

    index: Path
    options: Sequence[str] = ()
    url: str = ""
    process: subprocess.Popen[bytes] = field(init=False)

    def start(self, before_ready: signal.Signals | None = None) -> None:
        """Start the process and wait until it is ready. Send it a signal while it loads its parts."""
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        settings = {"RAG_INDEX_DIR": str(self.index), "RAG_ENCODER": "hashing", "RAG_API_KEY": KEY}
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [*PROGRAM, "serve", "--port", str(port), *self.options],
                cwd=self.index.parent,
                env={**os.environ, **settings},
                stdout=subprocess.DEVNULL,
                stderr=log,
            )
        if before_ready is not None:
            loading = psutil.Process(self.process.pid)
            wait_for(lambda: any("numpy" in one.path for one in loading.memory_maps()), seconds=60)
            self.process.send_signal(before_ready)
        wait_for(self.is_ready, seconds=60)

    @property
    def log(self) -> Path:
        return self.index.with_name("log")

    def is_ready(self) -> bool:
        try:
            return bool(self.get("/healthz")["status"] == "ok")
        except httpx2.TransportError:
            return False

    def stop(self, kind: signal.Signals) -> float:
        """Send a signal. Return the seconds until the process ended."""
        began = time.monotonic()
        self.process.send_signal(kind)
        self.process.wait(60)
        return time.monotonic() - began

    def get(self, path: str) -> Any:
        return httpx2.get(f"{self.url}{path}", headers=WITH_KEY, timeout=60).json()

    def put(self, document_id: str, text: str) -> httpx2.Response:
        body = {"text": text}
        return httpx2.put(f"{self.url}/v1/documents/{document_id}", json=body, headers=WITH_KEY, timeout=60)

    def post(self, texts: dict[str, str]) -> str:
        body = {"documents": [{"id": name, "text": text} for name, text in texts.items()]}
        response = httpx2.post(f"{self.url}/v1/ingestions", json=body, headers=WITH_KEY, timeout=60)
        assert response.status_code == 202, response.text
        return response.headers["location"]

    def has_ended(self, location: str) -> bool:
        job = self.get(location)
        assert "state" in job, job
        return job["state"] in ("done", "failed")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    server = Server(tmp_path / "index")
    server.start()
    yield server
    server.process.kill()
    server.process.wait()


@contextmanager
def write_lock(server: Server) -> Iterator[None]:
    """Hold the write lock of the index in this process, so that the jobs of the server wait."""
    with samples.service(server.index).parts.store.writing():
        yield


def test_an_acknowledged_document_survives_a_kill(server: Server) -> None:
    assert server.put("levy", "The levy is 1 pence.").status_code == 201
    server.stop(signal.SIGKILL)
    server.start()
    assert server.get("/v1/documents/levy")["text"] == "The levy is 1 pence."


def test_an_accepted_job_is_completed_after_a_kill(server: Server) -> None:
    with write_lock(server):
        location = server.post({f"document-{n}": f"Document {n}." for n in range(30)})
        server.stop(signal.SIGKILL)
    server.start()
    wait_for(lambda: server.has_ended(location), seconds=60)
    job = server.get(location)
    assert (job["state"], {one["state"] for one in job["outcomes"]}) == ("done", {"added"})
    assert len(server.get("/v1/documents")["documents"]) == 30


def test_a_kill_at_any_time_loses_no_acknowledged_document_and_no_accepted_job(server: Server) -> None:
    acknowledged: set[str] = set()
    accepted: list[str] = []
    pause = Event()

    def write(server: Server, round_: int, writer: int) -> None:
        for number in range(1_000):
            name = f"{round_}-{writer}-{number}"
            try:
                if writer % 2:
                    assert server.put(name, f"Document {name}.").status_code == 201
                    acknowledged.add(name)
                else:
                    accepted.append(server.post({name: f"Document {name}."}))
                    pause.wait(0.05)  # an acknowledgement waits for all jobs accepted earlier
            except httpx2.TransportError:
                return

    for round_ in range(4 if ALL_CASES else 2):
        with ThreadPoolExecutor(4) as pool:
            writers = [pool.submit(write, server, round_, writer) for writer in range(4)]
            before = len(acknowledged)
            wait_for(lambda: len(acknowledged) > before + 2 * round_, seconds=60)  # noqa: B023 - called at once
            server.stop(signal.SIGKILL)
            for writer in writers:
                writer.result()
        server.start()
    for location in accepted[-50:]:
        wait_for(lambda: server.has_ended(location), seconds=60)  # noqa: B023 - called at once
        assert {one["state"] for one in server.get(location)["outcomes"]} <= {"added", "unchanged"}
    found = [one["id"] for one in server.get("/v1/documents")["documents"]]
    assert len(found) == len(set(found))
    assert acknowledged <= set(found)
    assert len(found) >= len(acknowledged) + len(accepted)


def test_sigterm_stops_the_server_soon_while_a_job_and_a_client_wait(server: Server) -> None:
    with ThreadPoolExecutor(1) as pool, write_lock(server):
        location = server.post({"a": "One."})
        waiting = pool.submit(server.put, "b", "Two.")
        wait_for(lambda: len(server.get("/v1/ingestions")["ingestions"]) == 2, seconds=60)
        assert server.stop(signal.SIGTERM) < 10
        assert server.process.returncode == -signal.SIGTERM
        with suppress(httpx2.TransportError):  # a closed connection is acceptable too
            assert waiting.result(60).status_code == 202
    server.start()
    wait_for(lambda: server.has_ended(location), seconds=60)
    wait_for(lambda: {one["id"] for one in server.get("/v1/documents")["documents"]} == {"a", "b"}, seconds=60)


def test_sigterm_in_the_middle_of_a_job_loses_nothing(server: Server) -> None:
    assert server.put("levy", "The levy is 1 pence.").status_code == 201
    text = " ".join(f"Sentence {n} of this document is about the levy." for n in range(400))
    location = server.post({f"document-{n}": f"{n}. {text}" for n in range(30)})
    wait_for(lambda: server.get(location)["encoded"] > 0, seconds=60)
    assert server.stop(signal.SIGTERM) < 10
    assert server.process.returncode == -signal.SIGTERM
    log = server.log.read_text()
    assert "Application shutdown complete" in log
    assert "Traceback" not in log
    server.start()
    assert server.get(location)["state"] in ("waiting", "running"), "the job must not have ended"
    wait_for(lambda: server.has_ended(location), seconds=60)
    assert {one["state"] for one in server.get(location)["outcomes"]} == {"added"}
    assert len(server.get("/v1/documents")["documents"]) == 31
