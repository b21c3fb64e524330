"""An encoder for tests without a model. It records the encoded texts and can fail like a killed process."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

import numpy as np

from rag.adapters.hashing import HashingEncoder
from rag.protocols import Encoding, Vectors


class Killed(BaseException):
    """Ends a run without cleanup."""


class CountingEncoder(HashingEncoder):
    """Encodes as its parent does. `passages` records the texts. Raises Killed after `batches` batches, if set."""

    def __init__(self, weights: str = "1", batches: int | None = None) -> None:
        self.digest = sha256(f"counting {weights}".encode()).hexdigest()
        self.passages: list[str] = []
        self._batches = batches

    def encode_passages(self, texts: Sequence[str]) -> list[Encoding]:
        """Encode and record each text."""
        if self._batches is not None:
            if not self._batches:
                raise Killed
            self._batches -= 1
        self.passages.extend(texts)
        return super().encode_passages(texts)


def stacked(encodings: Sequence[Encoding]) -> Vectors:
    """Return the vectors of encodings as rows."""
    return np.array([encoding.vector for encoding in encodings], np.float32)
