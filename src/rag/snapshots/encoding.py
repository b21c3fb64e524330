"""Encodes new passages in the background, while more documents are parsed, and stores the encodings in the journal."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from queue import SimpleQueue
from threading import Event
from typing import TypeAlias

import numpy as np

from rag.index import late_interaction
from rag.index.chunking import EncodedText
from rag.protocols import Encoder, Encoding
from rag.snapshots.journal import Journal, PassageEncoding

_BATCH = 32
_CONCURRENT_BATCHES = 2
"""While one batch is compressed and stored, the model encodes the other. After a kill, only these are repeated."""

_FIRST_WINDOW, _LAST_WINDOW = _BATCH * _CONCURRENT_BATCHES, 2_048
"""Texts are collected in a window and sorted by length, because a batch is padded to its longest text. The first window
is small, so that encoding starts early; later ones are larger. Batches depend only on the order of the texts, not on
the time when they arrive. Vectors are therefore the same to the last bit in every run."""

Progress: TypeAlias = Callable[[int, int], None]
"""Called with the number of encoded chunks and the number of chunks known so far. If it raises, the run ends."""

_Batch: TypeAlias = Sequence[tuple[bytes, EncodedText]]


class BackgroundEncoder:
    """Encodes texts in background threads. One more thread stores the encodings in the journal.

    Only one thread may call `add`.
    """

    def __init__(self, encoder: Encoder, journal: Journal, progress: Progress) -> None:
        self._encoder = encoder
        self._journal = journal
        self._progress = progress
        self._seen: set[bytes] = set()
        self._window: dict[bytes, EncodedText] = {}
        self._size = _FIRST_WINDOW
        self._batches: SimpleQueue[_Batch | None] = SimpleQueue()
        self._stopped = Event()
        self._thread = ThreadPoolExecutor(1, "storing")
        self._run = self._thread.submit(self._encode_all)

    def check(self) -> None:
        """Raise the error that ended the run early, if there is one."""
        if self._run.done():
            self._run.result()

    def add(self, texts: Mapping[bytes, EncodedText]) -> None:
        """Add texts by their keys. A text whose key was added before is ignored."""
        fresh = {key: text for key, text in texts.items() if key not in self._seen}
        self._seen.update(fresh)
        self._window.update(fresh)
        if len(self._window) >= self._size:
            self._send()
            self._size = min(2 * self._size, _LAST_WINDOW)

    def finish(self) -> int:
        """Wait until all encodings are in the journal. Return the number of texts that this run encoded.

        Raises the error that ended the run early, if there is one.
        """
        self._send()
        self._batches.put(None)
        return self._run.result()

    def stop(self) -> None:
        """Finish the batches in progress, and start no others."""
        self._stopped.set()
        self._batches.put(None)
        self._thread.shutdown()

    def _send(self) -> None:
        ordered = sorted(self._window.items(), key=lambda item: len(item[1].text), reverse=True)
        self._window = {}
        for start in range(0, len(ordered), _BATCH):
            self._batches.put(ordered[start : start + _BATCH])

    def _encode_all(self) -> int:
        encoded = done = 0
        running: deque[tuple[int, Future[dict[bytes, PassageEncoding]]]] = deque()

        def store_oldest() -> int:
            texts, encodings = running.popleft()
            self._journal.put(encodings.result())
            return texts

        with ThreadPoolExecutor(_CONCURRENT_BATCHES, "encoding") as threads:
            try:
                while (batch := self._batches.get()) is not None and not self._stopped.is_set():
                    self._progress(done, len(self._seen))
                    stored = self._journal.get([key for key, _ in batch])
                    missing = [(key, text) for key, text in batch if key not in stored]
                    running.append((len(batch), threads.submit(self._encode, missing)))
                    encoded += len(missing)
                    if len(running) == _CONCURRENT_BATCHES:
                        done += store_oldest()
            finally:  # store the batches in progress even if the run ends early
                while running:
                    done += store_oldest()
        self._progress(done, len(self._seen))
        return encoded

    def _encode(self, batch: _Batch) -> dict[bytes, PassageEncoding]:
        encodings = self._encoder.encode_passages([text.text for _, text in batch])
        return {key: _compressed(text, one) for (key, text), one in zip(batch, encodings, strict=True)}


def _compressed(text: EncodedText, encoding: Encoding) -> PassageEncoding:
    """Return the vector, and the compressed tokens with the numbers of their sentences."""
    numbers = np.searchsorted(np.array(text.sentences, np.int64), encoding.starts, side="right") - 1
    # A byte has room for 255 sentence numbers, and prose of 200 tokens has fewer sentences. Any later ones share 254.
    in_body = np.clip(numbers, 0, late_interaction.PREFIX - 1)
    sentences = np.where(encoding.starts < text.body, late_interaction.PREFIX, in_body).astype(np.uint8)
    return PassageEncoding(encoding.vector, late_interaction.compress(encoding.tokens, sentences))
