"""Parses the e-mail files of Outlook (.msg), after the public specification MS-OXMSG."""

from __future__ import annotations

import codecs
import datetime
import io
import struct
from collections.abc import Iterator
from typing import Any

from rag.errors import UnreadableSource
from rag.sources import eml
from rag.sources.blocks import Parsed
from rag.sources.decode import decode
from rag.sources.mail.attached import of_attachments
from rag.sources.mail.message import DEEPEST, Attachment, Body
from rag.sources.members import Member, safe_name

_SUBJECT, _SENDER, _ADDRESS, _SMTP, _TO = 0x0037, 0x0C1A, 0x0C1F, 0x5D01, 0x0E04
_BODY, _HTML, _RTF = 0x1000, 0x1013, 0x1009
_SENT, _DELIVERED, _CODE_PAGE, _HTML_CODE_PAGE = 0x0039, 0x0E06, 0x3FFD, 0x3FDE
_DATA, _LONG_NAME, _NAME, _CONTENT_ID = 0x3701, 0x3707, 0x3704, 0x3712
_UNICODE, _BYTES_STRING, _BINARY, _MESSAGE, _TIME, _INTEGER = 0x001F, 0x001E, 0x0102, 0x000D, 0x0040, 0x0003
_PROPERTIES = "__properties_version1.0"
_ATTACHMENT = "__attach_version1.0_#"
_EPOCH = datetime.datetime(1601, 1, 1, tzinfo=datetime.UTC)
_PICTURES = (".bmp", ".gif", ".jpeg", ".jpg", ".png")
_STUB = 0.2  # as for .eml


def parse(raw: bytes, stem: str) -> Parsed:
    """Parse an .msg file."""
    try:
        return eml.of_mail(_opened(raw))
    except (OSError, ValueError, struct.error, IndexError, OverflowError) as error:
        raise _damaged(error) from error


def members(raw: bytes) -> Iterator[Member]:
    """Yield the attachments of an .msg file."""
    try:
        message = _opened(raw)
        found = list(message.attachments())
        yield from of_attachments(iter(found), message.headers())
    except (OSError, ValueError, struct.error, IndexError, OverflowError) as error:
        raise _damaged(error) from error


def _damaged(error: Exception) -> UnreadableSource:
    return UnreadableSource(f"is a damaged Outlook e-mail ({error}); save it again as .msg, or as .eml or .txt.")


def _opened(raw: bytes) -> OutlookMail:
    import olefile

    if not raw.startswith(olefile.MAGIC):
        raise UnreadableSource("is not an Outlook e-mail; give it the suffix of its format, or save it again.")
    storage = olefile.OleFileIO(io.BytesIO(raw))
    if not storage.exists(_PROPERTIES):
        raise UnreadableSource("is not an Outlook e-mail but another file of Office; give it the suffix of its format.")
    return OutlookMail(storage)


class OutlookMail:
    """A message in an .msg file. `path` leads to a message that is attached to another."""

    def __init__(self, storage: Any, path: tuple[str, ...] = (), depth: int = 0) -> None:  # noqa: ANN401 - no types
        self._storage, self._path, self._depth = storage, path, depth
        self._names = [tuple(name) for name in storage.listdir(streams=True, storages=True)]
        self._fixed = _fixed(self._stream(*path, _PROPERTIES), 24 if path else 32)

    def headers(self) -> dict[str, str]:
        """Return the headers with sender, recipient, subject and date, by lower-case name."""
        name = self._text(_SENDER)
        address = next((one for one in (self._text(_SMTP), self._text(_ADDRESS)) if "@" in one), "")
        sender = f"{name} <{address}>" if name and address and name != address else name or address
        found = {"from": sender, "to": self._text(_TO), "subject": self._text(_SUBJECT), "date": self._date()}
        return {header: value for header, value in found.items() if value}

    def bodies(self) -> list[Body]:
        """Return the body: the plain text, or the HTML if there is none or only a stub. Raises UnreadableSource."""
        plain, rich = self._text(_BODY), self._html()
        if plain.strip() and not (rich and len(plain.strip()) < _STUB * len(rich) / 10):
            return [Body(plain.replace("\r\n", "\n"))]
        if rich.strip():
            return [Body(rich, is_html=True)]
        if self._stream(*self._path, _name(_RTF, _BINARY)):
            raise UnreadableSource("has its text only as RTF; save it as .eml or .txt in Outlook.")
        return []

    def messages(self) -> list[OutlookMail]:
        """Return the messages that are attached to this one."""
        inner = [(*folder, _name(_DATA, _MESSAGE)) for folder in self._folders()]
        deep = self._depth >= DEEPEST
        return [] if deep else [OutlookMail(self._storage, one, self._depth + 1) for one in inner if one in self._names]

    def attachments(self) -> Iterator[Attachment]:
        """Yield the attached files, also those of attached messages. Pictures in the text are none."""
        for folder in self._folders():
            name = safe_name(self._text(_LONG_NAME, folder) or self._text(_NAME, folder)).rpartition("/")[2]
            in_text = name.lower().endswith(_PICTURES) and self._text(_CONTENT_ID, folder)
            if name and not in_text and (*folder, _name(_DATA, _BINARY)) in self._names:
                yield Attachment(name, self._stream(*folder, _name(_DATA, _BINARY)))
        for one in self.messages():
            yield from one.attachments()

    def _folders(self) -> list[tuple[str, ...]]:
        depth = len(self._path) + 1
        return sorted(
            name
            for name in self._names
            if len(name) == depth and name[:-1] == self._path and name[-1].startswith(_ATTACHMENT)
        )

    def _text(self, number: int, folder: tuple[str, ...] | None = None) -> str:
        """Return a property that is text; "" if the message has none."""
        place = self._path if folder is None else folder
        if wide := self._stream(*place, _name(number, _UNICODE)):
            return wide.decode("utf-16-le", "replace").rstrip("\0")
        narrow = self._stream(*place, _name(number, _BYTES_STRING))
        return _decoded(narrow, self._fixed.get((_CODE_PAGE, _INTEGER))).rstrip("\0")

    def _html(self) -> str:
        binary = self._stream(*self._path, _name(_HTML, _BINARY))
        return _decoded(binary, self._fixed.get((_HTML_CODE_PAGE, _INTEGER))) if binary else self._text(_HTML)

    def _date(self) -> str:
        ticks = next((one for number in (_SENT, _DELIVERED) if (one := self._fixed.get((number, _TIME)))), None)
        if ticks is None:
            return ""
        value = int.from_bytes(ticks, "little")
        return (_EPOCH + datetime.timedelta(microseconds=value // 10)).date().isoformat()

    def _stream(self, *path: str) -> bytes:
        return self._storage.openstream(list(path)).read() if self._storage.exists(list(path)) else b""


def _name(number: int, kind: int) -> str:
    return f"__substg1.0_{number:04X}{kind:04X}"


def _fixed(stream: bytes, head: int) -> dict[tuple[int, int], bytes]:
    """Return the properties of a fixed length, by number and type."""
    whole = stream[head : head + (len(stream) - head) // 16 * 16]
    return {(number, kind): value for kind, number, _, value in struct.iter_unpack("<HHI8s", whole)}


def _decoded(raw: bytes, page: bytes | None) -> str:
    if not raw:
        return ""
    number = int.from_bytes(page[:4], "little") if page else 0
    name = {65001: "utf-8", 20127: "ascii", 28591: "latin-1", 1200: "utf-16-le"}.get(number, f"cp{number}")
    try:
        codecs.lookup(name)
        return raw.decode(name)
    except (LookupError, UnicodeDecodeError):
        return decode(raw)
