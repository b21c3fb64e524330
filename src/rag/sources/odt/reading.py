"""Reads the body of an OpenDocument text as blocks in order."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from rag.sources.blocks import Block, Kind, heading
from rag.sources.odt.styles import TABLE, TEXT, Counter, Look, Styles
from rag.sources.shown import Shown, is_prose, names_contents, with_notes, written
from rag.sources.word import tables
from rag.sources.word.inline import Inline, Piece
from rag.sources.word.numbering import BULLET
from rag.sources.word.package import integer
from rag.sources.xml.safe import name_of

if TYPE_CHECKING:
    from lxml.etree import _Element

_CONTENTS = (
    "table-of-content",
    "illustration-index",
    "table-index",
    "object-index",
    "user-index",
    "alphabetical-index",
)
_SKIPPED = frozenset(
    (*_CONTENTS, "tracked-changes", "annotation", "annotation-end", "sequence-decls", "variable-decls", "forms",
     "ruby-text", "hidden-text", "note-citation", "script", "object", "event-listeners", "user-field-decls")
)  # fmt: skip
_SVG = "{urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0}"  # the title and description of a picture
_SPACES = re.compile(r"[ \t\r\n]+")
_MOST_SPACES = 100
_MOST_SPAN = 100  # columns or rows that one cell may cover
_DEEPEST = 30


class Reader:
    """Reads one text; `size` is the size of usual letters in half points."""

    def __init__(self, styles: Styles, depth: int = 0) -> None:
        self._styles = styles
        self._depth = depth
        self.size = styles.look("paragraph", "Standard").size or 24
        self._outline = Counter()
        self._lists: dict[str, Counter] = {}
        self._last: dict[str, Counter] = {}
        self._found: list[Block] = []
        self.endnotes: list[Block] = []

    def read(self, element: _Element) -> Iterator[Shown]:
        """Yield the blocks in an element, each footnote after its paragraph, list or table."""
        return with_notes(self._blocks(element), self._found)

    def _blocks(self, element: _Element) -> Iterator[Shown]:
        for child in element:
            name = name_of(child)
            if name in _SKIPPED or child.get(f"{TEXT}display") == "none":
                continue
            if name in ("p", "h"):
                yield from self._paragraph(child, "")
            elif name == "list":
                yield from self._list(child, 1, None, self._counter(child))
            elif name == "table":
                yield from self._table(child)
            else:
                yield from self._blocks(child)

    def _counter(self, element: _Element) -> Counter:
        """Return the counter of a list: a new one, or that of the list that it goes on with."""
        style = str(element.get(f"{TEXT}style-name"))
        before = self._lists.get(str(element.get(f"{TEXT}continue-list")))
        if before is None and element.get(f"{TEXT}continue-numbering") == "true":
            before = self._last.get(style)
        counter = before or Counter()
        self._last[style] = counter
        key = element.get("{http://www.w3.org/XML/1998/namespace}id")
        if key:
            self._lists[key] = counter
        return counter

    def _list(self, element: _Element, depth: int, style: str | None, counter: Counter) -> Iterator[Shown]:
        style = element.get(f"{TEXT}style-name") or style
        for item in element:
            label = ""
            first = next((name_of(one) for one in item if name_of(one) not in _SKIPPED), "")
            if name_of(item) == "list-item" and first in ("p", "h"):
                label = counter.label(self._styles.levels(style), depth, integer(item.get(f"{TEXT}start-value")))
            for child in item:
                if name_of(child) == "list":
                    yield from self._list(child, depth + 1, style, counter) if depth < _DEEPEST else ()
                elif name_of(child) in ("p", "h"):
                    yield from self._paragraph(child, label)
                    label = ""
                elif name_of(child) == "table":
                    yield from self._table(child)

    def _paragraph(self, element: _Element, label: str) -> Iterator[Shown]:
        style = element.get(f"{TEXT}style-name")
        look = self._styles.look("paragraph", style)
        inline = Inline()
        self._walk(element, look, inline)
        text = inline.text.strip()
        titled = "title" in look.names
        level = 1 if titled else integer(element.get(f"{TEXT}outline-level")) if name_of(element) == "h" else 0
        if name_of(element) == "h" and level and not label and element.get(f"{TEXT}is-list-header") != "true":
            label = "" if self._styles.is_unnumbered(style) else self._outline.label(self._styles.outline, level)
        if text and not names_contents(text):
            yield Shown(_block(text, level or 0, label), inline.size, inline.is_bold, titled)
        if self._depth < _DEEPEST:
            for box in inline.boxes:
                yield from self._inner().read(box)

    def _inner(self) -> Reader:
        return Reader(self._styles, self._depth + 1)

    def _walk(self, element: _Element, look: Look, found: Inline) -> None:
        self._add(element.text, look, found)
        for child in element:
            name = name_of(child)
            if name == "note":
                self._note(child)
            elif name in ("text-box", "custom-shape", "rect", "ellipse"):
                found.boxes.append(child)
            elif name == "s":
                count = min(integer(child.get(f"{TEXT}c")) or 1, _MOST_SPACES)
                found.pieces.append(Piece(" " * count))
            elif name in ("tab", "line-break"):
                found.pieces.append(Piece("\t" if name == "tab" else "\n"))
            elif name == "span":
                self._walk(child, self._spanned(child, look), found)
            elif name and name not in _SKIPPED and not child.tag.startswith(_SVG):
                self._walk(child, look, found)
            self._add(child.tail, look, found)

    def _spanned(self, span: _Element, around: Look) -> Look:
        own = self._styles.look("text", span.get(f"{TEXT}style-name"))
        return Look(
            names=around.names,
            hidden=around.hidden or own.hidden,
            bold=around.bold or own.bold,
            size=own.size or around.size,
            place=own.place or around.place,
        )

    def _add(self, words: str | None, look: Look, found: Inline) -> None:
        if words and not look.hidden:
            words = _SPACES.sub(" ", words)
            if found.pieces and found.pieces[-1].words.endswith((" ", "\n")):
                words = words.lstrip(" ")
            found.pieces.append(Piece(words, look.place, look.size or self.size, look.bold))

    def _note(self, note: _Element) -> None:
        body = next((one for one in note if name_of(one) == "note-body"), None)
        if body is None or self._depth >= _DEEPEST:
            return
        blocks = [shown.block for shown in self._inner().read(body)]
        (self.endnotes if note.get(f"{TEXT}note-class") == "endnote" else self._found).extend(blocks)

    def _table(self, element: _Element) -> Iterator[Shown]:
        table = [row for row in _rows(element) if row.places]
        for place in (place for row in table for place in row.places):
            if place.element is not None and not place.continues:
                place.content = list(self._blocks(place.element))
        while table and not any(place.words for place in table[-1].places):
            table.pop()
        if table:
            yield from tables.shown(table)


def _rows(element: _Element, header: bool = False) -> list[tables.Row]:
    """Return the rows of a table, also those in groups."""
    found: list[tables.Row] = []
    down: dict[int, tuple[int, int]] = {}  # by column: the rows below that a cell covers, and its columns
    for row, is_header in _row_elements(element, header):
        places: list[tables.Place] = []
        column = 0
        for cell in row:
            if name_of(cell) not in ("table-cell", "covered-table-cell"):
                continue
            for _ in range(min(integer(cell.get(f"{TABLE}number-columns-repeated")) or 1, _MOST_SPAN)):
                if name_of(cell) == "covered-table-cell":
                    rows, columns = down.get(column, (0, 1))
                    if rows:
                        places.append(tables.Place(None, column, columns, continues=True))
                        down[column] = rows - 1, columns
                else:
                    columns = max(1, min(integer(cell.get(f"{TABLE}number-columns-spanned")) or 1, _MOST_SPAN))
                    down[column] = (integer(cell.get(f"{TABLE}number-rows-spanned")) or 1) - 1, columns
                    places.append(tables.Place(cell, column, columns))
                column += 1
        found.append(tables.Row(places, is_header))
    return found


def _row_elements(element: _Element, header: bool) -> Iterator[tuple[_Element, bool]]:
    for child in element:
        name = name_of(child)
        if name == "table-row" and child.get(f"{TABLE}visibility") not in ("collapse", "filter"):
            yield child, header
        elif name in ("table-header-rows", "table-rows", "table-row-group"):
            yield from _row_elements(child, header or name == "table-header-rows")


def _block(text: str, level: int, label: str) -> Block:
    if level and not is_prose(text):
        return heading(f"{label} {text}" if label and not label.startswith(BULLET) else text, level)
    return Block(f"{label} {text}", Kind.ITEM) if label else written(text)
