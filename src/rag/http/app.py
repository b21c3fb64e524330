"""Create the ASGI application of a service: its routes, its page, and its background tasks."""

from __future__ import annotations

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
from rag.http.share import of_one_worker
from rag.http.stopping import Stopping
from rag.service import Service
from rag.settings import Settings
from rag.upkeep import Upkeep

_SEARCHES = 16
"""The most searches that have a thread at the same time."""

_JOBS_SECONDS = 0.1
"""Seconds between two looks at the jobs on the disk."""

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
    app.state.stopping = Stopping()
    app.state.stopping.on_begin(app.state.upkeep.stop)
    app.state.mcp = Endpoint(service)
    app.state.searching = anyio.CapacityLimiter(_SEARCHES)
    app.include_router(routes.router)
    app.include_router(maintenance.router)
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


def configure(app: FastAPI) -> None:
    """Follow the settings of the service, which have changed. Requests in progress keep theirs.

    Call it in the event loop of the application.
    """
    service: Service = app.state.service
    gate: Gate = app.state.gate
    threads = anyio.to_thread.current_default_thread_limiter()
    threads.total_tokens += _waiting(service) - app.state.waiting
    app.state.waiting = _waiting(service)
    gate.adjust(_gate(service.settings), _waiting(service))
    app.user_middleware.clear()
    app.middleware_stack = None  # `add_middleware` raises an error if it is complete
    _add_middleware(app, service.settings)
    app.middleware_stack = app.build_middleware_stack()


def _add_middleware(app: FastAPI, settings: Settings) -> None:
    """Add the middleware. The last one sees a request first."""
    app.add_middleware(BodyLimit, upload_limit=settings.upload_limit << 20)
    app.add_middleware(Admission, gate=app.state.gate, stopping=app.state.stopping)
    app.add_middleware(HostCheck, allowed=AllowedHosts.of(settings))
    if origins := settings.cors_origins:
        app.add_middleware(CORSMiddleware, allow_origins=origins, allow_methods=["GET", "POST"], allow_headers=["*"])
    app.add_middleware(SecurityHeaders)
    app.add_middleware(Proxied, trusted=settings.trusted_proxies, base_url=settings.base_url)


def _gate(settings: Settings) -> Gate:
    share = of_one_worker(settings, 1)
    return Gate(share.active_requests or 1, share.queued_requests, share.queue_seconds)


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    service: Service = app.state.service
    upkeep: Upkeep = app.state.upkeep
    mcp: Endpoint = app.state.mcp
    warm_up(service)
    # Questions that wait for a language model must leave as many places and threads for other requests as there are
    # without one.
    app.state.waiting = _waiting(service)
    app.state.gate.places += app.state.waiting
    anyio.to_thread.current_default_thread_limiter().total_tokens += app.state.waiting
    with closing(upkeep), running([*periodic_tasks(service), PeriodicTask(partial(_resume, app), _JOBS_SECONDS)]):
        async with anyio.create_task_group() as tasks:
            await tasks.start(mcp.run)
            yield
            tasks.cancel_scope.cancel()


def _resume(app: FastAPI) -> None:
    """Find the jobs that other processes accept, and run them if the process that did so has ended."""
    if app.state.service.settings.api_key:
        app.state.upkeep.resume()


def _waiting(service: Service) -> int:
    return service.settings.generator_waiting if service.language_model else 0


def _page() -> FileResponse:
    return FileResponse(_UI / "index.html")
