"""Notice that the client of a question has left, so that a call to a language model ends with it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rag.answer.generation import Departure, departure

_PATHS = ("/v1/answers", "/v1/chat/completions", "/v1/responses", "/api/chat")


class Departures:
    """Plain ASGI middleware that tells the calls of a question when its client disconnects."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: D102
        if scope["type"] != "http" or scope["path"] not in _PATHS:
            await self._app(scope, receive, send)
            return
        client = _Client(receive)
        token = departure.set(client.departure)
        try:
            await self._app(scope, client.receive, send)
        finally:
            client.close()
            departure.reset(token)


@dataclass(slots=True)
class _Client:
    """The client of one request. After its body, only a disconnect can arrive, and a task waits for it."""

    incoming: Receive
    departure: Departure = field(default_factory=Departure)
    waiting: asyncio.Task[None] | None = None

    async def receive(self) -> Message:
        if self.waiting is None:
            message = await self.incoming()
            if not message.get("more_body"):
                self.waiting = asyncio.create_task(self._wait())
            return message
        await asyncio.shield(self.waiting)
        return {"type": "http.disconnect"}

    def close(self) -> None:
        """End the request. If the server stops before the response is complete, the calls end too."""
        self.departure.leave()
        if self.waiting is not None:
            self.waiting.cancel()

    async def _wait(self) -> None:
        while (await self.incoming())["type"] != "http.disconnect":
            pass
        self.departure.leave()
