"""No client can hold up the service by what it sends or by what it leaves out."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from functools import partial

import httpx2
import pytest
from starlette.types import Receive, Scope, Send

from rag.http.server.limits import ConnectionLimits, raise_descriptor_limit
from rag.http.server.open_connections import OpenConnections
from rag.http.server.turns import Turns
from tests.http.server.raw import HEAD, POST, connect, is_closed_while_sending, read_all, send_slowly, status
from tests.http.serving import serving_app, wait_for
from tests.patience import PATIENCE

LIMITS = ConnectionLimits(
    head_bytes=4_000,
    head_fields=20,
    head_seconds=0.6,
    body_seconds=0.4,
    body_bytes=100,
    idle_seconds=1,
    unread_seconds=0.5,
    closing_seconds=0.5,
    connections=40,
)


class App:
    """Sends the length of each request. `/large` has a long response, `/slow` a late one; `/early` reads nothing."""

    def __init__(self) -> None:
        self.running = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        self.running += 1
        try:
            await self._answer(scope, receive, send)
        finally:
            self.running -= 1

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        length = 0 if scope["path"] == "/early" else await _read(receive)
        if scope["path"] == "/slow":
            await asyncio.sleep(1.0)
        await send(
            {"type": "http.response.start", "status": 200, "headers": [(b"fields", b"%d" % len(scope["headers"]))]}
        )
        if scope["path"] == "/large":
            for _ in range(200):
                await send({"type": "http.response.body", "body": bytes(1 << 17), "more_body": True})
        await send({"type": "http.response.body", "body": b"%d bytes" % length})


async def _read(receive: Receive) -> int:
    length = 0
    while (message := await receive())["type"] == "http.request":
        length += len(message["body"])
        if not message["more_body"]:
            break
    return length


@pytest.fixture(scope="module")
def app() -> App:
    return App()


@pytest.fixture(scope="module")
def address(app: App) -> Iterator[str]:
    with serving_app(app, LIMITS) as address:
        yield address


def exchange(address: str, sent: bytes) -> bytes:
    with closing(connect(address)) as connection:
        connection.sendall(sent)
        return read_all(connection)


def answers(address: str) -> bool:
    with httpx2.Client(base_url=address, trust_env=False, timeout=5 * PATIENCE) as client:
        return client.get("/healthz").is_success


# Heads


@pytest.mark.parametrize(
    ("name", "head", "expected"),
    [
        ("one long header", HEAD + b"A: " + b"x" * 5_000 + b"\r\n\r\n", 431),
        ("many headers", HEAD + b"".join(b"A%d: x\r\n" % number for number in range(30)) + b"\r\n", 431),
        ("long headers", HEAD + b"".join(b"A%d: %s\r\n" % (n, b"x" * 500) for n in range(15)) + b"\r\n", 431),
        ("a long address", b"GET /" + b"x" * 5_000 + b" HTTP/1.1\r\nHost: a\r\n\r\n", 414),
        ("not HTTP", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 400),
        ("an unknown method", b"BREW / HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    ],
    ids=lambda value: value.replace(" ", "-") if isinstance(value, str) else "",
)
def test_a_head_over_a_limit_is_refused(address: str, name: str, head: bytes, expected: int) -> None:
    received = exchange(address, head)
    assert status(received) == expected, name
    assert b"content-type: application/problem+json" in received


def test_a_head_below_the_limits_is_served(address: str) -> None:
    fields = b"".join(b"A%d: %s\r\n" % (number, b"x" * 200) for number in range(15))
    received = exchange(address, HEAD + fields + b"Connection: close\r\n\r\n")
    assert status(received) == 200
    assert b"fields: 17\r\n" in received


@pytest.mark.parametrize(
    "start", [HEAD + b"A: ", HEAD + b"A", b"GET /", b"\r\n"], ids=["value", "name", "url", "lines"]
)
def test_an_endless_head_is_refused_and_holds_up_nobody(address: str, start: bytes) -> None:
    with closing(connect(address)) as connection:
        connection.sendall(start)
        filler = (b"\r\n" if start == b"\r\n" else b"x") * (1 << 15)
        assert is_closed_while_sending(connection, filler)
        assert answers(address)


@pytest.mark.parametrize("sent", [b"G", b"\r\n", HEAD, HEAD + b"A: x"], ids=["byte", "line", "head", "header"])
def test_a_head_that_does_not_end_is_timed_out(address: str, sent: bytes) -> None:
    began = time.monotonic()
    received = exchange(address, sent)
    assert status(received) == 408
    assert LIMITS.head_seconds * 0.9 < time.monotonic() - began < 5 * PATIENCE


def test_a_head_that_arrives_byte_by_byte_is_timed_out(address: str) -> None:
    with closing(connect(address)) as connection:
        send_slowly(connection, [bytes([byte]) for byte in HEAD], 0.05)
        assert status(read_all(connection)) == 408


def test_a_connection_that_sends_nothing_is_closed(address: str) -> None:
    assert exchange(address, b"") == b""


def test_an_idle_connection_is_closed_after_a_while(address: str) -> None:
    began = time.monotonic()
    received = exchange(address, HEAD + b"\r\n")
    assert status(received) == 200
    assert time.monotonic() - began < 4 * PATIENCE


def test_a_blank_line_does_not_keep_an_idle_connection_open(address: str) -> None:
    with closing(connect(address)) as connection:
        connection.sendall(HEAD + b"\r\n")
        assert status(connection.recv(1 << 16)) == 200
        connection.sendall(b"\r\n")
        assert b"HTTP/1.1 408 " in read_all(connection)


# Bodies


def test_a_body_that_stops_is_timed_out(app: App, address: str) -> None:
    received = exchange(address, POST + b"Content-Length: 1000\r\n\r\nshort")
    assert status(received) == 408
    wait_for(lambda: app.running == 0, 5)


def test_a_body_that_trickles_is_timed_out(address: str) -> None:
    with closing(connect(address)) as connection:
        send_slowly(connection, [POST + b"Content-Length: 1000\r\n\r\n", *[b"x"] * 40], 0.05)
        assert status(read_all(connection)) == 408


def test_a_slow_body_that_keeps_coming_is_read(address: str) -> None:
    with closing(connect(address)) as connection:
        head = POST + b"Connection: close\r\nContent-Length: 3000\r\n\r\n"
        send_slowly(connection, [head, *[b"x" * 300] * 10], 0.15)
        assert b"3000 bytes" in read_all(connection)


def test_a_body_with_endless_chunk_extensions_is_refused(address: str) -> None:
    with closing(connect(address)) as connection:
        connection.sendall(POST + b"Transfer-Encoding: chunked\r\n\r\n1;")
        assert is_closed_while_sending(connection, b"x" * (1 << 15))
        assert answers(address)


def test_fields_after_a_body_are_not_headers(address: str) -> None:
    head = POST + b"Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
    received = exchange(address, head + b"2\r\nab\r\n0\r\nHost: elsewhere\r\n\r\n")
    assert b"2 bytes" in received
    assert b"fields: 4\r\n" in received


def test_a_body_that_nobody_reads_does_not_keep_the_connection_open(address: str) -> None:
    began = time.monotonic()
    received = exchange(address, POST.replace(b"/v1/answers", b"/early") + b"Content-Length: 5\r\n\r\nabcde")
    assert status(received) == 200
    assert time.monotonic() - began < 4 * PATIENCE


# Several requests on one connection


def test_requests_on_one_connection_are_answered_in_turn(address: str) -> None:
    received = exchange(address, (HEAD + b"\r\n") * 3 + HEAD + b"Connection: close\r\n\r\n")
    assert received.count(b"HTTP/1.1 200 ") == 4


def test_a_half_request_after_a_slow_one_does_not_spoil_its_response(address: str) -> None:
    received = exchange(address, HEAD.replace(b"/healthz", b"/slow") + b"\r\n" + b"GET /")
    assert status(received) == 200
    assert b"0 bytes" in received


def test_too_many_requests_before_the_first_response_close_the_connection(address: str) -> None:
    slow = HEAD.replace(b"/healthz", b"/slow") + b"\r\n"
    assert exchange(address, slow * 60).count(b"HTTP/1.1 200") <= 1
    assert answers(address)


# Clients that do not read


def test_a_response_that_nobody_reads_ends(app: App, address: str) -> None:
    with ExitStack() as stack:
        for _ in range(10):
            connection = stack.enter_context(closing(connect(address)))
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
            connection.sendall(HEAD.replace(b"/healthz", b"/large") + b"\r\n")
        wait_for(lambda: app.running > 0, 5)
        wait_for(lambda: app.running == 0, 10)


# All connections


@pytest.mark.parametrize("sent", [b"", HEAD, POST + b"Content-Length: 9\r\n\r\n"], ids=["idle", "head", "body"])
def test_connections_that_wait_for_their_clients_shut_nobody_out(address: str, sent: bytes) -> None:
    with ExitStack() as stack:
        for _ in range(3 * LIMITS.connections):
            connection = stack.enter_context(closing(connect(address)))
            connection.sendall(sent)
        assert answers(address)


class Fake:
    """A connection that notes that it was closed."""

    closed = False

    def give_up(self) -> None:
        self.closed = True


def test_the_connection_that_waits_longest_is_closed_first() -> None:
    connections = OpenConnections(3)
    first, second, third, fourth, fifth = [Fake() for _ in range(5)]
    for one in (first, second, third):
        connections.opened(one)
    connections.works(first)
    connections.opened(fourth)
    connections.waits(first)
    connections.opened(fifth)
    assert [one.closed for one in (first, second, third, fourth, fifth)] == [False, True, True, False, False]
    assert len(connections) == 3


def test_a_new_connection_is_closed_if_all_others_work() -> None:
    connections = OpenConnections(1)
    first, second = Fake(), Fake()
    connections.opened(first)
    connections.works(first)
    connections.opened(second)
    assert (first.closed, second.closed) == (False, True)
    connections.closed(first)
    connections.opened(Fake())
    assert len(connections) == 1


def test_the_end_of_most_of_many_connections_is_told_once() -> None:
    told: list[int] = []
    connections = OpenConnections(5_000, many_closed=lambda: told.append(len(connections)))
    made = [Fake() for _ in range(1_600)]
    for one in made:
        connections.opened(one)
    for one in made[:1_399]:
        connections.closed(one)
    assert told == []
    for one in made[1_399:]:
        connections.closed(one)
    assert told == [200]
    for one in made[:900]:
        connections.opened(one)
        connections.closed(one)
    assert told == [200], "few connections are not worth it"


def test_other_work_goes_on_while_many_late_clients_are_closed() -> None:
    async def main() -> None:
        loop, turns, called = asyncio.get_running_loop(), Turns(at_once=10, pause=0), list[str]()
        done = asyncio.Event()
        for number in range(100):
            turns.call(partial(called.append, str(number)), loop)
        turns.call(done.set, loop)
        loop.call_soon(called.append, "other work")
        await asyncio.wait_for(done.wait(), 20)
        turns.call(partial(called.append, "later"), loop)
        await asyncio.sleep(0)
        assert called == [*map(str, range(10)), "other work", *map(str, range(10, 100)), "later"]

    asyncio.run(main())


def test_the_service_uses_the_descriptors_that_the_system_allows() -> None:
    assert raise_descriptor_limit() >= 128
