"""Makes the ASGI application of a service: its routes, its page, and the watches for new snapshots and for damage."""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI
from fastapi.responses import FileResponse
from fastapi.staticfiles import StaticFiles

from rag import __version__
from rag.errors import NoSnapshot, RagError
from rag.http import maintenance, pages, problems, routes
from rag.http.chats.ai_sdk import routes as ai_sdk
from rag.http.chats.completions import routes as completions
from rag.http.chats.responses import routes as responses
from rag.http.headers import SecurityHeaders
from rag.http.limits import BodyLimit
from rag.http.openapi import Described
from rag.upkeep import Upkeep
from rag.wiring import Service

_UI = Path(__file__).parent / "ui"
_POLL_SECONDS = 0.25

_log = logging.getLogger(__name__)


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
    app.include_router(routes.router)
    app.include_router(maintenance.router)
    app.include_router(pages.router)
    for protocol in (completions, responses, ai_sdk):
        app.include_router(protocol.router)
    app.add_api_route("/", _page, include_in_schema=False)
    app.mount("/ui", StaticFiles(directory=_UI))
    app.add_middleware(BodyLimit, upload_limit=service.settings.upload_limit << 20)
    app.add_middleware(SecurityHeaders)
    problems.install(app)
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    service: Service = app.state.service
    _warm_up(service)
    stopped = threading.Event()
    watches = [threading.Thread(target=_watch, args=(service, stopped), daemon=True)]
    if service.settings.verify_minutes:
        watches.append(threading.Thread(target=_verify, args=(service, stopped), daemon=True))
    upkeep: Upkeep = app.state.upkeep
    if service.settings.api_key:
        watches.append(threading.Thread(target=_resume, args=(upkeep, stopped), daemon=True))
    for watch in watches:
        watch.start()
    yield
    stopped.set()
    upkeep.close()
    for watch in watches:
        watch.join()


def _warm_up(service: Service) -> None:
    """Load the model and run it once, so that the first question is as quick as the second."""
    try:
        service.answer("What is ready?")
    except RagError as error:
        _log.warning("%s", error)


def _watch(service: Service, stopped: threading.Event) -> None:
    """Open each new snapshot beside the requests, which keep the one they began with."""
    _repeat(service.store.refresh, _POLL_SECONDS, stopped)


def _verify(service: Service, stopped: threading.Event) -> None:
    """Look for damage on the disk beside the requests, which read but a few bytes of a file each."""
    _repeat(service.store.recheck, 60 * service.settings.verify_minutes, stopped)


def _resume(upkeep: Upkeep, stopped: threading.Event) -> None:
    """Take up the jobs that another process accepted, as soon as that has ended."""
    _repeat(upkeep.resume, _POLL_SECONDS, stopped)


def _repeat(act: Callable[[], object], seconds: float, stopped: threading.Event) -> None:
    told = ""
    while not stopped.wait(seconds):
        try:
            act()
        except NoSnapshot:
            continue
        except (RagError, OSError, sqlite3.Error) as error:
            if str(error) != told:  # what is not mended stays wrong at every look
                _log.warning("%s", error)
            told = str(error)


def _page() -> FileResponse:
    return FileResponse(_UI / "index.html")
