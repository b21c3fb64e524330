"""Run the HTTP server of `rag serve` in this process."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from socket import socket

from rag.cli.address import print_reachable_address
from rag.cli.terminal import terminal_is_closed
from rag.http.access.control import AccessControl
from rag.http.app import create_app
from rag.http.reloading import Reloading
from rag.http.server.limits import ConnectionLimits, raise_descriptor_limit
from rag.http.server.running import Hooks, server
from rag.http.server.sockets import bind
from rag.process import end_by, release_memory_soon
from rag.service import Service
from rag.settings import Settings
from rag.wiring import reconfigured

_SWITCH_SECONDS = 0.001
"""Seconds after which a thread that computes lets another thread run. Health checks must not wait for answers."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Place:
    """The place of this process in the service.

    `follow` is called in the event loop and makes the process follow other settings. `on_tick` is called ten times a
    second, and `end` ends the process by a signal. Only a process that announces prints where it listens.
    """

    follow: Callable[[Reloading], None]
    on_tick: Callable[[], None] = lambda: None
    end: Callable[[int], object] = end_by
    announces: bool = True


def run(service: Service, read: Callable[[], Settings]) -> None:
    """Serve in this process until a signal stops it. After SIGHUP, `read` reads the settings again.

    Raises ConfigurationError if the address cannot be used.
    """
    in_terminal = os.isatty(0)

    def follow(reloading: Reloading) -> None:
        asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, hang_up, reloading)

    def hang_up(reloading: Reloading) -> None:
        if in_terminal and terminal_is_closed():
            os.kill(os.getpid(), signal.SIGTERM)
        else:
            reloading.begin(read)

    host = service.settings.host
    serve(service, bind(host, service.settings.port), host, Place(follow))


def serve(service: Service, sockets: Sequence[socket], host: str, place: Place) -> None:
    """Serve on sockets until a signal stops the process. `host` is for the first line of the log."""
    print_reachable_address()
    sys.setswitchinterval(_SWITCH_SECONDS)
    app = create_app(service)
    if place.announces:
        warn_about_access(app.state.access, sockets)
    hooks = Hooks(
        on_start=lambda: place.follow(Reloading(app, reconfigured)),
        on_tick=place.on_tick,
        on_stop=app.state.stopping.begin,
        on_interrupt=app.state.stopping.interrupt,
        end=place.end,
        on_refused=app.state.metrics.connection_refused,
        on_many_closed=release_memory_soon,
    )
    limits = ConnectionLimits(connections=raise_descriptor_limit())
    made = server(app, limits, host=host, grace=service.settings.shutdown_seconds, hooks=hooks)
    made.announces = place.announces
    made.run(list(sockets))


def warn_about_access(access: AccessControl, sockets: Iterable[socket]) -> None:
    """Log a warning if strangers may ask, or if nobody may."""
    reachable = [address for one in sockets if not ip_address(address := one.getsockname()[0]).is_loopback]
    if reachable and not access.is_closed:
        _log.warning(
            "everyone who can reach %s may ask and read without a key: set RAG_REQUIRE_KEY=true to close the service",
            ", ".join(reachable),
        )
    if access.is_closed and not access.has_clients:
        _log.warning(
            "RAG_REQUIRE_KEY is true and there is no key, so nobody may ask: run 'rag keys create NAME', which takes "
            "effect at once"
        )
