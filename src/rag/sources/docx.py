"""Parses Word documents: paragraphs and tables in the order of the body, with content controls, boxes and footnotes."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import TYPE_CHECKING
from zipfile import BadZipFile

from rag.errors import UnreadableSource
from rag.sources.blocks import Block, Facts, Kind, Parsed, heading, table

if TYPE_CHECKING:
    from docx.document import Document
    from lxml.etree import _Element

# Errors that python-docx lets through: not a zip file, bad compression, a missing part or element.
_ERRORS = (BadZipFile, zlib.error, EOFError, LookupError, ValueError, RuntimeError, AttributeError)
_TEMPLATE_AUTHOR = "python-docx"

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_MARKS = {f"{_W}tab": "\t", f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}noBreakHyphen": "-", f"{_W}ptab": "\t"}
_BOX = f"{_W}txbxContent"
# Properties, deleted or moved text, the fallback form of a drawing, and boxes, which become separate blocks.
_SKIPPED = frozenset({f"{_W}pPr", f"{_W}rPr", f"{_W}del", f"{_W}moveFrom", _FALLBACK, _BOX})
_FOOTNOTES = ("footnotes", "endnotes")


def parse(raw: bytes, stem: str) -> Parsed:
    """Parse a .docx file."""
    from docx.exceptions import PythonDocxError
    from docx.opc.exceptions import OpcError
    from lxml.etree import XMLSyntaxError

    try:
        return _parsed(raw)
    except RecursionError:
        raise
    except (PythonDocxError, OpcError, XMLSyntaxError, *_ERRORS) as error:
        message = f"is not a Word document, or it is damaged ({error}); save it again as .docx, without a password."
        raise UnreadableSource(message) from error


def _parsed(raw: bytes) -> Parsed:
    import docx

    document = docx.Document(BytesIO(raw))
    if document.element.getroottree().docinfo.doctype:
        raise UnreadableSource("declares a DOCTYPE, which may hide text; save it again in Word.")
    return Parsed([*_Body(document).blocks(document.element.body), *_notes(document)], _facts(document))


class _Body:
    """Walks over a body. Holds the style names by id, and the number of the current item in a numbered list."""

    def __init__(self, document: Document) -> None:
        self.styles = {style.style_id: (style.name or "").lower() for style in document.styles}
        self.number = 0

    def blocks(self, element: _Element) -> Iterator[Block]:
        """Yield the blocks in an element, also blocks inside content controls and tracked changes."""
        for child in element:
            if child.tag == f"{_W}p":
                yield from self.paragraph(child)
            elif child.tag == f"{_W}tbl":
                yield from table(list(_rows(child)))
                self.number = 0
            elif child.tag not in _SKIPPED and not _is_contents(child):
                yield from self.blocks(child)

    def paragraph(self, element: _Element) -> Iterator[Block]:
        style = self.styles.get(_value(element, "pStyle"), "normal")
        self.number = self.number + 1 if style.startswith("list number") else 0
        if text := _text(element).strip():
            numbered = element.find(f"{_W}pPr/{_W}numPr") is not None
            yield _block(text, style, self.number, numbered)
        for box in _boxes(element):
            yield from self.blocks(box)


def _value(element: _Element, name: str) -> str:
    found = element.find(f"{_W}pPr/{_W}{name}")
    return "" if found is None else str(found.get(f"{_W}val"))


def _block(text: str, style: str, number: int, numbered: bool) -> Block:
    if style == "title":
        return heading(text, 1)
    if match := re.match(r"heading (\d)", style):
        return heading(text, int(match[1]))
    if number:
        return Block(f"{number}. {text}", Kind.ITEM)
    if style.startswith("list") or numbered:
        return Block(f"- {text}", Kind.ITEM)
    return Block(text)


def _text(element: _Element) -> str:
    """Return the text of an element, with insertions, links, fields and content controls."""
    return "".join(_words(element))


def _words(element: _Element) -> Iterator[str]:
    for child in element:
        if child.tag == f"{_W}t":
            yield child.text or ""
        elif child.tag in _MARKS:
            yield _MARKS[child.tag]
        elif child.tag not in _SKIPPED and not _is_hidden(child):
            yield from _words(child)


def _is_hidden(element: _Element) -> bool:
    """Return whether a run is hidden text, white, or smaller than 2 points."""
    if element.tag != f"{_W}r" or (properties := element.find(f"{_W}rPr")) is None:
        return False
    vanish, colour, size = (properties.find(f"{_W}{name}") for name in ("vanish", "color", "sz"))
    if vanish is not None and vanish.get(f"{_W}val", "true") not in ("false", "0", "off"):
        return True
    white = colour is not None and str(colour.get(f"{_W}val")).upper() == "FFFFFF" and not _on_ground(element)
    return white or (size is not None and str(size.get(f"{_W}val")) in ("0", "1", "2", "3"))  # in half points


def _on_ground(run: _Element) -> bool:
    """Return whether a run, its paragraph, its table or its box may have a dark ground."""
    ground = ("rPr/{0}shd", "rPr/{0}highlight")
    around = (f"{_W}tbl", f"{_W}p", _BOX)
    return any(run.find(f"{_W}{one.format(_W)}") is not None for one in ground) or any(
        one.tag != f"{_W}p" or one.find(f"{_W}pPr/{_W}shd") is not None for one in run.iterancestors(*around)
    )


def _boxes(element: _Element) -> Iterator[_Element]:
    for child in element:
        if child.tag == _BOX:
            yield child
        elif child.tag != _FALLBACK:
            yield from _boxes(child)


def _rows(element: _Element) -> Iterator[list[str]]:
    """Yield the cells of each row. A table inside a cell becomes text of that cell.

    A cell that is merged downwards is repeated in each of its rows, so that each row makes sense alone.
    """
    above: dict[int, str] = {}
    for row in _within(element, "tr"):
        cells: dict[int, str] = {}
        column = 0
        for cell in _within(row, "tc"):
            own = "\n".join(_text(paragraph) for paragraph in cell.iter(f"{_W}p"))
            cells[column] = above.get(column, "") if _continues(cell) else own
            column += _span(cell)
        above = cells
        yield list(cells.values())


def _continues(cell: _Element) -> bool:
    """Return whether a cell continues the cell above, merged downwards."""
    merge = cell.find(f"{_W}tcPr/{_W}vMerge")
    return merge is not None and merge.get(f"{_W}val", "continue") == "continue"


def _span(cell: _Element) -> int:
    span = cell.find(f"{_W}tcPr/{_W}gridSpan")
    return 1 if span is None else int(span.get(f"{_W}val", "1"))


def _within(element: _Element, name: str) -> Iterator[_Element]:
    """Yield the rows of a table or the cells of a row, also inside content controls, but not those of inner tables."""
    for child in element:
        if child.tag == f"{_W}{name}":
            yield child
        elif child.tag not in _SKIPPED and child.tag not in (f"{_W}tbl", f"{_W}tc"):
            yield from _within(child, name)


def _is_contents(element: _Element) -> bool:
    """Return whether a content control holds Word's own table of contents."""
    gallery = element.find(f"{_W}sdtPr/{_W}docPartObj/{_W}docPartGallery")
    return gallery is not None and "contents" in str(gallery.get(f"{_W}val")).lower()


def _notes(document: Document) -> Iterator[Block]:
    """Yield the footnotes and endnotes, which a Word document stores in separate parts."""
    from docx.oxml.parser import parse_xml

    for relation in document.part.rels.values():
        if not relation.is_external and relation.reltype.endswith(_FOOTNOTES):
            for note in parse_xml(relation.target_part.blob):
                # Notes with a type are the lines that separate the notes from the text.
                if note.get(f"{_W}type") is None and (text := "\n".join(map(_text, note.iter(f"{_W}p"))).strip()):
                    yield Block(text)


def _facts(document: Document) -> Facts:
    core = document.core_properties
    author = core.author if core.author != _TEMPLATE_AUTHOR else ""
    facts: Facts = {"title": core.title, "author": author, "published": core.created, "language": core.language}
    facts |= {"subject": core.subject, "keywords": core.keywords, "category": core.category}
    return {name: value for name, value in facts.items() if value}
