"""An encoder for tests, model-free, that counts what it encodes and can fail like a killed process."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

import numpy as np

from rag.adapters.hashing import HashingEncoder
from rag.protocols import Encoding, Vectors


class Killed(BaseException):
    """What ends a run without a chance to clean up."""


class CountingEncoder(HashingEncoder):
    """Encodes as its parent does; `passages` are the texts it was given. Dies after `batches`, where set."""

    def __init__(self, weights: str = "1", batches: int | None = None) -> None:
        self.digest = sha256(f"counting {weights}".encode()).hexdigest()
        self.passages: list[str] = []
        self._batches = batches

    def encode_passages(self, texts: Sequence[str]) -> list[Encoding]:
        """Encode each text, and remember it."""
        if self._batches is not None:
            if not self._batches:
                raise Killed
            self._batches -= 1
        self.passages.extend(texts)
        return super().encode_passages(texts)


def stacked(encodings: Sequence[Encoding]) -> Vectors:
    """Return the vectors of some encodings, one a row."""
    return np.array([encoding.vector for encoding in encodings], np.float32)
