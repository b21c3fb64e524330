"""Searches the same vectors in several kinds of FAISS index for `make kinds`, and writes the cost of each.

The vectors form clusters within clusters, as vectors of texts do.
"""

from __future__ import annotations

import os
import platform
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import NamedTuple

import faiss
import numpy as np

from rag.adapters.faiss import FaissStore
from rag.protocols import Rows, Vectors
from tests.adapters.in_memory import InMemory

_DIMENSION, _QUESTIONS, _FOUND = 384, 200, 100
_HALF, _BYTE = faiss.ScalarQuantizer.QT_fp16, faiss.ScalarQuantizer.QT_8bit
_PRODUCT = faiss.METRIC_INNER_PRODUCT


@dataclass(frozen=True)
class Measured:
    """A kind of index: seconds to build, MB on disk, the median of a search in milliseconds, and recall@10."""

    kind: str
    seconds: float
    megabytes: float
    milliseconds: float
    recall: float


def measure(count: int) -> Iterator[Measured]:
    """Build each kind of index over `count` vectors, and search it."""
    vectors = _generate(count)
    questions = _questions(vectors)
    flat = faiss.IndexFlatIP(_DIMENSION)
    flat.add(vectors)
    nearest = flat.search(questions, 10)[1]
    for kind, index in _kinds(count):
        began = time.perf_counter()
        index.train(vectors[:50_000])
        index.add(vectors)
        built = _Built(kind, time.perf_counter() - began, faiss.serialize_index(index).nbytes)
        yield _search(built, partial(_rows, index), questions, nearest)
    yield _measure_store(vectors, questions, nearest)


def _generate(count: int) -> Vectors:
    """Return vectors of 200 topics. Each topic has many subtopics, and each subtopic about fifty rows."""
    chance = np.random.default_rng(1)
    topics, subtopics = _random_directions(chance, 200), _random_directions(chance, max(count // 50, 1))
    subtopic = chance.integers(0, len(subtopics), count)
    vectors = _random_directions(chance, count)
    vectors *= 0.6
    vectors += 0.8 * subtopics[subtopic]
    vectors += topics[subtopic % len(topics)]
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors


def _random_directions(chance: np.random.Generator, count: int) -> Vectors:
    drawn = chance.standard_normal((count, _DIMENSION), np.float32)
    drawn /= np.linalg.norm(drawn, axis=1, keepdims=True)
    return drawn


def _questions(vectors: Vectors) -> Vectors:
    """Return questions, each as near to a row as a real question is to the passage that answers it."""
    chance = np.random.default_rng(2)
    noisy = vectors[chance.choice(len(vectors), _QUESTIONS, replace=False)] + _random_directions(chance, _QUESTIONS)
    questions: Vectors = noisy / np.linalg.norm(noisy, axis=1, keepdims=True)
    return questions


class _Built(NamedTuple):
    """A kind of index, the seconds to build it, and its bytes on disk."""

    kind: str
    seconds: float
    size: int


def _kinds(count: int) -> Iterator[tuple[str, faiss.Index]]:
    yield "all rows, half precision", faiss.IndexScalarQuantizer(_DIMENSION, _HALF, _PRODUCT)
    yield "all rows, 8 bits", faiss.IndexScalarQuantizer(_DIMENSION, _BYTE, _PRODUCT)
    for candidates in (64, 256):
        graph = faiss.IndexHNSWSQ(_DIMENSION, _BYTE, 16, _PRODUCT)  # type: ignore[arg-type]
        graph.hnsw.efConstruction, graph.hnsw.efSearch = 80, candidates
        yield f"HNSW of 16 links, 8 bits, {candidates} candidates", graph
    many = int(count**0.5)
    for read in (8, 64):
        coarse = faiss.IndexFlatIP(_DIMENSION)
        clusters = faiss.IndexIVFScalarQuantizer(coarse, _DIMENSION, many, _HALF, _PRODUCT, False)
        clusters.nprobe = read
        yield f"{many} clusters, {read} of them read, half precision", clusters


def _rows(index: faiss.Index, question: Vectors) -> Rows:
    found: Rows = index.search(question, _FOUND)[1][0]
    return found


def _measure_store(vectors: Vectors, questions: Vectors, nearest: Rows) -> Measured:
    """Measure the index of `FaissStore` for many vectors, which does not read all of them."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "vectors"
        began = time.perf_counter()
        kind = FaissStore(max_scanned=0).write(InMemory(vectors), _DIMENSION, path)
        seconds = time.perf_counter() - began
        size = sum(file.stat().st_size for file in path.parent.iterdir())
        index = FaissStore().open(path)
        built = _Built(f"sign bits of all; {kind.partition(':')[0]}, half precision", seconds, size)
        return _search(built, lambda question: index.search(question, _FOUND)[0], questions, nearest)


def _search(built: _Built, search: Callable[[Vectors], Rows], questions: Vectors, nearest: Rows) -> Measured:
    times, found = [], 0
    for question, expected in zip(questions, nearest, strict=True):
        began = time.perf_counter()
        rows = search(question[np.newaxis])
        times.append(time.perf_counter() - began)
        found += len(np.intersect1d(rows[:10], expected))
    median = float(np.median(times)) * 1000
    return Measured(built.kind, built.seconds, built.size / 1e6, median, found / nearest.size)


def page(sizes: list[int]) -> str:
    """Take the measurements and return the page."""
    load, when = os.getloadavg()[0], datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
    where = f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, load average {load:.1f} before the run"
    lines = [
        "# Kinds of index",
        "",
        "Written by `make kinds`. The vectors are generated, have 384 dimensions, and form clusters within clusters.",
        f"Each search returns 100 rows, in one thread, with faiss {faiss.__version__}.",
        "",
        f"- When: {when}",
        f"- Where: {where}",
        "",
        "| rows | index | built in, s | MB | search, p50 ms | recall@10 |",
        "|---|---|---|---|---|---|",
    ]
    for size in sizes:
        for one in measure(size):
            figures = f"{one.seconds:.1f} | {one.megabytes:.0f} | {one.milliseconds:.2f} | {one.recall:.3f}"
            lines.append(f"| {size:,} | {one.kind} | {figures} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    faiss.omp_set_num_threads(1)
    written = page([int(size) for size in sys.argv[2:]] or [10_000, 100_000])
    Path(sys.argv[1]).write_text(written, encoding="utf-8")
    sys.stdout.write(written)
