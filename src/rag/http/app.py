"""Create the ASGI application of a service: its routes, its page, and its background tasks."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing, suppress
from functools import partial
from itertools import chain
from pathlib import Path

import anyio
from fastapi import FastAPI
from fastapi.responses import FileResponse
from fastapi.staticfiles import StaticFiles
from fastapi.telemetry import TelemetryConfig
from starlette.middleware.cors import CORSMiddleware
from starlette.routing import Route

from rag import __version__
from rag.answer.generation import LanguageModel
from rag.http import (
    api_docs,
    document_page,
    document_parts,
    maintenance,
    page_routes,
    problems,
    routes,
    verifying,
    version_pages,
    version_routes,
)
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
from rag.http.compression import Compression
from rag.http.exports import routes as exports
from rag.http.forwarding import Forwarding, Writer
from rag.http.hosts import AllowedHosts, HostCheck
from rag.http.keeping import question_routes
from rag.http.keeping import routes as keeping
from rag.http.mcp.endpoint import Endpoint
from rag.http.observing import routes as observing
from rag.http.observing import spans
from rag.http.observing.index_state import REFRESH_SECONDS, IndexState
from rag.http.observing.metrics import Metrics
from rag.http.observing.middleware import REQUEST_ID, Observed
from rag.http.observing.processes import are_several
from rag.http.observing.request_log import RequestLog
from rag.http.observing.route_names import RouteNames
from rag.http.openapi import DocumentedApp
from rag.http.proxied import Proxied
from rag.http.security_headers import SecurityHeaders
from rag.http.share import of_one_worker
from rag.http.stopping import Stopping
from rag.ingest.original_pages import PLACES
from rag.service import Service
from rag.settings import Settings
from rag.upkeep import Upkeep

_SEARCHES = 16
"""The most searches that have a thread at the same time."""

_DRAWINGS, _DRAWING_SECONDS = 64, 20.0
"""The most requests that wait until a page is drawn, and the seconds that they may wait."""

_JOBS_SECONDS = 0.1
"""Seconds between two looks at the jobs on the disk."""

_SAMPLE_SECONDS = 1.0

_NO_TELEMETRY: TelemetryConfig = {"tracing": False, "metrics": False, "logs": False}
"""`observing` has spans and metrics of its own, without paths. FastAPI's would look for a provider at each request."""

_UI = Path(__file__).parent / "ui"


def create_app(service: Service, sent_spans: spans.Spans | None = None) -> FastAPI:
    """Return the application. It loads the model when it starts.

    `sent_spans` are those of its requests; by default those that the variables of OpenTelemetry describe.
    """
    app = DocumentedApp(
        title="rag",
        version=__version__,
        summary="Answers questions about policy documents. Each sentence cites the exact words that support it.",
        lifespan=_lifespan,
        telemetry=_NO_TELEMETRY,
        docs_url=None,
        redoc_url=None,
    )
    app.state.service = service
    app.state.upkeep = service.upkeep()
    app.state.stopping = Stopping()
    app.state.stopping.on_begin(app.state.upkeep.stop)
    app.state.access = AccessControl(service.settings)
    app.state.mcp = Endpoint(service, app.state.access)
    app.state.searching = anyio.CapacityLimiter(_SEARCHES)
    app.state.measuring = anyio.CapacityLimiter(1)
    documents = (version_routes, document_parts, routes, page_routes, version_pages)
    api = (*documents, keeping, exports, verifying, maintenance, access_routes, document_page)
    routers = [one.router for one in (*api, observing, question_routes, completions, responses, ai_sdk)]
    routers.append(question_routes.review_router)
    for router in routers:
        app.include_router(router)
    app.router.routes.append(Route("/mcp", app.state.mcp, methods=["POST"]))
    app.add_api_route("/", _page, include_in_schema=False)
    app.mount("/ui", StaticFiles(directory=_UI))
    api_docs.install(app)
    app.state.gate = _gate(service.settings, lambda: _waiting_now(service))
    app.state.drawing = Gate(PLACES, _DRAWINGS, _DRAWING_SECONDS)
    app.state.writer = Writer(writer) if (writer := service.settings.writer) else None
    app.state.index_state = IndexState(service, app.state.upkeep, lambda: _changes_here(app))
    app.state.metrics = Metrics([app.state.index_state])
    app.state.spans = sent_spans or spans.from_environment()
    # FastAPI hides the routes of a router that it includes.
    app.state.route_names = RouteNames([*chain.from_iterable(one.routes for one in routers), *app.router.routes])
    _add_middleware(app, service.settings)
    problems.install(app)
    return app


def configure(app: FastAPI, access: AccessControl) -> None:
    """Follow the settings of the service, which have changed. Requests in progress keep theirs.

    `access` follows them already. Call this in the event loop of the application.
    """
    service: Service = app.state.service
    gate: Gate = app.state.gate
    threads = anyio.to_thread.current_default_thread_limiter()
    threads.total_tokens += _waiting(service) - app.state.waiting
    app.state.waiting = _waiting(service)
    app.state.access = app.state.mcp.access = access
    gate.adjust(_gate(service.settings))
    _free_places_of_waiting(app)
    app.user_middleware.clear()
    app.middleware_stack = None  # `add_middleware` raises an error if it is complete
    _add_middleware(app, service.settings)
    app.middleware_stack = app.build_middleware_stack()


def _add_middleware(app: FastAPI, settings: Settings) -> None:
    """Add the middleware. The last one sees a request first."""
    app.add_middleware(BodyLimit, upload_limit=settings.upload_limit << 20)
    gates = {"gate": app.state.gate, "drawing": app.state.drawing}
    app.add_middleware(Admission, **gates, stopping=app.state.stopping)
    app.add_middleware(AccessCheck, control=app.state.access)
    if app.state.writer is not None:
        app.add_middleware(Forwarding, writer=app.state.writer)
    app.add_middleware(HostCheck, allowed=AllowedHosts.of(settings))
    if origins := settings.cors_origins:
        methods, own = ["GET", "POST"], [REQUEST_ID]
        app.add_middleware(
            CORSMiddleware, allow_origins=origins, allow_methods=methods, allow_headers=["*"], expose_headers=own
        )
    observers = [RequestLog(settings.slow_seconds, settings.log_questions), app.state.metrics.ended]
    begin_span, names = app.state.spans.begin, app.state.route_names
    app.add_middleware(Observed, routes=names, observers=observers, begin_span=begin_span)
    app.add_middleware(SecurityHeaders)
    app.add_middleware(Compression)
    app.add_middleware(Proxied, trusted=settings.trusted_proxies, base_url=settings.base_url)


def _gate(settings: Settings, elsewhere: Callable[[], int] = lambda: 0) -> Gate:
    share = of_one_worker(settings, 1)
    return Gate(share.active_requests or 1, share.queued_requests, share.queue_seconds, elsewhere)


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    service: Service = app.state.service
    upkeep: Upkeep = app.state.upkeep
    mcp: Endpoint = app.state.mcp
    warm_up(service)
    # Questions that wait for a language model must leave as many places and threads for other requests as there are
    # without one. They take no places, so that no more requests compute at once if the model is not asked.
    app.state.waiting = _waiting(service)
    anyio.to_thread.current_default_thread_limiter().total_tokens += app.state.waiting
    _free_places_of_waiting(app)
    tasks = [
        *periodic_tasks(service),
        PeriodicTask(lambda: app.state.access.keys.refresh()),
        PeriodicTask(partial(_resume, app), _JOBS_SECONDS),
        PeriodicTask(app.state.index_state.refresh, REFRESH_SECONDS),
    ]
    app.state.index_state.look()
    with closing(app.state.spans), closing(upkeep), running(tasks):
        async with anyio.create_task_group() as group:
            await group.start(mcp.run)
            if are_several():
                group.start_soon(_sample, app)
            yield
            group.cancel_scope.cancel()
    if app.state.writer is not None:
        await app.state.writer.close()


async def _sample(app: FastAPI) -> None:
    """Set the gauges of this process, because another process may answer Prometheus."""
    while True:
        app.state.metrics.sample(app.state.gate, app.state.service.language_model)
        await anyio.sleep(_SAMPLE_SECONDS)


def _resume(app: FastAPI) -> None:
    """Find the jobs that other processes accept, and run them if the process that did so has ended."""
    if _changes_here(app):
        app.state.upkeep.resume()


def _changes_here(app: FastAPI) -> bool:
    """Return whether any client may change the index, and this process makes the change."""
    return app.state.access.can_change and app.state.writer is None


def _waiting(service: Service) -> int:
    return service.settings.generator_waiting if service.language_model else 0


def _waiting_now(service: Service) -> int:
    return service.language_model.waiting if service.language_model else 0


def _free_places_of_waiting(app: FastAPI) -> None:
    """Let a queued request begin when a question begins to wait for the language model. Call it in the event loop."""
    model: LanguageModel | None = app.state.service.language_model
    loop, gate = asyncio.get_running_loop(), app.state.gate

    def give_places() -> None:
        with suppress(RuntimeError):  # the application has ended
            loop.call_soon_threadsafe(gate.give_places)

    if model is not None:
        model.on_waiting(give_places)


def _page() -> FileResponse:
    return FileResponse(_UI / "index.html")
