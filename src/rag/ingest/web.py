"""Fetches the pages of feeds, and reads new and changed pages like files of their format."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain
from pathlib import Path
from urllib.parse import unquote, urlsplit

from rag.errors import UnreadableSource, UnsupportedSource
from rag.feeds import Body, Disallowed, Entry, Feeds, Gone, Page, UnsupportedType
from rag.ingest import originals
from rag.ingest.found import Found, Skipped
from rag.ingest.known import KnownSources
from rag.snapshots import PageFacts, Progress
from rag.snapshots.durable import storage_errors
from rag.sources import ParserProcess

_NAME_LENGTH = 80
"""Characters. A longer name from an address is cut off."""


@dataclass(frozen=True, slots=True)
class FetchedPages:
    """The pages of feeds as one run found them.

    `gone` lists the indexed pages to remove. `resolved` lists the sources that no longer count as failed: feeds that
    can be read, and unindexed pages that are gone both from their feed and from the web.
    """

    found: tuple[Found, ...] = ()
    gone: tuple[str, ...] = ()
    resolved: frozenset[str] = frozenset()

    def checked(self, indexed: Collection[str]) -> Iterator[Found]:
        """Yield the pages found. An unchanged page fails if another process has removed it from the index meanwhile."""
        for one in self.found:
            removed = one.content is None and one.source not in indexed
            message = f"{one.source} was removed from the index while it was being fetched; run the command again."
            yield replace(one, content=UnreadableSource(message)) if removed else one


@dataclass(frozen=True, slots=True)
class PageFetcher:
    """Fetches and reads the pages of feeds.

    With `prune`, pages gone from the web leave the index. With `keep`, the index keeps the originals of new pages.
    """

    web: Feeds
    parser: ParserProcess
    known: KnownSources
    prune: bool
    keep: bool = False

    def fetch(self, feeds: Sequence[str], failed: Collection[str], progress: Progress) -> FetchedPages:
        """Fetch feeds and the pages that they list.

        A page that a feed no longer lists may still be on the web. It is fetched if it is in `failed` or, with `prune`,
        if the index has it.
        """
        listings = [self.web.contents(feed) for feed in dict.fromkeys(feeds)]
        listed = {entry.url: entry for one in listings for entry in one.entries}
        unlisted = {entry.url: entry for one in listings for entry in one.past if entry.url not in listed}
        rechecked = {url: entry for url, entry in unlisted.items() if self._is_rechecked(url, failed)}
        failures = (page for one in listings for page in one.failed)
        found, gone, lost = [], [], set()
        for page in chain(failures, self._pages({**listed, **rechecked}.values(), progress)):
            if self.prune and self._is_indexed(page) and isinstance(page.content, Gone):
                gone.append(page.source)
            elif page.source in unlisted and not self._is_indexed(page) and isinstance(page.content, Gone):
                lost.add(page.source)
            else:
                found.append(self._found(page))
        readable = {address for one in listings for address in one.read}
        return FetchedPages(tuple(found), tuple(gone), frozenset(readable | lost))

    def _is_rechecked(self, url: str, failed: Collection[str]) -> bool:
        return url in failed or (self.prune and url in self.known.digests)

    def _is_indexed(self, page: Page) -> bool:
        return page.source in self.known.digests

    def _pages(self, entries: Collection[Entry], progress: Progress) -> Iterator[Page]:
        for done, entry in enumerate(entries):
            progress(done, len(entries))
            yield self.web.page(entry, self.known.digests)
        progress(len(entries), len(entries))

    def _found(self, page: Page) -> Found:
        content = page.content
        if isinstance(content, Body):
            return self._read(page, content)
        if isinstance(content, Disallowed | UnsupportedType):
            return Found(page.source, page.source, Skipped(str(content)))
        if isinstance(content, Gone) and self._is_indexed(page):
            content = UnreadableSource(f"{content} Its document stays; --prune removes it.")
        return Found(page.source, page.source, content)

    def _read(self, page: Page, body: Body) -> Found:
        """Parse a page like a file of its format, in the parser process."""
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder).resolve() / f"{_name(body.url)}{body.suffix}"
            with storage_errors(path):
                path.write_bytes(body.content)
            content = next(iter(list(self.parser.parse(path)))).content
        if isinstance(content, UnreadableSource):
            message = str(content).replace(str(path), page.source)
            skipped = isinstance(content, UnsupportedSource)
            return Found(page.source, page.source, Skipped(message) if skipped else UnreadableSource(message))
        facts = PageFacts(body.url, page.entry.title, page.entry.published, page.entry.author)
        document = originals.with_page_facts(content, facts, path.stem)
        load = partial(self.web.cached_body, page.source)
        original = originals.of_page(body.content, path.name, facts, load) if self.keep else None
        return self.known.compare(page.source, page.source, page.digest, document, original)


def _name(url: str) -> str:
    """Return a file name for a page: the last part of its address, or the host if the address has no path."""
    parts = urlsplit(url)
    name = Path(unquote(parts.path)).stem or parts.hostname or ""
    return re.sub(r"[^\w-]+", "-", name)[:_NAME_LENGTH].strip("-") or "page"
