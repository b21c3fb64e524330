"""Limits and counts the questions that wait for the language model at the same time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore, Lock

from rag.errors import BackendSkipped


class Places:
    """At most `most` questions wait at the same time. The others do not wait for a place."""

    def __init__(self, most: int) -> None:
        self._free = BoundedSemaphore(most)

    @contextmanager
    def place(self) -> Iterator[None]:
        """Take a place for the block. Raises BackendSkipped at once if there is none."""
        if not self._free.acquire(blocking=False):
            raise BackendSkipped("the language model is busy with other questions")
        try:
            yield
        finally:
            self._free.release()


class Waiting:
    """Counts the questions that wait. `number` is their number now; `began` is called when one begins to wait."""

    def __init__(self) -> None:
        self.number = 0
        self.began: Callable[[], object] = lambda: None
        self._lock = Lock()

    @contextmanager
    def counted(self) -> Iterator[None]:
        """Count a question for the block."""
        self._count(1)
        try:
            self.began()
            yield
        finally:
            self._count(-1)

    def _count(self, change: int) -> None:
        with self._lock:
            self.number += change
