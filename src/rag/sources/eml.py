"""Parses e-mail files: the text of the message with subject, sender and date, without attachments."""

from __future__ import annotations

from email import message_from_bytes, policy
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import EmailMessage

from rag.errors import UnreadableSource
from rag.sources import emails, html, plain
from rag.sources.blocks import Parsed
from rag.sources.decode import decode

_HEADERS = frozenset({"from", "to", "subject", "date"})
# The email library raises these for damaged headers and encodings.
_ERRORS = (MessageError, ValueError, LookupError, AttributeError, TypeError)


def parse(raw: bytes, stem: str) -> Parsed:
    """Parse an .eml file."""
    try:
        message = message_from_bytes(raw, policy=policy.default)
        headers = {name.lower(): _decoded(value) for name, value in message.raw_items() if name.lower() in _HEADERS}
        body = message.get_body(("plain", "html")) if isinstance(message, EmailMessage) else None
        content = body.get_payload(decode=True) if body is not None else b""
    except _ERRORS as error:
        raise UnreadableSource(f"is a damaged e-mail ({error}); save it again, or save its text.") from error
    if not message.keys():
        raise UnreadableSource(
            "is not an e-mail: it has no headers such as From and Subject; save it again, or save its text."
        )
    if body is None or not isinstance(content, bytes):
        return Parsed([])
    facts = emails.facts(headers)
    if body.get_content_subtype() == "html":
        return Parsed(html.parse(content, stem).blocks, facts)
    return plain.email(_text(content, body.get_content_charset()), facts)


def _decoded(header: str) -> str:
    """Return the text of a header.

    The parser of the email library is not used, because it takes seconds for a long list of addresses.
    """
    if header.isascii():
        return str(make_header(decode_header(header)))
    return decode(header.encode("utf-8", "surrogateescape"))


def _text(content: bytes, charset: str | None) -> str:
    try:
        return content.decode(charset or "utf-8")
    except (UnicodeDecodeError, LookupError):
        return decode(content)
