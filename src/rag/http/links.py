"""From a citation to an address at which a browser shows its words, in the original or on this service's own page."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from urllib.parse import quote, urlencode, urlsplit

from rag.settings import Settings
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


def base(settings: Settings) -> str | None:
    """Return the address that the settings say this service has."""
    return settings.base_url.rstrip("/") if settings.base_url is not None else None


def links_where_served(settings: Settings) -> Links:
    """Return what makes links to where `rag serve` answers, for who asked over no network."""
    return Links(base(settings) or f"http://{settings.host}:{settings.port}")


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
