"""Decodes a web page as browsers do (WHATWG HTML, "determining the character encoding")."""

from __future__ import annotations

import codecs
import re

from rag.sources.decode import decode

_SEARCHED = 1024
"""Bytes at the beginning of a page in which browsers look for its encoding."""

_LABEL = re.compile(rb"""(?:charset|encoding)\s*+=\s*+["']?\s*+([\w.:-]+)""", re.IGNORECASE)
_MARKS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


_LANGUAGE = re.compile(rb"""<html\b[^<>]{0,500}?\blang\s*+=\s*+["']?([a-zA-Z]{2})(-[a-zA-Z]{2,4})?""")
_WESTERN = "windows-1252"
_LANGUAGES = {
    "cp1250": "cs hr hu pl sk sl",
    "cp1251": "be bg ky mk ru sr tg tt uk",
    "cp1253": "el",
    "cp1254": "ku tr",
    "cp1255": "he",
    "cp1256": "ar fa",
    "cp1257": "et lt lv",
    "cp1258": "vi",
    "cp874": "th",
    "cp932": "ja",
    "cp949": "ko",
    "gb18030": "zh",
}
"""The encodings that browsers take for pages without a label, by language (WHATWG HTML)."""


def page_text(raw: bytes) -> str:
    """Decode a page by its byte order mark, or else by the encoding that it declares, or else by what fits best.

    A page that declares UTF-8 but is not, is decoded by what fits best. One that declares Latin-1 but is UTF-8 is
    decoded as UTF-8. Raises UnreadableSource as `decode` does.
    """
    from webencodings import lookup

    label = _LABEL.search(raw[:_SEARCHED])
    declared = lookup(label[1].decode("ascii", "replace")) if label else None
    if raw.startswith(_MARKS) or (declared is not None and declared.name.startswith("utf-")):
        return decode(raw)
    if declared is None or (declared.name == _WESTERN and _is_utf8(raw)):
        return _unlabelled(raw)
    return str(declared.codec_info.decode(raw, "replace")[0])


def _usual(language: str) -> str | None:
    return next((encoding for encoding, languages in _LANGUAGES.items() if language in languages.split()), None)


def _is_utf8(raw: bytes) -> bool:
    """Tell whether the bytes are UTF-8 and not only ASCII."""
    try:
        return not raw.isascii() and bool(raw.decode("utf-8"))
    except UnicodeDecodeError:
        return False


def _unlabelled(raw: bytes) -> str:
    """Decode a page without a label: as UTF-8, or in the encoding of its language, or as `decode` does."""
    language = _LANGUAGE.search(raw[:_SEARCHED])
    usual = _usual(language[1].decode().lower()) if language else None
    if usual is None or raw.isascii() or _is_utf8(raw) or b"\0" in raw[:_SEARCHED]:
        return decode(raw)
    try:
        return raw.decode(usual)
    except UnicodeDecodeError:
        return decode(raw)
