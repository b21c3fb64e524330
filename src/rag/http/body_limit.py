"""Refuse a request whose body is too long for its path."""

from __future__ import annotations

from http import HTTPStatus

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rag.http.proxied import route_path

QUESTION_LIMIT = 1 << 20
"""Bytes allowed for all paths except uploads. A question with a full history in ASCII needs less than half of them."""

_UPLOADS = ("/v1/documents/", "/v1/ingestions")


class BodyLimit:
    """Plain ASGI middleware that raises HTTPException (413) when the application reads a body that is too long.

    The error occurs inside the application, so its exception handlers format it like any other error.
    """

    def __init__(self, app: ASGIApp, upload_limit: int) -> None:
        """Wrap `app`; `upload_limit` is in bytes."""
        self._app = app
        self._upload_limit = upload_limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: D102
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = self._upload_limit if route_path(scope).startswith(_UPLOADS) else QUESTION_LIMIT
        content_length = Headers(scope=scope).get("content-length", "")
        announced = int(content_length) if content_length.isdecimal() else 0
        received = 0

        async def limited_receive() -> Message:
            nonlocal received
            message = await receive() if max(announced, received) <= limit else None
            received += len(message.get("body", b"")) if message else 0
            if message is None or received > limit:
                detail = f"the body has more than {limit} bytes, the limit for this path: send a shorter one"
                raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, detail)
            return message

        await self._app(scope, limited_receive, send)
