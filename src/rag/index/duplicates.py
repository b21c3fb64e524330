"""Finds texts that are nearly the same: a signature of each, and which of many signatures belong together.

MinHash over runs of neighbouring terms (Broder 1997, "On the Resemblance and Containment of Documents"); candidates are
those that agree in a band of their signatures (Leskovec, Rajaraman & Ullman 2020, "Mining of Massive Datasets", 3.4),
and are compared by the whole. A few lines of NumPy group 100,000 documents in half a second, where tables of Python
objects would have to be filled again at each change.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TypeAlias
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from rag.text import terms

LEAST = 0.8
"""The share of runs that two texts must have in common, as their signatures estimate it: to within .035."""

SIZE = 128
"""Numbers in a signature."""

_RUN = 3  # terms
_AT_ONCE = 1_024  # runs: a megabyte of what is made of them
_BANDS = 32  # of four numbers: texts that share .8 of their runs meet in one of them in all but .00000004 of the cases
_MIX = np.uint64(0x9E3779B97F4A7C15)

Signatures: TypeAlias = NDArray[np.uint32]
"""Shape (n, SIZE), a row a document."""


def signature(text: str) -> Signatures:
    """Return the MinHash signature of a text, shape (SIZE,)."""
    runs, (factors, addends) = _runs(text), _functions().T[:, :, np.newaxis]
    least = [
        (factors * runs[start : start + _AT_ONCE] + addends).min(axis=1) for start in range(0, len(runs), _AT_ONCE)
    ]
    signed: Signatures = (np.min(least, axis=0) >> np.uint64(32)).astype(np.uint32)
    return signed


def firsts(signatures: Signatures) -> NDArray[np.int64]:
    """Return for each document, by its number, the first that it is nearly the same as, itself where there is none.

    The first of a group is like each of the others; those need not all be like one another.
    """
    first = np.arange(len(signatures))
    candidates = _meeting(signatures)
    for number in np.flatnonzero((candidates != first).any(axis=0)):
        for other in np.unique(first[candidates[:, number]]):
            if other < number and (signatures[other] == signatures[number]).mean() >= LEAST:
                first[number] = other
                break
    return first


def _runs(text: str) -> NDArray[np.uint64]:
    """Return the distinct runs of terms, each as a number; a text without terms has one."""
    hashed = [crc32(term.encode("utf-8", "surrogatepass")) for term in terms(text)]
    hashed += [0] * (_RUN - len(hashed))
    places = np.lib.stride_tricks.sliding_window_view(np.array(hashed, np.uint64), _RUN)
    return np.unique(_mixed(places))


def _meeting(signatures: Signatures) -> NDArray[np.int64]:
    """Return for each band and document the first document with the same numbers in that band, shape (bands, n)."""
    bands = signatures.astype(np.uint64).reshape(-1, _BANDS, SIZE // _BANDS)
    meeting = np.empty((_BANDS, len(signatures)), np.int64)
    for band in range(_BANDS):
        _, first, bucket = np.unique(_mixed(bands[:, band]), return_index=True, return_inverse=True)
        meeting[band] = first[bucket]
    return meeting


def _mixed(rows: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Return a number for each row, shape (n,), in which every bit depends on all of the row."""
    mixed = np.zeros(len(rows), np.uint64)
    for column in rows.T:
        mixed = (mixed ^ column) * _MIX
        mixed ^= mixed >> np.uint64(29)
    return mixed


@lru_cache(maxsize=1)
def _functions() -> NDArray[np.uint64]:
    """Return an odd factor and an addend for each number of a signature; RandomState's stream is frozen for good."""
    drawn = np.random.RandomState(1997).randint(0, 2**64 - 1, (SIZE, 2), np.uint64)
    drawn[:, 0] |= np.uint64(1)
    return drawn
