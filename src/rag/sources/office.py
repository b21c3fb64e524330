"""Opens Office Open XML files: their parts, the relations between them, and the facts about the document."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote

from rag.errors import UnreadableSource
from rag.sources import archive
from rag.sources.blocks import Facts
from rag.sources.dates import iso
from rag.sources.plausible import is_author, is_date, is_title
from rag.sources.xml.safe import name_of, parse_xml, words

if TYPE_CHECKING:
    from lxml.etree import _Element

_OLE = b"\xd0\xcf\x11\xe0"
LARGEST = 256 << 20
"""Bytes of one part, if a format sets no limit of its own."""


@dataclass(frozen=True, slots=True)
class Relation:
    """A relation of a part: the last word of its type, such as `worksheet`, and the name of the other part."""

    kind: str
    target: str


class Package:
    """An Office Open XML file. Messages name it as `what`, such as "a Word document", and say how to save it.

    A part may have `largest` bytes. `namespaces` are pairs of a namespace and the one to read it as.
    """

    def __init__(
        self,
        raw: bytes,
        what: str,
        suffix: str,
        *,
        largest: int = LARGEST,
        namespaces: Sequence[tuple[bytes, bytes]] = (),
    ) -> None:
        self._what, self._suffix = what, suffix
        self._largest, self._namespaces = largest, namespaces
        if raw.startswith(_OLE):
            remedy = f"save it again as {suffix} without a password"
            raise UnreadableSource(f"is encrypted, or in an older format under a new suffix; {remedy}.")
        try:
            self._archive = archive.opened(raw)
        except UnreadableSource as error:
            raise UnreadableSource(f"is not {what}, or it is damaged; save it again as {suffix}.") from error
        names = (info.filename for info in self._archive.infolist())
        self._names = {name.replace("\\", "/").lstrip("/").lower(): name for name in names}

    def has(self, name: str) -> bool:
        """Tell whether there is a part of this name."""
        return name.lower() in self._names

    def read(self, name: str) -> bytes:
        """Return the bytes of a part. Raises UnreadableSource."""
        stored = self._names.get(name.lower())
        if stored is None:
            raise UnreadableSource(f"is not {self._what}, or it is damaged: it has no part {name}; save it again.")
        try:
            return archive.read_file(self._archive, self._archive.getinfo(stored), self._largest)
        except UnreadableSource as error:
            raise UnreadableSource(f"cannot be read, because its part {name} {error}") from error

    def tree(self, name: str) -> _Element:
        """Return the root of a part in XML. Raises UnreadableSource."""
        raw = self.read(name)
        for namespace, usual in self._namespaces:
            raw = raw.replace(namespace, usual)
        try:
            root = parse_xml(raw)
        except UnreadableSource as error:
            raise UnreadableSource(f"is damaged: its part {name} {error}") from error
        if root.getroottree().docinfo.doctype:
            raise UnreadableSource(f"declares a DOCTYPE, which may hide text; save it again as {self._suffix}.")
        return root

    def main(self) -> str:
        """Return the name of the main part. Raises UnreadableSource."""
        found = self.of_kind("", "officeDocument")
        if found is None:
            raise UnreadableSource(f"is not {self._what}; save it again as {self._suffix}.")
        return found

    def relations(self, part: str) -> dict[str, Relation]:
        """Return the relations of a part by their id, without links out of the file."""
        folder, name = posixpath.split(part)
        listed = posixpath.join(folder, "_rels", f"{name}.rels")
        if not self.has(listed):
            return {}
        return {
            one.get("Id") or "": Relation(
                (one.get("Type") or "").rpartition("/")[2], _joined(folder, one.get("Target"))
            )
            for one in self.tree(listed)
            if name_of(one) == "Relationship" and one.get("TargetMode") != "External"
        }

    def of_kind(self, part: str, kind: str) -> str | None:
        """Return the first part that `part` is related to in this way."""
        return next((one.target for one in self.relations(part).values() if one.kind == kind), None)

    def facts(self) -> Facts:
        """Return the facts about the document, without the names and dates that programs set by themselves."""
        name = self.of_kind("", "core-properties")
        if name is None or not self.has(name):
            return {}
        core = {name_of(one): words(one) for one in self.tree(name)}
        created = iso(core.get("created", ""))
        author, title = core.get("creator", ""), core.get("title", "")
        found: Facts = {
            "title": title if is_title(title) else None,
            "author": author if is_author(author) else None,
            "published": created if created and is_date(created) else None,
            "language": core.get("language"),
            "subject": core.get("subject"),
            "keywords": core.get("keywords"),
            "category": core.get("category"),
        }
        return {fact: value for fact, value in found.items() if value}


def _joined(folder: str, target: str | None) -> str:
    path = unquote(target or "").replace("\\", "/")
    return posixpath.normpath(posixpath.join("/", folder, path)).lstrip("/")


def own(element: _Element, name: str) -> Iterator[_Element]:
    """Yield the children of an element with a name, in any namespace."""
    return (child for child in element if name_of(child) == name)


def first(element: _Element, *names: str) -> _Element | None:
    """Return the element at a path of names below `element`, in any namespace, or None."""
    found: _Element | None = element
    for name in names:
        found = next(own(found, name), None) if found is not None else None
    return found
