"""The limits of a connection."""

from __future__ import annotations

import resource
from dataclasses import dataclass

_RESERVED = 256
"""Descriptors that are not for connections: the index, the log, a language model, workers."""


@dataclass(frozen=True, slots=True)
class ConnectionLimits:
    """The limits of each connection, and of all connections together. Times are in seconds, sizes in bytes."""

    head_bytes: int = 32 << 10
    """The request line and the headers. Browsers and proxies send less than 8 kB."""

    head_fields: int = 100
    """The number of headers."""

    pipelined: int = 16
    """Requests that a client may send before it has the response to an earlier one."""

    head_seconds: float = 10.0
    """The time from the first byte of a request to the end of its headers, and that of a new connection to its end."""

    body_seconds: float = 10.0
    """The time in which `body_bytes` of a body must arrive."""

    body_bytes: int = 5_000
    """Bytes of a body in each `body_seconds`. The last part of a body may be shorter."""

    idle_seconds: int = 5
    """The time that a connection stays open between two requests."""

    unread_seconds: float = 30.0
    """The time in which a client must read some of a response that the server wants to continue."""

    closing_seconds: float = 10.0
    """The time in which a client must read the rest of a response after which the server closes the connection."""

    connections: int = 1_024
    """All connections. If there are more, the one that has waited longest for its client is closed."""


def raise_descriptor_limit() -> int:
    """Allow this process as many open files as the system lets it have, and return the number of connections left."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard and hard != resource.RLIM_INFINITY:
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        soft = hard
    if soft == resource.RLIM_INFINITY:
        soft = 1 << 20
    return max(soft - _RESERVED, soft // 2)
