"""Slow peers: clients that send or read slowly, half-open connections, and a silent language model."""

from __future__ import annotations

import resource
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_HEAD = b"POST /v1/answers HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
_BODY = b'{"question": "How much do drivers pay in the centre?"}'
_STREAM = _HEAD + b"Accept: text/event-stream\r\nContent-Length: %d\r\n\r\n" % len(_BODY) + _BODY
_SLOW = _HEAD + b"Content-Length: 1000\r\n\r\n"

UNREAD, SLOW, HALF_SENT = 500, 200, 1_200


def idle_connections() -> int:
    """Return the number of idle connections to open: 10,000, or as many as this process may have."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    return min(10_000, most - HALF_SENT - 1_000)


@contextmanager
def half_open(port: int) -> Iterator[None]:
    """Keep idle and half-sent connections open. Those that the server closes are opened again."""
    with _kept(port, [b""] * idle_connections() + [_HEAD] * HALF_SENT, again=200):
        yield


@contextmanager
def slow_clients(port: int) -> Iterator[None]:
    """Keep streams open that nobody reads, and requests whose bodies do not arrive."""
    with _kept(port, [_STREAM] * UNREAD + [_SLOW] * SLOW, again=5):
        yield


@contextmanager
def silent_server() -> Iterator[str]:
    """Accept connections, and never answer. Yield the address."""
    with socket.create_server(("127.0.0.1", 0), backlog=100) as listener:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/v1"


@contextmanager
def _kept(port: int, requests: list[bytes], again: int) -> Iterator[None]:
    """Keep a connection open for each request. In each second, open `again` of them again: the server ends them."""
    stop, ready = threading.Event(), threading.Event()
    thread = threading.Thread(target=_keep, args=(port, requests, 1 / again, stop, ready))
    thread.start()
    try:
        ready.wait(120)
        yield
    finally:
        stop.set()
        thread.join()


def _keep(port: int, requests: list[bytes], pause: float, stop: threading.Event, ready: threading.Event) -> None:
    opened = [_open(port, request) for request in requests]
    ready.set()
    number = 0
    while not stop.wait(pause):
        opened[number].close()
        opened[number] = _open(port, requests[number])
        number = (number + 1) % len(requests)
    for connection in opened:
        connection.close()


def _open(port: int, request: bytes) -> socket.socket:
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2_048)
    connection.connect(("127.0.0.1", port))
    connection.sendall(request)
    if request is _STREAM:
        connection.recv(1, socket.MSG_PEEK)  # the answer has begun
    return connection
