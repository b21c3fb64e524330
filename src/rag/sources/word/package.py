"""Opens a Word document: a zip archive with XML parts, named by relations."""

from __future__ import annotations

import posixpath
import zipfile
from functools import cache
from typing import TYPE_CHECKING

from rag.errors import UnreadableSource
from rag.sources.archive import opened, read_file
from rag.sources.xml.safe import name_of, parse_xml

if TYPE_CHECKING:
    from lxml.etree import _Element

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
"""The namespace of text and its properties."""

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_STRICT = (
    (b"http://purl.oclc.org/ooxml/wordprocessingml/main", W[1:-1].encode()),
    (b"http://purl.oclc.org/ooxml/officeDocument/math", b"http://schemas.openxmlformats.org/officeDocument/2006/math"),
)
"""The namespaces of the strict form of the format, and those of the usual form."""


class Package:
    """A Word document as parts. Raises UnreadableSource if the file is no Word document."""

    def __init__(self, raw: bytes) -> None:
        if raw.startswith(_OLE):
            raise UnreadableSource(
                "is encrypted, or a .doc file with another name; save it as .docx without a password."
            )
        try:
            self._archive = opened(raw)
        except UnreadableSource as error:
            raise UnreadableSource("is not a Word document, or it is damaged; save it again as .docx.") from error
        self._files = {info.filename.replace("\\", "/").lower(): info for info in self._archive.infolist()}
        self._roots = self._relations("")
        self._name = self._roots.get("officeDocument", "word/document.xml")
        self._parts = self._relations(self._name)

    def main(self) -> _Element:
        """Return the part with the text."""
        root = self._parse(self._name)
        if root is None or name_of(root) != "document":
            raise UnreadableSource("is not a Word document, because it has no text part; save it again as .docx.")
        return root

    def part(self, kind: str) -> _Element | None:
        """Return the part that the text names as `kind`, such as `styles`; None if there is none."""
        return self._parse(self._parts.get(kind, ""))

    def properties(self) -> _Element | None:
        """Return the part with title, author and date."""
        return self._parse(self._roots.get("core-properties", ""))

    def _relations(self, name: str) -> dict[str, str]:
        """Return the parts that a part names, by the last word of the kind of relation."""
        folder, base = posixpath.split(name)
        root = self._parse(posixpath.join(folder, "_rels", f"{base}.rels"))
        found: dict[str, str] = {}
        for one in root if root is not None else ():
            target = (one.get("Target") or "").replace("\\", "/")
            if one.get("TargetMode") != "External" and target:
                place = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
                found.setdefault((one.get("Type") or "").rpartition("/")[2], place)
        return found

    def _parse(self, name: str) -> _Element | None:
        info = self._files.get(name.lower())
        return None if info is None else self._root(name, info)

    def _root(self, name: str, info: zipfile.ZipInfo) -> _Element:
        try:
            raw = read_file(self._archive, info)
        except UnreadableSource as error:
            raise UnreadableSource(f"cannot be read, because its part {name} {error}") from error
        for strict, usual in _STRICT:
            raw = raw.replace(strict, usual)
        try:
            root = parse_xml(raw)
        except UnreadableSource as error:
            raise UnreadableSource(f"is a damaged Word document: its part {name} {error}") from error
        if root.getroottree().docinfo.doctype:
            raise UnreadableSource("declares a DOCTYPE, which may hide text; save it again in Word.")
        return root


def value(parent: _Element | None, path: str) -> str | None:
    """Return the attribute `w:val` of the element at a path of names below `parent`; "" if it has none.

    None if there is no such element.
    """
    found = parent.find(_path(path)) if parent is not None else None
    return None if found is None else str(found.get(f"{W}val", ""))


@cache
def _path(names: str) -> str:
    return "/".join(f"{W}{name}" for name in names.split("/"))


def integer(text: str | None) -> int | None:
    """Return a whole number of at most nine digits, or None."""
    digits = (text or "").removeprefix("-")
    return int(text or "") if digits.isascii() and digits.isdigit() and len(digits) < 10 else None
