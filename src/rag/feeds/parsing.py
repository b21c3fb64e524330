"""From the bytes of a feed or a sitemap to what it lists: RSS, RDF, Atom, sitemaps and indexes of sitemaps."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from rag.errors import UnreadableSource
from rag.feeds.masking import masked

if TYPE_CHECKING:
    from lxml.etree import _Element

MOST = 50_000
"""Pages, or sitemaps, that one file may list, which is what sitemaps.org allows."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A page that a feed lists, and what the feed says of it."""

    url: str
    title: str | None = None
    published: str | None = None
    author: str | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """What a feed lists: pages, or other sitemaps; `fault` says what of it could not be read."""

    entries: tuple[Entry, ...] = ()
    sitemaps: tuple[str, ...] = ()
    fault: str | None = None


def parse(body: bytes, url: str) -> Listing:
    """Read a feed that was found at `url`. Raises UnreadableSource where it is none."""
    root, fault = _parsed(body)
    kind = _name(root) if root is not None else None
    if root is None or kind not in ("rss", "RDF", "feed", "urlset", "sitemapindex"):
        found = f"<{kind}>" if kind else "no XML"
        raise UnreadableSource(
            f"is neither RSS nor Atom nor a sitemap but {found}; give the address of the feed itself."
        )
    if kind == "sitemapindex":
        return _limited((), tuple(_located(root, "sitemap", url)), fault)
    if kind == "urlset":
        return _limited(tuple(_pages(root, url)), (), fault)
    entries = (_entry(item, url) for item in root.iter() if _name(item) in ("item", "entry"))
    return _limited(tuple(entry for entry in entries if entry), (), fault)


def _parsed(body: bytes) -> tuple[_Element | None, str | None]:
    """Parse what can be parsed, and say what is wrong with the rest. No entity is expanded, nothing is loaded."""
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
        fault = f"is not well-formed ({fault}), and only what could be read of it was taken; tell its publisher."
    if len(entries) > MOST or len(sitemaps) > MOST:
        fault = f"lists more than {MOST} addresses, and only the first were taken; name its parts."
    return Listing(entries[:MOST], sitemaps[:MOST], fault)


def _located(root: _Element, kind: str, url: str) -> Iterator[str]:
    for element in root:
        if _name(element) == kind and (place := _text(element, "loc")):
            yield _address(url, place)


def _pages(root: _Element, url: str) -> Iterator[Entry]:
    for element in root:
        if _name(element) == "url" and (place := _text(element, "loc")):
            news = next((part for part in element if _name(part) == "news"), element)
            yield Entry(_address(url, place), _plain(_text(news, "title")), _text(news, "publication_date"))


def _entry(item: _Element, url: str) -> Entry | None:
    link = _link(item)
    if not link:
        return None
    author = next((part for part in item if _name(part) in ("author", "creator")), None)
    return Entry(
        _address(_joined(url, item.base or ""), link),
        _plain(_text(item, "title")),
        _text(item, "published") or _text(item, "pubDate") or _text(item, "date") or _text(item, "issued"),
        None if author is None else _text(author, "name") or _name_of(_words(author)),
    )


def _link(item: _Element) -> str | None:
    """Return where an item leads: Atom says it in an attribute, RSS in words, or else its permanent id is a link."""
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
    return masked(_joined(base, link.strip()).partition("#")[0])


def _joined(base: str, link: str) -> str:
    try:
        return urljoin(base, link)
    except ValueError:  # an address that is none is told of when it is asked for
        return link


def _text(element: _Element, name: str) -> str | None:
    part = next((part for part in element if _name(part) == name), None)
    return None if part is None else _words(part)


def _words(element: _Element) -> str | None:
    return " ".join("".join(element.itertext()).split()) or None


def _plain(title: str | None) -> str | None:
    """Return a title without the markup that feeds wrap it in."""
    if title is None or not re.search("[<&]", title):
        return title
    return " ".join(html.unescape(re.sub(r"</?\w[^<>]*>", "", title)).split()) or None


def _name_of(author: str | None) -> str | None:
    """Return who wrote it, where RSS gives an address of e-mail and the name in brackets."""
    named = re.fullmatch(r"[^\s@]+@[^\s@]+ \((.+)\)", author or "")
    return named[1] if named else author


def _name(element: _Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""
