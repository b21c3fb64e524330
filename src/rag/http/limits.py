"""Refuses a request whose body is longer than such a request may have."""

from __future__ import annotations

from http import HTTPStatus

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

QUESTION_LIMIT = 1 << 20
"""Bytes that a request which only asks may have: what a question and its history may hold, and room to spare."""

_UPLOADS = ("/v1/documents/", "/v1/ingestions")


class BodyLimit:
    """Middleware, plain ASGI; whoever reads the body meets the error, so that it is told as every other one."""

    def __init__(self, app: ASGIApp, upload_limit: int) -> None:
        """`upload_limit` is in bytes."""
        self._app = app
        self._upload_limit = upload_limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: D102
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        most = self._upload_limit if scope["path"].startswith(_UPLOADS) else QUESTION_LIMIT
        announced = Headers(scope=scope).get("content-length", "")
        received = int(announced) if announced.isdecimal() else 0
        counted = 0

        async def receive_some() -> Message:
            nonlocal counted
            message = await receive() if max(received, counted) <= most else None
            counted += len(message.get("body", b"")) if message else 0
            if message is None or counted > most:
                detail = f"the body has more than {most} bytes, the most that such a request may have: send less"
                raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, detail)
            return message

        await self._app(scope, receive_some, send)
