"""A connection with limits. uvicorn's own has none for headers, for slow clients, and for clients that do not read.

httptools joins the parts of a header as they arrive, so the time for a header grows with the square of its length: one
endless header stopped the whole service. docs/decisions/serving.md compares other servers.
"""

from __future__ import annotations

import asyncio
import json
from enum import Enum, auto
from http import HTTPStatus
from typing import Any

from uvicorn import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle
from uvicorn.server import ServerState

from rag.http.server.joined_writes import JoinedWrites
from rag.http.server.limits import ConnectionLimits
from rag.http.server.open_connections import OpenConnections

_SLICE = 16 << 10  # bytes given to the parser at once, so that a limit is noticed in time

_DETAILS = {
    HTTPStatus.BAD_REQUEST: "the request is not valid HTTP",
    HTTPStatus.REQUEST_TIMEOUT: "the request did not arrive in time: send it again",
    HTTPStatus.REQUEST_URI_TOO_LONG: "the address is too long: send a shorter one",
    HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE: "the headers are too long or too many: send fewer",
}


class _Part(Enum):
    """The part of a request that the client sends next."""

    HEAD = auto()
    BODY = auto()
    NOTHING = auto()


class _LimitReached(Exception):
    """Stops the parser."""


class LimitedConnection(HttpToolsProtocol):
    """One connection of a client. A limit that is reached closes it, with 408, 414 or 431 if a request had begun."""

    def __init__(
        self,
        limits: ConnectionLimits,
        others: OpenConnections,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._limits = limits
        self._others = others
        self._part = _Part.HEAD
        self._begun = False  # the client has sent a byte of the next request
        self._head_bytes = 0
        self._silent_bytes = 0  # bytes in which the parser found no end of a header and no body
        self._found = False
        self._body_bytes = 0  # of the body, since the last check
        self._fault = HTTPStatus.BAD_REQUEST
        self._timer: asyncio.TimerHandle | None = None
        self._timed = _Part.NOTHING
        self._expired = False  # the timer has run out, and the connection waits for its turn to be closed
        self._answering: list[RequestResponseCycle] = []
        self._unread: asyncio.TimerHandle | None = None

    # The connection

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for a request."""
        super().connection_made(JoinedWrites(transport, self.loop))
        self._others.opened(self)
        self._time()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        self._others.closed(self)
        for timer in (self._timer, self._unread, self.timeout_keep_alive_task):
            if timer is not None:
                timer.cancel()
        self.timeout_keep_alive_task = None
        self._leave()
        super().connection_lost(exc)

    def give_up(self) -> None:
        """Close the connection without an answer."""
        self._leave()
        self.transport.abort()

    def data_received(self, data: bytes) -> None:
        """Parse data in slices, and refuse a request that exceeds a limit."""
        self._begun = True
        if self._expired:  # in time, because the service is late itself
            self._expired, self._timed = False, _Part.NOTHING
        for start in range(0, len(data), _SLICE):
            if self.transport.is_closing():
                return
            part = data[start : start + _SLICE]
            self._found = False
            super().data_received(part)
            self._silent_bytes = 0 if self._found else self._silent_bytes + len(part)
            if self._silent_bytes > self._limits.head_bytes:
                in_head = self._part is _Part.HEAD
                self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE if in_head else HTTPStatus.BAD_REQUEST)
        self._time()

    def pause_writing(self) -> None:
        """Give the client some time to read."""
        super().pause_writing()
        if self._unread is None:
            self._unread = self.loop.call_later(self._limits.unread_seconds, self.give_up)

    def resume_writing(self) -> None:
        """Go on: the client has read."""
        super().resume_writing()
        if self._unread is not None:
            self._unread.cancel()
            self._unread = None

    def timeout_keep_alive_handler(self) -> None:
        """Close a connection that is idle between two requests."""
        super().timeout_keep_alive_handler()
        self._abort_soon()

    def shutdown(self) -> None:
        """Close the connection when its response is complete."""
        super().shutdown()
        if self.transport.is_closing():
            self._abort_soon()

    # The parser

    def on_message_begin(self) -> None:
        """Begin a request."""
        super().on_message_begin()
        self._found = True
        self._head_bytes = 0
        self._part = _Part.HEAD

    def on_url(self, url: bytes) -> None:
        """Add a part of the address."""
        self._count(len(url), HTTPStatus.REQUEST_URI_TOO_LONG)
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Add a header. Fields after a body are counted and left out."""
        self._count(len(name) + len(value), HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
        if len(self.headers) >= self._limits.head_fields:
            self._stop(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
        if self._part is _Part.HEAD:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Start the request."""
        self._found = True
        if len(self.pipeline) >= self._limits.pipelined:
            self._stop(HTTPStatus.BAD_REQUEST)
        self._part = _Part.BODY
        self._body_bytes = 0
        super().on_headers_complete()
        self._answering.append(self.cycle)

    def on_body(self, body: bytes) -> None:
        """Add a part of the body."""
        self._found = True
        self._body_bytes += len(body)
        super().on_body(body)

    def on_message_complete(self) -> None:
        """End the request."""
        self._found, self._begun = True, False
        if self.cycle.response_complete:  # the server answered without the body
            self._part = _Part.HEAD
        else:
            self._part = _Part.NOTHING
            self._others.works(self)
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """Wait for the next request, or close the connection."""
        del self._answering[:1]
        super().on_response_complete()
        if self.transport.is_closing():
            self._abort_soon()
        elif not self._answering:
            self._others.waits(self)

    def send_400_response(self, msg: str) -> None:
        """Refuse a request that cannot be parsed, or that exceeds a limit."""
        self._refuse(self._fault)

    # Limits

    def _count(self, size: int, fault: HTTPStatus) -> None:
        self._head_bytes += size
        if self._head_bytes > self._limits.head_bytes:
            self._stop(fault)

    def _stop(self, fault: HTTPStatus) -> None:
        self._fault = fault
        raise _LimitReached

    def _time(self) -> None:
        """Start the timer of the part that the client sends, if none runs for this part."""
        expected = self._part if self._part is not _Part.NOTHING or not self._begun else _Part.HEAD
        if expected is self._timed:
            return
        if self._timer is not None:
            self._timer.cancel()
        self._timed, self._timer = expected, None
        if expected is not _Part.NOTHING and not self.transport.is_closing():
            self._start_timer()

    def _start_timer(self) -> None:
        in_head = self._timed is _Part.HEAD
        seconds = self._limits.head_seconds if in_head else self._limits.body_seconds
        self._timer = self.loop.call_later(seconds, self._expire)

    def _expire(self) -> None:
        self._timer, self._expired = None, True
        self._others.turns.call(self._end_if_expired, self.loop)

    def _end_if_expired(self) -> None:
        if self._expired and not self.transport.is_closing():
            self._expired = False
            self._late()

    def _late(self) -> None:
        """Refuse a request that is slow. While the server does not read, the client is not slow."""
        is_fast = self._timed is _Part.BODY and self._body_bytes >= self._limits.body_bytes
        if is_fast or self.flow.read_paused or self._answers_earlier_request():
            self._body_bytes = 0
            self._start_timer()
        elif self._begun:
            self._refuse(HTTPStatus.REQUEST_TIMEOUT)
        else:
            self.transport.close()
            self._abort_soon()

    def _refuse(self, status: HTTPStatus) -> None:
        """Send a problem and close the connection. If a response has begun, only close it."""
        if self.transport.is_closing():
            return
        self._others.refused(status)
        if not self._answers_earlier_request() and not any(cycle.response_started for cycle in self._answering):
            self.transport.write(_problem(status))
        self._leave()
        self.transport.close()
        self._abort_soon()

    def _leave(self) -> None:
        """Tell the application that the client is gone."""
        for cycle in self._answering:
            cycle.disconnected = True
            cycle.message_event.set()

    def _answers_earlier_request(self) -> bool:
        """Return whether the response to an earlier request than the one that arrives is not complete."""
        return len(self._answering) > (self._part is _Part.BODY)

    def _abort_soon(self) -> None:
        """Give the client some time to read the rest. Without this, the connection could stay open for ever."""
        if self._unread is None:
            self._unread = self.loop.call_later(self._limits.closing_seconds, self.give_up)


def _problem(status: HTTPStatus) -> bytes:
    body = {"type": "about:blank", "title": status.phrase, "status": status, "detail": _DETAILS[status], "errors": []}
    content = json.dumps(body).encode()
    head = [
        f"HTTP/1.1 {status} {status.phrase}",
        "content-type: application/problem+json",
        f"content-length: {len(content)}",
        "connection: close",
        "x-content-type-options: nosniff",
    ]
    return "\r\n".join([*head, "", ""]).encode() + content
