"""A connection whose client has sent nothing yet."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, cast

from uvicorn import Config
from uvicorn.server import ServerState

from rag.http.server.connection import LimitedConnection
from rag.http.server.limits import ConnectionLimits
from rag.http.server.open_connections import OpenConnections


class NewConnection(asyncio.Protocol):
    """Waits for the first byte, and hands the connection over to one that parses requests.

    A parser and its state take 5 kB. 10,000 connections that send nothing would take 50 MB, which Python's allocator
    cannot return to the system as long as other objects lie between them.
    """

    __slots__ = ("_loop", "_make", "_open", "_others", "_seconds", "_timer", "_transport")

    def __init__(
        self,
        limits: ConnectionLimits,
        others: OpenConnections,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        self._make: Callable[[], LimitedConnection] = lambda: LimitedConnection(
            limits, others, config, server_state, app_state, _loop
        )
        self._open: set[Any] = server_state.connections
        self._others = others
        self._seconds = limits.head_seconds
        self._loop = _loop or asyncio.get_running_loop()
        self._transport: asyncio.Transport
        self._timer: asyncio.TimerHandle

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin to wait."""
        self._transport = cast(asyncio.Transport, transport)  # that of uvloop has another class
        self._open.add(self)
        self._timer = self._loop.call_later(self._seconds, self._others.turns.call, self.shutdown, self._loop)
        self._others.opened(self)

    def data_received(self, data: bytes) -> None:
        """Hand the connection over."""
        self._forget()
        connection = self._make()
        self._transport.set_protocol(connection)
        connection.connection_made(self._transport)
        connection.data_received(data)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        self._forget()

    def shutdown(self) -> None:
        """Close the connection, unless it was handed over."""
        if self in self._open:
            self._transport.close()

    def give_up(self) -> None:
        """Close the connection at once."""
        self._transport.abort()

    def _forget(self) -> None:
        self._timer.cancel()
        self._open.discard(self)
        self._others.closed(self)
