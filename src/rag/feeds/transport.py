"""An HTTP transport that connects only to checked addresses, and enforces a deadline."""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterable, Iterator

import httpcore2
import httpx2

from rag.feeds.addresses import Allowlist, resolve

TRANSPORT_ERRORS = (
    httpx2.HTTPError,
    httpcore2.NetworkError,
    httpcore2.ProtocolError,
    httpcore2.TimeoutException,
    ssl.SSLError,
)
"""The exceptions that a request may raise in place of a response."""


class Transport(httpx2.BaseTransport):
    """Opens a new connection for each request, to the address that was checked, with a deadline after `seconds`.

    This defeats DNS rebinding, because the name is resolved only once. A certificate is still compared with the name.
    The deadline also stops a server that sends one byte at a time. Proxies are not used, because a proxy would resolve
    the name itself.
    """

    def __init__(self, allowlist: Allowlist, seconds: float) -> None:
        self._pool = httpcore2.ConnectionPool(
            ssl_context=httpx2.create_ssl_context(),
            max_keepalive_connections=0,
            network_backend=_CheckedBackend(allowlist, seconds),
        )

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send a request. Raises one of TRANSPORT_ERRORS, or an error of `resolve`."""
        url = request.url
        response = self._pool.handle_request(
            httpcore2.Request(
                request.method,
                httpcore2.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
                headers=request.headers.raw,
                content=request.read() or None,
            )
        )
        return httpx2.Response(response.status, headers=response.headers, stream=_Body(response))

    def close(self) -> None:
        """Close all connections."""
        self._pool.close()


class _Body(httpx2.SyncByteStream):
    """The body of a response, as a stream."""

    def __init__(self, response: httpcore2.Response) -> None:
        self._response = response

    def __iter__(self) -> Iterator[bytes]:
        yield from self._response.iter_stream()

    def close(self) -> None:
        self._response.close()


class _CheckedBackend(httpcore2.NetworkBackend):
    """Connects only to checked addresses."""

    def __init__(self, allowlist: Allowlist, seconds: float) -> None:
        self._allowlist = allowlist
        self._seconds = seconds
        self._tcp = httpcore2.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.NetworkStream:
        deadline = time.monotonic() + self._seconds
        *others, last = resolve(host, port, self._allowlist)
        for address in others:
            try:
                return _DeadlineStream(
                    self._tcp.connect_tcp(address, port, _seconds_left(deadline), local_address), deadline
                )
            except httpcore2.ConnectError:
                continue
        return _DeadlineStream(self._tcp.connect_tcp(last, port, _seconds_left(deadline), local_address), deadline)


class _DeadlineStream(httpcore2.NetworkStream):
    """A connection whose operations fail after a deadline, given in seconds of the monotonic clock."""

    def __init__(self, stream: httpcore2.NetworkStream, deadline: float) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _seconds_left(self._deadline))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, _seconds_left(self._deadline))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore2.NetworkStream:
        return _DeadlineStream(
            self._stream.start_tls(ssl_context, server_hostname, _seconds_left(self._deadline)), self._deadline
        )

    def get_extra_info(self, info: str) -> object:
        return self._stream.get_extra_info(info)


def _seconds_left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise httpcore2.ReadTimeout("the deadline has passed")
    return left
