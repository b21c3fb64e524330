"""Admit the requests that work: read the body, wait for a place, and refuse those that cannot have one in time."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from dataclasses import dataclass, field
from http import HTTPStatus

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rag.answer.generation import Departure, departure
from rag.answer.trace import QUEUE, current_trace, recorded
from rag.http.admission.connected import ConnectedClient
from rag.http.admission.gate import Busy, Full, Gate
from rag.http.body_limit import QUESTION_LIMIT
from rag.http.problems import problem_response
from rag.http.proxied import client_address, route_path
from rag.http.schemas import Problem
from rag.http.stopping import Stopping

QUESTIONS = frozenset(
    {
        *("/v1/answers", "/v1/search", "/v1/verify", "/v1/questions"),
        *("/v1/chat/completions", "/v1/responses", "/api/chat", "/mcp"),
    }
)
"""POST paths that compute."""

_READS = (
    *("/v1/documents", "/v1/fields", "/v1/suggestions", "/v1/snapshots", "/documents/"),
    *("/v1/comparisons", "/v1/timelines", "/comparisons", "/timelines"),
)
"""Beginnings of GET paths that compute or read files. Health checks, the page and its files never wait."""

_DRAWINGS = ("/v1/pages/", "/v1/page-images/", "/v1/page-boxes/")
"""Beginnings of GET paths that draw pages or find words on them. They have places of their own."""

_BODIES = 64 << 20
"""Bytes of all bodies that are read or wait. Clients that send slowly must not fill the memory."""

_BLOCKED_SECONDS = 0.05
"""Seconds after which a request whose client does not read gives its place to another one."""


class Admission:
    """Plain ASGI middleware. A request beyond the limits gets 503 with Retry-After before any work for it begins."""

    def __init__(self, app: ASGIApp, gate: Gate, drawing: Gate, stopping: Stopping) -> None:
        """Admit drawings by `drawing`, and all other requests that work by `gate`."""
        self._app = app
        self._gate = gate
        self._drawing = drawing
        self._stopping = stopping
        self._buffered = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: D102
        if scope["type"] != "http" or not _works(scope["method"], route_path(scope)):
            await self._app(scope, receive, send)
            return
        arrived = Departure()  # the deadline of a language model counts from its creation
        body = _Body()
        try:
            gate = self._drawing if route_path(scope).startswith(_DRAWINGS) else self._gate
            gate.check(client_address(scope))
            if await self._read(receive, body):
                await self._admit(scope, ConnectedClient(receive, arrived, body.messages), send, gate)
        except Busy as busy:
            await _refusal(scope, busy)(scope, receive, send)
        finally:
            self._buffered -= body.length

    async def _read(self, receive: Receive, body: _Body) -> bool:
        """Read a body up to the limit for questions. Return False if the client leaves before its end."""
        while body.length <= QUESTION_LIMIT:
            message = await receive()
            if message["type"] == "http.disconnect":
                return False
            size = len(message.get("body", b""))
            if self._buffered + size > _BODIES:
                raise Busy(1, Full.BODIES)
            body.messages.append(message)
            body.length += size
            self._buffered += size
            if not message.get("more_body"):
                return True
        return True  # BodyLimit refuses it

    async def _admit(self, scope: Scope, client: ConnectedClient, send: Send, gate: Gate) -> None:
        address = client_address(scope)
        client.watch()
        try:
            with recorded(QUEUE):
                entered = await gate.enter(address, client.left)
            if not entered:
                return
            place = _Place(gate, address, send)
            token = departure.set(client.departure)
            try:
                if not client.left.is_set():
                    with self._stopping.interruptible(client.departure):
                        await self._app(scope, client.receive, place.send)
            finally:
                departure.reset(token)
                place.leave()
        finally:
            client.close()


@dataclass(slots=True)
class _Body:
    """The parts of a body that have arrived, and their length in bytes."""

    messages: deque[Message] = field(default_factory=deque)
    length: int = 0


@dataclass(slots=True)
class _Place:
    """A place at the gate. A request that waits for its client to read gives it up early."""

    gate: Gate
    client: str
    sending: Send
    began: float = 0.0
    taken: bool = True

    def __post_init__(self) -> None:
        self.began = time.monotonic()

    def leave(self) -> None:
        if self.taken:
            self.taken = False
            self.gate.leave(self.client, time.monotonic() - self.began)

    async def send(self, message: Message) -> None:
        if not self.taken or not message.get("more_body"):
            await self.sending(message)
            return
        sent = asyncio.ensure_future(self.sending(message))
        try:
            _, blocked = await asyncio.wait({sent}, timeout=_BLOCKED_SECONDS)
            if blocked:
                self.leave()
            await sent
        finally:
            sent.cancel()


def _works(method: str, path: str) -> bool:
    return (
        path in QUESTIONS if method == "POST" else method in ("GET", "HEAD") and path.startswith((*_READS, *_DRAWINGS))
    )


def _refusal(scope: Scope, busy: Busy) -> ASGIApp:
    if trace := current_trace.get():
        trace.refusal = busy.reason
    status = HTTPStatus.SERVICE_UNAVAILABLE
    detail = f"the service has more requests than it can answer in time: send the request again in {busy.seconds} s"
    response = problem_response(scope, Problem(title=status.phrase, status=status, detail=detail))
    response.headers["Retry-After"] = str(busy.seconds)
    return response
