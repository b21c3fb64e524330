"""Call functions in the event loop a few at a time."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable


class Turns:
    """Calls functions in the order in which they arrive, and lets the event loop do other work in between.

    Thousands of silent connections reach their limit at once if a client opened them at once. To close one takes
    several waits for Python's lock. All together they delayed every request by a tenth of a second.
    """

    def __init__(self, at_once: int = 16, pause: float = 0.005) -> None:
        """Call `at_once` functions, then wait for `pause` seconds."""
        self._at_once = at_once
        self._pause = pause
        self._waiting: deque[Callable[[], object]] = deque()
        self._scheduled = False

    def call(self, function: Callable[[], object], loop: asyncio.AbstractEventLoop) -> None:
        """Call a function when it is its turn. Call this in the event loop."""
        self._waiting.append(function)
        if not self._scheduled:
            self._scheduled = True
            loop.call_soon(self._next, loop)

    def _next(self, loop: asyncio.AbstractEventLoop) -> None:
        try:
            for _ in range(min(self._at_once, len(self._waiting))):
                self._waiting.popleft()()
        finally:
            self._scheduled = bool(self._waiting)
            if self._scheduled:
                loop.call_later(self._pause, self._next, loop)
