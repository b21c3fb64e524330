"""Stops asking a language model that fails, and tries it again later: a circuit breaker (M. Nygard, Release It!)."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock

from rag.errors import BackendSkipped, BackendTimeout, BackendUnavailable

FAILURES = 3
"""The failures in a row after which the breaker opens."""

PAUSE = 15.0
"""Seconds until the first new attempt. After each attempt that fails the pause doubles, up to `LONGEST_PAUSE`."""

LONGEST_PAUSE = 240.0


class Breaker:
    """Counts failures in a row. When it is open, one call in each pause may try. Safe to use from several threads."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = Lock()
        self._failures = 0
        self._next = 0.0  # the time of the next attempt while it is open

    @property
    def is_open(self) -> bool:
        """Whether the language model has failed several times, and no later call has succeeded."""
        return self._failures >= FAILURES

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Count the result of the block. A block that the client left, or that had no place, does not count.

        Raises BackendSkipped instead of running the block if the breaker is open and it is too early to try again.
        """
        self._check()
        try:
            yield
        except GeneratorExit:
            self._failures = 0  # the reader has enough of the reply, so there was one
            raise
        except (BackendTimeout, BackendUnavailable):
            self._fail()
            raise
        self._failures = 0

    def _check(self) -> None:
        with self._lock:
            if self.is_open and self._clock() < self._next:
                raise BackendSkipped("the language model failed several times and is not asked for now")
            self._next = self._clock() + self._pause

    def _fail(self) -> None:
        with self._lock:
            self._failures += 1
            self._next = self._clock() + self._pause

    @property
    def _pause(self) -> float:
        doublings = min(max(self._failures - FAILURES, 0), 10)
        return float(min(PAUSE * 2**doublings, LONGEST_PAUSE))
