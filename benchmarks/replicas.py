"""Runs a writer, two replicas and nginx, publishes under load, kills a replica, and prints a table of what happened.

    python -m benchmarks.replicas build/replicas
    python -m benchmarks.replicas build/replicas s3://bucket/prefix

Needs nginx. The settings come from the environment, for example RAG_ENCODER. The first run builds the index.
"""

from __future__ import annotations

import itertools
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

import httpx2
from tests.scale.corpus import article

from rag.snapshots.replicas.publication import CONTENT
from rag.snapshots.replicas.storage import open_storage

PROXY, WRITER, REPLICAS = 8190, 8191, (8192, 8193)
ARTICLES = 500
CHANGED = ARTICLES // 100
CLIENTS = 4
KEY = "sesame-for-benchmarks-only"
QUESTIONS = [
    f"Which {kind} {thing} must be published?"
    for kind in ("annual", "fiscal", "digital", "coastal", "joint")
    for thing in ("permit", "tariff", "quota", "levy")
]

NGINX = """
daemon off; pid {folder}/nginx.pid; error_log {folder}/nginx.log; worker_processes 1;
events {{ }}
http {{
    access_log off;
    client_body_temp_path {folder}/nginx-body; proxy_temp_path {folder}/nginx-proxy;
    fastcgi_temp_path {folder}/nginx-1; uwsgi_temp_path {folder}/nginx-2; scgi_temp_path {folder}/nginx-3;
    upstream rag {{ server 127.0.0.1:{first} max_fails=1 fail_timeout=5s; server 127.0.0.1:{second} max_fails=1
        fail_timeout=5s; }}
    server {{
        listen 127.0.0.1:{port};
        client_max_body_size 64m;
        proxy_set_header Host $host;
        proxy_set_header X-Forwarded-For $remote_addr;
        proxy_buffering off;
        location / {{ proxy_pass http://rag; }}
        # Questions change nothing, so nginx may ask another replica if one dies.
        location ~ ^/v1/(answers|search)$ {{
            proxy_pass http://rag;
            proxy_next_upstream error timeout http_502 http_503 non_idempotent;
        }}
    }}
}}
"""


@dataclass
class Load:
    """Clients that ask through the proxy until they are stopped."""

    seconds: list[float] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    _stopped: threading.Event = field(default_factory=threading.Event)

    @contextmanager
    def running(self) -> Iterator[None]:
        """Ask during the block."""
        threads = [threading.Thread(target=self._ask, args=(number,)) for number in range(CLIENTS)]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self._stopped.set()
            for thread in threads:
                thread.join()

    def _ask(self, number: int) -> None:
        questions = itertools.cycle(QUESTIONS[number::CLIENTS])
        with httpx2.Client(timeout=60) as client:
            while not self._stopped.wait(0.2):
                began = time.perf_counter()
                try:
                    found = client.post(f"{_url(PROXY)}/v1/answers", json={"question": next(questions)})
                    if found.status_code != 200:
                        self.failures.append(f"{found.status_code} {found.text[:200]}")
                except httpx2.HTTPError as error:
                    self.failures.append(repr(error))
                self.seconds.append(time.perf_counter() - began)


@dataclass
class Bench:
    """The processes, and the rows of the table."""

    folder: Path
    address: str
    stack: ExitStack
    rows: list[tuple[str, str]] = field(default_factory=list)

    def note(self, what: str, value: str) -> None:
        """Add a row to the table, and print it."""
        self.rows.append((what, value))
        _print(f"{what}: {value}")

    def environment(self, name: str, writer: bool) -> dict[str, str]:
        """Return the settings of one service."""
        role = {} if writer else {"RAG_WRITER": _url(WRITER)}
        own = {"RAG_INDEX_DIR": str(self.folder / name), "RAG_SNAPSHOTS": self.address, "RAG_API_KEY": KEY}
        shared = {"RAG_BASE_URL": _url(PROXY), "RAG_TRUSTED_PROXIES": "127.0.0.1", "RAG_LEAST_CONFIDENCE": "0"}
        return {**os.environ, **own, **shared, **role}

    def ingest(self) -> float:
        """Ingest the articles at the writer, and return the seconds."""
        began = time.perf_counter()
        command = [_rag(), "ingest", str(self.folder / "articles")]
        subprocess.run(command, env=self.environment("writer", True), check=True, stdout=subprocess.DEVNULL)  # noqa: S603 - this program
        return time.perf_counter() - began

    def serve(self, name: str, port: int, *, writer: bool = False) -> tuple[subprocess.Popen[bytes], float]:
        """Start a service, and return it with the seconds until it is ready."""
        began = time.perf_counter()
        log = self.stack.enter_context((self.folder / f"{name}.log").open("ab"))
        command = [_rag(), "serve", "--port", str(port)]
        process = subprocess.Popen(command, env=self.environment(name, writer), stdout=log, stderr=log)  # noqa: S603 - this program
        self.stack.callback(_end, process)
        _wait(lambda: _ready(port) is not None)
        return process, time.perf_counter() - began


def run(folder: Path, address: str) -> None:
    """Measure, and print the table."""
    with ExitStack() as stack:
        bench = Bench(folder, address, stack)
        _build(bench)
        _, alone = bench.serve("writer", WRITER, writer=True)
        shutil.rmtree(folder / "replica1", ignore_errors=True)
        shutil.rmtree(folder / "replica2", ignore_errors=True)
        first, empty = bench.serve("replica1", REPLICAS[0])
        bench.serve("replica2", REPLICAS[1])
        bench.note("start of the writer, seconds until ready", f"{alone:.1f}")
        bench.note("start of an empty replica, seconds until ready", f"{empty:.1f}")
        _nginx(bench)
        load = Load()
        with load.running():
            for _ in range(2):
                _change(bench)
            _put(bench)
            _compare(bench)
            before = len(load.failures), len(load.seconds)
            bench.note("questions while the writer published", f"{before[1]}, {before[0]} failed")
            first.kill()
            time.sleep(10)
            bench.note(
                "questions in the ten seconds after kill -9 of a replica",
                f"{len(load.seconds) - before[1]}, {len(load.failures) - before[0]} failed",
            )
            _, again = bench.serve("replica1", REPLICAS[0])
            bench.note("start of a replica that holds the snapshots, seconds until ready", f"{again:.1f}")
        bench.note("median and longest answer, seconds", f"{median(load.seconds):.2f}, {max(load.seconds):.2f}")
        for failure in load.failures[:5]:
            _print(failure)
        _print("\n| measured | result |\n|---|---|")
        _print("\n".join(f"| {what} | {value} |" for what, value in bench.rows))


def _build(bench: Bench) -> None:
    articles = bench.folder / "articles"
    if not articles.exists():
        articles.mkdir(parents=True)
        for number in range(ARTICLES):
            (articles / f"act-{number:05d}.md").write_text(article(number), encoding="utf-8")
    (bench.folder / "storage").mkdir(exist_ok=True)  # a storage on a share must exist
    bench.note("first `rag ingest` with publication, seconds", f"{bench.ingest():.1f}")


def _change(bench: Bench) -> None:
    """Change one article in a hundred, and measure until both replicas answer from it."""
    storage = open_storage(bench.address)
    before, old = _sizes(storage), _ready(REPLICAS[0])
    for number in range(0, ARTICLES, ARTICLES // CHANGED):
        path = bench.folder / f"articles/act-{number:05d}.md"
        path.write_text(path.read_text("utf-8") + f"\n\nAmended at {time.time_ns()}.\n", encoding="utf-8")
    began = time.perf_counter()
    took = bench.ingest()
    _wait(lambda: all(_ready(port) not in (None, old) for port in REPLICAS))
    total = time.perf_counter() - began
    moved = sum(size for name, size in _sizes(storage).items() if name not in before) / 1e6
    bench.note(
        "change of 1 % by `rag ingest`: seconds of the command, then until both replicas answer from it",
        f"{took:.1f}, {max(total - took, 0):.1f}",
    )
    bench.note("the same change: megabytes moved to each replica", f"{moved:.1f}")


def _put(bench: Bench) -> None:
    """Send a document to a replica through the proxy, and measure until both replicas have it."""
    began, address = time.perf_counter(), f"{_url(PROXY)}/v1/documents/benchmark"
    text = f"The parking fee in Exampleton is {time.time_ns()} euros."
    headers = {"Authorization": f"Bearer {KEY}", "Content-Type": "text/plain"}
    made = httpx2.put(address, content=text.encode(), headers=headers, timeout=120)
    made.raise_for_status()
    answered = time.perf_counter() - began
    _wait(lambda: all(text in httpx2.get(f"{_url(port)}/v1/documents/benchmark").text for port in REPLICAS))
    bench.note(
        "document sent to a replica: seconds until the writer has published it, until both replicas have it",
        f"{answered:.1f}, {time.perf_counter() - began:.1f}",
    )


def _compare(bench: Bench) -> None:
    """Compare the answers of the two replicas, with their seals."""
    same = 0
    for question in QUESTIONS:
        found = [httpx2.post(f"{_url(port)}/v1/answers", json={"question": question}, timeout=60) for port in REPLICAS]
        answers = [{**one.raise_for_status().json(), "timings": None} for one in found]
        same += answers[0] == answers[1]
    bench.note("questions with the same answer and seal at both replicas", f"{same} of {len(QUESTIONS)}")


def _nginx(bench: Bench) -> None:
    ports = {"first": REPLICAS[0], "second": REPLICAS[1], "port": PROXY}
    configuration = bench.folder / "nginx.conf"
    configuration.write_text(NGINX.format(folder=bench.folder.resolve(), **ports), encoding="utf-8")
    program = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin") or "nginx"
    process = subprocess.Popen([program, "-c", str(configuration.resolve())])  # noqa: S603 - a fixed command
    bench.stack.callback(_end, process)
    _wait(lambda: _ready(PROXY) is not None)


def _sizes(storage: object) -> dict[str, int]:
    return {name: size for kind in CONTENT for name, size in storage.sizes(kind).items()}  # type: ignore[attr-defined]


def _ready(port: int) -> str | None:
    """Return the snapshot of a service; None if it is not ready."""
    with suppress(httpx2.HTTPError):
        found = httpx2.get(f"{_url(port)}/readyz", timeout=10)
        if found.status_code == 200:
            return str(found.json()["snapshot"])
    return None


def _wait(done: Callable[[], bool], seconds: float = 300) -> None:
    deadline = time.monotonic() + seconds
    while not done():
        if time.monotonic() > deadline:
            raise TimeoutError
        time.sleep(0.05)


def _print(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    process.wait(30)


def _url(port: int) -> str:
    return f"http://127.0.0.1:{port}"


def _rag() -> str:
    return str(Path(sys.executable).with_name("rag"))


def main(arguments: Sequence[str]) -> None:
    """Run the benchmark in a folder, by default with a storage in the folder."""
    folder = Path(arguments[0])
    folder.mkdir(parents=True, exist_ok=True)
    run(folder, arguments[1] if len(arguments) > 1 else f"file://{(folder / 'storage').resolve()}")


if __name__ == "__main__":
    main(sys.argv[1:])
