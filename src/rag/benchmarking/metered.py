"""An encoder that keeps account of what another one does."""

from __future__ import annotations

import time
from collections.abc import Sequence

from rag.protocols import Encoder, Encoding


class MeteredEncoder:
    """Passes everything on; `tokens` counts what passages had, `seconds` what encoding them took."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self.name = encoder.name
        self.digest = encoder.digest
        self.dimension = encoder.dimension
        self.max_tokens = encoder.max_tokens
        self.tokens = 0
        self.seconds = 0.0

    def count_tokens(self, text: str) -> int:
        """Return what the encoder says."""
        return self._encoder.count_tokens(text)

    def encode_passages(self, texts: Sequence[str]) -> list[Encoding]:
        """Encode texts that are searched in, and keep account."""
        began = time.perf_counter()
        encodings = self._encoder.encode_passages(texts)
        self.seconds += time.perf_counter() - began
        self.tokens += sum(len(encoding.tokens) for encoding in encodings)
        return encodings

    def encode_questions(self, texts: Sequence[str]) -> list[Encoding]:
        """Encode texts that are searched with."""
        return self._encoder.encode_questions(texts)
