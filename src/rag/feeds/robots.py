"""Whether robots.txt lets a page be fetched (RFC 9309): addresses in, yes or a reason out."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from httpx2 import URL
from protego import Protego

from rag.errors import UnreadableSource
from rag.feeds.addresses import NotPublic
from rag.feeds.pace import Pace

LONGEST = 512 << 10
"""Bytes of a robots.txt that are read; the RFC asks for 500 KiB at least."""


class Disallowed(UnreadableSource):
    """A robots.txt says no: the page is left alone, and nothing is wrong with it."""


class Robots:
    """The rules of each host, asked for once. `ask` returns status and text, or raises UnreadableSource."""

    def __init__(self, agent: str, ask: Callable[[URL], tuple[int, str]], pace: Pace) -> None:
        self._name = agent.replace("/", " ").split()[0]  # the product token, by which rules name a crawler
        self._ask = ask
        self._pace = pace
        self._rules: dict[str, Protego | UnreadableSource] = {}

    def check(self, url: URL) -> None:
        """Raise Disallowed where the rules say no, UnreadableSource where they cannot be had, which is no as well."""
        place = str(url.copy_with(raw_path=b"/robots.txt", fragment=None))
        if place not in self._rules:
            self._rules[place] = self._read(place)
        rules = self._rules[place]
        if isinstance(rules, UnreadableSource):
            raise rules
        if delay := rules.crawl_delay(self._name):
            self._pace.slow_down(url.netloc.decode(), delay)
        if not rules.can_fetch(str(url), self._name):
            raise Disallowed(f"may not be fetched by {self._name}, says {place}")

    def _read(self, place: str) -> Protego | UnreadableSource:
        try:
            status, text = self._ask(URL(place))
        except NotPublic as error:
            return error
        except UnreadableSource as error:
            return UnreadableSource(f"may not be asked for without the rules of its host, and {place} {error}")
        if HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR:
            return Protego.parse("")  # there are no rules
        if status != HTTPStatus.OK:
            return UnreadableSource(f"may not be asked for while {place} answers {status}; try again later.")
        return Protego.parse(text)
