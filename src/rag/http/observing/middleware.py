"""Follow each request to its end, and pass it to the log, the metrics and the spans."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Protocol

from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rag.answer.trace import Trace, current_trace
from rag.http.access.client import client_of
from rag.http.observing.ended import LEFT, EndedRequest
from rag.http.observing.route_names import RouteNames
from rag.http.observing.traceparent import new_trace_id, trace_id
from rag.http.problems import failure_response
from rag.http.response_headers import put

REQUEST_ID = "X-Request-ID"
"""The response header with the id of the request."""

_REQUEST_ID = REQUEST_ID.lower().encode()

_log = logging.getLogger(__name__)


class Span(Protocol):
    """The span of a request, which OpenTelemetry made."""

    @property
    def trace_id(self) -> str:
        """The id of its trace, 32 hexadecimal digits."""
        ...

    def end(self, ended: EndedRequest) -> None:
        """End the span, with a child for each stage."""
        ...


Observer = Callable[[EndedRequest], None]


@dataclass(slots=True)
class _Response:
    """Sends a response with the id of its request. `status` is that of the response, `complete` whether all is sent."""

    sending: Send
    request_id: str
    status: int | None = None
    complete: bool = False

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            put(message, [(_REQUEST_ID, self.request_id.encode())])
        await self.sending(message)
        if message["type"] == "http.response.body" and not message.get("more_body"):
            self.complete = True


@dataclass(slots=True)
class Observed:
    """Plain ASGI middleware, which must be inside `Proxied`, because it reads the address of the client.

    An unexpected error of the application is logged once, with the id of the request, and the client gets 500.
    """

    app: ASGIApp
    routes: RouteNames
    observers: Sequence[Observer]
    begin_span: Callable[[Scope], Span | None] = field(default=lambda _: None)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: D102
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began = time.perf_counter()
        span = self.begin_span(scope)
        trace = Trace(span.trace_id if span else _request_id(scope), lambda: client_name(scope))
        response = _Response(send, trace.id)
        token = current_trace.set(trace)
        failed = False
        try:
            await self.app(scope, receive, response.send)
        except ClientDisconnect:  # while a route read the body
            pass
        except Exception as error:  # noqa: BLE001 - the last resort: whatever it is, the client gets an answer
            failed = True
            await self._answer_failure(scope, receive, response, error)
        finally:
            status = response.status or (HTTPStatus.INTERNAL_SERVER_ERROR if failed else LEFT)
            name, complete = self.routes.name(scope), response.complete and not failed
            seconds = time.perf_counter() - began
            ended = EndedRequest(scope["method"], name, int(status), began, seconds, complete, trace)
            for observe in (*self.observers, *([span.end] if span else [])):
                observe(ended)
            current_trace.reset(token)

    async def _answer_failure(self, scope: Scope, receive: Receive, response: _Response, error: Exception) -> None:
        _log.error("%s %s failed", scope["method"], self.routes.name(scope), exc_info=error)
        if response.status is None:
            await failure_response(scope)(scope, receive, response.send)


def client_name(scope: Scope) -> str:
    """Return the name of an identified client, or the address."""
    client = client_of(scope)
    return client.name if client else str((scope["client"] or ("unknown", 0))[0])


def _request_id(scope: Scope) -> str:
    return trace_id(Headers(scope=scope).get("traceparent", "")) or new_trace_id()
