"""Parses web pages that a browser saved in one file (MHTML): the page, without its pictures and styles."""

from __future__ import annotations

from email import message_from_bytes, policy
from email.message import Message

from rag.errors import UnreadableSource
from rag.sources import html
from rag.sources.blocks import Facts, Parsed
from rag.sources.mail.message import ERRORS, Mail

_MARK = b"\xef\xbb\xbf"
_PAGES = ("text/html", "application/xhtml+xml")


def parse(raw: bytes, stem: str) -> Parsed:
    """Parse an .mhtml or .mht file."""
    message = message_from_bytes(raw.removeprefix(_MARK), policy=policy.compat32)
    page = _page(message)
    content = page.get_payload(decode=True) if page is not None else None
    if page is None or not isinstance(content, bytes):
        raise UnreadableSource("holds no web page; save the page again, as HTML or PDF.")
    parsed = html.parse(_utf8(content, page.get_content_charset()), stem)
    return Parsed(parsed.blocks, {**_facts(message, page), **parsed.facts})


def _page(message: Message) -> Message | None:
    """Return the page itself: the part that the file names as its start, or else the first page."""
    pages = [part for part in message.walk() if part.get_content_type() in _PAGES]
    start = message.get_param("start")
    return next((part for part in pages if start and part.get("Content-ID") == start), pages[0] if pages else None)


def _utf8(content: bytes, charset: str | None) -> bytes:
    """Return the page in UTF-8 if its part names an encoding. Otherwise, the page itself says it."""
    try:
        return _MARK + content.decode(charset).encode() if charset else content
    except (UnicodeDecodeError, LookupError):
        return content


def _facts(message: Message, page: Message) -> Facts:
    try:
        title = Mail(message).headers().get("subject")
    except ERRORS:
        title = None
    url = message.get("Snapshot-Content-Location") or page.get("Content-Location")
    found: Facts = {"title": title, "url": str(url) if url and str(url).startswith(("http://", "https://")) else None}
    return {name: value for name, value in found.items() if value}
