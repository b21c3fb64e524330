"""Parse feeds and sitemaps: RSS, RDF, Atom, sitemaps and sitemap indexes."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from rag.errors import UnreadableSource
from rag.feeds.urls import redact

if TYPE_CHECKING:
    from lxml.etree import _Element

MAX_ENTRIES = 50_000
"""Pages, or sitemaps, in one file: the limit of sitemaps.org."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A page in a feed, with the metadata that the feed gives."""

    url: str
    title: str | None = None
    published: str | None = None
    author: str | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """The contents of one file: pages, or other sitemaps. `fault` is a message about its unreadable part, if any."""

    entries: tuple[Entry, ...] = ()
    sitemaps: tuple[str, ...] = ()
    fault: str | None = None


def parse(body: bytes, url: str) -> Listing:
    """Parse the feed or sitemap from `url`. Raises UnreadableSource if it is neither."""
    root, fault = _parsed(body)
    kind = _name(root) if root is not None else None
    if root is None or kind not in ("rss", "RDF", "feed", "urlset", "sitemapindex"):
        found = f"<{kind}>" if kind else "no XML"
        raise UnreadableSource(
            f"is neither RSS nor Atom nor a sitemap but {found}; give the address of the feed itself."
        )
    if kind == "sitemapindex":
        return _limited((), tuple(_locations(root, "sitemap", url)), fault)
    if kind == "urlset":
        return _limited(tuple(_pages(root, url)), (), fault)
    entries = (_entry(item, url) for item in root.iter() if _name(item) in ("item", "entry"))
    return _limited(tuple(entry for entry in entries if entry), (), fault)


def _parsed(body: bytes) -> tuple[_Element | None, str | None]:
    """Parse as much as possible, and describe the first error. No entity is expanded, and no other file is loaded."""
    from lxml import etree

    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=True, remove_comments=True,
        remove_pis=True,
    )  # fmt: skip
    try:
        root = etree.fromstring(body.lstrip(), parser)
    except (etree.XMLSyntaxError, ValueError):
        root = None
    faults = [error for error in parser.error_log if error.level_name == "FATAL"]
    return root, f"line {faults[0].line}: {faults[0].message.strip()}" if faults else None


def _limited(entries: tuple[Entry, ...], sitemaps: tuple[str, ...], fault: str | None) -> Listing:
    if fault:
        fault = f"is not well-formed ({fault}), so only its readable entries were used; tell its publisher."
    if len(entries) > MAX_ENTRIES or len(sitemaps) > MAX_ENTRIES:
        fault = f"lists more than {MAX_ENTRIES} addresses, so only the first were used; add its parts as feeds."
    return Listing(entries[:MAX_ENTRIES], sitemaps[:MAX_ENTRIES], fault)


def _locations(root: _Element, kind: str, url: str) -> Iterator[str]:
    for element in root:
        if _name(element) == kind and (location := _text(element, "loc")):
            yield _address(url, location)


def _pages(root: _Element, url: str) -> Iterator[Entry]:
    for element in root:
        if _name(element) == "url" and (location := _text(element, "loc")):
            news = next((part for part in element if _name(part) == "news"), element)
            yield Entry(_address(url, location), _plain(_text(news, "title")), _text(news, "publication_date"))


def _entry(item: _Element, url: str) -> Entry | None:
    link = _link(item)
    if not link:
        return None
    author = next((part for part in item if _name(part) in ("author", "creator")), None)
    return Entry(
        _address(_joined(url, item.base or ""), link),
        _plain(_text(item, "title")),
        _text(item, "published") or _text(item, "pubDate") or _text(item, "date") or _text(item, "issued"),
        None if author is None else _text(author, "name") or _author_name(_words(author)),
    )


def _link(item: _Element) -> str | None:
    """Return the link of an item: an attribute in Atom, an element's text in RSS, or else a permalink in `guid`."""
    links = [part for part in item if _name(part) == "link"]
    for part in links:
        if part.get("href") and part.get("rel", "alternate") == "alternate":
            return str(part.get("href"))
    for part in links:
        if words := _words(part):
            return words
    guid = next((part for part in item if _name(part) == "guid" and part.get("isPermaLink") != "false"), None)
    words = _words(guid) if guid is not None else None
    return words if words and re.match(r"https?://", words) else None


def _address(base: str, link: str) -> str:
    return redact(_joined(base, link.strip()).partition("#")[0])


def _joined(base: str, link: str) -> str:
    try:
        return urljoin(base, link)
    except ValueError:  # an invalid address is reported when it is fetched
        return link


def _text(element: _Element, name: str) -> str | None:
    part = next((part for part in element if _name(part) == name), None)
    return None if part is None else _words(part)


def _words(element: _Element) -> str | None:
    return " ".join("".join(element.itertext()).split()) or None


def _plain(title: str | None) -> str | None:
    """Remove HTML markup and entities from a title."""
    if title is None or not re.search("[<&]", title):
        return title
    return " ".join(html.unescape(re.sub(r"</?\w[^<>]*>", "", title)).split()) or None


def _author_name(author: str | None) -> str | None:
    """Return the name in an RSS author such as `ada@site.example (Ada Obi)`; other authors stay unchanged."""
    named = re.fullmatch(r"[^\s@]+@[^\s@]+ \((.+)\)", author or "")
    return named[1] if named else author


def _name(element: _Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""
