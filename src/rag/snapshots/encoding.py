"""Encodes the texts of new passages into the journal while more of them come."""

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
from rag.snapshots.journal import Encoded, Journal

_BATCH = 32
_AT_ONCE = 2
"""Batches under way: while one is compressed and kept, the model has the other. A killed run repeats at most these."""

_FIRST_WINDOW, _LAST_WINDOW = _BATCH * _AT_ONCE, 2_048
"""Texts of one length go into one batch, since it is padded to its longest: of so many at first, of more later on, when
there is something to do meanwhile. How they are grouped depends on their order alone, so that vectors are the same to
the last bit however fast they came."""

Progress: TypeAlias = Callable[[int, int], None]
"""Is told how many chunks are encoded, of how many that are known to come; what it raises ends the run."""

_Batch: TypeAlias = Sequence[tuple[bytes, EncodedText]]


class Encodings:
    """Takes texts from one thread, and lets others encode them and one keep what comes of it in the journal."""

    def __init__(self, encoder: Encoder, journal: Journal, progress: Progress) -> None:
        self._encoder = encoder
        self._journal = journal
        self._progress = progress
        self._given: set[bytes] = set()
        self._window: dict[bytes, EncodedText] = {}
        self._size = _FIRST_WINDOW
        self._batches: SimpleQueue[_Batch | None] = SimpleQueue()
        self._given_up = Event()
        self._keeping = ThreadPoolExecutor(1, "keeping")
        self._kept = self._keeping.submit(self._encode_all)

    def check(self) -> None:
        """Raise what ended the run before its time, if anything did."""
        if self._kept.done():
            self._kept.result()

    def add(self, texts: Mapping[bytes, EncodedText]) -> None:
        """Take texts by their keys; one whose key was given before is let be."""
        fresh = {key: text for key, text in texts.items() if key not in self._given}
        self._given.update(fresh)
        self._window.update(fresh)
        if len(self._window) >= self._size:
            self._send()
            self._size = min(2 * self._size, _LAST_WINDOW)

    def finish(self) -> int:
        """Wait until all is in the journal; return how many texts were encoded. Raises what ended the run before."""
        self._send()
        self._batches.put(None)
        return self._kept.result()

    def give_up(self) -> None:
        """Encode no more than what is under way, and wait for that."""
        self._given_up.set()
        self._batches.put(None)
        self._keeping.shutdown()

    def _send(self) -> None:
        ordered = sorted(self._window.items(), key=lambda item: len(item[1].text), reverse=True)
        self._window = {}
        for start in range(0, len(ordered), _BATCH):
            self._batches.put(ordered[start : start + _BATCH])

    def _encode_all(self) -> int:
        encoded = done = 0
        running: deque[tuple[int, Future[dict[bytes, Encoded]]]] = deque()

        def keep() -> int:
            texts, coming = running.popleft()
            self._journal.put(coming.result())
            return texts

        with ThreadPoolExecutor(_AT_ONCE, "encoding") as threads:
            try:
                while (batch := self._batches.get()) is not None and not self._given_up.is_set():
                    self._progress(done, len(self._given))
                    there = self._journal.get([key for key, _ in batch])
                    missing = [(key, text) for key, text in batch if key not in there]
                    running.append((len(batch), threads.submit(self._encode, missing)))
                    encoded += len(missing)
                    if len(running) == _AT_ONCE:
                        done += keep()
            finally:  # even where the run is to end, what is under way is kept
                while running:
                    done += keep()
        self._progress(done, len(self._given))
        return encoded

    def _encode(self, batch: _Batch) -> dict[bytes, Encoded]:
        encodings = self._encoder.encode_passages([text.text for _, text in batch])
        return {key: _compressed(text, one) for (key, text), one in zip(batch, encodings, strict=True)}


def _compressed(text: EncodedText, encoding: Encoding) -> Encoded:
    """Keep the vector, and the tokens compressed, each with the number of its sentence."""
    numbers = np.searchsorted(np.array(text.sentences, np.int64), encoding.starts, side="right") - 1
    # What 200 tokens cannot reach in prose, 255 sentences, is put into the last one that can be named.
    in_body = np.clip(numbers, 0, late_interaction.PREFIX - 1)
    sentences = np.where(encoding.starts < text.body, late_interaction.PREFIX, in_body).astype(np.uint8)
    return Encoded(encoding.vector, late_interaction.compress(encoding.tokens, sentences))
