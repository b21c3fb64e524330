"""Parses OpenDocument texts (.odt, .ott and .fodt): the text as LibreOffice shows it, with numbers and footnotes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.errors import UnreadableSource
from rag.sources.archive import opened, read_file
from rag.sources.blocks import Facts, Parsed
from rag.sources.odt.reading import Reader
from rag.sources.odt.styles import OFFICE, Styles
from rag.sources.properties import judged
from rag.sources.word.looks import title, with_headings
from rag.sources.xml.safe import name_of, parse_xml, words

if TYPE_CHECKING:
    from lxml.etree import _Element

_NAMES = {
    "title": "title",
    "initial-creator": "author",
    "creation-date": "published",
    "language": "language",
    "subject": "subject",
    "keyword": "keywords",
}


def parse(raw: bytes, stem: str) -> Parsed:
    """Parse an OpenDocument text, packed or as one XML file."""
    parts = _packed(raw) if raw.startswith(b"PK") else [_tree(raw)]
    body = next((one for part in parts for one in part.iter(f"{OFFICE}text")), None)
    if body is None:
        raise UnreadableSource("is not an OpenDocument text; save it again as .odt.")
    reader = Reader(Styles(parts))
    shown = with_headings(list(reader.read(body)), reader.size)
    blocks = [*(one.block for one in shown), *reader.endnotes]
    return Parsed(blocks, judged(_facts(parts), blocks, title(shown), stem))


def _packed(raw: bytes) -> list[_Element]:
    """Return the parts of a packed document: styles, content and properties."""
    archive = opened(raw)
    names = set(archive.namelist())
    if "META-INF/manifest.xml" in names and b"encryption-data" in read_file(
        archive, archive.getinfo("META-INF/manifest.xml")
    ):
        raise UnreadableSource("is encrypted; save a copy of it without a password.")
    if "content.xml" not in names:
        raise UnreadableSource("is not an OpenDocument text, because it has no content; save it again as .odt.")
    return [
        _tree(read_file(archive, archive.getinfo(name)))
        for name in ("styles.xml", "content.xml", "meta.xml")
        if name in names
    ]


def _tree(raw: bytes) -> _Element:
    try:
        root = parse_xml(raw)
    except UnreadableSource as error:
        raise UnreadableSource(f"is not an OpenDocument text, or it is damaged: it {error}") from error
    if root.getroottree().docinfo.doctype:
        raise UnreadableSource("declares a DOCTYPE, which may hide text; save it again as .odt.")
    return root


def _facts(parts: list[_Element]) -> Facts:
    found: Facts = {}
    for meta in (one for part in parts for one in part.iter(f"{OFFICE}meta")):
        creators = [words(one) for one in meta if name_of(one) == "creator"]
        if any(creators):
            found["author"] = creators[0]
        found |= {_NAMES[name_of(one)]: words(one) for one in meta if name_of(one) in _NAMES and words(one)}
    return found
