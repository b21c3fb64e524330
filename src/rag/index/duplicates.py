"""Finds near-duplicate texts: computes a MinHash signature of each text and groups similar signatures.

MinHash over shingles, runs of neighbouring terms (Broder 1997, "On the Resemblance and Containment of Documents").
Candidate pairs agree in at least one band of their signatures (Leskovec, Rajaraman & Ullman 2020, "Mining of Massive
Datasets", 3.4); their whole signatures are then compared. NumPy groups 100,000 documents in half a second. Hash tables
of Python objects are not used, because each change of the index would have to fill them again.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TypeAlias
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from rag.text import terms

MIN_SIMILARITY = 0.8
"""The lowest share of common shingles of two near-duplicates. Signatures estimate it with an error of about .035."""

SIGNATURE_SIZE = 128
"""Numbers in a signature."""

_SHINGLE_TERMS = 3
_SHINGLES_PER_BATCH = 1_024  # their hashes take a megabyte
_BANDS = 32  # of 4 numbers each: of pairs of texts that share .8 of their shingles, 5e-8 agree in no band
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)

Signatures: TypeAlias = NDArray[np.uint32]
"""Shape (n, SIGNATURE_SIZE), one row for each document."""


def signature(text: str) -> Signatures:
    """Return the MinHash signature of a text, shape (SIGNATURE_SIZE,)."""
    shingles, (factors, addends) = _shingles(text), _hash_functions().T[:, :, np.newaxis]
    minima = [
        (factors * shingles[start : start + _SHINGLES_PER_BATCH] + addends).min(axis=1)
        for start in range(0, len(shingles), _SHINGLES_PER_BATCH)
    ]
    result: Signatures = (np.min(minima, axis=0) >> np.uint64(32)).astype(np.uint32)
    return result


def duplicate_groups(signatures: Signatures) -> NDArray[np.int64]:
    """Return the group of each document, shape (n,): the number of the first document in it, or its own number.

    Every document in a group is a near-duplicate of the first. Two other documents of the group may differ more.
    """
    first = np.arange(len(signatures))
    candidates = _band_matches(signatures)
    for number in np.flatnonzero((candidates != first).any(axis=0)):
        for other in np.unique(first[candidates[:, number]]):
            if other < number and (signatures[other] == signatures[number]).mean() >= MIN_SIMILARITY:
                first[number] = other
                break
    return first


def _shingles(text: str) -> NDArray[np.uint64]:
    """Return the hashes of the distinct shingles of a text. A text of fewer than three terms has one shingle."""
    hashed = [crc32(term.encode("utf-8", "surrogatepass")) for term in terms(text)]
    hashed += [0] * (_SHINGLE_TERMS - len(hashed))
    windows = np.lib.stride_tricks.sliding_window_view(np.array(hashed, np.uint64), _SHINGLE_TERMS)
    return np.unique(_row_hashes(windows))


def _band_matches(signatures: Signatures) -> NDArray[np.int64]:
    """Return the first document with the same numbers in a band, for each band and document: shape (bands, n)."""
    bands = signatures.astype(np.uint64).reshape(-1, _BANDS, SIGNATURE_SIZE // _BANDS)
    matches = np.empty((_BANDS, len(signatures)), np.int64)
    for band in range(_BANDS):
        _, first, bucket = np.unique(_row_hashes(bands[:, band]), return_index=True, return_inverse=True)
        matches[band] = first[bucket]
    return matches


def _row_hashes(rows: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Return a hash of each row, shape (n,). Every bit of it depends on the whole row."""
    hashes = np.zeros(len(rows), np.uint64)
    for column in rows.T:
        hashes = (hashes ^ column) * _MULTIPLIER
        hashes ^= hashes >> np.uint64(29)
    return hashes


@lru_cache(maxsize=1)
def _hash_functions() -> NDArray[np.uint64]:
    """Return an odd factor and an addend for each number of a signature, shape (SIGNATURE_SIZE, 2).

    They are the same in every NumPy version, because the stream of RandomState is frozen.
    """
    drawn = np.random.RandomState(1997).randint(0, 2**64 - 1, (SIGNATURE_SIZE, 2), np.uint64)
    drawn[:, 0] |= np.uint64(1)
    return drawn
