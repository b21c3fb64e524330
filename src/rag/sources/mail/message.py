"""Reads the structure of an e-mail: its headers, the parts of its body, the messages in it and the attachments."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message
from typing import Protocol

from rag.errors import UnreadableSource
from rag.sources.decode import decode
from rag.sources.mail.flowed import unflowed

ERRORS = (MessageError, ValueError, LookupError, AttributeError, TypeError)
"""The email library raises these for damaged headers and encodings."""

_HEADERS = frozenset({"from", "to", "subject", "date"})
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_MOST_PARTS = 2_000
DEEPEST = 8
"""Messages within messages that are read."""

_STUB = 0.2  # a plain text with a smaller share of the words in HTML only says that the program cannot show HTML


@dataclass(frozen=True, slots=True)
class Body:
    """The text of a body, and whether it is HTML."""

    text: str
    is_html: bool = False


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file in an e-mail. `name` has no folders."""

    name: str
    content: bytes


class Readable(Protocol):
    """A message of any format."""

    def headers(self) -> dict[str, str]:
        """Return the headers with sender, recipient, subject and date, by lower-case name."""
        ...

    def bodies(self) -> Sequence[Body]:
        """Return the parts of the body, in their order."""
        ...

    def messages(self) -> Sequence[Readable]:
        """Return the messages that this one forwards as attachments."""
        ...

    def attachments(self) -> Iterator[Attachment]:
        """Yield the attached files, also those of forwarded messages."""
        ...


class Mail:
    """A message. Raises UnreadableSource if the bytes are no e-mail."""

    def __init__(self, message: Message, wide: bool = False, depth: int = 0) -> None:
        self._message, self._wide, self._depth = message, wide, depth

    @classmethod
    def of(cls, raw: bytes) -> Mail:
        """Read a message from the bytes of a file."""
        wide = _is_utf16(raw)
        try:
            # compat32 gives every header as it is. The other policies take seconds for a long list of addresses.
            message = message_from_bytes(_narrowed(raw, wide), policy=policy.compat32)
        except ERRORS as error:
            raise damaged(error) from error
        if not message.keys():
            raise UnreadableSource(
                "is not an e-mail: it has no headers such as From and Subject; save it again, or save its text."
            )
        return cls(message, wide)

    def headers(self) -> dict[str, str]:
        """Return the headers with sender, recipient, subject and date, by lower-case name."""
        found: dict[str, str] = {}
        for name, value in self._message.raw_items():
            if name.lower() in _HEADERS:
                found.setdefault(name.lower(), _decoded(str(value)))
        return found

    def bodies(self) -> list[Body]:
        """Return the parts of the body, in their order."""
        return [body for part in _texts(self._message) if (body := self._body(part)) is not None]

    def messages(self) -> Sequence[Mail]:
        """Return the messages that this one forwards as attachments. A bounce has none: its report is the content."""
        if self._depth >= DEEPEST or self._message.get_content_type() == "multipart/report":
            return []
        inner = (part for part in _parts(self._message) if part.get_content_type() == "message/rfc822")
        payloads = (part.get_payload() for part in inner)
        found = [one for payload in payloads if isinstance(payload, list) for one in payload]
        return [Mail(one, self._wide, self._depth + 1) for one in found if isinstance(one, Message)]

    def attachments(self) -> Iterator[Attachment]:
        """Yield the attached files, also those of forwarded messages. Pictures in the text are none."""
        for part in _parts(self._message):
            name = _file_name(part)
            inline = part.get_content_disposition() == "inline" or part.get("Content-ID")
            is_picture = part.get_content_maintype() == "image" and inline
            content = part.get_payload(decode=True) if name and not part.is_multipart() else None
            if isinstance(content, bytes) and name and not is_picture:
                yield Attachment(name, content)
        for one in self.messages():
            yield from one.attachments()

    def _body(self, part: Message) -> Body | None:
        content = part.get_payload(decode=True)
        if not isinstance(content, bytes):
            return None
        encoding = str(part.get("Content-Transfer-Encoding", "")).strip().lower()
        as_stored = self._wide and encoding not in ("base64", "quoted-printable")
        text = _text(content, "utf-8" if as_stored else part.get_content_charset())
        if part.get_content_subtype() == "html":
            return Body(text, is_html=True)
        if str(part.get_param("format", "")).lower() == "flowed":
            text = unflowed(text, str(part.get_param("delsp", "")).lower() == "yes")
        return Body(text)


def damaged(error: Exception) -> UnreadableSource:
    """Return the failure for an e-mail that the email library cannot read."""
    return UnreadableSource(f"is a damaged e-mail ({error}); save it again, or save its text.")


def _is_utf16(raw: bytes) -> bool:
    return raw.startswith(_UTF16) or (
        len(raw) > 3 and raw[:200:2].count(0) + raw[1:200:2].count(0) > min(len(raw), 200) * 0.3
    )


def _narrowed(raw: bytes, wide: bool) -> bytes:
    """Return the bytes as UTF-8 if they are UTF-16, and without a byte order mark."""
    content = decode(raw).encode("utf-8", "replace") if wide else raw
    return content.removeprefix(b"\xef\xbb\xbf")


def _parts(message: Message) -> Iterator[Message]:
    """Yield the parts of a message, but not those of messages within it."""
    waiting, count = [message], 0
    while waiting and count < _MOST_PARTS:
        part = waiting.pop()
        count += 1
        yield part
        payload = part.get_payload() if part.get_content_maintype() == "multipart" else None
        if isinstance(payload, list):
            waiting += reversed([one for one in payload if isinstance(one, Message)])


def _texts(message: Message) -> Iterator[Message]:
    """Yield the parts that a reader sees as the text: of alternatives only one, of a report the readable part."""
    payload = message.get_payload()
    kind = message.get_content_type()
    if message.get_content_maintype() != "multipart":
        if message.get_content_maintype() == "text" and not _is_attached(message):
            yield message
        return
    parts = [one for one in payload if isinstance(one, Message)] if isinstance(payload, list) else []
    if kind == "multipart/alternative":
        yield from _best(parts)
    else:
        for part in parts[:1] if kind in ("multipart/related", "multipart/report") else parts[:_MOST_PARTS]:
            yield from _texts(part)


def _best(parts: list[Message]) -> Iterator[Message]:
    """Yield the plain text among alternatives, unless it is only a stub; else the first part with a text."""
    texts = [list(_texts(part)) for part in parts]
    plain = [one for one in texts if one and one[0].get_content_subtype() == "plain"]
    rich = [one for one in texts if one and one[0].get_content_subtype() == "html"]
    if plain and not (rich and _is_stub(plain[0], rich[0])):
        yield from plain[0]
    else:
        yield from next(iter(rich or [one for one in texts if one]), [])


def _is_stub(plain: list[Message], rich: list[Message]) -> bool:
    words, tagged = (sum(len(_content(one)) for one in parts) for parts in (plain, rich))
    markup = sum(len(_strip(_content(one))) for one in rich)
    return words < _STUB * markup if tagged else False


def _content(part: Message) -> bytes:
    content = part.get_payload(decode=True)
    return content.strip() if isinstance(content, bytes) else b""


def _strip(content: bytes) -> bytes:
    words = re.sub(rb"(?is)<(style|script|head)\b[^>]*>.*?</\1>", b"", content)
    return b" ".join(re.sub(rb"<[^<>]*>|&nbsp;", b" ", words).split())


def _is_attached(part: Message) -> bool:
    subtype = part.get_content_subtype()
    return part.get_content_disposition() == "attachment" or subtype not in ("plain", "html", "enriched")


def _file_name(part: Message) -> str:
    try:
        name = _decoded(part.get_filename() or "")
    except ERRORS:
        name = ""
    plain = re.split(r"[/\\]", name)[-1]
    return " ".join(re.sub(r"[\x00-\x1f\x7f]+", " ", plain).split())[-200:].lstrip(".")


def _decoded(header: str) -> str:
    """Return the text of a header. The parser of the email library is not used, because it is slow."""
    raw = header.encode("utf-8", "surrogateescape")
    if not header.isascii():
        header = decode(raw)
    # Some programs put no space between an encoded word and its neighbour, or break one within quotation marks.
    header = re.sub(r"\r?\n[ \t]*", " ", header)
    try:
        return str(make_header(decode_header(header))) if "=?" in header else header
    except ERRORS:
        return header


def _text(content: bytes, charset: str | None) -> str:
    try:
        return content.decode(charset or "utf-8")
    except (UnicodeDecodeError, LookupError):
        return decode(content)
