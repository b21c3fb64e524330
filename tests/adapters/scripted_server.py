"""A scripted HTTP server for tests of generators, and a reader of their events."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any, TypeAlias, cast

from rag.answer.generation import Deadline
from rag.answer.generation.event_loop import iterate
from rag.protocols import Generator, GeneratorEvent, GeneratorRequest

Reply: TypeAlias = Callable[["Handler"], None]


@dataclass(frozen=True)
class Request:
    path: str
    headers: dict[str, str]  # their names in lower case
    body: dict[str, Any]


class Server(ThreadingHTTPServer):
    """Answers requests with `replies` in turn, the last one again and again, and records them.

    Setting `closing` ends replies that would never end.
    """

    block_on_close = False

    def __init__(self, replies: Sequence[Reply]) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.replies = list(replies)
        self.closing = Event()
        self.requests: list[Request] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def handle_error(self, request: object, client_address: object) -> None:
        """Print nothing, because the tests disconnect clients on purpose."""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        server = cast(Server, self.server)
        server.requests.append(Request(self.path, {name.lower(): value for name, value in self.headers.items()}, body))
        replies = server.replies
        (replies.pop(0) if len(replies) > 1 else replies[0])(self)
        self.close_connection = True

    def begin(self, status: int = 200, content_type: str = "text/event-stream", **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": content_type, "Connection": "close", **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()

    def drip(self, drop: bytes) -> None:
        """Write the same bytes again and again until the client disconnects."""
        while not cast(Server, self.server).closing.wait(0.05):
            self.wfile.write(drop)

    def hang(self) -> None:
        cast(Server, self.server).closing.wait()

    def log_message(self, *_: object) -> None:
        """Print nothing."""


@contextmanager
def serving(*replies: Reply) -> Iterator[Server]:
    server = Server(replies)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.closing.set()
    server.shutdown()
    server.server_close()
    thread.join()


def sending(*parts: bytes, status: int = 200, content_type: str = "text/event-stream") -> Reply:
    def reply(handler: Handler) -> None:
        handler.begin(status, content_type)
        for part in parts:
            handler.wfile.write(part)

    return reply


def failing(status: int, message: str = "", **headers: str) -> Reply:
    """Reply with an error as JSON."""

    def reply(handler: Handler) -> None:
        handler.begin(status, "application/json", **headers)
        handler.wfile.write(json.dumps({"error": {"message": message}}).encode())

    return reply


def hanging_at_once(handler: Handler) -> None:
    handler.hang()


def server_sent(*events: object) -> Reply:
    """Reply with a stream of server-sent events, each an object or its bytes."""
    return sending(
        *(one if isinstance(one, bytes) else b"data: " + json.dumps(one).encode() + b"\n\n" for one in events)
    )


def events_of(
    generator: Generator, request: GeneratorRequest | None = None, seconds: float = 30.0
) -> list[GeneratorEvent]:
    """Return the events of a reply, read as the service reads them."""
    made = request or GeneratorRequest("Cite.", "Why?", 500)
    return list(iterate(generator.generate(made), Deadline.after(seconds)))
