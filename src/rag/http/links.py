"""Make links to citations and documents: to the original on the web, or to a page of this service."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from urllib.parse import quote, urlencode, urlsplit

from rag.settings import Settings
from rag.types import Citation, Period, Reference

_LONGEST_FRAGMENT = 100
"""A link contains a quote of at most this many characters in full. It contains only the two ends of a longer quote."""

_WORDS = 6
"""The number of words in each end of a longer quote. Six words are usually unique in a page."""

_SAFE_IN_URLS = "!#$%&'()*+,/:;=?@[]~"


@dataclass(frozen=True, slots=True)
class Links:
    """Makes links. `base` is the address of this service without a slash at its end."""

    base: str

    def citation(self, citation: Citation) -> str:
        """Return a link to the quote: in the original on the web if it has an address, otherwise on a page here.

        A record is only on a page here.
        """
        address = None if citation.record else web_address(citation.reference.url)
        return with_text_fragment(address, citation.quote, citation.page) if address else self.page(citation)

    def page(self, citation: Citation) -> str:
        """Return a link to the quote on this service's page of the document."""
        span = {"start": citation.span.start, "end": citation.span.end, "sha256": digest(citation.quote)}
        part = {"part": "record"} if citation.record else {}
        return f"{self._page(citation.reference)}?{urlencode({**span, **part})}#quote"

    def document(self, reference: Reference) -> str:
        """Return a link to the document: on the web if it has an address, otherwise on a page here."""
        return web_address(reference.url) or self._page(reference)

    def shared(self, answer_id: str) -> str:
        """Return a link to a shared answer on the page of this service."""
        return f"{self.base}/#answer={quote(answer_id, safe='')}"

    def asking(self, question: str, as_of: Period | None = None) -> str:
        """Return a link to the page that asks a question."""
        time = {"as_of": as_of.written} if as_of else {}
        return f"{self.base}/?{urlencode({'q': question, **time})}"

    def question_feed(self, question_id: str | None) -> str:
        """Return the address of the feed of a saved question, or of all of them."""
        part = f"questions/{quote(question_id, safe='')}/" if question_id is not None else ""
        return f"{self.base}/v1/{part}feed"

    def _page(self, reference: Reference) -> str:
        return f"{self.base}/documents/{quote(reference.id, safe='/')}"


def web_address(url: str | None) -> str | None:
    """Return `url` encoded for use in a link, or None unless it is an http or https address.

    Other schemes such as `javascript:` must never become links.
    """
    try:
        parts = urlsplit(url or "")
    except ValueError:
        return None
    return quote(parts.geturl(), safe=_SAFE_IN_URLS) if parts.scheme in ("http", "https") and parts.netloc else None


def with_text_fragment(address: str, words: str, page: int | None) -> str:
    """Return `address` with a text fragment (WICG, `#:~:text=`), and with the page number if it is a PDF."""
    if page is not None and "#" not in address and urlsplit(address).path.lower().endswith(".pdf"):
        address += f"#page={page}"
    return f"{address}{'' if '#' in address else '#'}:~:text={_text_directive(words)}"


def digest(words: str) -> str:
    """Return the first 8 hex digits of the SHA-256 of a quote. They show whether a document still contains it."""
    return sha256(words.encode()).hexdigest()[:8]


def configured_base(settings: Settings) -> str | None:
    """Return RAG_BASE_URL without a slash at its end, or None if it is not set."""
    return settings.base_url.rstrip("/") if settings.base_url is not None else None


def configured_links(settings: Settings) -> Links:
    """Return links to the address where `rag serve` listens, for callers that do not use HTTP."""
    return Links(configured_base(settings) or f"http://{settings.host}:{settings.port}")


def _text_directive(words: str) -> str:
    """Return a text directive: all words if they are few and on one line, otherwise the first and last words."""
    lines = [line for line in words.splitlines() if line.strip()]
    if len(lines) == 1 and len(words) <= _LONGEST_FRAGMENT:
        return _encode(words)
    first, last = lines[0].split(), lines[-1].split()
    if len(lines) == 1 and len(first) < 2 * _WORDS:
        return _encode(words)
    # Browsers look for each end inside one block of the page, so an end must not cross a line break.
    return f"{_encode(' '.join(first[:_WORDS]))},{_encode(' '.join(last[-_WORDS:]))}"


def _encode(words: str) -> str:
    return quote(" ".join(words.split()), safe="").replace("-", "%2D")  # a raw hyphen would mark a prefix or suffix
