"""Reads the facts that a page states about itself: authors, date, address and site, in its meta tags and JSON-LD."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from rag.sources.blocks import Facts
from rag.sources.dates import iso
from rag.sources.html.elements import tag
from rag.sources.plausible import is_author

if TYPE_CHECKING:
    from lxml.etree import _Element

_AUTHORS = ("citation_author", "dc.creator", "dcterms.creator", "author", "parsely-author", "sailthru.author",
            "article:author", "byl", "creator")  # fmt: skip
_ISSUED = ("citation_publication_date", "citation_date", "article:published_time", "og:article:published_time",
           "dcterms.issued", "dc.date.issued", "datepublished", "date", "dc.date", "dcterms.date", "pubdate",
           "publication_date", "publish-date", "parsely-pub-date", "sailthru.date", "dcterms.created",
           "dc.date.created")  # fmt: skip
_CHANGED = ("article:modified_time", "og:updated_time", "datemodified", "dcterms.modified", "dc.date.modified",
            "last-modified", "revised")  # fmt: skip
_TITLES = ("citation_title", "dcterms.title", "dc.title")
_LONGEST_NAME = 200  # characters
_LONGEST_JSON = 1 << 20  # characters
_DEEPEST = 8  # values of JSON-LD within each other
_BYLINE = re.compile(r"(?:by|von|par|por|di|door)\s+(?=\S)", re.IGNORECASE)
_PUBLISHED = re.compile(
    r"\W*(?:published|posted|issued|date|veröffentlicht|publié|publicado|pubblicato)\b", re.IGNORECASE
)
_DATE_CLASS = re.compile(r"(?i)(?:^|[\s_-])(?:date|published|posted|pubdate|byline|meta)(?:$|[\s_-])")
_ADDRESS = re.compile(r"https?://|www\.", re.IGNORECASE)


def page_facts(tree: _Element) -> Facts:
    """Return the facts of a page. The value of `published` may be a date in any notation.

    `declared_title`, `head_title` and `sitename` serve the choice of a title.
    """
    metas = _metas(tree)
    linked = list(_linked_data(tree))
    found: Facts = {
        "author": "; ".join(dict.fromkeys(_authors(tree, metas, linked))),
        "published": _date(_dates(tree, metas, linked)),
        "url": next(_values(metas, ["og:url"]), None) or _canonical(tree),
        "sitename": next(_values(metas, ["og:site_name", "application-name"]), None),
        "declared_title": next(_values(metas, _TITLES), None),
        "head_title": next(_values(metas, ["og:title"]), None),
    }
    return {name: value for name, value in found.items() if value}


def _metas(tree: _Element) -> dict[str, list[str]]:
    """Return the values of meta tags by their name in lower case."""
    metas: dict[str, list[str]] = {}
    for meta in tree.iter("meta"):
        name = meta.get("name") or meta.get("property") or meta.get("itemprop") or meta.get("http-equiv") or ""
        value = " ".join((meta.get("content") or "").split())
        if name and value:
            metas.setdefault(name.lower(), []).append(value)
    return metas


def _values(metas: Mapping[str, list[str]], names: Iterable[str]) -> Iterator[str]:
    return (value for name in names for value in metas.get(name, []))


def _canonical(tree: _Element) -> str | None:
    links = (one.get("href") for one in tree.iter("link") if (one.get("rel") or "").lower() == "canonical")
    return next((link for link in links if link and link.startswith("http")), None)


def _authors(tree: _Element, metas: Mapping[str, list[str]], linked: list[dict[str, object]]) -> list[str]:
    """Return the authors as they are written: a comma may stand within a name, a slash between two offices."""
    stated = next((found for name in _AUTHORS if (found := list(filter(_is_author, metas.get(name, []))))), [])
    if stated:
        return stated
    in_json = [name for one in linked for name in _names(one.get("author")) if _is_author(name)]
    if in_json:
        return in_json
    marked = [one for one in tree.iter() if one.get("rel") == "author" or one.get("itemprop") == "author"]
    written = (" ".join("".join(one.itertext()).split()) for one in marked)
    return [name for one in written if _is_author(name := _BYLINE.sub("", one, count=1))]


def _is_author(name: str) -> bool:
    return 0 < len(name) <= _LONGEST_NAME and not _ADDRESS.match(name) and is_author(name)


def _names(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from _names(value.get("name"))
    elif isinstance(value, list):
        for one in value[:100]:
            yield from _names(one)


def _dates(tree: _Element, metas: Mapping[str, list[str]], linked: list[dict[str, object]]) -> Iterator[str]:
    """Yield the dates that a page states: those of its publication first, then those in its text, then of changes."""
    yield from _values(metas, _ISSUED)
    yield from (str(one["datePublished"]) for one in linked if isinstance(one.get("datePublished"), str))
    for element in tree.iter():
        if element.get("itemprop") == "datePublished" or (tag(element) == "time" and _is_of_page(element)):
            yield element.get("datetime") or element.get("content") or "".join(element.itertext()).strip()
    yield from _values(metas, _CHANGED)
    yield from (str(one["dateModified"]) for one in linked if isinstance(one.get("dateModified"), str))


def _is_of_page(time: _Element) -> bool:
    """Tell whether a `time` element dates the page, and is not part of its text."""
    parent = time.getparent()
    if time.get("pubdate") is not None or parent is None or _DATE_CLASS.search(time.get("class") or ""):
        return True
    words = "".join(parent.itertext()).strip()
    only = words == "".join(time.itertext()).strip()
    return only or _PUBLISHED.match(words) is not None or _DATE_CLASS.search(parent.get("class") or "") is not None


def _date(stated: Iterable[str]) -> str | None:
    """Return the first clear date, or else the first one, whose notation is unclear."""
    dates = [date for date in stated if date]
    return next((clear for date in dates if (clear := iso(date))), None) or next(iter(dates), None)


def _linked_data(tree: _Element) -> Iterator[dict[str, object]]:
    """Yield the objects in JSON-LD that have a headline or a date of publication."""
    for script in tree.iter("script"):
        if (script.get("type") or "").strip().lower() != "application/ld+json":
            continue
        source = "".join(script.itertext())
        try:
            loaded = json.loads(source) if len(source) <= _LONGEST_JSON else None
        except (ValueError, RecursionError):
            continue
        yield from _articles(loaded, 0)


def _articles(value: object, depth: int) -> Iterator[dict[str, object]]:
    if isinstance(value, dict):
        if "headline" in value or "datePublished" in value:
            yield value
        value = [value.get("@graph"), value.get("mainEntity")]
    for one in value[:100] if isinstance(value, list) and depth < _DEEPEST else ():
        yield from _articles(one, depth + 1)
