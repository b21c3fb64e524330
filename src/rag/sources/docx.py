"""Word documents: paragraphs and tables in the order of the body."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import TYPE_CHECKING
from zipfile import BadZipFile

from rag.errors import UnreadableSource
from rag.sources.blocks import Block, Facts, Kind, Reading, heading, table

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.paragraph import Paragraph

# The library lets through what its layers meet: not a zip, bad compression, a part or an element that is missing.
_ERRORS = (BadZipFile, zlib.error, EOFError, LookupError, ValueError, RuntimeError, AttributeError)
_TEMPLATE_AUTHOR = "python-docx"


def read(raw: bytes, stem: str) -> Reading:
    """Read a .docx file."""
    from docx.exceptions import PythonDocxError
    from docx.opc.exceptions import OpcError
    from lxml.etree import XMLSyntaxError

    try:
        return _parsed(raw)
    except (PythonDocxError, OpcError, XMLSyntaxError, *_ERRORS) as error:
        message = f"is not a Word document, or a damaged one ({error}); save it again as .docx, without a password."
        raise UnreadableSource(message) from error


def _parsed(raw: bytes) -> Reading:
    import docx

    document = docx.Document(BytesIO(raw))
    return Reading(list(_blocks(document)), _facts(document))


def _blocks(document: Document) -> Iterator[Block]:
    from docx.text.paragraph import Paragraph

    number = 0
    for part in document.iter_inner_content():
        if not isinstance(part, Paragraph):
            yield from table(_rows(part))
            number = 0
            continue
        style = _style(part)
        number = number + 1 if style.startswith("list number") else 0
        if part.text.strip():
            yield _block(part, style, number)


def _rows(part: object) -> list[list[str]]:
    from docx.table import Table

    assert isinstance(part, Table)
    # A merged cell stands in the grid once for each place it covers.
    return [[cell.text for cell in dict.fromkeys(row.cells)] for row in part.rows]


def _style(paragraph: Paragraph) -> str:
    return (paragraph.style.name or "").lower() if paragraph.style is not None else ""


def _block(paragraph: Paragraph, style: str, number: int) -> Block:
    text = paragraph.text.strip()
    if style == "title":
        return heading(text, 1)
    if match := re.match(r"heading (\d)", style):
        return heading(text, int(match[1]))
    if number:
        return Block(f"{number}. {text}", Kind.ITEM)
    if style.startswith("list") or _numbered(paragraph):
        return Block(f"- {text}", Kind.ITEM)
    return Block(text)


def _numbered(paragraph: Paragraph) -> bool:
    properties = paragraph._p.pPr
    return properties is not None and properties.numPr is not None


def _facts(document: Document) -> Facts:
    core = document.core_properties
    author = core.author if core.author != _TEMPLATE_AUTHOR else ""
    facts: Facts = {"title": core.title, "author": author, "published": core.created, "language": core.language}
    facts |= {"subject": core.subject, "keywords": core.keywords, "category": core.category}
    return {name: value for name, value in facts.items() if value}
