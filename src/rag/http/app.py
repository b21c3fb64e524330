"""Create the ASGI application of a service: its routes, its page, and its background tasks."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from functools import partial
from pathlib import Path

import anyio
from fastapi import FastAPI
from fastapi.responses import FileResponse
from fastapi.staticfiles import StaticFiles
from starlette.middleware.cors import CORSMiddleware
from starlette.routing import Route

from rag import __version__
from rag.http import api_docs, document_page, maintenance, problems, routes
from rag.http.access import routes as access_routes
from rag.http.access.control import AccessControl
from rag.http.access.middleware import AccessCheck
from rag.http.admission.gate import Gate
from rag.http.admission.middleware import Admission
from rag.http.background import PeriodicTask, periodic_tasks, running, warm_up
from rag.http.body_limit import BodyLimit
from rag.http.chats.ai_sdk import routes as ai_sdk
from rag.http.chats.completions import routes as completions
from rag.http.chats.responses import routes as responses
from rag.http.hosts import AllowedHosts, HostCheck
from rag.http.mcp.endpoint import Endpoint
from rag.http.openapi import DocumentedApp
from rag.http.proxied import Proxied
from rag.http.security_headers import SecurityHeaders
from rag.service import Service
from rag.settings import Settings
from rag.upkeep import Upkeep

_SEARCHES = 16
"""The most searches that have a thread at the same time."""

_REQUESTS_FOR_EACH_CORE = 2

_UI = Path(__file__).parent / "ui"


def create_app(service: Service) -> FastAPI:
    """Return the application. It loads the model when it starts."""
    app = DocumentedApp(
        title="rag",
        version=__version__,
        summary="Answers questions about policy documents. Each sentence cites the exact words that support it.",
        lifespan=_lifespan,
        docs_url=None,
        redoc_url=None,
    )
    app.state.service = service
    app.state.upkeep = service.upkeep()
    app.state.access = AccessControl(service.settings)
    app.state.mcp = Endpoint(service, app.state.access)
    app.state.searching = anyio.CapacityLimiter(_SEARCHES)
    app.include_router(routes.router)
    app.include_router(maintenance.router)
    app.include_router(access_routes.router)
    app.include_router(document_page.router)
    for protocol in (completions, responses, ai_sdk):
        app.include_router(protocol.router)
    app.router.routes.append(Route("/mcp", app.state.mcp, methods=["POST"]))
    app.add_api_route("/", _page, include_in_schema=False)
    app.mount("/ui", StaticFiles(directory=_UI))
    api_docs.install(app)
    app.state.gate = _gate(service.settings)
    _add_middleware(app, service.settings)
    problems.install(app)
    return app


def _add_middleware(app: FastAPI, settings: Settings) -> None:
    """Add the middleware. The last one sees a request first."""
    app.add_middleware(BodyLimit, upload_limit=settings.upload_limit << 20)
    app.add_middleware(Admission, gate=app.state.gate)
    app.add_middleware(AccessCheck, control=app.state.access)
    app.add_middleware(HostCheck, allowed=AllowedHosts.of(settings))
    if origins := settings.cors_origins:
        app.add_middleware(CORSMiddleware, allow_origins=origins, allow_methods=["GET", "POST"], allow_headers=["*"])
    app.add_middleware(SecurityHeaders)
    app.add_middleware(Proxied, trusted=settings.trusted_proxies, base_url=settings.base_url)


def _gate(settings: Settings) -> Gate:
    active = settings.active_requests or _REQUESTS_FOR_EACH_CORE * (os.cpu_count() or 1)
    return Gate(active, settings.queued_requests, settings.queue_seconds)


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    service: Service = app.state.service
    upkeep: Upkeep = app.state.upkeep
    mcp: Endpoint = app.state.mcp
    access: AccessControl = app.state.access
    warm_up(service)
    # Questions that wait for a language model must leave as many places and threads for other requests as there are
    # without one.
    app.state.gate.places += _waiting(service)
    anyio.to_thread.current_default_thread_limiter().total_tokens += _waiting(service)
    tasks = [
        *periodic_tasks(service),
        PeriodicTask(access.keys.refresh),
        PeriodicTask(partial(_resume, access, upkeep)),
    ]
    with closing(upkeep), running(tasks):
        async with anyio.create_task_group() as group:
            await group.start(mcp.run)
            yield
            group.cancel_scope.cancel()


def _resume(access: AccessControl, upkeep: Upkeep) -> None:
    """Resume the jobs that another process accepted, as soon as that process has ended."""
    if access.can_change:
        upkeep.resume()


def _waiting(service: Service) -> int:
    return service.settings.generator_waiting if service.language_model else 0


def _page() -> FileResponse:
    return FileResponse(_UI / "index.html")
