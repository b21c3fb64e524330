"""Run the application on uvicorn."""

from __future__ import annotations

import asyncio
import logging
import signal
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from types import FrameType
from typing import Any, cast

import uvicorn
from starlette.types import ASGIApp
from uvicorn._types import ASGIApplication

from rag.http.server.connection import LimitedConnection
from rag.http.server.limits import ConnectionLimits
from rag.http.server.new_connection import NewConnection
from rag.http.server.open_connections import OpenConnections

_BACKLOG = 4_096
"""Connections that the system accepts before the server does. Linux allows 4,096 by default."""

_LAST_WORDS_SECONDS = 0.5
"""Seconds that interrupted requests have to send their error."""

_ENDING_SECONDS = 3.0
"""Seconds for the rest of the stop. Then the process ends anyway, as after a crash, which loses nothing."""

_CTRL_C_SECONDS = 1.0
"""Seconds after Ctrl-C in which the process ends in any case."""

_TICK_SECONDS = 0.02

_log = logging.getLogger("uvicorn.error")


def _nothing() -> None:
    pass


@dataclass(frozen=True, slots=True)
class Hooks:
    """Functions that a server calls.

    `on_start` is called in the event loop as soon as the server accepts connections, and `on_tick` ten times a second
    from then on. `on_stop` is called when it begins to stop, and `on_interrupt` when requests in progress must end.
    `end` ends the process by a signal if the server does not stop in time. `on_refused` is called with the status of
    each request that is refused before it has arrived; the application logs all others. `on_many_closed` is called in
    the event loop when most of many connections have closed.
    """

    on_start: Callable[[], None] = _nothing
    on_tick: Callable[[], None] = _nothing
    on_stop: Callable[[], None] = _nothing
    on_interrupt: Callable[[], None] = _nothing
    end: Callable[[int], object] = lambda _: None
    on_refused: Callable[[HTTPStatus], None] = lambda _: None
    on_many_closed: Callable[[], None] = _nothing


class Server(uvicorn.Server):
    """A server that says where it listens, and that stops in steps.

    After SIGTERM, requests in progress have some seconds. The rest are interrupted, and send an error. After Ctrl-C
    they are interrupted at once. If anything then takes too long, the process ends anyway.
    """

    def __init__(self, config: uvicorn.Config, hooks: Hooks) -> None:
        super().__init__(config)
        self.announces = True
        self._hooks = hooks
        self._grace = float(config.timeout_graceful_shutdown or 0)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Accept connections."""
        await super().startup(sockets)
        if sockets and self.announces:
            self._log_started_message(sockets)
        self._hooks.on_start()

    async def on_tick(self, counter: int) -> bool:
        """Return whether to stop. uvicorn calls it ten times a second."""
        self._hooks.on_tick()
        return await super().on_tick(counter)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Begin to stop. A second Ctrl-C ends the process at once."""
        interrupted = sig == signal.SIGINT
        if interrupted and signal.SIGINT in self._captured_signals:
            self._hooks.end(sig)
        self._captured_signals.append(sig)
        self.should_exit = True
        if interrupted:
            self._grace = 0.0
        seconds = _CTRL_C_SECONDS if interrupted else self._grace + _LAST_WORDS_SECONDS + _ENDING_SECONDS
        last_moment = threading.Timer(seconds, self._hooks.end, [sig])
        last_moment.daemon = True
        last_moment.start()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Refuse new connections, let requests finish, interrupt the rest, and stop the application."""
        for server in self.servers:
            server.close()
        for one in sockets or ():
            one.close()
        self._hooks.on_stop()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        if not await self._finish(lambda: self._grace):
            _log.info("Interrupt %d requests in progress", len(self.server_state.tasks))
            self._hooks.on_interrupt()
            await self._finish(lambda: _LAST_WORDS_SECONDS)
            self._close_all()
        await self.lifespan.shutdown()

    async def _finish(self, seconds: Callable[[], float]) -> bool:
        """Wait until all requests are answered. Return whether they are. Ctrl-C may shorten the time meanwhile."""
        began = time.monotonic()
        while self.server_state.tasks or self.server_state.connections:
            if time.monotonic() - began >= seconds():
                return False
            await asyncio.sleep(_TICK_SECONDS)
        return True

    def _close_all(self) -> None:
        for connection in list(self.server_state.connections):
            cast(LimitedConnection, connection).give_up()
        for task in list(self.server_state.tasks):
            task.cancel()


def server(
    app: ASGIApp,
    limits: ConnectionLimits,
    *,
    host: str = "",
    grace: float = 5.0,
    log_level: str | None = None,
    hooks: Hooks = Hooks(),
) -> Server:
    """Return a server of `app`. When it stops, running requests have `grace` seconds. `host` is for its first line."""
    others = OpenConnections(limits.connections, hooks.on_refused, hooks.on_many_closed)
    connection = partial(NewConnection, limits, others)
    config = uvicorn.Config(
        cast(ASGIApplication, app),
        host=host,
        port=0,
        http=cast(Any, connection),
        ws="none",
        backlog=_BACKLOG,
        log_config=None,
        log_level=log_level,
        access_log=False,
        timeout_keep_alive=limits.idle_seconds,
        timeout_graceful_shutdown=cast(int, grace),
        proxy_headers=False,  # the application trusts only the proxies in RAG_TRUSTED_PROXIES
        server_header=False,
    )
    return Server(config, hooks)
