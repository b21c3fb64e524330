"""From feeds to what a run found: their pages, fetched, and read as files are read where they changed."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path
from urllib.parse import unquote, urlsplit

from rag.errors import UnreadableSource
from rag.feeds import Body, Disallowed, Entry, Feeds, Gone, Page, UnsupportedType
from rag.ingest.plan import Found, Skipped, origin_of
from rag.snapshots import Progress
from rag.snapshots.durable import filling
from rag.sources import ReadingProcess
from rag.sources.dates import iso
from rag.sources.facts import pretty
from rag.types import Document

_STEM = 80
"""Letters of an address that a document is named by."""


@dataclass(frozen=True, slots=True)
class Gathered:
    """What feeds came to: pages, sources that are gone and shall go, and those of which nothing is wrong any more."""

    found: tuple[Found, ...] = ()
    gone: tuple[str, ...] = ()
    settled: frozenset[str] = field(default_factory=frozenset)

    def still(self, digests: Collection[str]) -> Iterator[Found]:
        """Yield what was found; a page that was as it was may have been removed from the index since."""
        for one in self.found:
            lost = one.content is None and one.source not in digests
            message = f"{one.source} was removed from the index while it was asked for; run it again."
            yield replace(one, content=UnreadableSource(message)) if lost else one


class Gathering:
    """Fetches and reads; `digests` and `fingerprints` are of the index, by sources. With `prune` what is gone goes."""

    def __init__(
        self,
        web: Feeds,
        reading: ReadingProcess,
        digests: Mapping[str, str],
        fingerprints: Mapping[str, str],
        *,
        prune: bool,
    ) -> None:
        self._web = web
        self._reading = reading
        self._digests = digests
        self._fingerprints = fingerprints
        self._prune = prune

    def gather(self, feeds: Sequence[str], failed: Collection[str], progress: Progress) -> Gathered:
        """Look at feeds and their pages. Pages that are listed no longer are asked for where they last `failed`.

        With `prune` so are those that the index has: they may be gone from the web, and not only from the feed.
        """
        listed = [self._web.contents(feed) for feed in dict.fromkeys(feeds)]
        now = {entry.url: entry for one in listed for entry in one.entries}
        past = {entry.url: entry for one in listed for entry in one.past if entry.url not in now}
        asked = {**now, **{url: entry for url, entry in past.items() if self._is_asked(url, failed)}}
        failures = [page for one in listed for page in one.failed]
        found, gone, lost = [], [], set()
        for page in chain(failures, self._pages(asked.values(), len(asked), progress)):
            if isinstance(page.content, Gone) and page.source in self._digests and self._prune:
                gone.append(page.source)
            elif isinstance(page.content, Gone) and page.source in past.keys() - self._digests.keys():
                lost.add(page.source)
            else:
                found.append(self._found(page))
        read = {place for one in listed for place in one.read}
        return Gathered(tuple(found), tuple(gone), frozenset(read | lost))

    def _is_asked(self, url: str, failed: Collection[str]) -> bool:
        return url in failed or (self._prune and url in self._digests)

    def _pages(self, entries: Iterable[Entry], total: int, progress: Progress) -> Iterator[Page]:
        for done, entry in enumerate(entries):
            progress(done, total)
            yield self._web.page(entry, self._digests)
        progress(total, total)

    def _found(self, page: Page) -> Found:
        """Return a page as the plan of a run takes it."""
        content = page.content
        if isinstance(content, Body):
            return self._read(page, content)
        if isinstance(content, Disallowed | UnsupportedType):
            return Found(page.source, page.source, Skipped(str(content)))
        if isinstance(content, Gone) and page.source in self._digests:
            content = UnreadableSource(f"{content} Its document stays; --prune removes it.")
        return Found(page.source, page.source, content)

    def _read(self, page: Page, body: Body) -> Found:
        """Read a page as a file of its format is read, in the process that is limited."""
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder).resolve() / f"{_stem(body.url)}{body.suffix}"
            with filling(path):
                path.write_bytes(body.content)
            content = next(iter(list(self._reading.read(path)))).content
        if isinstance(content, UnreadableSource):
            return Found(page.source, page.source, UnreadableSource(str(content).replace(str(path), page.source)))
        document = _placed(content, page.entry, body.url)
        origin = origin_of(page.source, page.digest, document)
        unchanged = self._fingerprints.get(page.source) == origin.fingerprint
        return Found(page.source, page.source, None if unchanged else (document, origin))


def _placed(document: Document, entry: Entry, url: str) -> Document:
    """Return a document with its address, and with what the feed says where the page does not say it."""
    said = document.reference
    untitled = said.title == pretty(_stem(url))
    return replace(
        document,
        reference=replace(
            said,
            url=url,
            title=(entry.title if untitled else None) or said.title,
            author=said.author or entry.author,
            published=said.published or iso(entry.published),
        ),
    )


def _stem(url: str) -> str:
    """Return what to call a page by: the last part of its address, or else its host."""
    parts = urlsplit(url)
    name = Path(unquote(parts.path)).stem or parts.hostname or ""
    return re.sub(r"[^\w-]+", "-", name)[:_STEM].strip("-") or "page"
