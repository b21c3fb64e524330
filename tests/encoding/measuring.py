"""Measures one runtime in a separate process: speed, memory, distance from the library's vectors, and quality."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np

from rag import evaluation
from rag.evaluation.ablation import ablate
from rag.evaluation.labelled_index import index
from rag.protocols import Encoder, Vectors
from rag.settings import Settings
from rag.wiring import assemble
from tests.encoding.runtimes import open_encoder
from tests.encoding.texts import QUESTION, passages

_PASSAGES = 96
_QUESTIONS = 200
_STAGES = ("dense alone", "and late interaction")

_processes = multiprocessing.get_context("spawn")

Quality: TypeAlias = tuple[float, ...]
"""nDCG@10 of dense retrieval alone, and of full retrieval."""


@dataclass(frozen=True)
class Task:
    """A runtime to measure. `folder` holds the model prepared for it."""

    name: str
    model: str
    folder: Path | None

    def open(self) -> Encoder:
        return open_encoder(self.model, self.folder)


@dataclass(frozen=True)
class Run:
    """The figures of one round.

    `load` is seconds; `p50` and `p95` are milliseconds of a question; `asking` and `peak` are MiB of memory after
    questions and after passages; `rate` is passages a second.
    """

    name: str
    load: float
    p50: float
    p95: float
    asking: float
    rate: float
    peak: float
    vectors: Vectors
    tokens: Vectors

    def cosines(self, reference: Run) -> tuple[float, float]:
        """Return the least cosine of a passage vector, and the mean cosine of the token vectors."""
        vectors = np.sum(self.vectors * reference.vectors, axis=1)
        return float(vectors.min()), float(np.sum(self.tokens * reference.tokens, axis=1).mean())


def best(runs: Sequence[Run]) -> Run:
    """Return the best of each figure over the rounds, because other work on the machine only makes figures worse."""
    return replace(
        runs[0],
        **{name: min(getattr(run, name) for run in runs) for name in ("load", "p50", "p95", "asking", "peak")},
        rate=max(run.rate for run in runs),
    )


def timed(task: Task) -> Run:
    """Measure speed and memory in a separate process."""
    run: Run = _in_process(_time, task)
    return run


def quality(task: Task, benchmark: Path, questions: int, index: Path) -> Quality:
    """Measure retrieval in a separate process, over an index built with this runtime."""
    found: Quality = _in_process(_retrieve, task, benchmark, questions, index)
    return found


def _in_process(measure: Callable[..., None], *arguments: object) -> Any:
    receiving, sending = _processes.Pipe(duplex=False)
    process = _processes.Process(target=measure, args=(sending, *arguments))
    process.start()
    sending.close()  # so that recv() fails if the process dies
    found = receiving.recv()
    process.join()
    return found


def _time(sending: Connection, task: Task) -> None:
    began = time.perf_counter()
    encoder = task.open()
    load = time.perf_counter() - began
    p50, p95 = _latency(encoder)
    asking = _memory()
    texts = passages(encoder, _PASSAGES)
    encoder.encode_passages(texts[:16])
    began = time.perf_counter()
    encodings = encoder.encode_passages(texts)
    rate = len(texts) / (time.perf_counter() - began)
    peak = _memory()
    vectors = np.stack([one.vector for one in encodings])
    tokens = np.concatenate([one.tokens for one in encodings])
    sending.send(Run(task.name, load, p50, p95, asking, rate, peak, vectors, tokens))


def _retrieve(sending: Connection, task: Task, folder: Path, questions: int, place: Path) -> None:
    (benchmark,) = evaluation.read([folder], questions)
    settings = Settings(_env_file=None, index_dir=place, encoder=f"sentence-transformers:{task.model}")
    service = assemble(settings, encoder=task.open())
    stages = ablate(index(benchmark, service, lambda *_: None), lambda _: lambda *_: None)
    sending.send(tuple(stages[stage]["ndcg@10"] for stage in _STAGES))


def _latency(encoder: Encoder) -> tuple[float, float]:
    """Return the 50th and 95th percentile of the time of a question in milliseconds."""
    seconds = []
    for _ in range(_QUESTIONS):
        began = time.perf_counter()
        encoder.encode_questions([QUESTION])
        seconds.append(time.perf_counter() - began)
    p50, p95 = np.percentile(seconds, (50, 95)) * 1e3
    return float(p50), float(p95)


def _memory() -> float:
    """Return the peak memory of this process in MiB. `getrusage` would include the memory of its parent."""
    (peak,) = (line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
    return int(peak.split()[1]) / 1024
