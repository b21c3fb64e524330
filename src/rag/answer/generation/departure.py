"""Tells the calls of a request that its client has left. The edge sets `departure` before it calls the service."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from threading import Lock


class Departure:
    """Calls functions when the client leaves. Safe to use from several threads.

    `arrival` is the time on the monotonic clock at which the request arrived. `interrupted` is true if the service ends
    the request although its client is there.
    """

    def __init__(self) -> None:
        self.arrival = time.monotonic()
        self.interrupted = False
        self._left = False
        self._functions: list[Callable[[], object]] = []
        self._lock = Lock()

    def leave(self) -> None:
        """Call the functions. Functions that are added later are called at once."""
        with self._lock:
            self._left = True
            functions = list(self._functions)
        for function in functions:
            function()

    def interrupt(self) -> None:
        """End the calls because the service stops. The client gets an error."""
        self.interrupted = True
        self.leave()

    @contextmanager
    def calling(self, function: Callable[[], object]) -> Iterator[None]:
        """Call `function` if the client leaves within the block, or has left before it."""
        with self._lock:
            self._functions.append(function)
            left = self._left
        try:
            if left:
                function()
            yield
        finally:
            with self._lock:
                self._functions.remove(function)


departure: ContextVar[Departure | None] = ContextVar("departure", default=None)
"""The departure of the client whose request runs in this context."""
