"""Identify the client of each request, and refuse those that may not ask. A path is closed unless it is listed here."""

from __future__ import annotations

from functools import partial

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rag.http.access.client import client_of
from rag.http.access.control import AccessControl
from rag.http.access.refusals import Refused
from rag.http.admission.middleware import QUESTIONS
from rag.http.problems import http_error_response
from rag.http.proxied import route_path
from rag.http.response_headers import put_default

OPEN = frozenset(
    {
        *("", "/", "/healthz", "/readyz", "/docs", "/redoc", "/openapi.json"),
        *("/sign-in", "/sign-in/callback", "/sign-out"),
    }
)
"""Paths that show nothing of the documents. They need no key, and the keys of requests to them are not even read."""

OPEN_FILES = ("/ui/", "/docs-files/")
"""The beginnings of paths of the page's own files."""

IDENTIFIED = "/v1/access"
"""The path that tells a client who it is. It needs no key, but a wrong one is refused."""

_COUNTED = QUESTIONS - {"/mcp"}
"""POST paths that count as questions. In `/mcp`, only the calls of tools do; see `rag.http.mcp.server`."""


class AccessCheck:
    """Plain ASGI middleware. It runs before a request waits for its turn, so a refused one takes no place."""

    def __init__(self, app: ASGIApp, control: AccessControl) -> None:
        self._app = app
        self._control = control

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: D102
        path = route_path(scope) if scope["type"] == "http" else ""
        if scope["type"] != "http" or path in OPEN or path.startswith(OPEN_FILES):
            await self._app(scope, receive, send)
            return
        try:
            needs_key = self._control.is_closed and path != IDENTIFIED
            await self._control.identify(scope, needs_key=needs_key)
            if scope["method"] == "POST" and path in _COUNTED:
                self._control.charge(client_of(scope))
        except Refused as refused:
            await http_error_response(scope, refused)(scope, receive, send)
            return
        await self._app(scope, receive, partial(_send_private, send))


async def _send_private(send: Send, message: Message) -> None:
    """Send a part of a response that no cache may give to another client, nor to this one after it has signed out."""
    if message["type"] == "http.response.start":
        put_default(message, (b"cache-control", b"private, no-cache"))
    await send(message)
