"""Clusters of vectors: made, or taken over from an earlier index, with as many of them read as finds enough."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import faiss
import numpy as np
from numpy.typing import NDArray

from rag.protocols import Rows, RowVectors, Scores, Vectors

RECALL = 0.98
"""How many of the ten nearest rows a search of clusters must find."""

_BLOCK = 8_192  # vectors held at once while they are written
_TRAINING = 64  # vectors a cluster is made of; twice as many find no more
_ROUNDS = 10
_OUTGROWN = 2.0  # times as many rows as the clusters were made for, or as few, and they are made anew
_LEAST_READ = 8
_NEAREST = 10
_PROBES = 200
_PROBE_COSINE = 0.7  # of a question and the passage that answers it


class Clusters(NamedTuple):
    """The middle of each cluster, shape (clusters, dimension), and in which of them the first rows lie, shape (n,)."""

    middles: Vectors
    of_rows: NDArray[np.int64]


def taken_over(index: faiss.IndexIVF, kept: Rows, count: int) -> Clusters | None:
    """Return the clusters of an index of which `kept` are the first rows of the next, which has `count` in all.

    To make them, and to find the nearest for each row, takes longer than all else that is done for a small change.
    None where the next index would have clusters of another size.
    """
    made_for = index.nlist**2
    if not made_for / _OUTGROWN <= count <= made_for * _OUTGROWN:
        return None
    entries = faiss.vector_to_array(index.direct_map.array)
    return Clusters(faiss.downcast_index(index.quantizer).reconstruct_n(0, index.nlist), entries[kept] >> 32)


def clustered(
    vectors: RowVectors, dimension: int, known: Clusters | None
) -> tuple[faiss.IndexIVFScalarQuantizer, float]:
    """Return an index of all vectors, that reads the fewest clusters that find `RECALL`, and what it finds.

    Where none are known, there are about as many clusters as rows in one.
    """
    chance = np.random.default_rng(0)
    coarse = faiss.IndexFlatIP(dimension)
    if known is not None:
        coarse.add(known.middles)
    clusters = coarse.ntotal or int(len(vectors) ** 0.5)
    half, product = faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT
    index = faiss.IndexIVFScalarQuantizer(coarse, dimension, clusters, half, product, False)
    index.cp.niter, index.cp.spherical = _ROUNDS, True
    questions = _questions(vectors, chance)
    sample = 1 if known else min(_TRAINING * clusters, len(vectors))
    index.train(vectors.vectors(np.sort(chance.choice(len(vectors), sample, replace=False))))
    nearest = _fill(index, vectors, known, questions)
    index.set_direct_map_type(faiss.DirectMap.Array)  # type: ignore[attr-defined]
    return index, _widened(index, questions, nearest)


def blocks(vectors: RowVectors) -> Iterator[tuple[Rows, Vectors]]:
    """Yield all vectors with their rows, some thousands at once."""
    for start in range(0, len(vectors), _BLOCK):
        rows = np.arange(start, min(start + _BLOCK, len(vectors)))
        yield rows, np.ascontiguousarray(vectors.vectors(rows), dtype=np.float32)


def _fill(index: faiss.IndexIVF, vectors: RowVectors, known: Clusters | None, questions: Vectors) -> Rows:
    """Add all vectors; return the nearest rows of each question, which every vector was compared with on the way."""
    of_rows = known.of_rows if known else np.empty(0, np.int64)
    scores = np.empty((len(questions), 0), np.float32)
    nearest: Rows = np.empty((len(questions), 0), np.int64)
    for rows, block in blocks(vectors):
        there = of_rows[rows[0] : rows[-1] + 1]
        fresh = block[len(there) :]
        found = index.quantizer.search(fresh, 1)[1][:, 0] if len(fresh) else np.empty(0, np.int64)
        lists = np.concatenate([there, found])
        index.add_core(len(rows), faiss.swig_ptr(block), faiss.swig_ptr(rows), faiss.swig_ptr(lists))
        scores, nearest = _better(scores, nearest, questions @ block.T, rows)
    return nearest


def _better(scores: Scores, nearest: Rows, further: Scores, rows: Rows) -> tuple[Scores, Rows]:
    """Return the best scores for each question among those so far and further ones, and the rows that have them."""
    scores = np.concatenate([scores, further], axis=1)
    nearest = np.concatenate([nearest, np.broadcast_to(rows, further.shape)], axis=1)
    best = np.argpartition(scores, -min(_NEAREST, scores.shape[1]), axis=1)[:, -_NEAREST:]
    return np.take_along_axis(scores, best, axis=1), np.take_along_axis(nearest, best, axis=1)


def _questions(vectors: RowVectors, chance: np.random.Generator) -> Vectors:
    """Return vectors that are as near to a row as a question is to the passage that answers it."""
    near = vectors.vectors(np.sort(chance.choice(len(vectors), min(_PROBES, len(vectors)), replace=False)))
    far = chance.standard_normal(near.shape, np.float32)
    far -= (far * near).sum(axis=1, keepdims=True) * near
    far /= np.linalg.norm(far, axis=1, keepdims=True)
    questions: Vectors = _PROBE_COSINE * near + np.float32((1 - _PROBE_COSINE**2) ** 0.5) * far
    return questions


def _widened(index: faiss.IndexIVF, questions: Vectors, nearest: Rows) -> float:
    """Let a search read the fewest clusters, doubled from the least, that find enough; return what share they find."""
    index.nprobe = _LEAST_READ
    while (recall := _recall(index, questions, nearest)) < RECALL and index.nprobe < index.nlist:
        index.nprobe = min(2 * index.nprobe, index.nlist)
    return recall


def _recall(index: faiss.IndexIVF, questions: Vectors, nearest: Rows) -> float:
    _, found = index.search(questions, _NEAREST)
    return float(
        np.mean([len(np.intersect1d(some, all_)) / len(all_) for some, all_ in zip(found, nearest, strict=True)])
    )
