"""Opens a Word document: a zip archive with XML parts, named by relations."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from rag.errors import UnreadableSource
from rag.sources import office
from rag.sources.archive import LARGEST
from rag.sources.xml.safe import name_of

if TYPE_CHECKING:
    from lxml.etree import _Element

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
"""The namespace of text and its properties."""

_STRICT = (
    (b"http://purl.oclc.org/ooxml/wordprocessingml/main", W[1:-1].encode()),
    (b"http://purl.oclc.org/ooxml/officeDocument/math", b"http://schemas.openxmlformats.org/officeDocument/2006/math"),
)
"""The namespaces of the strict form of the format, and those of the usual form."""


class Package:
    """A Word document as parts. Raises UnreadableSource if the file is no Word document."""

    def __init__(self, raw: bytes) -> None:
        self._parts = office.Package(raw, "a Word document", ".docx", largest=LARGEST, namespaces=_STRICT)
        self._main = self._parts.of_kind("", "officeDocument") or "word/document.xml"

    def main(self) -> _Element:
        """Return the part with the text."""
        root = self._tree(self._main)
        if root is None or name_of(root) != "document":
            raise UnreadableSource("is not a Word document, because it has no text part; save it again as .docx.")
        return root

    def part(self, kind: str) -> _Element | None:
        """Return the part that the text names as `kind`, such as `styles`; None if there is none."""
        return self._tree(self._parts.of_kind(self._main, kind))

    def properties(self) -> _Element | None:
        """Return the part with title, author and date."""
        return self._tree(self._parts.of_kind("", "core-properties"))

    def _tree(self, name: str | None) -> _Element | None:
        return self._parts.tree(name) if name and self._parts.has(name) else None


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
