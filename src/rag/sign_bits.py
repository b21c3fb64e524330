"""Reduces a vector to one bit for each dimension: its sign after a fixed random rotation.

The share of bits in which two unit vectors differ estimates the angle between them (Charikar 2002, "Similarity
Estimation Techniques from Rounding Algorithms"). A rotation gives more precise bits than independent random directions
(Gao & Long 2024, "RaBitQ"). The rotation does not depend on the data, so nothing is trained, and bits never change.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray


def sign_bits(vectors: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Return the sign bits of vectors of shape (n, dimension), packed into bytes: (n, dimension / 8), rounded up."""
    return np.packbits(vectors @ rotation(vectors.shape[1]) > 0, axis=1)


@lru_cache
def rotation(dimension: int) -> NDArray[np.float32]:
    """Return the random rotation for a dimension. It is always the same, because NumPy never changes RandomState."""
    gaussian = np.random.RandomState(20_240_612).standard_normal((dimension, dimension))
    orthogonal, triangular = np.linalg.qr(gaussian)
    # A QR decomposition is unique only up to signs, which differ between libraries. A positive diagonal fixes them.
    result: NDArray[np.float32] = (orthogonal * np.sign(np.diag(triangular))).astype(np.float32)
    return result
