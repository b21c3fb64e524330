"""A light client that sends requests at a rate without waiting for answers. It shares the machine with the service.

A time starts when the request was due, not when it was sent (no coordinated omission).
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from itertools import count

from rag.benchmarking.load import arrivals

_TIMEOUT = 60.0


@dataclass(frozen=True, slots=True)
class Reply:
    """The status of a reply, the milliseconds until its end, and the second at which it ended; status 0 if none came.

    `generated` says that a language model was waited for.
    """

    status: int
    took: float
    ended: float
    generated: bool = False


class Client:
    """Sends requests to one server over connections that it keeps."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._idle: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []

    async def send(self, request: bytes, due: float) -> Reply:
        """Send a request, and repeat it once if the server has closed the idle connection."""
        for attempt in range(2):
            fresh = not self._idle or attempt > 0
            try:
                status, body = await asyncio.wait_for(self._exchange(request, fresh), _TIMEOUT)
            except (OSError, asyncio.IncompleteReadError, TimeoutError, ValueError):
                if fresh:
                    break
                continue
            now = time.perf_counter()
            return Reply(status, (now - due) * 1000, now, b'"degraded":"' in body)
        now = time.perf_counter()
        return Reply(0, (now - due) * 1000, now)

    def close(self) -> None:
        """Close all connections."""
        for _, writer in self._idle:
            writer.close()
        self._idle.clear()

    async def _exchange(self, request: bytes, fresh: bool) -> tuple[int, bytes]:
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port) if fresh else self._idle.pop()
        try:
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
            body = await reader.readexactly(length)
        except BaseException:
            writer.close()
            raise
        if b"connection: close" in head.lower():
            writer.close()
        else:
            self._idle.append((reader, writer))
        return int(head.split(b" ", 2)[1]), body


def question(number: int, texts: tuple[str, ...]) -> bytes:
    """Return a request with a question that nobody has asked before."""
    body = b'{"question": "%s %d"}' % (texts[number % len(texts)].encode(), number)
    head = "POST /v1/answers HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


async def in_turn(client: Client, make: Callable[[int], bytes], users: int, seconds: float) -> list[Reply]:
    """Let each of several users send its next request when it has the reply to the last one.

    The users share the numbers. If each had questions of its own, users with cheap questions would ask more often.
    """
    replies: list[Reply] = []
    end = time.perf_counter() + seconds
    numbers = count()

    async def user() -> None:
        while time.perf_counter() < end:
            replies.append(await client.send(make(next(numbers)), time.perf_counter()))

    await asyncio.gather(*(user() for _ in range(users)))
    return replies


async def at_rate(client: Client, make: Callable[[int], bytes], rate: float, seconds: float) -> list[Reply]:
    """Send requests at the times of a Poisson process with a rate in requests a second."""
    began = time.perf_counter()
    tasks = []
    for number, at in enumerate(arrivals(rate, seconds)):
        with suppress(ValueError):
            await asyncio.sleep(began + at - time.perf_counter())
        tasks.append(asyncio.create_task(client.send(make(number), began + at)))
    return list(await asyncio.gather(*tasks))
