"""An encoder that wraps another one and measures its work."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from threading import Lock

from rag.protocols import Encoder, Encoding


class BusyClock:
    """Measures the `seconds` during which at least one thread is inside a `running` block."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self._threads = 0
        self._since = 0.0
        self._changing = Lock()

    @contextmanager
    def running(self) -> Iterator[None]:
        """Run the clock during the block."""
        with self._changing:
            self._threads += 1
            if self._threads == 1:
                self._since = time.perf_counter()
        try:
            yield
        finally:
            with self._changing:
                self._threads -= 1
                if not self._threads:
                    self.seconds += time.perf_counter() - self._since


class MeteredEncoder:
    """Delegates to an encoder. `tokens` counts the tokens of passages; `clock` measures the time of encoding them."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self.name = encoder.name
        self.digest = encoder.digest
        self.dimension = encoder.dimension
        self.max_tokens = encoder.max_tokens
        self.tokens = 0
        self.clock = BusyClock()

    def count_tokens(self, text: str) -> int:
        """Return the number of tokens in `text`."""
        return self._encoder.count_tokens(text)

    def encode_passages(self, texts: Sequence[str]) -> list[Encoding]:
        """Encode passages, and measure the time and the tokens."""
        with self.clock.running():
            encodings = self._encoder.encode_passages(texts)
        self.tokens += sum(len(encoding.tokens) for encoding in encodings)
        return encodings

    def encode_questions(self, texts: Sequence[str]) -> list[Encoding]:
        """Encode questions."""
        return self._encoder.encode_questions(texts)
