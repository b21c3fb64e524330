"""One bit for each dimension of a vector: its sign, after a fixed random rotation.

The share of bits in which two unit vectors differ tells the angle between them (Charikar 2002, "Similarity Estimation
Techniques from Rounding Algorithms"); a rotation, rather than random directions, makes each bit count the most (Gao &
Long 2024, "RaBitQ"). It knows nothing of the data, so nothing is trained, and a vector's bits never change.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray


def sign_bits(vectors: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Return the bits of vectors of shape (n, dimension), eight to a byte: shape (n, dimension / 8), rounded up."""
    return np.packbits(vectors @ rotation(vectors.shape[1]) > 0, axis=1)


@lru_cache
def rotation(dimension: int) -> NDArray[np.float32]:
    """Return the same random rotation for a dimension always; RandomState's stream is frozen for good."""
    gaussian = np.random.RandomState(20_240_612).standard_normal((dimension, dimension))
    orthogonal, triangular = np.linalg.qr(gaussian)
    # Libraries choose the signs of a QR decomposition as they like; a positive diagonal makes it the only one.
    turned: NDArray[np.float32] = (orthogonal * np.sign(np.diag(triangular))).astype(np.float32)
    return turned
