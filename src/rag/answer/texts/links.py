"""Reads the addresses that a text cites: pages of a service for its documents, and addresses on the web."""

from __future__ import annotations

from urllib.parse import parse_qs, unquote, urlsplit

from rag.answer.texts.results import Cited
from rag.types import Span

_DOCUMENTS = "/documents/"


def cited_by(address: str) -> Cited | None:
    """Return the place that an address names; None if it is no address of a document."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    _, found, document_id = parts.path.partition(_DOCUMENTS)
    web = address if parts.scheme in ("http", "https") else None
    if found:
        query = parse_qs(parts.query)
        return Cited(unquote(document_id), web, _span(query), query.get("part") == ["record"])
    return Cited(address=web) if web else None


def is_same_page(one: str, other: str) -> bool:
    """Return whether two addresses name one page. Fragments, `www.`, http or https, and a last slash say nothing."""
    return _page(one) == _page(other)


def _page(address: str) -> tuple[str, str, str]:
    try:
        parts = urlsplit(address)
    except ValueError:
        return address, "", ""
    return parts.netloc.casefold().removeprefix("www."), unquote(parts.path).rstrip("/"), parts.query


def _span(query: dict[str, list[str]]) -> Span | None:
    try:
        start, end = int(query["start"][0]), int(query["end"][0])
    except (KeyError, ValueError):
        return None
    return Span(start, end) if 0 <= start < end else None
