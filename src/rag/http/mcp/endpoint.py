"""`POST /mcp`: the protocol as streamable HTTP, without sessions, so that any of several processes can answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib import import_module

import anyio
from anyio import to_thread
from anyio.abc import TaskStatus
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from rag.http.links import Links
from rag.http.mcp.guard import Guard
from rag.http.parts import links_of
from rag.service import Service


@dataclass(slots=True)
class Endpoint:
    """An ASGI application. The package of the protocol takes a third of a second to import: the first request does."""

    service: Service
    _guard: Guard = field(init=False)
    _asked: anyio.Event = field(init=False)
    _ready: anyio.Event = field(init=False)
    _carrier: ASGIApp = field(init=False)

    def __post_init__(self) -> None:
        self._guard = Guard.of(self.service.settings)

    async def run(self, *, task_status: TaskStatus[None]) -> None:
        """Serve requests until cancelled; begins to do so when the first one comes."""
        self._asked, self._ready = anyio.Event(), anyio.Event()
        task_status.started()
        await self._asked.wait()
        await to_thread.run_sync(import_module, "rag.http.mcp.server")  # beside the requests that are being answered
        from mcp.server.streamable_http_manager import StreamableHTTPSessionManager

        from rag.http.mcp.server import Desk

        sessions = StreamableHTTPSessionManager(Desk(self.service, self._links).server(), stateless=True)
        self._carrier = sessions.handle_request
        async with sessions.run():
            self._ready.set()
            await anyio.sleep_forever()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        self._guard.check(Request(scope))
        self._asked.set()
        await self._ready.wait()
        await self._carrier(scope, receive, send)

    def _links(self, request: Request | None) -> Links:
        assert request is not None, "what comes over HTTP is a request"
        return links_of(request, self.service.settings)
