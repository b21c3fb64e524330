"""Refuse requests under an unknown host name.

In a DNS rebinding attack, a web page makes its own host name resolve to the user's machine and then calls a service
there. Such a request contains the attacker's host name, which is not in the list of allowed names. An attacker can
rebind neither an IP address nor a name that the public DNS does not have, so these are allowed: `rag` of a container
network, `host.docker.internal`, `rag.default.svc.cluster.local`.
"""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import Self
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from rag.http.problems import problem_response
from rag.http.proxied import is_address
from rag.http.schemas import Problem
from rag.settings import Settings

ANY = "*"
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
_PRIVATE = (".internal", ".local", ".localhost", ".home.arpa")
"""Endings of names for private use: RFC 6761, RFC 6762, RFC 8375, and ICANN's reservation of `.internal`."""


@dataclass(frozen=True, slots=True)
class AllowedHosts:
    """The allowed host names, in lower case and without ports."""

    names: frozenset[str]

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """Allow the loopback names, RAG_ALLOWED_HOSTS, and the host of RAG_BASE_URL."""
        configured = {host.lower() for host in settings.allowed_hosts}
        own = {host_of(settings.base_url)} if settings.base_url else set()
        return cls(_LOOPBACK | configured | own)

    def allows(self, host: str) -> bool:
        """Return whether a Host header, which may have a port, names an allowed host."""
        name = host_of(f"//{host}")
        return ANY in self.names or name in self.names or _is_private(name) or is_address(name)


class HostCheck:
    """Plain ASGI middleware that refuses requests under other host names."""

    def __init__(self, app: ASGIApp, allowed: AllowedHosts) -> None:
        self._app = app
        self._allowed = allowed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: D102
        host = Headers(scope=scope).get("host", "") if scope["type"] == "http" else ""
        if scope["type"] != "http" or self._allowed.allows(host):
            await self._app(scope, receive, send)
            return
        status = HTTPStatus.MISDIRECTED_REQUEST
        detail = f"the host {host!r} is not allowed: add it to RAG_ALLOWED_HOSTS and restart the service"
        response = problem_response(scope, Problem(title=status.phrase, status=status, detail=detail))
        await response(scope, receive, send)


def host_of(address: str) -> str:
    """Return the host name in an address, in lower case; an empty text if there is none."""
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""


def _is_private(name: str) -> bool:
    """Return whether the public DNS cannot have a name: it has a single label, or an ending for private use."""
    return bool(name) and ("." not in name.rstrip(".") or name.endswith(_PRIVATE))
