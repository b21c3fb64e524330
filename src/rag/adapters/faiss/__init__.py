"""Vectors in a FAISS index: exact inner products over half-precision rows, and clusters of them where there are many.

Half precision halves memory and time of a scan and moved no neighbour in the first ten (recall 1.000 over 60,000
vectors of 384 dimensions). `make kinds` compares it with what else there is.
"""

from __future__ import annotations

from pathlib import Path

import faiss
import numpy as np

from rag.adapters.faiss.clusters import Clusters, blocks, clustered, taken_over
from rag.errors import CorruptSnapshot
from rag.protocols import Rows, RowVectors, Scores, VectorIndex, Vectors

SCANNED = 50_000
"""The most rows that are searched by reading all, a millisecond for 10,000 to 35,000, as machines differ. More are put
into clusters, and the nearest clusters are read."""


class FaissStore:
    """Writes and opens FAISS files."""

    def __init__(self, scanned: int = SCANNED) -> None:
        self._scanned = scanned

    def write(
        self,
        vectors: RowVectors,
        dimension: int,
        path: Path,
        previous: VectorIndex | None = None,
        kept: Rows | None = None,
    ) -> str:
        """Write an index of all vectors to `path`; return what kind it is, with the recall that was measured.

        The first rows are `kept` of `previous`, whose clusters serve on. Raises OSError where not all could be written.
        """
        _in_one_thread()
        index: faiss.Index = _exact(dimension)
        kind = "exact"
        if len(vectors) > self._scanned:
            known = None
            if isinstance(previous, FaissIndex) and kept is not None:
                known = previous.clusters(kept, len(vectors))
            index, recall = clustered(vectors, dimension, known)
            kind = f"{index.nlist} clusters, of which {index.nprobe} are read: recall@10 {recall:.3f}"
        else:
            for _, block in blocks(vectors):
                index.add(block)
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

    def clusters(self, kept: Rows, count: int) -> Clusters | None:
        """Return what the next index, of `count` rows and first those `kept`, takes over; None where nothing fits."""
        return taken_over(self._index, kept, count) if isinstance(self._index, faiss.IndexIVF) else None

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


def load(_argument: str) -> FaissStore:
    """Return the store; it takes no argument."""
    return FaissStore()
