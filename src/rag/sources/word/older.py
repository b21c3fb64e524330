"""Parses .doc files: those of Word 97 through LibreOffice, and other formats that are saved under this suffix."""

from __future__ import annotations

from rag.errors import UnreadableSource
from rag.sources import html, rtf, word
from rag.sources.blocks import Parsed
from rag.sources.libreoffice import convert

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PAGES = (b"<html", b"<!doctype html", b"<head", b"<body", b"<meta")


def parse(raw: bytes, stem: str) -> Parsed:
    """Parse a .doc file."""
    beginning = raw[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if raw.startswith(b"PK"):
        return word.parse(raw, stem)
    if beginning.startswith(b"{\\rtf"):
        return rtf.parse(raw, stem)
    if beginning.startswith(_PAGES) or (beginning.startswith(b"<?xml") and b"<html" in beginning):
        return html.parse(raw, stem)
    if not raw.startswith(_OLE):
        raise UnreadableSource("is not a Word document; save it again as .docx.")
    return word.parse(convert(raw, ".doc", "docx"), stem)
