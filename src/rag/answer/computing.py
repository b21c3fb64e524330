"""Limits the requests that compute at the same time. Searches go before questions.

Python runs one thread at a time. If a hundred questions compute at once, every other thread, also the one with the
event loop, waits for all of them again and again (5 ms each). One after the other, they are not slower in sum.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Condition, Lock

from rag.answer.trace import TURN, recorded


class Computing:
    """At most `most` blocks run at the same time. The others wait in the order of their arrival."""

    def __init__(self, most: int | None = None) -> None:
        """Allow one block more than there are cores by default, because a block waits now and then."""
        self._free = most or 1 + (os.cpu_count() or 1)
        self._lock = Lock()
        self._first: deque[Condition] = deque()
        self._second: deque[Condition] = deque()

    @contextmanager
    def turn(self, *, first: bool = False) -> Iterator[None]:
        """Wait for a turn, then run the block. If `first`, go before all that are not."""
        with self._lock:
            if self._free:
                self._free -= 1
            else:
                called = Condition(self._lock)
                (self._first if first else self._second).append(called)
                with recorded(TURN):
                    called.wait()  # the block that ends hands its turn over
        try:
            yield
        finally:
            with self._lock:
                if waiting := self._first or self._second:
                    waiting.popleft().notify()
                else:
                    self._free += 1
