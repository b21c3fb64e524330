"""Reads a text of a Word document, such as its body, a footnote or a text box, as blocks in order."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from rag.sources.blocks import Block, Kind, heading
from rag.sources.shown import Shown, is_prose, names_contents, with_notes, written
from rag.sources.word import tables
from rag.sources.word.fields import Fields
from rag.sources.word.inline import Inline, Reader, is_removed
from rag.sources.word.numbering import BULLET, Counter, Numbering
from rag.sources.word.package import Package, W, integer, value
from rag.sources.word.styles import Style, Styles, heading_level

if TYPE_CHECKING:
    from lxml.etree import _Element

_SKIPPED = frozenset((f"{W}del", f"{W}moveFrom", f"{W}sectPr", f"{W}sdtPr", f"{W}tblPr", f"{W}tblGrid"))
_DEEPEST = 30  # texts within each other
_MARK = re.compile(r"(?:\d{1,4}|[*†‡§¶]{1,3})[.)]?\s+(?=\S)")


class Document:
    """The parts of a document that all its texts share. `endnotes` are those that the texts refer to, in order."""

    def __init__(self, package: Package) -> None:
        self.styles = Styles(package.part("styles"))
        self.numbering = Numbering(package.part("numbering"), self.styles)
        self.endnotes: list[Block] = []
        self._notes = {kind: _notes(package.part(f"{kind}s"), kind) for kind in ("footnote", "endnote")}

    def note(self, kind: str, key: str, depth: int) -> list[Block]:
        """Return the blocks of a footnote or an endnote; none if it was returned before."""
        element = self._notes[kind].pop(key, None)
        if element is None:
            return []
        found = [shown.block for shown in Story(self, element, depth).blocks()]
        return [Block(_MARK.sub("", found[0].text, count=1), found[0].kind), *found[1:]] if found else []


def _notes(part: _Element | None, kind: str) -> dict[str, _Element]:
    """Return the notes by id. Those with a type are the lines that separate notes from the text."""
    found = part.iterchildren(f"{W}{kind}") if part is not None else ()
    return {str(one.get(f"{W}id")): one for one in found if one.get(f"{W}type") in (None, "normal")}


class Story:
    """One text of a document."""

    def __init__(self, document: Document, root: _Element, depth: int = 0) -> None:
        self._document = document
        self._root = root
        self._depth = depth
        self._fields = Fields(root)
        self._reader = Reader(document.styles, self._fields)
        self._counter = Counter(document.numbering)
        self._found: list[Block] = []
        self._carried = Inline()
        self._unlisted = 0
        self._in_cell = False

    def blocks(self) -> Iterator[Shown]:
        """Yield the blocks, each footnote after its paragraph, list or table."""
        return with_notes(self._blocks(self._root), self._found)

    def _blocks(self, element: _Element) -> Iterator[Shown]:
        for child in element:
            if child.tag == f"{W}p":
                yield from self._paragraph(child)
            elif child.tag == f"{W}tbl":
                yield from self._flushed()
                yield from self._table(child)
                self._unlisted = 0
            elif child.tag not in _SKIPPED and not is_removed(child) and len(child):
                yield from self._blocks(child)
        if self._carried.pieces:
            yield from self._flushed()

    def _flushed(self) -> Iterator[Shown]:
        """Yield the words of a paragraph that was to be joined to another, if there is none."""
        carried, self._carried = self._carried, Inline()
        if text := carried.text.strip():
            yield Shown(Block(text))

    def _paragraph(self, element: _Element) -> Iterator[Shown]:
        style = self._document.styles.paragraph(value(element, "pPr/pStyle"))
        in_contents = self._fields.in_contents
        inline = self._joined(self._reader.read(element, style))
        if _joins_next(element):
            self._carried = inline
            return
        for kind, key in inline.notes:
            found = self._document.note(kind, key, self._depth + 1)
            (self._document.endnotes if kind == "endnote" else self._found).extend(found)
        text = inline.text.strip()
        if not style.is_contents and (text or not in_contents) and not names_contents(text):
            label = self._label(element, style) if _counts(element, inline) else None
            if self._in_cell and not text and label:  # the text of the number is in the next cell
                yield Shown(Block(label, Kind.ITEM))
            elif text:
                block = self._block(element, style, text, label)
                yield Shown(block, inline.size, inline.is_bold, style.name == "title")
        if self._depth < _DEEPEST:
            for box in inline.boxes:
                yield from Story(self._document, box, self._depth + 1).blocks()

    def _joined(self, inline: Inline) -> Inline:
        carried, self._carried = self._carried, Inline()
        pieces, notes, boxes = (
            carried.pieces + inline.pieces,
            carried.notes + inline.notes,
            carried.boxes + inline.boxes,
        )
        return Inline(pieces, notes, boxes, inline.hidden)

    def _label(self, element: _Element, style: Style) -> str | None:
        """Return the number or letter of a paragraph in its list, or the sign of a bullet."""
        own = value(element, "pPr/numPr/numId")
        number = style.number if own is None else own
        if number is None:
            return self._unlisted_label(style)
        self._unlisted = 0
        depth = integer(value(element, "pPr/numPr/ilvl"))
        if depth is None and own is None:
            depth = style.depth
        return self._counter.label(str(number), depth, style.source)

    def _unlisted_label(self, style: Style) -> str | None:
        """Return the label of a list style that has lost the definition of its list."""
        self._unlisted = self._unlisted + 1 if style.name.startswith("list number") else 0
        return f"{self._unlisted}." if self._unlisted else BULLET if style.name.startswith("list bullet") else None

    def _block(self, element: _Element, style: Style, text: str, label: str | None) -> Block:
        outline = value(element, "pPr/outlineLvl")
        level = style.level if outline is None else heading_level(outline)
        if level and not is_prose(text):
            return heading(f"{label} {text}" if label and not label.startswith(BULLET) else text, level)
        if label:
            return Block(f"{label} {text}", Kind.ITEM)
        return written(text)

    def _table(self, element: _Element) -> Iterator[Shown]:
        table = [row for row in tables.rows(element) if row.places]
        outer = self._in_cell
        for place in (place for row in table for place in row.places):
            if place.element is not None:
                self._in_cell = True
                place.content = list(self._blocks(place.element))
        self._in_cell = outer
        if table:
            yield from tables.shown(table)


def _joins_next(paragraph: _Element) -> bool:
    """Tell whether the end of a paragraph is deleted, or it is only the large first letter of the next one."""
    mark = paragraph.find(f"{W}pPr/{W}rPr")
    removed = mark is not None and (mark.find(f"{W}del") is not None or mark.find(f"{W}moveFrom") is not None)
    frame = paragraph.find(f"{W}pPr/{W}framePr")
    return removed or (frame is not None and frame.get(f"{W}dropCap") in ("drop", "margin"))


def _counts(paragraph: _Element, inline: Inline) -> bool:
    """Tell whether a paragraph takes a number: it is not hidden, and is more than the end of a section."""
    if inline.text.strip():
        return True
    hidden = value(paragraph, "pPr/rPr/vanish") not in (None, "0", "false", "off")
    return not hidden and paragraph.find(f"{W}pPr/{W}sectPr") is None
