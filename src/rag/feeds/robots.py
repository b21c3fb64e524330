"""Check with robots.txt whether an address may be fetched (RFC 9309)."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from httpx2 import URL
from protego import Protego

from rag.errors import UnreadableSource
from rag.feeds.addresses import NotPublic
from rag.feeds.rate_limit import RateLimiter

MAX_BYTES = 512 << 10
"""The number of bytes to read from a robots.txt. The RFC requires at least 500 KiB."""


class Disallowed(UnreadableSource):
    """A robots.txt forbids this page. The page is skipped, and this is not a failure."""


class Robots:
    """The rules of each host, fetched once. `fetch` returns status and text, or raises UnreadableSource."""

    def __init__(self, user_agent: str, fetch: Callable[[URL], tuple[int, str]], limiter: RateLimiter) -> None:
        self._name = user_agent.replace("/", " ").split()[0]  # the product token: robots.txt names a crawler by it
        self._fetch = fetch
        self._limiter = limiter
        self._rules: dict[str, Protego | UnreadableSource] = {}

    def check(self, url: URL) -> None:
        """Raise Disallowed if the rules forbid `url`, or UnreadableSource if the rules cannot be read."""
        address = str(url.copy_with(raw_path=b"/robots.txt", fragment=None))
        if address not in self._rules:
            self._rules[address] = self._read(address)
        rules = self._rules[address]
        if isinstance(rules, UnreadableSource):
            raise rules
        if delay := rules.crawl_delay(self._name):
            self._limiter.set_crawl_delay(url.netloc.decode(), delay)
        if not rules.can_fetch(str(url), self._name):
            raise Disallowed(f"may not be fetched by {self._name}, because {address} forbids it")

    def _read(self, address: str) -> Protego | UnreadableSource:
        try:
            status, text = self._fetch(URL(address))
        except NotPublic as error:
            return error
        except UnreadableSource as error:
            return UnreadableSource(f"may not be fetched, because the rules of its host are unknown: {address} {error}")
        if HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR:
            return Protego.parse("")  # there are no rules
        if status != HTTPStatus.OK:
            return UnreadableSource(f"may not be fetched while {address} answers {status}; try again later.")
        return Protego.parse(text)
