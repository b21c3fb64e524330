"""The transport of HTTP requests that connects to nothing but addresses which were checked, and gives up in time."""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterable, Iterator

import httpcore2
import httpx2

from rag.feeds.addresses import Allowed, resolve

FAULTS = (
    httpx2.HTTPError,
    httpcore2.NetworkError,
    httpcore2.ProtocolError,
    httpcore2.TimeoutException,
    ssl.SSLError,
)
"""What may come of a request that is no answer."""


class Transport(httpx2.BaseTransport):
    """Each request is a connection of its own, made to the very address that was checked, to end within `seconds`.

    So a name that resolves to another address a moment later gains nothing, a certificate is still compared with the
    name, and a server that sends a byte now and then does not hold the run up. Proxies are not used: they would resolve
    the name themselves.
    """

    def __init__(self, allowed: Allowed, seconds: float) -> None:
        self._pool = httpcore2.ConnectionPool(
            ssl_context=httpx2.create_ssl_context(),
            max_keepalive_connections=0,
            network_backend=_Checked(allowed, seconds),
        )

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send a request. Raises one of FAULTS, and as `resolve` does."""
        url = request.url
        response = self._pool.handle_request(
            httpcore2.Request(
                request.method,
                httpcore2.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
                headers=request.headers.raw,
            )
        )
        return httpx2.Response(response.status, headers=response.headers, stream=_Body(response))

    def close(self) -> None:
        """Close what is open."""
        self._pool.close()


class _Body(httpx2.SyncByteStream):
    """The body of a response, as it comes."""

    def __init__(self, response: httpcore2.Response) -> None:
        self._response = response

    def __iter__(self) -> Iterator[bytes]:
        yield from self._response.iter_stream()

    def close(self) -> None:
        self._response.close()


class _Checked(httpcore2.NetworkBackend):
    """Connects to checked addresses only."""

    def __init__(self, allowed: Allowed, seconds: float) -> None:
        self._allowed = allowed
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
        *others, last = resolve(host, port, self._allowed)
        for address in others:
            try:
                return _Timed(self._tcp.connect_tcp(address, port, _left(deadline), local_address), deadline)
            except httpcore2.ConnectError:
                continue
        return _Timed(self._tcp.connect_tcp(last, port, _left(deadline), local_address), deadline)


class _Timed(httpcore2.NetworkStream):
    """A connection that is over at a time of the monotonic clock, whatever it is doing."""

    def __init__(self, stream: httpcore2.NetworkStream, deadline: float) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _left(self._deadline))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, _left(self._deadline))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore2.NetworkStream:
        return _Timed(self._stream.start_tls(ssl_context, server_hostname, _left(self._deadline)), self._deadline)

    def get_extra_info(self, info: str) -> object:
        return self._stream.get_extra_info(info)


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise httpcore2.ReadTimeout("the time is over")
    return left
