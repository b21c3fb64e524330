"""The end of the service: requests in progress have some time, and then end with an error of their protocol."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rag.answer.generation import Departure


class Stopping:
    """Tells the parts of an application that the server stops. `begun` is set from then on.

    All calls come from the event loop of the application.
    """

    def __init__(self) -> None:
        self.begun = asyncio.Event()
        self._functions: list[Callable[[], object]] = []
        self._requests: set[Departure] = set()

    def on_begin(self, function: Callable[[], object]) -> None:
        """Call a function as soon as the server stops."""
        self._functions.append(function)

    def begin(self) -> None:
        """Begin to stop: requests in progress may finish."""
        if not self.begun.is_set():
            self.begun.set()
            for function in self._functions:
                function()

    def interrupt(self) -> None:
        """End the requests that are still in progress. Those that wait for a language model get an error."""
        for request in self._requests:
            request.interrupt()

    @contextmanager
    def interruptible(self, request: Departure) -> Iterator[None]:
        """Let `interrupt` end a request during the block."""
        self._requests.add(request)
        try:
            yield
        finally:
            self._requests.discard(request)
