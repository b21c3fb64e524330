"""A client whose request is read, and that may leave before it has its answer."""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass, field

from starlette.types import Message, Receive

from rag.answer.generation import Departure


@dataclass(slots=True)
class ConnectedClient:
    """The client of one request, whose body is `body`. After it, only a disconnect can arrive; a task waits for it.

    `departure` ends the calls to a language model when the client leaves. `left` ends the wait for a place.
    """

    incoming: Receive
    departure: Departure
    body: deque[Message]
    left: asyncio.Event = field(default_factory=asyncio.Event)
    watching: asyncio.Task[None] | None = None

    def watch(self) -> None:
        """Begin to wait for the client to leave."""
        self.watching = asyncio.create_task(self._watch())

    async def receive(self) -> Message:
        """Return the parts of the body, then the disconnect."""
        if self.body:
            return self.body.popleft()
        await self.left.wait()
        return {"type": "http.disconnect"}

    def close(self) -> None:
        """End the request. If the server stops before the response is complete, the calls end too."""
        self.departure.leave()
        if self.watching is not None:
            self.watching.cancel()

    async def _watch(self) -> None:
        while (await self.incoming())["type"] != "http.disconnect":
            pass
        self.left.set()
        self.departure.leave()
