"""Create the ASGI application of a service: its routes, its page, and its background tasks."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import anyio
from fastapi import FastAPI
from fastapi.responses import FileResponse
from fastapi.staticfiles import StaticFiles
from starlette.middleware.cors import CORSMiddleware
from starlette.routing import Route

from rag import __version__
from rag.http import document_page, maintenance, problems, routes
from rag.http.background import PeriodicTask, periodic_tasks, running, warm_up
from rag.http.body_limit import BodyLimit
from rag.http.chats.ai_sdk import routes as ai_sdk
from rag.http.chats.completions import routes as completions
from rag.http.chats.responses import routes as responses
from rag.http.departures import Departures
from rag.http.mcp.endpoint import Endpoint
from rag.http.openapi import DocumentedApp
from rag.http.security_headers import SecurityHeaders
from rag.service import Service
from rag.upkeep import Upkeep

_SEARCHES = 16
"""The most searches that have a thread at the same time."""

_UI = Path(__file__).parent / "ui"


def create_app(service: Service) -> FastAPI:
    """Return the application. It loads the model when it starts."""
    app = DocumentedApp(
        title="rag",
        version=__version__,
        summary="Answers questions about policy documents. Each sentence cites the exact words that support it.",
        lifespan=_lifespan,
    )
    app.state.service = service
    app.state.upkeep = service.upkeep()
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
    app.add_middleware(Departures)
    app.add_middleware(BodyLimit, upload_limit=service.settings.upload_limit << 20)
    app.add_middleware(SecurityHeaders)
    if origins := service.settings.cors_origins:
        app.add_middleware(CORSMiddleware, allow_origins=origins, allow_methods=["GET", "POST"], allow_headers=["*"])
    problems.install(app)
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    service: Service = app.state.service
    upkeep: Upkeep = app.state.upkeep
    mcp: Endpoint = app.state.mcp
    warm_up(service)
    # Questions that wait for a language model must leave as many threads for other requests as there are without one.
    anyio.to_thread.current_default_thread_limiter().total_tokens += _waiting(service)
    # Resume the jobs that another process accepted, as soon as that process has ended.
    resume = [PeriodicTask(upkeep.resume)] if service.settings.api_key else []
    with closing(upkeep), running([*periodic_tasks(service), *resume]):
        async with anyio.create_task_group() as tasks:
            await tasks.start(mcp.run)
            yield
            tasks.cancel_scope.cancel()


def _waiting(service: Service) -> int:
    return service.settings.generator_waiting if service.language_model else 0


def _page() -> FileResponse:
    return FileResponse(_UI / "index.html")
