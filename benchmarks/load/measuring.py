"""Offer the service one, two and five times its capacity, and measure the answers, the health checks and the memory."""

from __future__ import annotations

import asyncio
import os
import socket
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeAlias
from unittest.mock import patch

from benchmarks.load import peers
from benchmarks.load.client import Client, Reply, at_rate, in_turn, question
from rag.benchmarking.percentiles import Percentiles, percentiles
from rag.benchmarking.running_server import RunningServer, run_server
from rag.machine import processor_seconds

Sender: TypeAlias = Callable[[Client, Callable[[int], bytes]], Awaitable[list[Reply]]]
"""Sends the requests that a function makes from numbers."""

QUESTIONS = (
    "How much do drivers pay in the centre?",
    "Which drinks are exempt from the levy?",
    "Who decides on a carbon price?",
    "When did the referendum take place?",
    "What is the highest fine under the regulation?",
    "Who may become an e-resident?",
    "From which age does the pension reform allow retirement?",
    "How many people took part in the experiment?",
)
TIMES = (1, 2, 5)
USERS = 8
_SECONDS = 10.0
_REST = 3.0  # seconds before the memory is read again
_HEALTH_PAUSE = 0.05
_MODEL_TIMEOUT = 2.0  # seconds, RAG_GENERATOR_TIMEOUT


@dataclass(frozen=True, slots=True)
class Scene:
    """A condition under which the service is measured: what else happens while clients ask."""

    name: str
    peers: Callable[[int], AbstractContextManager[None]]
    silent_model: bool = False


SCENES = (
    Scene("nothing else", lambda _: nullcontext()),
    Scene("a silent language model", lambda _: nullcontext(), silent_model=True),
    Scene(f"{peers.UNREAD} unread streams, {peers.SLOW} slow bodies", peers.slow_clients),
    Scene(f"idle connections, {peers.HALF_SENT:,} half-sent requests", peers.half_open),
)


@dataclass(frozen=True, slots=True)
class Cores:
    """The cores that the service and the load generator used during a run. 0: the system does not report it."""

    service: float
    generator: float


@dataclass(frozen=True, slots=True)
class Load:
    """The result of one rate. Rates are in requests a second, times in milliseconds.

    `times` are those of answers that waited for no language model, and `waited` counts the others.
    """

    cores: Cores
    offered: float
    answered: float
    refused: int
    failed: int
    waited: int
    times: Percentiles
    health: Percentiles


@dataclass(frozen=True, slots=True)
class Measured:
    """The result of a scene: the capacity and the cores for it, one load for each of TIMES, and the memory in MiB
    before and after them."""

    scene: Scene
    capacity: float
    cores: Cores
    loads: tuple[Load, ...]
    idle: float
    after: float

    @property
    def best(self) -> float:
        """The highest rate of answers."""
        return max(self.capacity, *(load.answered for load in self.loads))

    @property
    def most_a_core(self) -> float:
        """The most answers for one second of a core that the service got; 0 if the system does not report it."""
        runs = [(self.capacity, self.cores), *((load.answered, load.cores) for load in self.loads)]
        return max(answered / cores.service if cores.service else 0.0 for answered, cores in runs)


def measure(index: Path, scene: Scene) -> Measured:
    """Start a service, find its capacity, and offer it each multiple of it."""
    with peers.silent_server() as model:
        settings = {
            "RAG_GENERATOR": "openai:silent",
            "RAG_GENERATOR_BASE_URL": model,
            "RAG_GENERATOR_API_KEY": "none",
            "RAG_GENERATOR_TIMEOUT": str(_MODEL_TIMEOUT),
            "RAG_GENERATOR_GATE": "0",
        }
        with patch.dict(os.environ, settings if scene.silent_model else {}), run_server(index) as server:
            return _measure(server, scene)


def _measure(server: RunningServer, scene: Scene) -> Measured:
    port = int(server.address.rsplit(":", 1)[1])
    _run(port, lambda client, ask: in_turn(client, ask, USERS, _SECONDS / 2))  # the first requests are slower
    with _measured_cores(server) as used:
        replies, _ = _run(port, lambda client, ask: in_turn(client, ask, USERS, _SECONDS))
    capacity = _rate(replies, _SECONDS)
    time.sleep(_REST)
    idle = _memory(server)
    with scene.peers(port):
        loads = tuple(_offer(server, port, times * capacity) for times in TIMES)
    time.sleep(_REST)
    return Measured(scene, capacity, used[0], loads, idle, _memory(server))


@contextmanager
def _measured_cores(server: RunningServer) -> Iterator[list[Cores]]:
    """Yield a list that has the cores used in the block after it."""
    found: list[Cores] = []
    began, before = time.perf_counter(), (processor_seconds(server.process), time.process_time())
    yield found
    seconds = time.perf_counter() - began
    service, generator = processor_seconds(server.process) - before[0], time.process_time() - before[1]
    found.append(Cores(service / seconds, generator / seconds))


def _offer(server: RunningServer, port: int, rate: float) -> Load:
    began = time.perf_counter()
    with _measured_cores(server) as used:
        replies, health = _run(port, lambda client, ask: at_rate(client, ask, rate, _SECONDS))
    answered = [one for one in replies if one.status == 200]
    waited = [one for one in answered if one.took > _MODEL_TIMEOUT * 900 and one.generated]
    seconds = max(_SECONDS, max(one.ended for one in replies) - began)
    return Load(
        cores=used[0],
        offered=len(replies) / _SECONDS,
        answered=len(answered) / seconds,
        refused=sum(one.status == 503 for one in replies),
        failed=sum(one.status not in (200, 503) for one in replies),
        waited=len(waited),
        times=percentiles([one.took for one in answered if one not in waited] or [0.0]),
        health=percentiles(health),
    )


def _run(port: int, send: Sender) -> tuple[list[Reply], list[float]]:
    """Send requests while a thread checks the health. Return the replies and the milliseconds of the checks."""
    health: list[float] = []
    stop = threading.Event()
    checks = threading.Thread(target=_check, args=(port, stop, health))
    checks.start()
    try:
        return asyncio.run(_send(port, send)), health
    finally:
        stop.set()
        checks.join()


async def _send(port: int, send: Sender) -> list[Reply]:
    client = Client(port)
    try:
        return await send(client, partial(_question, time.time_ns() % 10**9))
    finally:
        client.close()


def _question(first: int, number: int) -> bytes:
    return question(first + number, QUESTIONS)


def _check(port: int, stop: threading.Event, times: list[float]) -> None:
    """Check the health again and again, with a new connection each time, as a load balancer does."""
    while not stop.wait(_HEALTH_PAUSE):
        began = time.perf_counter()
        with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
            connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
            while connection.recv(1 << 16):
                pass
        times.append((time.perf_counter() - began) * 1000)


def _rate(replies: list[Reply], seconds: float) -> float:
    return sum(one.status == 200 for one in replies) / seconds


def _memory(server: RunningServer) -> float:
    memory = server.memory()
    return memory.resident if memory else 0.0
