"""The sockets that the service listens on."""

from __future__ import annotations

import socket

from rag.errors import ConfigurationError


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
