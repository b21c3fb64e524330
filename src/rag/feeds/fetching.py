"""Fetch pages as a polite crawler: obey robots.txt, limit the rate, and send conditional requests."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus

import httpcore2
import httpx2
from httpx2 import URL

from rag.errors import UnreadableSource
from rag.feeds.addresses import Allowlist
from rag.feeds.bodies import BodyTooLong, read_gzip, read_plain
from rag.feeds.rate_limit import Clock, RateLimiter, RetryTimes
from rag.feeds.response_headers import freshness_lifetime, media_type, retry_after
from rag.feeds.robots import MAX_BYTES, Robots
from rag.feeds.transport import TRANSPORT_ERRORS, Transport
from rag.feeds.urls import parse_url, redact

_MAX_REDIRECTS = 10
_MAX_TRIES = 3
"""The maximum number of requests for a page if its host answers that it is busy."""

_MIB = 1 << 20
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_GONE = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.GONE})


@dataclass(frozen=True, slots=True)
class FetchSettings:
    """The identity and the limits of the crawler.

    `delay` is the pause between two requests to one host, and `timeout` the limit for one request, in seconds.
    `max_body` is the limit for one body, and `max_total` for one run, in MiB. Hosts in `allowlist` need not be public.
    """

    user_agent: str = "rag-policy"
    delay: float = 1.0
    timeout: float = 30.0
    max_body: int = 32
    max_total: int = 1024
    allowlist: Allowlist = field(default_factory=Allowlist)


@dataclass(frozen=True, slots=True)
class FetchResult:
    """The response for an address.

    `url` is the address after redirects. `fresh` is the number of seconds for which the response stays fresh. `body` is
    None if the server answered that the page was not modified (RFC 9110, 13).
    """

    url: str
    media_type: str
    body: bytes | None
    etag: str | None = None
    modified: str | None = None
    fresh: float = 0.0


@dataclass(frozen=True, slots=True)
class Condition:
    """The headers of a conditional request, and the address of the cached response that they validate.

    If a redirect now leads to another address, the headers are not sent there: they belong to another page.
    """

    url: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)

    def headers_for(self, url: URL) -> Mapping[str, str]:
        """Return the headers to send to `url`; none if it is another address."""
        return self.headers if str(url) == self.url else {}


class Gone(UnreadableSource):
    """The page does not exist, or no longer exists."""


class UnsupportedType(UnreadableSource):
    """The page has a format without a parser. The page is skipped, and this is not a failure."""


Accepts = Callable[[str, str], bool]
"""Decides by address and media type whether to read a body."""


@dataclass(frozen=True, slots=True)
class _Response:
    """One response; `body` is empty unless the status is 200."""

    status: int
    headers: httpx2.Headers
    body: bytes


class Fetcher:
    """Fetches the pages of one run; close it afterwards."""

    def __init__(self, settings: FetchSettings, retry_times: RetryTimes, clock: Clock = Clock()) -> None:  # noqa: B008 - frozen
        self._settings = settings
        self.max_body_bytes = settings.max_body * _MIB
        self._bytes_left = settings.max_total * _MIB
        self._clock = clock
        self._limiter = RateLimiter(settings.delay, retry_times, clock)
        self._robots = Robots(settings.user_agent, self._fetch_rules, self._limiter)
        self._client = httpx2.Client(
            transport=Transport(settings.allowlist, settings.timeout),
            trust_env=False,
            headers={"User-Agent": settings.user_agent, "Accept": "*/*", "Accept-Encoding": "gzip"},
        )

    def close(self) -> None:
        """Close the HTTP client."""
        self._client.close()

    def get(self, address: str, accepts: Accepts, condition: Condition = Condition()) -> FetchResult:
        """Fetch an address. With a `condition`, the body is None if the page was not modified.

        Raises Disallowed, UnsupportedType, Gone, and UnreadableSource for any other failure.
        """
        try:
            return self._get(parse_url(address), accepts, condition)
        except UnreadableSource as error:
            raise type(error)(f"{address} {error}") from error

    def _get(self, url: URL, accepts: Accepts, condition: Condition) -> FetchResult:
        url, response = self._follow(url, accepts, self._robots.check, condition)
        status = HTTPStatus(response.status) if response.status in set(HTTPStatus) else None
        unmodified = status == HTTPStatus.NOT_MODIFIED and bool(condition.headers_for(url))
        if status != HTTPStatus.OK and not unmodified:
            kind = Gone if status in _GONE else UnreadableSource
            temporary = (
                response.status == HTTPStatus.TOO_MANY_REQUESTS or response.status >= HTTPStatus.INTERNAL_SERVER_ERROR
            )
            advice = "try again later" if temporary else "check the address"
            raise kind(f"answers {response.status}{f' {status.phrase}' if status else ''}; {advice}.")
        headers = response.headers
        return FetchResult(
            str(url),
            media_type(headers),
            None if unmodified else response.body,
            headers.get("etag"),
            headers.get("last-modified"),
            freshness_lifetime(headers, self._clock.now()),
        )

    def _fetch_rules(self, url: URL) -> tuple[int, str]:
        """Return the status and the text of a robots.txt, cut to MAX_BYTES."""
        _, response = self._follow(url, lambda *_: True, lambda _: None, truncate=MAX_BYTES)
        return response.status, response.body.decode(errors="replace")

    def _follow(
        self,
        url: URL,
        accepts: Accepts,
        check: Callable[[URL], None],
        condition: Condition = Condition(),
        truncate: int | None = None,
    ) -> tuple[URL, _Response]:
        """Fetch `url` and follow its redirects; `check` is called for every address before it is fetched.

        If `truncate` is given, bodies are cut to this number of bytes. If not, a body above the limit is an error.
        """
        first = url
        for _ in range(_MAX_REDIRECTS + 1):
            with _naming_redirect(first, url):
                check(url)
                response = self._fetch(url, accepts, condition.headers_for(url), truncate)
            if response.status not in _REDIRECTS or "location" not in response.headers:
                return url, response
            with _naming_redirect(first, response.headers["location"]):
                url = parse_url(response.headers["location"], url)
        raise UnreadableSource(
            f"is redirected more than {_MAX_REDIRECTS} times, perhaps in a circle; check the address."
        )

    def _fetch(self, url: URL, accepts: Accepts, headers: Mapping[str, str], truncate: int | None) -> _Response:
        """Send a request at the permitted rate. Retry it if the host answers that it is busy."""
        host = url.netloc.decode()
        for _ in range(_MAX_TRIES):
            self._limiter.wait(host)
            response = self._fetch_once(url, accepts, headers, truncate)
            wait = retry_after(response.status, response.headers, self._clock.now())
            if wait is None:
                break
            self._limiter.back_off(host, wait)
        return response

    def _fetch_once(self, url: URL, accepts: Accepts, headers: Mapping[str, str], truncate: int | None) -> _Response:
        if self._bytes_left <= 0:
            limit = f"{self._settings.max_total} MiB"
            raise UnreadableSource(
                f"was not fetched, because this run has fetched {limit} (RAG_FEED_TOTAL); run it again."
            )
        try:
            with self._client.stream("GET", url, headers=dict(headers)) as response:
                body = b""
                if response.status_code == HTTPStatus.OK:
                    kind = media_type(response.headers)
                    if not accepts(str(url), kind):
                        raise UnsupportedType(f"is {kind or 'of no type'}, which is not supported")
                    body = self._read_body(response, truncate)
                return _Response(response.status_code, response.headers, body)
        except TRANSPORT_ERRORS as error:
            raise UnreadableSource(_message(error, self._settings.timeout)) from error

    def _read_body(self, response: httpx2.Response, truncate: int | None) -> bytes:
        encoding = response.headers.get("content-encoding", "identity").lower()
        read = {"identity": read_plain, "gzip": read_gzip, "x-gzip": read_gzip}.get(encoding)
        if read is None:
            raise UnreadableSource(f"is compressed with {encoding}, which was not requested; tell its publisher.")
        limit = self.max_body_bytes if truncate is None else truncate
        try:
            body = read(response.iter_raw(), limit)
        except BodyTooLong as error:
            body = error.read
            if truncate is None:
                raise UnreadableSource(f"is longer than {self._settings.max_body} MiB; raise RAG_FEED_BODY.") from error
        finally:
            self._bytes_left -= response.num_bytes_downloaded
        return body


@contextmanager
def _naming_redirect(first: URL, current: URL | str) -> Iterator[None]:
    """After a redirect, add the current address to the message of an error."""
    try:
        yield
    except UnreadableSource as error:
        if current == first:
            raise
        raise type(error)(f"redirects to {redact(str(current))}, which {error}") from error


def _message(error: Exception, timeout: float) -> str:
    if isinstance(error, httpx2.TimeoutException | httpcore2.TimeoutException):
        return f"takes more than {timeout:g} s; try again later, or raise RAG_FEED_SECONDS."
    return f"cannot be reached: {str(error) or type(error).__name__}; check the address, or try again later."
