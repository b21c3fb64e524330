"""Ask many questions at once while the language model never answers: `python -m benchmarks.slow_model PAGE`.

The service must stay as fast as before for everybody else. The page has the times of health checks, searches and
answers during the load.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

import httpx2

from rag.benchmarking.percentiles import Percentiles, percentiles
from rag.benchmarking.running_server import run_server
from rag.machine import busy_warning, machine

ROOT = Path(__file__).parents[1]
QUESTIONS = (
    "How much do drivers pay in the centre?",
    "Which drinks are exempt from the levy?",
    "Who decides on a carbon price?",
    "When did the referendum take place?",
)
CLIENTS = 100
DEADLINE = 10.0
"""Seconds, RAG_GENERATOR_TIMEOUT."""

PAUSE = 0.05  # seconds between two health checks, and between two searches


@dataclass(frozen=True, slots=True)
class Result:
    """The times of one load in milliseconds, and the answers by their reason for being extractive.

    `waiting` is the most questions that wait for the language model.
    """

    waiting: int
    health: Percentiles
    search: Percentiles
    answers: Percentiles
    late: float
    reasons: Counter[str]


def measure(index: Path, waiting: int) -> Result:
    """Ask all questions at once, and check the health and search until the last answer."""
    with _silent_server() as address:
        settings = {
            "RAG_GENERATOR": "openai:silent",
            "RAG_GENERATOR_BASE_URL": address,
            "RAG_GENERATOR_API_KEY": "none",
            "RAG_GENERATOR_TIMEOUT": str(DEADLINE),
            "RAG_GENERATOR_WAITING": str(waiting),
            "RAG_GENERATOR_GATE": "0",
            "RAG_QUEUED_REQUESTS": str(CLIENTS),  # `make load` measures what happens beyond the capacity
            "RAG_QUEUE_SECONDS": "60",
        }
        with patch.dict(os.environ, settings), run_server(index) as server:
            return _load(server.address, waiting)


def _load(address: str, waiting: int) -> Result:
    reasons: Counter[str] = Counter()
    done = threading.Event()

    def ask(number: int) -> float:
        with _client(address) as client:
            began = time.perf_counter()
            answer = client.post("/v1/answers", json={"question": QUESTIONS[number % len(QUESTIONS)]})
            answer.raise_for_status()
            took = (time.perf_counter() - began) * 1000
        reasons[answer.json()["degraded"] or "none"] += 1
        return took

    with ThreadPoolExecutor(CLIENTS + 2) as threads:
        health = threads.submit(_repeat, address, done, lambda client: client.get("/healthz"))
        search = threads.submit(
            _repeat, address, done, lambda client: client.post("/v1/search", json={"query": "carbon price"})
        )
        answers = list(threads.map(ask, range(CLIENTS)))
        done.set()
        late = max(0.0, max(answers) - DEADLINE * 1000)
        return Result(
            waiting, percentiles(health.result()), percentiles(search.result()), percentiles(answers), late, reasons
        )


def _repeat(address: str, done: threading.Event, send: Callable[[httpx2.Client], httpx2.Response]) -> list[float]:
    """Send a request again and again until `done`, and return the times in milliseconds."""
    times = []
    with _client(address) as client:
        while not done.wait(PAUSE):
            began = time.perf_counter()
            send(client).raise_for_status()
            times.append((time.perf_counter() - began) * 1000)
    return times


def _client(address: str) -> httpx2.Client:
    """Return a client that creates no TLS context, because a hundred of them take seconds."""
    return httpx2.Client(base_url=address, timeout=60, trust_env=False, verify=False)


@contextmanager
def _silent_server() -> Iterator[str]:
    """Accept connections, and never answer. Yield the address."""
    with socket.create_server(("127.0.0.1", 0), backlog=CLIENTS) as listener:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/v1"


def page(results: list[Result], load: float) -> str:
    """Return the page with the figures."""
    rows = [
        f"| {one.waiting} | {one.health.p99:.0f} ms | {one.search.p99:.0f} ms | {one.answers.p50 / 1000:.1f} s | "
        f"{one.late / 1000:.2f} s | {_counted(one.reasons)} |"
        for one in results
    ]
    return "\n".join(
        [
            "# When a language model never answers",
            "",
            "`make bench-slow-model` writes this page.",
            "",
            f"{CLIENTS} questions arrive at once. The server of the language model accepts each connection and never "
            f"answers. `RAG_GENERATOR_TIMEOUT` is {DEADLINE:g} seconds. Until the last answer, one client checks the "
            "health and another one searches, again and again. The first column is "
            "`RAG_GENERATOR_WAITING`. Targets: p99 of health checks under 100 ms, p99 of searches under 500 ms, every "
            "answer within one second of the deadline.",
            "",
            "| waiting at most | health, p99 | search, p99 | answers, p50 | latest, after the deadline | answers |",
            "|---|---|---|---|---|---|",
            *rows,
            "",
            machine(),
            *busy_warning(load),
            "",
        ]
    )


def _counted(reasons: Counter[str]) -> str:
    return "; ".join(f"{count}: {reason}" for reason, count in reasons.most_common())


def main() -> None:
    """Measure with few and with many waiting questions, and write the page."""
    target, load = Path(sys.argv[1]), os.getloadavg()[0]
    with TemporaryDirectory() as folder:
        index = Path(folder) / "index"
        command = [sys.executable, "-c", "from rag.cli import main; main()", "ingest", str(ROOT / "examples/articles")]
        environment = {**os.environ, "RAG_INDEX_DIR": str(index)}
        subprocess.run(command, check=True, env=environment, stdout=subprocess.DEVNULL)  # noqa: S603 - this program
        results = [measure(index, waiting) for waiting in (8, 32, CLIENTS)]
    target.write_text(page(results, load), encoding="utf-8")


if __name__ == "__main__":
    main()
