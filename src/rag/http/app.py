"""Makes the ASGI application of a service: its routes, its page, and the watches for new snapshots and for damage."""

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
from rag.http import maintenance, pages, problems, routes
from rag.http.chats.ai_sdk import routes as ai_sdk
from rag.http.chats.completions import routes as completions
from rag.http.chats.responses import routes as responses
from rag.http.headers import SecurityHeaders
from rag.http.limits import BodyLimit
from rag.http.mcp.endpoint import Endpoint
from rag.http.openapi import Described
from rag.http.watches import Watch, warm_up, watches, watching
from rag.service import Service
from rag.upkeep import Upkeep

_UI = Path(__file__).parent / "ui"


def create_app(service: Service) -> FastAPI:
    """Return the application; the model is loaded when it starts."""
    app = Described(
        title="rag",
        version=__version__,
        summary="Questions about policy documents, answered in sentences that each cite the exact words they rest on.",
        lifespan=_lifespan,
    )
    app.state.service = service
    app.state.upkeep = service.upkeep()
    app.state.mcp = Endpoint(service)
    app.include_router(routes.router)
    app.include_router(maintenance.router)
    app.include_router(pages.router)
    for protocol in (completions, responses, ai_sdk):
        app.include_router(protocol.router)
    app.router.routes.append(Route("/mcp", app.state.mcp, methods=["POST"]))
    app.add_api_route("/", _page, include_in_schema=False)
    app.mount("/ui", StaticFiles(directory=_UI))
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
    # The jobs that another process accepted are taken up as soon as that has ended.
    resumed = [Watch(upkeep.resume)] if service.settings.api_key else []
    with closing(upkeep), watching([*watches(service), *resumed]):
        async with anyio.create_task_group() as tasks:
            await tasks.start(mcp.run)
            yield
            tasks.cancel_scope.cancel()


def _page() -> FileResponse:
    return FileResponse(_UI / "index.html")
