"""Who may ask over HTTP: clients that know the service by a name of its own, and pages of sites that were named.

A page of anywhere can be made to ask a service on its reader's own machine, under a name of the page's own that is made
to lead there (DNS rebinding). That name tells such a request.
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
class Guard:
    """The names of this service, without ports, and the origins whose pages may ask."""

    hosts: frozenset[str]
    origins: frozenset[str]

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """Return what the settings allow; a service is known on its own machine, and by the host of its address."""
        named = {host.lower() for host in settings.mcp_hosts}
        own = {_host(settings.base_url)} if settings.base_url else set()
        return cls(_LOOPBACK | named | own, frozenset(settings.cors_origins))

    def check(self, request: Request) -> None:
        """Raise HTTPException where the request comes under a name, or from a page, that was not named."""
        host, origin = request.headers.get("host", ""), request.headers.get("origin")
        if not self.hosts & {_host(f"//{host}"), _ANY}:
            detail = f"{host!r} is no name of this service: name it in RAG_MCP_HOSTS where the service runs"
            raise HTTPException(HTTPStatus.MISDIRECTED_REQUEST, detail)
        if origin is not None and not self.origins & {origin, _ANY} and _host(origin) not in self.hosts:
            detail = f"pages of {origin!r} may not ask: name it in RAG_CORS_ORIGINS where the service runs"
            raise HTTPException(HTTPStatus.FORBIDDEN, detail)


def _host(address: str) -> str:
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""
