"""Vectors in a FAISS index: exact inner products over half-precision rows, all of them or those that signs propose.

Half precision halves memory and time of a scan and moved no neighbour in the first ten (recall 1.000 over 60,000
vectors of 384 dimensions). `make kinds` compares it with what else there is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import faiss
import numpy as np
from numpy.typing import NDArray

from rag import arrays
from rag.errors import CorruptSnapshot
from rag.protocols import Rows, RowVectors, Scores, VectorIndex, Vectors
from rag.sign_bits import sign_bits

SCANNED = 20_000
"""The most rows that are searched by reading all, a millisecond for 10,000 to 35,000, as machines differ. Of more, the
rows are read whose signs differ from the question's in the fewest bits."""

RECALL = 0.98
"""How many of the ten nearest rows a search must find."""

_AMPLE = 0.99  # of the nearest found: fewer rows may be enough
_LEAST_READ = 500
_FEW = 100  # times as many rows as are to be compared: these are then read one by one, not by a scan that skips others
_NEAREST = 10
_BLOCK = 8_192  # vectors held at once while they are written
_PROBES = 64
_PROBE_COSINE = 0.7  # of a question and the passage that answers it
_SIGNS, _COMMON, _READ = "signs", "common", "read"  # arrays beside the index


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

        The first rows are `kept` of `previous`: they are copied as they are, and their signs serve on.
        Raises OSError where not all could be written.
        """
        _in_one_thread()
        index = faiss.IndexScalarQuantizer(dimension, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT)
        known = None
        if isinstance(previous, FaissIndex) and kept is not None and len(kept):
            known = previous.signs(kept)
            for codes in previous.codes(kept):
                index.add_sa_codes(codes)
        for _, block in _blocks(vectors, index.ntotal):
            index.add(block)
        # Through Python: FAISS's own writer tells no one when the disk refuses what it holds back until it closes.
        with path.open("wb") as file:
            faiss.write_index(index, faiss.PyCallbackIOWriter(file.write))  # type: ignore[attr-defined]
        if len(vectors) <= self._scanned:
            return "exact"
        found, recall = _signed(FaissIndex(index), known)
        arrays.save(path.parent, {_SIGNS: found.bits, _COMMON: found.common, _READ: np.array([found.read])})
        return f"the {found.read} rows nearest by signs are read: recall@{_NEAREST} {recall:.3f}"

    def open(self, path: Path) -> VectorIndex:
        """Memory-map the index at `path`. Raises CorruptSnapshot."""
        try:
            index = faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC)
        except RuntimeError as error:
            raise CorruptSnapshot(f"{path} is no FAISS index: run 'rag ingest' to build it anew") from error
        if not path.with_name(f"{_SIGNS}.npy").exists():
            return FaissIndex(index)
        bits, common, read = arrays.load(path.parent, (_SIGNS, _COMMON, _READ))
        return FaissIndex(index, _Signs(bits, common, int(read[0])))


@dataclass(frozen=True, slots=True)
class _Signs:
    """The bits of rows, shape (N, dimension / 8): the signs of what their vectors have beside `common`.

    That is the direction, shape (dimension,), which all of them share; those of some models differ by little else.
    To find enough of the rows nearest to a question, `read` must be read, those nearest by their bits.
    """

    bits: NDArray[np.uint8]
    common: Vectors
    read: int = _LEAST_READ

    @classmethod
    def none(cls, common: Vectors) -> _Signs:
        """Return those of no row."""
        return cls(np.empty((0, -(-len(common) // 8)), np.uint8), common)

    def of(self, vectors: Vectors) -> NDArray[np.uint8]:
        """Return the bits that vectors have, shape (n, dimension / 8)."""
        return sign_bits(vectors - (vectors @ self.common)[:, np.newaxis] * self.common)

    def nearest(self, vectors: Vectors, count: int) -> Rows:
        """Return the rows whose bits differ the least from those of each vector, shape (n, count or all)."""
        _, rows = faiss.knn_hamming(self.of(vectors), self.bits, min(count, len(self.bits)), variant="mc")
        return rows.astype(np.int64)

    def fitted(self, probes: Vectors, nearest: Rows) -> tuple[_Signs, float]:
        """Return these with so many rows to read that they find enough, and what share of the nearest that is.

        That is a third less while far more than enough are found, or half as many more each time.
        """
        read, recall = self.read, self._recall(self.read, probes, nearest)
        while recall >= _AMPLE and read > _LEAST_READ:
            fewer = max(_LEAST_READ, read - read // 3)
            if (found := self._recall(fewer, probes, nearest)) < RECALL:
                break
            read, recall = fewer, found
        while recall < RECALL and read < len(self.bits):
            read += read // 2
            recall = self._recall(read, probes, nearest)
        return replace(self, read=read), recall

    def _recall(self, read: int, probes: Vectors, nearest: Rows) -> float:
        """Return what share of the rows `nearest` to each probe are among so many that are nearest by their bits."""
        read_of_each = self.nearest(probes, read)
        return float(np.mean([np.isin(all_, some).mean() for all_, some in zip(nearest, read_of_each, strict=True)]))


class FaissIndex:
    """An opened index. With signs of its rows, it compares those alone that are nearest by these."""

    def __init__(self, index: faiss.Index, by_signs: _Signs | None = None) -> None:
        self._index = index
        self._codes = _codes(index)
        self._signs = by_signs

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def search(self, vector: Vectors, k: int, rows: Rows | None = None) -> tuple[Rows, Scores]:
        """Return at most `k` rows and scores, best first; where it is among `rows`, no better one is missed."""
        if not len(self) or (rows is not None and not len(rows)):
            return np.empty(0, np.int64), np.empty(0, np.float32)
        _in_one_thread()
        if rows is None and self._signs is not None:
            rows = np.sort(self._signs.nearest(vector, max(self._signs.read, k))[0])
        if rows is not None and _FEW * len(rows) < len(self):
            return _best(rows, self.scores(vector, rows), k)
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
        vectors: Vectors = self._index.sa_decode(self._codes[rows])
        return vectors

    def codes(self, rows: Rows) -> Iterator[NDArray[np.uint8]]:
        """Yield `rows` as they are kept, shape (n, bytes), some thousands at once."""
        return (self._codes[rows[start : start + _BLOCK]] for start in range(0, len(rows), _BLOCK))

    def signs(self, rows: Rows) -> _Signs | None:
        """Return the signs of `rows`, where there are any."""
        return replace(self._signs, bits=self._signs.bits[rows]) if self._signs else None

    def _among(self, rows: Rows) -> faiss.SearchParameters:
        """Return parameters by which all of `rows` are read, and nothing else."""
        passing = np.zeros(len(self), np.bool_)
        passing[rows] = True
        # Held by the parameters; a set of rows, IDSelectorBatch, is slower from a few thousand on.
        selector = faiss.IDSelectorBitmap(np.packbits(passing, bitorder="little"))  # type: ignore[call-arg, arg-type]
        return faiss.SearchParameters(sel=selector)  # type: ignore[call-arg]


def _codes(index: faiss.Index) -> NDArray[np.uint8]:
    """Return the rows as an index keeps them, shape (N, bytes): its own way to single rows takes twice as long."""
    shape = (index.ntotal, index.sa_code_size())
    held = index.codes.data()  # type: ignore[attr-defined]
    codes: NDArray[np.uint8] = faiss.rev_swig_ptr(held, shape[0] * shape[1]) if shape[0] else np.empty(0, np.uint8)
    return codes.reshape(shape)


def _best(rows: Rows, scores: Scores, k: int) -> tuple[Rows, Scores]:
    """Return at most `k` of some rows and their scores, best first, equal ones in the order of rows."""
    best = np.argpartition(-scores, k - 1)[:k] if k < len(rows) else np.arange(len(rows))
    best = best[np.lexsort((rows[best], -scores[best]))]
    return rows[best], scores[best]


def _in_one_thread() -> None:
    """Let FAISS start no others, whichever thread calls it: OpenMP has a setting for each, which is all cores at first.

    Two are slower on two cores, wait in a busy loop for the next search, one for each thread that ever made one, and a
    process forked with them hangs (faiss #5206).
    """
    faiss.omp_set_num_threads(1)


def _blocks(vectors: RowVectors, first: int = 0) -> Iterator[tuple[Rows, Vectors]]:
    """Yield the vectors from a row on with their rows, some thousands at once."""
    for start in range(first, len(vectors), _BLOCK):
        rows = np.arange(start, min(start + _BLOCK, len(vectors)))
        yield rows, np.ascontiguousarray(vectors.vectors(rows), dtype=np.float32)


def _signed(stored: FaissIndex, known: _Signs | None) -> tuple[_Signs, float]:
    """Return the signs of all rows, of which those of the first may be known, and what share of the nearest they find.

    What is known may be outgrown: where more rows than before must be read, all are taken anew.
    """
    probes, nearest = _probed(stored)
    if known:
        found, recall = _signs_of(stored, known).fitted(probes, nearest)
        if found.read <= known.read:
            return found, recall
    return _signs_of(stored, _Signs.none(_common(stored))).fitted(probes, nearest)


def _common(vectors: RowVectors) -> Vectors:
    """Return the direction of the mean, of length 1, or 0 where there is none."""
    total = sum(block.sum(axis=0, dtype=np.float64) for _, block in _blocks(vectors))
    direction: Vectors = (total / max(float(np.linalg.norm(total)), 1e-12)).astype(np.float32)
    return direction


def _signs_of(vectors: RowVectors, known: _Signs) -> _Signs:
    """Return the signs of all vectors, of which those of the first rows are known."""
    bits = np.empty((len(vectors), known.bits.shape[1]), np.uint8)
    bits[: len(known.bits)] = known.bits
    for rows, block in _blocks(vectors, len(known.bits)):
        bits[rows] = known.of(block)
    return replace(known, bits=bits)


def _probed(vectors: RowVectors) -> tuple[Vectors, Rows]:
    """Return vectors as near to a row as a question is to the passage that answers it, and the rows nearest to each.

    What else a probe has, it shares with another row: with that, .998 and .993 of the nearest are found among 500 rows
    where questions to feedbackqa and to made-up articles find .999 and .990; with noise in its place, .999 and .968.
    """
    chance = np.random.default_rng(0)
    count = min(_PROBES, len(vectors))
    near, far = (vectors.vectors(np.sort(chance.choice(len(vectors), count, replace=False))) for _ in range(2))
    far = chance.permutation(far)
    far -= (far * near).sum(axis=1, keepdims=True) * near
    far /= np.maximum(np.linalg.norm(far, axis=1, keepdims=True), 1e-12)  # two rows may be one text
    probes: Vectors = _PROBE_COSINE * near + np.float32((1 - _PROBE_COSINE**2) ** 0.5) * far
    scores, nearest = np.empty((len(probes), 0), np.float32), np.empty((len(probes), 0), np.int64)
    for rows, block in _blocks(vectors):
        scores = np.concatenate([scores, probes @ block.T], axis=1)
        nearest = np.concatenate([nearest, np.broadcast_to(rows, (len(probes), len(rows)))], axis=1)
        best = np.argpartition(scores, -min(_NEAREST, scores.shape[1]), axis=1)[:, -_NEAREST:]
        scores, nearest = np.take_along_axis(scores, best, axis=1), np.take_along_axis(nearest, best, axis=1)
    return probes, nearest


def load(_argument: str) -> FaissStore:
    """Return the store; it takes no argument."""
    return FaissStore()
