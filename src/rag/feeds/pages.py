"""From the addresses of feeds to the pages they list, each as it is now: changed, as it was, gone, or why not there."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import astuple, dataclass
from hashlib import sha256
from pathlib import Path

from rag.errors import UnreadableSource
from rag.feeds.bodies import TooLong, is_zipped, unzipped
from rag.feeds.fetching import Fetcher, Held, Wanted, Web
from rag.feeds.kept import Kept, Response, kept
from rag.feeds.pace import Clock
from rag.feeds.parsing import Entry, parse
from rag.formats import suffix_of

_FRESH = 86_400.0
"""Seconds for which an answer is taken to be fresh at most, whatever it says."""


@dataclass(frozen=True, slots=True)
class Body:
    """A page to be read: where it was found in the end, its bytes, the suffix of a file of its format."""

    url: str
    content: bytes
    suffix: str


@dataclass(frozen=True, slots=True)
class Page:
    """A page that a feed lists, as a run found it; `content` is None where the index has it as it is.

    `digest` is of the page and of what the feed says of it. A page of a feed may be the feed itself, which failed.
    """

    entry: Entry
    content: Body | UnreadableSource | None
    digest: str = ""

    @property
    def source(self) -> str:
        """The address by which the feed lists it."""
        return self.entry.url


@dataclass(frozen=True, slots=True)
class Listed:
    """What a feed lists now and listed in the past; it and its sitemaps, as far as they were read well, or failed."""

    entries: tuple[Entry, ...]
    past: tuple[Entry, ...]
    read: tuple[str, ...]
    failed: tuple[Page, ...]


class Feeds:
    """A run over feeds, and what is kept of them from one to the next."""

    def __init__(self, kept: Kept, fetcher: Fetcher, clock: Clock) -> None:
        self._kept = kept
        self._fetcher = fetcher
        self._clock = clock

    def due(self, feeds: Iterable[str]) -> list[str]:
        """Return the feeds that are no longer fresh by their own word."""
        return [feed for feed in feeds if not self._kept.fresh(feed, self._clock.now())]

    def listed(self, feed: str) -> Listed:
        """Return what a feed lists, and what the sitemaps list that it names."""
        found: dict[str, Entry] = {}
        read, failed, waiting = [], [], [feed]
        for place in waiting:
            try:
                listing = parse(self._feed(place), place)
            except UnreadableSource as error:
                failed.append(_failed(place, str(error)))
                continue
            failed += [_failed(place, listing.fault)] if listing.fault else []
            read += [] if listing.fault else [place]
            if place == feed:
                waiting += [one for one in dict.fromkeys(listing.sitemaps) if one != feed]
            elif listing.sitemaps:
                failed.append(
                    _failed(place, "is an index within an index, which sitemaps.org rules out; name it itself.")
                )
            found.update((entry.url, entry) for entry in listing.entries)
        before = self._kept.entries(feed)
        self._kept.note(feed, (entry for url, entry in found.items() if before.get(url) != entry))
        past = (entry for url, entry in before.items() if url not in found)
        return Listed(tuple(found.values()), tuple(past), tuple(read), tuple(failed))

    def page(self, entry: Entry, digests: Mapping[str, str]) -> Page:
        """Return a page as it is now; `digests` are of what the index has."""
        known, kept = self._kept.response(entry.url), self._kept.body(entry.url)
        indexed = known is not None and digests.get(entry.url) == _digest(entry, known)
        try:
            response, body = self._asked(entry.url, known if indexed or kept is not None else None, kept, _readable)
        except UnreadableSource as error:
            return Page(entry, error)
        digest = _digest(entry, response)
        if digests.get(entry.url) == digest:
            return Page(entry, None, digest)
        assert body is not None, "what the index has not is asked for on a condition only where its body is kept"
        return Page(entry, Body(response.url, body, _suffix(response.url, response.media_type) or ""), digest)

    def release(self, pages: Iterable[str]) -> None:
        """Let go of what is kept of pages that stand in the index now."""
        self._kept.release(pages)

    def _feed(self, place: str) -> bytes:
        """Return the bytes of a feed as it is now."""
        known, kept = self._kept.response(place), self._kept.body(place)
        _, body = self._asked(place, known if kept is not None else None, kept, lambda *_: True)
        assert body is not None, "a feed is asked for on a condition only where its body is kept"
        return self._unzipped(body)

    def _asked(
        self, source: str, known: Response | None, kept: bytes | None, wanted: Wanted
    ) -> tuple[Response, bytes | None]:
        """Ask for a source, on the condition that it changed where it is known, and keep the answer."""
        got = self._fetcher.get(source, wanted, known.held if known else Held())
        until = self._clock.now() + min(got.fresh, _FRESH)
        if got.body is not None:
            return self._kept.put(source, got, got.body, until), got.body
        assert known is not None, "only what is known is asked for on a condition"
        self._kept.refresh(source, until)
        return known, kept

    def _unzipped(self, body: bytes) -> bytes:
        try:
            return unzipped([body], self._fetcher.most) if is_zipped(body) else body
        except TooLong as error:
            raise UnreadableSource("holds more than RAG_FEED_BODY allows when unpacked; raise it.") from error


@contextmanager
def opened(directory: Path, web: Web, clock: Clock = Clock()) -> Iterator[Feeds]:  # noqa: B008 - frozen
    """Begin a run over feeds of the index in `directory`. Raises StorageError."""
    with ExitStack() as stack:
        held = stack.enter_context(kept(directory))
        fetcher = stack.enter_context(closing(Fetcher(web, held, clock)))
        yield Feeds(held, fetcher, clock)


def _failed(place: str, message: str) -> Page:
    return Page(Entry(place), UnreadableSource(message if message.startswith(f"{place} ") else f"{place} {message}"))


def _digest(entry: Entry, response: Response) -> str:
    """Return a digest of a page and of all that is known of it from elsewhere."""
    known = [response.sha256, response.url, response.media_type, *astuple(entry)]
    return sha256(json.dumps(known).encode()).hexdigest()


def _readable(url: str, media_type: str) -> bool:
    return _suffix(url, media_type) is not None


def _suffix(url: str, media_type: str) -> str | None:
    """Return the suffix of a file of a page's format, which its type says, or where that says nothing its address."""
    return suffix_of(media_type, url.partition("?")[0])
