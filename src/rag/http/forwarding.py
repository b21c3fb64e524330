"""Pass the requests that only the writer can answer from a replica on to it.

These are changes of the index, their jobs, and everything that is kept of questions and answers. The writer identifies
the client, and decides. So clients may send any request to any replica.
"""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator, Iterator

import httpx2
from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Receive, Scope, Send

from rag.answer.trace import current_trace
from rag.errors import ReplicationError
from rag.http.problems import problem_of, problem_response
from rag.http.proxied import route_path

_KEPT = ("/v1/shared-answers", "/v1/feedback", "/v1/questions", "/v1/feed", "/v1/review")
_JOBS = ("/v1/ingestions",)

_CONNECT_SECONDS, _ANSWER_SECONDS = 5.0, 90.0
"""A change waits a minute for its snapshot. Then the writer answers with the address of the job."""

_FORWARDED = "x-rag-replica"
"""Marks requests of replicas, so that a replica whose writer is another replica refuses them."""

_HOP = frozenset(
    {
        *("connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "te", "trailer"),
        *("transfer-encoding", "upgrade"),
    }
)
"""Headers that are about one connection only (RFC 9110)."""

_REPLACED = frozenset(
    {
        *("forwarded", "x-forwarded-for", "x-forwarded-proto", "x-forwarded-host", "x-forwarded-prefix"),
        *("traceparent", _FORWARDED),
    }
)


class Writer:
    """The writer of a replica. Close it with the application."""

    def __init__(self, address: str) -> None:
        self.address = address.rstrip("/")
        self._client: httpx2.AsyncClient | None = None

    async def close(self) -> None:
        """Close the connections."""
        if self._client is not None:
            await self._client.aclose()
            self._client = None

    async def forward(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the writer answer a request."""
        request = Request(scope, receive)
        if _FORWARDED in request.headers:
            await self._refuse("it is a replica too: set RAG_WRITER to the writer itself", scope, receive, send)
            return
        started = False
        try:
            async with self._opened().stream(
                request.method, self._url(scope), headers=list(_headers(request)), content=request.stream()
            ) as response:
                started = True
                headers = [(name.lower(), value) for name, value in response.headers.raw]
                kept = [(name, value) for name, value in headers if name.decode("latin-1") not in _HOP]
                await send({"type": "http.response.start", "status": response.status_code, "headers": kept})
                await _send_body(response.aiter_raw(), send)
        except (httpx2.HTTPError, ClientDisconnect):
            if started:
                raise
            await self._refuse("it does not answer: send the change again later", scope, receive, send)

    def _opened(self) -> httpx2.AsyncClient:
        if self._client is None:
            timeout = httpx2.Timeout(_ANSWER_SECONDS, connect=_CONNECT_SECONDS)
            self._client = httpx2.AsyncClient(timeout=timeout, trust_env=False)
        return self._client

    def _url(self, scope: Scope) -> str:
        """Return the address of the request at the writer, without the prefix of the proxy."""
        root = scope.get("root_path", "").encode()
        path = scope["raw_path"].removeprefix(root).decode("latin-1")
        query = scope["query_string"].decode("latin-1")
        return f"{self.address}{path}{'?' if query else ''}{query}"

    async def _refuse(self, reason: str, scope: Scope, receive: Receive, send: Send) -> None:
        error = ReplicationError(
            f"this replica answers questions, and only the writer at {self.address} does this, but {reason}"
        )
        problem = problem_of(error)
        response = problem_response(scope, problem)
        response.headers["Retry-After"] = "5"
        await response(scope, receive, send)


class Forwarding:
    """Plain ASGI middleware. It runs before the client is identified, because the writer does that."""

    def __init__(self, app: ASGIApp, writer: Writer) -> None:
        self._app = app
        self._writer = writer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: D102
        if scope["type"] == "http" and is_for_writer(scope["method"], route_path(scope)):
            await self._writer.forward(scope, receive, send)
        else:
            await self._app(scope, receive, send)


def is_for_writer(method: str, path: str) -> bool:
    """Return whether only the writer can answer a request."""
    changes = method in ("PUT", "DELETE") and path.startswith(("/v1/documents/", "/v1/snapshots/"))
    return changes or any(path == one or path.startswith(f"{one}/") for one in (*_KEPT, *_JOBS))


def _headers(request: Request) -> Iterator[tuple[str, str]]:
    for name, value in request.headers.items():
        if name not in _HOP | _REPLACED:
            yield name, value
    yield "x-forwarded-for", (request.scope["client"] or ("", 0))[0]
    yield "x-forwarded-proto", request.scope["scheme"]
    if root := request.scope.get("root_path"):
        yield "x-forwarded-prefix", root
    yield _FORWARDED, "1"
    if trace := current_trace.get():
        yield "traceparent", f"00-{trace.id}-{secrets.token_hex(8)}-01"


async def _send_body(blocks: AsyncIterator[bytes], send: Send) -> None:
    async for block in blocks:
        await send({"type": "http.response.body", "body": block, "more_body": True})
    await send({"type": "http.response.body", "body": b""})
