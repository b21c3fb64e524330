"""Measures one runtime in a process of its own: how fast, how large, how near to the library, and how good it is."""

from __future__ import annotations

import multiprocessing
import resource
import time
from collections.abc import Mapping
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

import numpy as np

from rag import evaluation
from rag.evaluation.ablation import ablate
from rag.evaluation.indexing import index
from rag.protocols import Encoder, Vectors
from rag.settings import Settings
from rag.wiring import Service
from tests.encoding.runtimes import open_encoder
from tests.encoding.texts import QUESTION, passages

_PASSAGES = 192
_QUESTIONS = 400
_DENSE, _ALL = "dense alone", "and late interaction"

_processes = multiprocessing.get_context("spawn")


@dataclass(frozen=True)
class Run:
    """What was measured of a runtime: seconds, milliseconds, MiB, passages a second, cosines, nDCG@10 by stage."""

    name: str
    load: float
    p50: float
    p95: float
    asking: float
    rate: float
    peak: float
    vectors: Vectors
    tokens: Vectors
    dense: float | None
    whole: float | None

    def cosines(self, reference: Run) -> tuple[float, float]:
        """Return the least cosine of a passage's vectors, and the mean of its tokens'."""
        vectors = np.sum(self.vectors * reference.vectors, axis=1)
        return float(vectors.min()), float(np.sum(self.tokens * reference.tokens, axis=1).mean())


@dataclass(frozen=True)
class Task:
    """What a process measures: a model in a folder, and retrieval on a benchmark where one is named."""

    name: str
    model: str
    folder: Path | None
    benchmark: Path | None
    questions: int
    place: Path


def measure(task: Task) -> Run:
    """Measure in a process of its own."""
    receiving, sending = _processes.Pipe(duplex=False)
    process = _processes.Process(target=_measure, args=(task, sending))
    process.start()
    run: Run = receiving.recv()
    process.join()
    return run


def _measure(task: Task, sending: Connection) -> None:
    began = time.perf_counter()
    encoder = open_encoder(task.model, task.folder)
    load = time.perf_counter() - began
    p50, p95 = _latency(encoder)
    asking = _memory()
    texts = passages(encoder, _PASSAGES)
    encoder.encode_passages(texts[:16])
    began = time.perf_counter()
    encodings = encoder.encode_passages(texts)
    rate = len(texts) / (time.perf_counter() - began)
    quality = _quality(task, encoder)
    vectors = np.stack([one.vector for one in encodings])
    tokens = np.concatenate([one.tokens for one in encodings])
    peak = _memory()
    dense, whole = quality.get(_DENSE), quality.get(_ALL)
    sending.send(Run(task.name, load, p50, p95, asking, rate, peak, vectors, tokens, dense, whole))


def _latency(encoder: Encoder) -> tuple[float, float]:
    """Return the milliseconds that half and 95 in 100 questions took at most."""
    seconds = []
    for _ in range(_QUESTIONS):
        began = time.perf_counter()
        encoder.encode_questions([QUESTION])
        seconds.append(time.perf_counter() - began)
    p50, p95 = np.percentile(seconds, (50, 95)) * 1e3
    return float(p50), float(p95)


def _quality(task: Task, encoder: Encoder) -> Mapping[str, float]:
    """Return nDCG@10 on the benchmark, by stage of retrieval."""
    if task.benchmark is None:
        return {}
    (benchmark,) = evaluation.read([task.benchmark], task.questions)
    service = Service(Settings(_env_file=None, index_dir=task.place, encoder=f"sentence-transformers:{task.model}"))
    service.encoder = encoder
    stages = ablate(index(benchmark, service, lambda *_: None), lambda _: lambda *_: None)
    return {stage: measures["ndcg@10"] for stage, measures in stages.items()}


def _memory() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
