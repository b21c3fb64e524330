"""From a citation to an address at which a browser shows its words, in the original or on this service's own page."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from hashlib import sha256
from ipaddress import ip_address
from typing import Annotated
from urllib.parse import quote, urlencode, urlsplit

from fastapi import Depends, Request
from pydantic import IPvAnyNetwork

from rag.http.parts import ServiceDep
from rag.types import Citation, Reference

_LONGEST_FRAGMENT = 100
"""Characters of a quote that are named whole; of a longer one, its first and its last words."""

_WORDS = 6
"""Words that are named at each end of a longer quote: enough to be met once in a page."""

_IN_ADDRESSES = "!#$%&'()*+,/:;=?@[]~"


@dataclass(frozen=True, slots=True)
class Links:
    """Makes links; `base` is the address of this service, without a slash at its end."""

    base: str

    def of(self, citation: Citation) -> str:
        """Return where the quote can be read: in the original on the web, otherwise on the document's page here."""
        address = web_address(citation.reference.url)
        return at_quote(address, citation.quote, citation.page) if address else self.page(citation)

    def page(self, citation: Citation) -> str:
        """Return the address of this service's own page of the document, at the quote."""
        span = {"start": citation.span.start, "end": citation.span.end, "sha256": digest(citation.quote)}
        return f"{self._page(citation.reference)}?{urlencode(span)}#quote"

    def document(self, reference: Reference) -> str:
        """Return where the whole document can be read."""
        return web_address(reference.url) or self._page(reference)

    def _page(self, reference: Reference) -> str:
        return f"{self.base}/documents/{quote(reference.id, safe='/')}"


def web_address(url: str | None) -> str | None:
    """Return `url` as it can stand in a link, or None where it is none of the web; no other kind may become one."""
    try:
        parts = urlsplit(url or "")
    except ValueError:
        return None
    return quote(parts.geturl(), safe=_IN_ADDRESSES) if parts.scheme in ("http", "https") and parts.netloc else None


def at_quote(address: str, words: str, page: int | None) -> str:
    """Return `address` with a text fragment (WICG, `#:~:text=`), and with the page where that is a PDF."""
    if page is not None and "#" not in address and urlsplit(address).path.lower().endswith(".pdf"):
        address += f"#page={page}"
    return f"{address}{'' if '#' in address else '#'}:~:text={_text_directive(words)}"


def digest(words: str) -> str:
    """Return what tells whether the words at a span are still the ones that were quoted."""
    return sha256(words.encode()).hexdigest()[:8]


def links_of(request: Request, service: ServiceDep) -> Links:
    """Return what makes links into this service, under the address that its settings or the request say it has."""
    settings = service.settings
    if settings.base_url is not None:
        return Links(settings.base_url.rstrip("/"))
    return Links(_as_asked(request, settings.trusted_proxies))


LinksDep = Annotated[Links, Depends(links_of)]


def _as_asked(request: Request, trusted: Collection[IPvAnyNetwork]) -> str:
    """Return the address under which the client asked, as a proxy tells it if that proxy is trusted."""
    asked = request.base_url
    if request.client is not None and _within(request.client.host, trusted):
        # Of several values the last is what the proxy before us said; those before it came from who knows where.
        told = {
            part: value.rsplit(",", 1)[-1].strip()
            for part, name in (("scheme", "X-Forwarded-Proto"), ("netloc", "X-Forwarded-Host"))
            if (value := request.headers.get(name))
        }
        asked = asked.replace(**told)
        asked = asked.replace(path=request.headers.get("X-Forwarded-Prefix", "") + asked.path)
    return str(asked).rstrip("/")


def _within(host: str, networks: Collection[IPvAnyNetwork]) -> bool:
    try:
        address = ip_address(host)
    except ValueError:
        return False
    return any(address in network for network in networks)


def _text_directive(words: str) -> str:
    """Return the words as a text directive: whole where they are few and on one line, else their first and last."""
    lines = [line for line in words.splitlines() if line.strip()]
    if len(lines) == 1 and len(words) <= _LONGEST_FRAGMENT:
        return _encoded(words)
    first, last = lines[0].split(), lines[-1].split()
    if len(lines) == 1 and len(first) < 2 * _WORDS:
        return _encoded(words)
    # Each end must stand in one block of the page, so neither reaches over the end of its line.
    return f"{_encoded(' '.join(first[:_WORDS]))},{_encoded(' '.join(last[-_WORDS:]))}"


def _encoded(words: str) -> str:
    return quote(" ".join(words.split()), safe="").replace("-", "%2D")  # a hyphen would part a prefix from the text
