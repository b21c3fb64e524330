"""Raw connections to a server: bytes as a careless or hostile client sends them."""

from __future__ import annotations

import socket
import time
from urllib.parse import urlsplit

HEAD = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n"
POST = b"POST /v1/answers HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"


def connect(address: str, timeout: float = 20.0) -> socket.socket:
    """Return a connection to the server at an address."""
    parts = urlsplit(address)
    assert parts.hostname is not None
    assert parts.port is not None
    return socket.create_connection((parts.hostname, parts.port), timeout=timeout)


def read_all(connection: socket.socket) -> bytes:
    """Return the bytes until the server closes the connection."""
    received = b""
    try:
        while part := connection.recv(1 << 16):
            received += part
    except ConnectionResetError:
        pass
    return received


def status(received: bytes) -> int:
    """Return the status of a response."""
    return int(received.split(b" ", 2)[1])


def send_slowly(connection: socket.socket, pieces: list[bytes], pause: float) -> None:
    """Send pieces with a pause after each one. Stop when the server has closed the connection."""
    for piece in pieces:
        try:
            connection.sendall(piece)
        except OSError:
            return
        time.sleep(pause)


def is_closed_while_sending(connection: socket.socket, piece: bytes, times: int = 400) -> bool:
    """Send a piece again and again. Return whether the server closed the connection."""
    try:
        for _ in range(times):
            connection.sendall(piece)
    except OSError:
        return True
    return False
