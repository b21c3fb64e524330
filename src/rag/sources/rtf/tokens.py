"""Splits Rich Text into control words, characters and groups (Rich Text Format 1.9.1)."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass

_TOKEN = re.compile(
    rb"\\(?P<word>[a-zA-Z]{1,32})(?P<number>-?[0-9]{1,10})? ?|\\'(?P<byte>[0-9a-fA-F]{2})|\\(?P<sign>[^a-zA-Z])"
    rb"|(?P<brace>[{}])|(?P<text>[^\\{}\r\n]+)"
)
_CHARSETS = {
    0: "cp1252", 77: "mac-roman", 128: "cp932", 129: "cp949", 134: "gbk", 136: "big5", 161: "cp1253", 162: "cp1254",
    163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251", 222: "cp874", 238: "cp1250",
}  # fmt: skip
SYMBOL = 2
"""The character set of fonts such as Symbol and Wingdings."""


@dataclass(frozen=True, slots=True)
class Token:
    """A control word with its number, or `text` in bytes, or the beginning or end of a group as the word `{` or `}`."""

    word: str = ""
    number: int | None = None
    text: bytes = b""


def tokens(raw: bytes) -> Iterator[Token]:
    """Yield the tokens of a file. The bytes after `bin` are left out."""
    place = 0
    while match := _TOKEN.search(raw, place):
        place = match.end()
        if (word := match["word"]) is not None:
            number = int(match["number"]) if match["number"] is not None else None
            if word == b"bin":
                place += max(number or 0, 0)
                continue
            yield Token(word.decode("ascii"), number)
        elif match["byte"] is not None:
            yield Token(text=bytes.fromhex(match["byte"].decode("ascii")))
        elif match["sign"] in (b"{", b"}", b"\\"):
            yield Token(text=match["sign"])
        elif match["sign"] is not None:
            yield Token({b"\n": "par", b"\r": "par"}.get(match["sign"], match["sign"].decode("latin-1")))
        elif match["brace"] is not None:
            yield Token(match["brace"].decode("ascii"))
        else:
            yield Token(text=match["text"])


def codec_of_charset(charset: int) -> str | None:
    """Return the encoding of a font's character set, or None if the document's own holds."""
    return _CHARSETS.get(charset)


def codec_of_page(page: int) -> str:
    """Return the encoding of a code page."""
    for name in (f"cp{page}", "cp1252"):
        try:
            return codecs.lookup(name).name
        except LookupError:
            continue
    return "cp1252"
