"""Run the application on uvicorn."""

from __future__ import annotations

import socket
from collections.abc import Callable
from functools import partial
from http import HTTPStatus
from typing import Any, cast

import uvicorn
from starlette.types import ASGIApp
from uvicorn._types import ASGIApplication

from rag.errors import ConfigurationError
from rag.http.server.connection import LimitedConnection
from rag.http.server.limits import ConnectionLimits
from rag.http.server.open_connections import OpenConnections

_BACKLOG = 4_096
"""Connections that the system accepts before the server does. Linux allows 4,096 by default."""


class _Server(uvicorn.Server):
    """A server that says where it listens, also if it was given its sockets."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if sockets:
            self._log_started_message(sockets)


def server(
    app: ASGIApp,
    limits: ConnectionLimits,
    *,
    host: str = "",
    grace: int = 5,
    log_level: str | None = None,
    refused: Callable[[HTTPStatus], None] = lambda _: None,
) -> uvicorn.Server:
    """Return a server of `app`. When it stops, running requests have `grace` seconds. `host` is for its first line.

    `refused` is called for each request that is refused before it has arrived. The application logs all others.
    """
    connection = partial(LimitedConnection, limits, OpenConnections(limits.connections, refused))
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
        timeout_graceful_shutdown=grace,
        proxy_headers=False,  # the application trusts only the proxies in RAG_TRUSTED_PROXIES
        server_header=False,
    )
    return _Server(config)


def bind(host: str, port: int) -> list[socket.socket]:
    """Return a socket for each address of a host. Raises ConfigurationError if one cannot be used.

    The sockets do not listen before the service is ready, so that early clients are refused instead of waiting.
    """
    sockets: list[socket.socket] = []
    try:
        found = socket.getaddrinfo(host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        for family, address in dict.fromkeys((family, address) for family, *_, address in found):
            sockets.append(one := socket.socket(family, socket.SOCK_STREAM))
            one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if family == socket.AF_INET6:
                one.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            one.bind(address)
    except (OSError, UnicodeError, OverflowError) as error:
        for one in sockets:
            one.close()
        reason = getattr(error, "strerror", None) or error
        raise ConfigurationError(
            f"the service cannot listen on {host!r}, port {port}: {reason}: choose another RAG_HOST or RAG_PORT"
        ) from error
    return sockets
