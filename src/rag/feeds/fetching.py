"""Fetches pages as a guest should: an address in, what is there, or that it is as it was, or why not, out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus

import httpcore2
import httpx2
from httpx2 import URL

from rag.errors import UnreadableSource
from rag.feeds.addresses import Allowed
from rag.feeds.bodies import TooLong, joined, unzipped
from rag.feeds.headers import asked_to_wait, fresh, media_type
from rag.feeds.masking import masked
from rag.feeds.pace import Clock, Pace, PutOff
from rag.feeds.robots import LONGEST, Robots
from rag.feeds.transport import FAULTS, Transport

_HOPS = 10
"""Redirects that are followed."""

_TRIES = 3
"""How often a page is asked for that asks to wait."""

_PORTS = 1 << 16
_MIB = 1 << 20
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_GONE = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.GONE})


@dataclass(frozen=True, slots=True)
class Web:
    """How the web is asked: who asks, seconds between two requests to a host and for one, MiB of a body and a run."""

    agent: str = "rag-policy"
    delay: float = 1.0
    seconds: float = 30.0
    body: int = 32
    total: int = 1024
    allowed: Allowed = field(default_factory=Allowed)


@dataclass(frozen=True, slots=True)
class Got:
    """What an address gave: `url` is where it was found in the end, `fresh` the seconds it may be taken for fresh.

    `body` is None where it is not modified (RFC 9110, 13).
    """

    url: str
    media_type: str
    body: bytes | None
    etag: str | None = None
    modified: str | None = None
    fresh: float = 0.0


@dataclass(frozen=True, slots=True)
class Held:
    """The headers that ask for what is held only if it was modified, and the address whose answer it is.

    To another one, to which a redirect may lead since, they would mean something else.
    """

    url: str = ""
    conditions: Mapping[str, str] = field(default_factory=dict)

    def at(self, url: URL) -> Mapping[str, str]:
        """Return the headers for an address."""
        return self.conditions if str(url) == self.url else {}


class Gone(UnreadableSource):
    """There is no such page, or none any more."""


class Unwanted(UnreadableSource):
    """It is of a format that is not read: nothing is wrong with it."""


Wanted = Callable[[str, str], bool]
"""Tells by address and media type whether a body is to be read."""


@dataclass(frozen=True, slots=True)
class _Answer:
    """One response: its headers, and its body where that was asked for."""

    status: int
    headers: httpx2.Headers
    body: bytes


class Fetcher:
    """One run over the web; close it afterwards."""

    def __init__(self, web: Web, put_off: PutOff, clock: Clock = Clock()) -> None:  # noqa: B008 - frozen
        self._web = web
        self.most = web.body * _MIB
        self._left = web.total * _MIB
        self._clock = clock
        self._pace = Pace(web.delay, put_off, clock)
        self._robots = Robots(web.agent, self._rules, self._pace)
        self._client = httpx2.Client(
            transport=Transport(web.allowed, web.seconds),
            trust_env=False,
            headers={"User-Agent": web.agent, "Accept": "*/*", "Accept-Encoding": "gzip"},
        )

    def close(self) -> None:
        """Close what is open."""
        self._client.close()

    def get(self, address: str, wanted: Wanted, held: Held = Held()) -> Got:
        """Return what is at an address; what is `held` of it is fetched only if it was modified.

        Raises Disallowed, Unwanted, Gone, and UnreadableSource for whatever else is in the way.
        """
        try:
            return self._get(_checked(address), wanted, held)
        except UnreadableSource as error:
            raise type(error)(f"{address} {error}") from error

    def _get(self, url: URL, wanted: Wanted, held: Held) -> Got:
        url, answer = self._followed(url, wanted, self._robots.check, held)
        status = HTTPStatus(answer.status) if answer.status in set(HTTPStatus) else None
        unmodified = status == HTTPStatus.NOT_MODIFIED and bool(held.at(url))
        if status != HTTPStatus.OK and not unmodified:
            kind = Gone if status in _GONE else UnreadableSource
            passing = answer.status == HTTPStatus.TOO_MANY_REQUESTS or answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR
            advice = "try again later" if passing else "check the address"
            raise kind(f"answers {answer.status}{f' {status.phrase}' if status else ''}; {advice}.")
        headers = answer.headers
        return Got(
            str(url),
            media_type(headers),
            None if unmodified else answer.body,
            headers.get("etag"),
            headers.get("last-modified"),
            fresh(headers, self._clock.now()),
        )

    def _rules(self, url: URL) -> tuple[int, str]:
        """Return status and text of a robots.txt."""
        _, answer = self._followed(url, lambda *_: True, lambda _: None, cut=LONGEST)
        return answer.status, answer.body.decode(errors="replace")

    def _followed(
        self,
        url: URL,
        wanted: Wanted,
        check: Callable[[URL], None],
        held: Held = Held(),
        cut: int | None = None,
    ) -> tuple[URL, _Answer]:
        """Ask, and go where the answer leads; each step is checked as the first was."""
        first = url
        for _ in range(_HOPS + 1):
            with _leading(first, url):
                check(url)
                answer = self._patiently(url, wanted, held.at(url), cut)
            if answer.status not in _REDIRECTS or "location" not in answer.headers:
                return url, answer
            with _leading(first, answer.headers["location"]):
                url = _checked(answer.headers["location"], url)
        raise UnreadableSource(f"is redirected more than {_HOPS} times, perhaps in a circle; check the address.")

    def _patiently(self, url: URL, wanted: Wanted, conditions: Mapping[str, str], cut: int | None) -> _Answer:
        """Ask when the host may be asked, and again when it says so."""
        host = url.netloc.decode()
        for _ in range(_TRIES):
            self._pace.take_turn(host)
            answer = self._once(url, wanted, conditions, cut)
            wait = asked_to_wait(answer.status, answer.headers, self._clock.now())
            if wait is None:
                break
            self._pace.put_off(host, wait)
        return answer

    def _once(self, url: URL, wanted: Wanted, conditions: Mapping[str, str], cut: int | None) -> _Answer:
        if self._left <= 0:
            most = f"{self._web.total} MiB"
            raise UnreadableSource(
                f"was not asked for, since this run has fetched {most} (RAG_FEED_TOTAL); run it again."
            )
        try:
            with self._client.stream("GET", url, headers=dict(conditions)) as response:
                body = b""
                if response.status_code == HTTPStatus.OK:
                    kind = media_type(response.headers)
                    if not wanted(str(url), kind):
                        raise Unwanted(f"is {kind or 'of no type'}, which is not read")
                    body = self._body(response, cut)
                return _Answer(response.status_code, response.headers, body)
        except FAULTS as error:
            raise UnreadableSource(_fault(error, self._web.seconds)) from error

    def _body(self, response: httpx2.Response, cut: int | None) -> bytes:
        packing = response.headers.get("content-encoding", "identity").lower()
        read = {"identity": joined, "gzip": unzipped, "x-gzip": unzipped}.get(packing)
        if read is None:
            raise UnreadableSource(f"is packed with {packing}, which was not asked for; tell its publisher.")
        limit = self._web.body * _MIB if cut is None else cut
        try:
            body = read(response.iter_raw(), limit)
        except TooLong as error:
            body = error.read
            if cut is None:
                raise UnreadableSource(f"holds more than {self._web.body} MiB; raise RAG_FEED_BODY.") from error
        finally:
            self._left -= response.num_bytes_downloaded
        return body


def check(address: str) -> None:
    """Raise UnreadableSource where an address could never be asked for, as a sentence."""
    try:
        _checked(address)
    except UnreadableSource as error:
        raise UnreadableSource(f"{masked(address)} {error}") from error


def _checked(address: str, base: URL | None = None) -> URL:
    """Return an address that may be asked, without its fragment. Raises UnreadableSource."""
    try:
        url = base.join(address) if base else URL(address)
    except httpx2.InvalidURL as error:
        raise UnreadableSource(f"is no address that can be asked: {error}; correct it.") from error
    if url.scheme not in ("http", "https") or not url.host:
        raise UnreadableSource("cannot be asked, for only http:// and https:// are; correct it.")
    if url.port is not None and not 0 < url.port < _PORTS:
        raise UnreadableSource(f"names the port {url.port}, and they are 1 to {_PORTS - 1}; correct it.")
    if url.userinfo:
        raise UnreadableSource("holds a name or a password, which would be kept; leave them out.")
    return url.copy_with(fragment=None)


@contextmanager
def _leading(first: URL, at: URL | str) -> Iterator[None]:
    """Say where it was that something is wrong, if not at the address that was first asked."""
    try:
        yield
    except UnreadableSource as error:
        if at == first:
            raise
        raise type(error)(f"leads to {masked(str(at))}, which {error}") from error


def _fault(error: Exception, seconds: float) -> str:
    if isinstance(error, httpx2.TimeoutException | httpcore2.TimeoutException):
        return f"takes more than {seconds:g} s; try again later, or raise RAG_FEED_SECONDS."
    return f"cannot be reached: {str(error) or type(error).__name__}; check the address, or try again later."
