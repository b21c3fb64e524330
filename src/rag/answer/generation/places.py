"""Limits the questions that wait for the language model at the same time. The others do not wait for a place."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore

from rag.errors import BackendSkipped


class Places:
    """At most `most` questions wait at the same time."""

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
