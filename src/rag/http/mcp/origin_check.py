"""Refuse requests to `/mcp` from web pages of an unknown origin, as the protocol demands."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import Self

from starlette.exceptions import HTTPException
from starlette.requests import Request

from rag.http.hosts import ANY, AllowedHosts, host_of
from rag.settings import Settings


@dataclass(frozen=True, slots=True)
class OriginCheck:
    """The allowed origins of web pages, and the names of this service, whose own pages are allowed."""

    hosts: AllowedHosts
    origins: frozenset[str]

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """Allow the pages of this service and the origins in RAG_CORS_ORIGINS."""
        return cls(AllowedHosts.of(settings), frozenset(settings.cors_origins))

    def check(self, request: Request) -> None:
        """Raise HTTPException if the origin of a request is not allowed."""
        origin = request.headers.get("origin")
        if origin is not None and not self.origins & {origin, ANY} and host_of(origin) not in self.hosts.names:
            detail = f"the origin {origin!r} is not allowed: add it to RAG_CORS_ORIGINS and restart the service"
            raise HTTPException(HTTPStatus.FORBIDDEN, detail)
