"""Limits the questions that wait for the language model at the same time. The others do not wait for a place."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore, Lock

from rag.errors import BackendSkipped


class Places:
    """At most `most` questions wait at the same time. `taken` is their number now."""

    def __init__(self, most: int) -> None:
        self._free = BoundedSemaphore(most)
        self._lock = Lock()
        self.taken = 0

    @contextmanager
    def place(self) -> Iterator[None]:
        """Take a place for the block. Raises BackendSkipped at once if there is none."""
        if not self._free.acquire(blocking=False):
            raise BackendSkipped("the language model is busy with other questions")
        self._count(1)
        try:
            yield
        finally:
            self._count(-1)
            self._free.release()

    def _count(self, change: int) -> None:
        with self._lock:
            self.taken += change
