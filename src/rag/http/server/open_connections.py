"""Keep the number of connections below the descriptor limit. Close those that have waited longest for their clients."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from http import HTTPStatus
from typing import Protocol

from rag.http.server.turns import Turns

_MANY = 1_000
"""Connections whose memory is worth returning to the system when most of them have closed: some megabytes."""

_FEW = 8
"""Most of the connections have closed if an eighth of them is left."""


class Closable(Protocol):
    """A connection that can be closed at any time."""

    def give_up(self) -> None:
        """Close the connection without an answer."""
        ...


class OpenConnections:
    """All connections of a server. Those that wait for their client are ordered by the time since which they wait.

    `turns` closes those whose clients are late. A client that opens many connections and sends nothing loses its oldest
    ones. Nobody else is refused.
    """

    def __init__(
        self,
        most: int,
        refused: Callable[[HTTPStatus], None] = lambda _: None,
        many_closed: Callable[[], None] = lambda: None,
    ) -> None:
        """`refused` is called with the status of each request that a connection refuses.

        `many_closed` is called when most of many connections have closed.
        """
        self.refused = refused
        self.turns = Turns()
        self._many_closed = many_closed
        self._peak = 0
        self._most = most
        self._all: set[Closable] = set()
        self._waiting: OrderedDict[Closable, None] = OrderedDict()

    def __len__(self) -> int:
        return len(self._all)

    def opened(self, connection: Closable) -> None:
        """Add a connection. If there are too many, close one: the new one only if none waits for its client."""
        if len(self._all) >= self._most:
            oldest = next(iter(self._waiting), connection)
            self.closed(oldest)
            oldest.give_up()
            if oldest is connection:
                return
        self._all.add(connection)
        self._peak = max(self._peak, len(self._all))
        self._waiting[connection] = None

    def waits(self, connection: Closable) -> None:
        """Note that a connection waits for the next request from now on."""
        if connection in self._all:
            self._waiting[connection] = None
            self._waiting.move_to_end(connection)

    def works(self, connection: Closable) -> None:
        """Note that a request has arrived in full."""
        self._waiting.pop(connection, None)

    def closed(self, connection: Closable) -> None:
        """Remove a connection."""
        self._all.discard(connection)
        self._waiting.pop(connection, None)
        if self._peak >= _MANY and len(self._all) <= self._peak // _FEW:
            self._peak = len(self._all)
            self._many_closed()
