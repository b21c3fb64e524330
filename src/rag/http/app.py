"""Makes the ASGI application of a service: its routes, its page, and the watch for new snapshots."""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI
from fastapi.responses import FileResponse
from fastapi.staticfiles import StaticFiles

from rag import __version__
from rag.errors import NoSnapshot, RagError
from rag.http import problems
from rag.http.headers import SecurityHeaders
from rag.http.openapi import Described
from rag.http.routes import router
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
    app.include_router(router)
    app.add_api_route("/", _page, include_in_schema=False)
    app.mount("/ui", StaticFiles(directory=_UI))
    app.add_middleware(SecurityHeaders)
    problems.install(app)
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    service: Service = app.state.service
    _warm_up(service)
    stopped = threading.Event()
    watch = threading.Thread(target=_watch, args=(service, stopped), daemon=True)
    watch.start()
    yield
    stopped.set()
    watch.join()


def _warm_up(service: Service) -> None:
    """Load the model and run it once, so that the first question is as quick as the second."""
    try:
        service.answer("What is ready?")
    except RagError as error:
        _log.warning("%s", error)


def _watch(service: Service, stopped: threading.Event) -> None:
    """Open each new snapshot beside the requests, which keep the one they began with."""
    told = ""
    while not stopped.wait(_POLL_SECONDS):
        try:
            service.store.refresh()
        except NoSnapshot:
            continue
        except (RagError, OSError, sqlite3.Error) as error:
            if str(error) != told:  # what is not mended stays wrong at every look
                _log.warning("%s", error)
            told = str(error)


def _page() -> FileResponse:
    return FileResponse(_UI / "index.html")
