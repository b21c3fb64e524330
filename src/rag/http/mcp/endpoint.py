"""Serve `POST /mcp`: the protocol as streamable HTTP without sessions, so that any process can answer any request."""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib import import_module

import anyio
from anyio import to_thread
from anyio.abc import TaskStatus
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from rag.http.access.client import client_of
from rag.http.access.control import AccessControl
from rag.http.dependencies import links_of, view_of
from rag.http.links import Links
from rag.http.mcp.origin_check import OriginCheck
from rag.service import Service, View


@dataclass(slots=True)
class Endpoint:
    """An ASGI application. It imports the `mcp` package only at the first request; this takes a third of a second."""

    service: Service
    access: AccessControl
    _requested: anyio.Event = field(init=False)
    _ready: anyio.Event = field(init=False)
    _app: ASGIApp = field(init=False)

    async def run(self, *, task_status: TaskStatus[None]) -> None:
        """Wait for the first request, then serve requests until cancelled."""
        self._requested, self._ready = anyio.Event(), anyio.Event()
        task_status.started()
        await self._requested.wait()
        await to_thread.run_sync(import_module, "rag.http.mcp.server")  # in a thread, so that it blocks no request
        from mcp.server.streamable_http_manager import StreamableHTTPSessionManager

        from rag.http.mcp.server import Handlers

        sessions = StreamableHTTPSessionManager(
            Handlers(self._view, self._links, charge=self._charge).server(), stateless=True
        )
        self._app = sessions.handle_request
        async with sessions.run():
            self._ready.set()
            await anyio.sleep_forever()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        OriginCheck.of(self.service.settings).check(Request(scope))
        self._requested.set()
        await self._ready.wait()
        await self._app(scope, receive, send)

    def _charge(self, request: Request | None) -> None:
        assert request is not None, "every message over HTTP has a request"
        self.access.charge(client_of(request.scope))

    def _view(self, request: Request | None) -> View:
        assert request is not None, "every message over HTTP has a request"
        return view_of(request, self.service)

    def _links(self, request: Request | None) -> Links:
        assert request is not None, "every message over HTTP has a request"
        return links_of(request, self.service.settings)
