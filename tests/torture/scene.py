"""Shared by all trials: articles with a version, runs of the program, and clients."""

from __future__ import annotations

import contextlib
import itertools
import multiprocessing
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from threading import Event
from typing import Any

import httpx2

from rag.adapters.faiss import FaissStore
from rag.ingest.ledger import Ledger, statuses
from rag.snapshots import SnapshotStore
from rag.sources.documents import parse
from rag.types import Document

QUESTION = "How many pence is the levy per litre?"
_STEADY = 20  # articles that never change

_processes = multiprocessing.get_context("forkserver")
_processes.set_forkserver_preload(
    ["rag.cli", "rag.ingest.ingestion", "rag.adapters.faiss", "rag.adapters.hashing", "rag.wiring"]
)


def articles(version: int) -> dict[str, str]:
    """Return the articles of a version. Three contain its number, and one of these exists in this version only."""
    preface = "This preface moves what follows. " * (version % 7)
    changing = {
        "levy.md": f"# The levy\n\n{preface}Version {version} of the levy is {version}00 pence per litre.\n",
        "charge.md": f"# The charge\n\nVersion {version} of the charge is {version}0 pence a day. {preface}\n",
        f"only-{version}.md": f"# Only once\n\nThe levy of version {version} stands in this document alone.\n",
    }
    return changing | {f"steady-{n}.md": f"# Steady {n}\n\nArticle {n} stays as it is.\n" for n in range(_STEADY)}


@dataclass(frozen=True)
class Scene:
    """A folder of articles, an index, and settings."""

    folder: Path

    @property
    def index(self) -> Path:
        """The folder of the index."""
        return self.folder / "index"

    @property
    def environment(self) -> dict[str, str]:
        """The settings as environment variables."""
        return {"RAG_INDEX_DIR": str(self.index), "RAG_ENCODER": "hashing", "RAG_LEAST_CONFIDENCE": "0"}

    def store(self) -> SnapshotStore:
        """Open the index as another process would."""
        return SnapshotStore(self.index, FaissStore())

    def write(self, version: int) -> dict[str, str]:
        """Replace the articles by those of a version. Return the expected text of each document by id."""
        folder = self.folder / "articles"
        folder.mkdir(exist_ok=True)
        for path in set(folder.glob("only-*.md")):
            path.unlink()
        for name, text in articles(version).items():
            (folder / name).write_text(text, encoding="utf-8")
        documents = [record.content for path in folder.iterdir() for record in parse(path)]
        return {one.reference.id: one.text for one in documents if isinstance(one, Document)}

    def state(self) -> dict[str, str]:
        """Return the text of each document by id from a newly opened index. Fail if it is damaged."""
        store = self.store()
        snapshot = store.current()
        assert store.degraded is None, store.degraded
        stored = snapshot.documents()
        held = {one.reference.id: snapshot.document(one.reference.id).text for one in stored}
        assert len(held) == len(stored), "a document is duplicated"
        return held

    def sources(self) -> set[str]:
        """Return the names of the sources in the index and its ledger, without suffixes."""
        known = statuses(self.store().current().documents(), Ledger(self.index).read())
        return {Path(one.source).stem for one in known}

    def start(self, *arguments: str, prepare: Callable[[], None] | None = None) -> ForkServerProcess:
        """Start `rag` in a process with its modules loaded, so that a kill does not hit the start of Python."""
        process = _processes.Process(target=_run, args=(self.environment, arguments, prepare))
        process.start()
        return process

    def run(self, *arguments: str) -> int:
        """Run `rag` and return its exit code."""
        process = self.start(*arguments)
        process.join()
        assert process.exitcode is not None
        return process.exitcode

    def ingest(self) -> int:
        """Run `rag ingest` on the articles and return its exit code."""
        return self.run("ingest", str(self.folder / "articles"), "--prune")

    def command(self, *arguments: str) -> tuple[subprocess.CompletedProcess[str], float]:
        """Run `rag` in a new process, as a shell does. Return the finished process and its seconds."""
        began = time.monotonic()
        program = [sys.executable, "-c", "from rag.cli import main; main()", *arguments]
        ran = subprocess.run(
            program, env={**os.environ, **self.environment}, capture_output=True, text=True, check=False
        )
        return ran, time.monotonic() - began


def _run(environment: dict[str, str], arguments: tuple[str, ...], prepare: Callable[[], None] | None) -> None:
    from rag.cli import main

    os.environ.update(environment)
    sys.argv = ["rag", *arguments]
    if prepare is not None:
        prepare()
    with open(os.devnull, "w") as nowhere, contextlib.redirect_stdout(nowhere), contextlib.redirect_stderr(nowhere):  # noqa: PTH123
        main()


@contextmanager
def serving(scene: Scene) -> Iterator[str]:
    """Run `rag serve`; yield its address once it is ready."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
    program = [sys.executable, "-c", "from rag.cli import main; main()", "serve", "--port", port]
    environment = {**os.environ, **scene.environment}
    with subprocess.Popen(program, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            url = f"http://127.0.0.1:{port}"
            wait_for(lambda: served(url) is not None, seconds=60)
            yield url
            assert server.poll() is None, "the server died"
        finally:
            server.terminate()


def served(url: str) -> str | None:
    """Return the id of the served snapshot; None if the server does not answer."""
    try:
        health: dict[str, str] = httpx2.get(f"{url}/readyz", timeout=10).json()
    except httpx2.TransportError:
        return None
    return health.get("snapshot")


def wait_for(condition: Callable[[], bool], seconds: float) -> float:
    """Wait until a condition is true and return the seconds. Fail after `seconds`."""
    began = time.monotonic()
    never = Event()
    while not condition():
        assert time.monotonic() < began + seconds, f"the condition was not true within {seconds} s"
        never.wait(0.01)
    return time.monotonic() - began


@dataclass
class Load:
    """The results of clients: the time and the latency of each answer, failures, and the version by snapshot.

    `refused` requests were beyond the capacity of the service. Their clients asked again when it told them to.
    """

    answered: list[tuple[float, float]] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    refused: int = 0
    versions: dict[str, str] = field(default_factory=dict)

    @property
    def longest_gap(self) -> float:
        """The longest time without an answer, in seconds."""
        moments = sorted(moment for moment, _ in self.answered)
        return max((late - early for early, late in itertools.pairwise(moments)), default=0.0)

    @property
    def p95(self) -> float:
        """The 95th percentile of latency, in seconds."""
        latencies = sorted(latency for _, latency in self.answered)
        return latencies[int(len(latencies) * 0.95)]

    def record(self, answer: dict[str, Any], began: float) -> None:
        """Check one answer: its citations are exact, and a snapshot always answers from the same single version."""
        now = time.monotonic()
        self.answered.append((now, now - began))
        found = {word for hit in answer["evidence"] for word in _versions(hit["text"])}
        known = self.versions.setdefault(answer["snapshot"], "/".join(sorted(found)))
        if len(found) != 1 or known != "/".join(found):
            self.failures.append(f"{answer['snapshot']} answered from versions {sorted(found)}, before from {known}")
        for citation in answer["citations"]:
            source = articles(int(known.split("/")[0])).get(f"{citation['document_id']}.md", "")
            if citation["quote"] not in source:
                self.failures.append(f"{citation['quote']!r} is not in version {known}")
        if not answer["citations"]:
            self.failures.append("an answer cited nothing")


def _versions(text: str) -> Iterator[str]:
    words = text.lower().split()
    return (number for word, number in itertools.pairwise(words) if word == "version")


@contextmanager
def load(url: str, clients: int, pause: float = 0.0) -> Iterator[Load]:
    """Let clients ask until the block ends. Each waits `pause` seconds before it asks again."""
    results, done = Load(), Event()
    with ThreadPoolExecutor(clients) as pool:
        asking = [pool.submit(_ask, url, results, done, pause) for _ in range(clients)]
        try:
            wait_for(lambda: len(results.answered) + len(results.failures) >= clients, seconds=60)
            yield results
        finally:
            done.set()
        for client in asking:
            client.result()


def _ask(url: str, results: Load, done: Event, pause: float) -> None:
    with httpx2.Client(base_url=url, timeout=60) as client:
        while not done.wait(pause):
            began = time.monotonic()
            try:
                response = client.post("/v1/answers", json={"question": QUESTION})
            except httpx2.TransportError as error:
                results.failures.append(repr(error))
                continue
            if response.status_code == 200:
                results.record(response.json(), began)
            elif (
                response.status_code == 503 and "retry-after" in response.headers
            ):  # beyond capacity: as a client should
                results.refused += 1
                done.wait(float(response.headers["retry-after"]))
            else:
                results.failures.append(f"{response.status_code} {response.text[:200]}")
