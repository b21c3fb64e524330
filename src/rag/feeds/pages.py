"""Read feeds and fetch the pages that they list. Each page is changed, unchanged, gone or failed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import astuple, dataclass
from hashlib import sha256
from pathlib import Path

from rag.errors import UnreadableSource
from rag.feeds.bodies import BodyTooLong, is_gzip, read_gzip
from rag.feeds.cache import Cache, CachedResponse, open_cache
from rag.feeds.fetching import Accepts, Condition, Fetcher, FetchSettings
from rag.feeds.parsing import Entry, parse
from rag.feeds.rate_limit import Clock
from rag.formats import suffix_of

_MAX_FRESH = 86_400.0
"""The longest time that a response counts as fresh, in seconds. Its headers may state more."""


@dataclass(frozen=True, slots=True)
class Body:
    """The content of a page: its address after redirects, its bytes, and the file suffix of its format."""

    url: str
    content: bytes
    suffix: str


@dataclass(frozen=True, slots=True)
class Page:
    """A page that a feed lists, as fetched; `content` is None if the index already has this version.

    `digest` covers the page and its metadata in the feed. A feed or sitemap that failed is a page too, with the error
    as its content.
    """

    entry: Entry
    content: Body | UnreadableSource | None
    digest: str = ""

    @property
    def source(self) -> str:
        """The address of the page in the feed."""
        return self.entry.url


@dataclass(frozen=True, slots=True)
class FeedContents:
    """The entries of a feed and of its sitemaps.

    `past` are entries of earlier runs that the feed no longer lists. `read` are the addresses of the feed and its
    sitemaps that were parsed without a fault. `failed` contains a page with the error for each feed or sitemap that
    failed or has a fault.
    """

    entries: tuple[Entry, ...]
    past: tuple[Entry, ...]
    read: tuple[str, ...]
    failed: tuple[Page, ...]


class Feeds:
    """Reads feeds and their pages in one run, with a cache that outlives the run."""

    def __init__(self, cache: Cache, fetcher: Fetcher, clock: Clock) -> None:
        self._cache = cache
        self._fetcher = fetcher
        self._clock = clock

    def stale(self, feeds: Iterable[str]) -> list[str]:
        """Return the feeds whose last response is no longer fresh according to its headers."""
        return [feed for feed in feeds if not self._cache.is_fresh(feed, self._clock.now())]

    def contents(self, feed: str) -> FeedContents:
        """Fetch and parse a feed. If it is a sitemap index, parse the sitemaps that it lists too."""
        found: dict[str, Entry] = {}
        read, failed, waiting = [], [], [feed]
        for address in waiting:  # this list grows: a sitemap index adds its sitemaps
            try:
                listing = parse(self._fetch_feed(address), address)
            except UnreadableSource as error:
                failed.append(_failed(address, str(error)))
                continue
            failed += [_failed(address, listing.fault)] if listing.fault else []
            read += [] if listing.fault else [address]
            if address == feed:
                waiting += [one for one in dict.fromkeys(listing.sitemaps) if one != feed]
            elif listing.sitemaps:
                failed.append(
                    _failed(
                        address, "is an index within an index, which sitemaps.org forbids; add it as a feed of its own."
                    )
                )
            found.update((entry.url, entry) for entry in listing.entries)
        before = self._cache.entries(feed)
        self._cache.add_entries(feed, (entry for url, entry in found.items() if before.get(url) != entry))
        past = (entry for url, entry in before.items() if url not in found)
        return FeedContents(tuple(found.values()), tuple(past), tuple(read), tuple(failed))

    def page(self, entry: Entry, digests: Mapping[str, str]) -> Page:
        """Fetch a page. `digests` maps the source of each indexed page to its digest."""
        cached, cached_body = self._cache.response(entry.url), self._cache.body(entry.url)
        indexed = cached is not None and digests.get(entry.url) == _digest(entry, cached)
        # If the server answers "not modified", it sends no body. The index or the cache must then have the body.
        usable = cached if indexed or cached_body is not None else None
        try:
            response, body = self._fetch(entry.url, usable, cached_body, _is_supported)
        except UnreadableSource as error:
            return Page(entry, error)
        digest = _digest(entry, response)
        if digests.get(entry.url) == digest:
            return Page(entry, None, digest)
        assert body is not None, "the request for a page that is not indexed is conditional only if its body is cached"
        return Page(entry, Body(response.url, body, _suffix(response.url, response.media_type) or ""), digest)

    def cached_body(self, page: str) -> bytes | None:
        """Return the last body of a page; None if it is no longer cached."""
        return self._cache.body(page)

    def drop_bodies(self, pages: Iterable[str]) -> None:
        """Delete the cached bodies of pages, because they are indexed."""
        self._cache.drop_bodies(pages)

    def _fetch_feed(self, address: str) -> bytes:
        """Fetch a feed or sitemap, or take it from the cache if it was not modified."""
        cached, cached_body = self._cache.response(address), self._cache.body(address)
        _, body = self._fetch(address, cached if cached_body is not None else None, cached_body, lambda *_: True)
        assert body is not None, "the request for a feed is conditional only if its body is cached"
        return self._decompressed(body)

    def _fetch(
        self, source: str, cached: CachedResponse | None, cached_body: bytes | None, accepts: Accepts
    ) -> tuple[CachedResponse, bytes | None]:
        """Fetch a source and cache the response. The request is conditional if there is a cached response."""
        result = self._fetcher.get(source, accepts, cached.condition if cached else Condition())
        until = self._clock.now() + min(result.fresh, _MAX_FRESH)
        if result.body is not None:
            return self._cache.put(source, result, result.body, until), result.body
        assert cached is not None, "only a conditional request gives no body"
        self._cache.refresh(source, until)
        return cached, cached_body

    def _decompressed(self, body: bytes) -> bytes:
        try:
            return read_gzip([body], self._fetcher.max_body_bytes) if is_gzip(body) else body
        except BodyTooLong as error:
            raise UnreadableSource("is longer than RAG_FEED_BODY when decompressed; raise it.") from error


@contextmanager
def open_feeds(
    directory: Path,
    settings: FetchSettings,
    clock: Clock = Clock(),  # noqa: B008 - frozen
) -> Iterator[Feeds]:
    """Open the feeds of the index in `directory` for one run. Raises StorageError."""
    with ExitStack() as stack:
        cache = stack.enter_context(open_cache(directory))
        fetcher = stack.enter_context(closing(Fetcher(settings, cache, clock)))
        yield Feeds(cache, fetcher, clock)


def erase_pages(directory: Path, pages: Iterable[str]) -> None:
    """Delete everything that the cache of an index knows about pages. Raises StorageError."""
    if (directory / "feeds.sqlite").exists():
        with open_cache(directory) as cache:
            cache.erase(pages)


def _failed(address: str, message: str) -> Page:
    return Page(
        Entry(address), UnreadableSource(message if message.startswith(f"{address} ") else f"{address} {message}")
    )


def _digest(entry: Entry, response: CachedResponse) -> str:
    """Return a digest of a page, its response and its metadata in the feed."""
    known = [response.sha256, response.url, response.media_type, *astuple(entry)]
    return sha256(json.dumps(known).encode()).hexdigest()


def _is_supported(url: str, media_type: str) -> bool:
    return _suffix(url, media_type) is not None


def _suffix(url: str, media_type: str) -> str | None:
    """Return the file suffix for a media type, or the suffix of the address if the type is not specific; else None."""
    return suffix_of(media_type, url.partition("?")[0])
