"""Finds the rows whose sign bits differ least from those of a vector, without a library."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rag.protocols import Rows, Vectors
from rag.sign_bits import sign_bits

Signs = NDArray[np.uint8]
"""The sign bits of vectors, shape (n, dimension / 8), rounded up."""


def signs_of(vectors: Vectors) -> Signs:
    """Return the sign bits of vectors, shape (n, dimension)."""
    return sign_bits(vectors)


def nearest_by_signs(signs: Signs, vector: Vectors, among: Rows, count: int) -> Rows:
    """Return `count` rows of `among` whose bits differ least from those of `vector`, ascending; all if they are fewer.

    `signs` are those of all rows, and `vector` has the shape (1, dimension).
    """
    if len(among) <= count:
        return np.sort(among)
    differing = np.bitwise_count(signs[among] ^ sign_bits(vector)).sum(axis=1, dtype=np.uint16)
    return np.sort(among[np.argpartition(differing, count)[:count]])
