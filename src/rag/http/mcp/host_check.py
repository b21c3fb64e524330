"""Refuse requests to `/mcp` with an unknown host name or from web pages of an unknown origin.

In a DNS rebinding attack, a web page makes its own host name resolve to the user's machine and then calls a service
there. Such a request contains the attacker's host name, which is not in the list of allowed names.
"""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import Self
from urllib.parse import urlsplit

from starlette.exceptions import HTTPException
from starlette.requests import Request

from rag.settings import Settings

_ANY = "*"
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


@dataclass(frozen=True, slots=True)
class HostCheck:
    """The allowed host names, without ports, and the allowed origins of web pages."""

    hosts: frozenset[str]
    origins: frozenset[str]

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """Allow the loopback names, RAG_MCP_HOSTS, the host of RAG_BASE_URL, and the origins of RAG_CORS_ORIGINS."""
        configured = {host.lower() for host in settings.mcp_hosts}
        own = {_host(settings.base_url)} if settings.base_url else set()
        return cls(_LOOPBACK | configured | own, frozenset(settings.cors_origins))

    def check(self, request: Request) -> None:
        """Raise HTTPException if the host name or the origin of a request is not allowed."""
        host, origin = request.headers.get("host", ""), request.headers.get("origin")
        if not self.hosts & {_host(f"//{host}"), _ANY}:
            detail = f"the host {host!r} is not allowed: add it to RAG_MCP_HOSTS and restart the service"
            raise HTTPException(HTTPStatus.MISDIRECTED_REQUEST, detail)
        if origin is not None and not self.origins & {origin, _ANY} and _host(origin) not in self.hosts:
            detail = f"the origin {origin!r} is not allowed: add it to RAG_CORS_ORIGINS and restart the service"
            raise HTTPException(HTTPStatus.FORBIDDEN, detail)


def _host(address: str) -> str:
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""
