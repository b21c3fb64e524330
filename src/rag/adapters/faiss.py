"""Vectors in a FAISS index: exact inner products over half-precision rows, and clusters of them where there are many.

Half precision halves memory and time of a scan and moved no neighbour in the first ten (recall 1.000 over 60,000
vectors of 384 dimensions). `make kinds` compares it with what else there is.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import faiss
import numpy as np

from rag.errors import CorruptSnapshot
from rag.protocols import Rows, RowVectors, Scores, VectorIndex, Vectors

SCANNED = 200_000
"""The most rows that are searched by reading all, a millisecond for about 35,000. More are put into clusters, and
the nearest clusters are read."""

RECALL = 0.98
"""How many of the ten nearest rows a search of clusters must find."""

_BLOCK = 8_192  # vectors held at once while they are written
_TRAINING = 64  # vectors a cluster is made of; twice as many find no more
_ROUNDS = 10
_PROBES = 200
_PROBE_COSINE = 0.7  # of a question and the passage that answers it


class FaissStore:
    """Writes and opens FAISS files."""

    def __init__(self, scanned: int = SCANNED) -> None:
        self._scanned = scanned

    def write(self, vectors: RowVectors, dimension: int, path: Path) -> str:
        """Write an index of all vectors to `path`; return what kind it is, with the recall that was measured.

        Raises OSError where not all of it could be written.
        """
        _in_one_thread()
        index: faiss.Index = _exact(dimension)
        kind = "exact"
        if len(vectors) > self._scanned:
            index, kind = _clustered(vectors, dimension)
        else:
            _fill(index, vectors)
        # Through Python: FAISS's own writer tells no one when the disk refuses what it holds back until it closes.
        with path.open("wb") as file:
            faiss.write_index(index, faiss.PyCallbackIOWriter(file.write))  # type: ignore[attr-defined]
        return kind

    def open(self, path: Path) -> VectorIndex:
        """Memory-map the index at `path`. Raises CorruptSnapshot."""
        try:
            return FaissIndex(faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC))
        except RuntimeError as error:
            raise CorruptSnapshot(f"{path} is no FAISS index: run 'rag ingest' to build it anew") from error


class FaissIndex:
    """An opened FAISS index."""

    def __init__(self, index: faiss.Index) -> None:
        self._index = index

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def search(self, vector: Vectors, k: int, rows: Rows | None = None) -> tuple[Rows, Scores]:
        """Return at most `k` rows and scores, best first; where it is among `rows`, no better one is missed."""
        if not len(self) or (rows is not None and not len(rows)):
            return np.empty(0, np.int64), np.empty(0, np.float32)
        _in_one_thread()
        parameters = None if rows is None else self._among(rows)
        scores, found = self._index.search(vector, min(k, len(self)), params=parameters)
        present = found[0] >= 0  # FAISS pads missing neighbours with -1
        return found[0][present], scores[0][present]

    def scores(self, vector: Vectors, rows: Rows) -> Scores:
        """Return the exact inner product of one vector with each of `rows`."""
        scores: Scores = self.vectors(rows) @ vector[0]
        return scores

    def vectors(self, rows: Rows) -> Vectors:
        """Return the stored vectors of `rows`."""
        _in_one_thread()
        vectors: Vectors = self._index.reconstruct_batch(np.ascontiguousarray(rows, dtype=np.int64))
        return vectors

    def _among(self, rows: Rows) -> faiss.SearchParameters:
        """Return parameters by which all of `rows` are read, and nothing else."""
        passing = np.zeros(len(self), np.bool_)
        passing[rows] = True
        # Held by the parameters; a set of rows, IDSelectorBatch, is slower from a few thousand on.
        selector = faiss.IDSelectorBitmap(np.packbits(passing, bitorder="little"))  # type: ignore[call-arg, arg-type]
        if isinstance(self._index, faiss.IndexIVF):
            return faiss.SearchParametersIVF(sel=selector, nprobe=self._index.nlist)  # type: ignore[call-arg]
        return faiss.SearchParameters(sel=selector)  # type: ignore[call-arg]


def _in_one_thread() -> None:
    """Let FAISS start no others, whichever thread calls it: OpenMP has a setting for each, which is all cores at first.

    Two are slower on two cores, wait in a busy loop for the next search, one for each thread that ever made one, and a
    process forked with them hangs (faiss #5206).
    """
    faiss.omp_set_num_threads(1)


def _exact(dimension: int) -> faiss.IndexScalarQuantizer:
    return faiss.IndexScalarQuantizer(dimension, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT)


def _clustered(vectors: RowVectors, dimension: int) -> tuple[faiss.IndexIVFScalarQuantizer, str]:
    """Group rows into about as many clusters as a cluster has rows, and search as many as `RECALL` takes."""
    clusters, chance = int(len(vectors) ** 0.5), np.random.default_rng(0)
    coarse = faiss.IndexFlatIP(dimension)
    half, product = faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT
    index = faiss.IndexIVFScalarQuantizer(coarse, dimension, clusters, half, product, False)
    index.cp.niter, index.cp.spherical = _ROUNDS, True
    sample = min(_TRAINING * clusters, len(vectors))
    index.train(vectors.vectors(np.sort(chance.choice(len(vectors), sample, replace=False))))
    _fill(index, vectors)
    index.set_direct_map_type(faiss.DirectMap.Array)  # type: ignore[attr-defined]
    recall = _widened(index, _questions(vectors, chance))
    return index, f"{clusters} clusters, of which {index.nprobe} are read: recall@10 {recall:.3f}"


def _fill(index: faiss.Index, vectors: RowVectors) -> None:
    for rows in _blocks(len(vectors)):
        index.add(np.ascontiguousarray(vectors.vectors(rows), dtype=np.float32))


def _blocks(count: int) -> Iterator[Rows]:
    return (np.arange(start, min(start + _BLOCK, count)) for start in range(0, count, _BLOCK))


def _questions(vectors: RowVectors, chance: np.random.Generator) -> Vectors:
    """Return vectors that are as near to a row as a question is to the passage that answers it."""
    near = vectors.vectors(np.sort(chance.choice(len(vectors), _PROBES, replace=False)))
    far = chance.standard_normal(near.shape, np.float32)
    far -= (far * near).sum(axis=1, keepdims=True) * near
    far /= np.linalg.norm(far, axis=1, keepdims=True)
    questions: Vectors = _PROBE_COSINE * near + np.float32((1 - _PROBE_COSINE**2) ** 0.5) * far
    return questions


def _widened(index: faiss.IndexIVF, questions: Vectors) -> float:
    """Let a search read the fewest clusters, doubled from 8, that find enough; return what share they find."""
    index.nprobe = index.nlist
    _, nearest = index.search(questions, 10)
    index.nprobe = 8
    while (recall := _recall(index, questions, nearest)) < RECALL:
        index.nprobe = min(2 * index.nprobe, index.nlist)
    return recall


def _recall(index: faiss.IndexIVF, questions: Vectors, nearest: Rows) -> float:
    _, found = index.search(questions, 10)
    return float(
        np.mean([len(np.intersect1d(some, all_)) / len(all_) for some, all_ in zip(found, nearest, strict=True)])
    )


def load(_argument: str) -> FaissStore:
    """Return the store; it takes no argument."""
    return FaissStore()
