"""Reads the tables of slides."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from rag.sources.blocks import Block
from rag.sources.cells import EMPTY, Cell, Line, of_text
from rag.sources.office import first, own
from rag.sources.sheets.sheet import Sheet
from rag.sources.sheets.tables import blocks
from rag.sources.slides.text import words_of
from rag.sources.xml.safe import name_of

if TYPE_CHECKING:
    from lxml.etree import _Element

_MOST_COLUMNS = 500


def table_blocks(table: _Element) -> Iterator[Block]:
    """Yield the rows of a table. Merged cells stand in each place that they cover."""
    properties = first(table, "tblPr")
    headed = properties is not None and properties.get("firstRow") in ("1", "true")
    lines: list[Line] = []
    for row in own(table, "tr"):
        line: Line = []
        for cell in list(own(row, "tc"))[:_MOST_COLUMNS]:
            line.append(_cell(cell, line, lines[-1] if lines else [], headed and not lines))
        lines.append(line)
    width = max(map(len, lines), default=0)
    filled = {
        number: [*line, *[EMPTY] * (width - len(line))]
        for number, line in enumerate(lines)
        if any(c.text for c in line)
    }
    numbered = dict(enumerate(filled.values()))  # so that an empty row does not divide the table
    yield from blocks(Sheet("", numbered), title_level=0)


def _cell(element: _Element, line: Line, above: Line, bold: bool) -> Cell:
    if element.get("hMerge") in ("1", "true") and line:
        return replace(line[-1], repeated=True)
    if element.get("vMerge") in ("1", "true") and len(above) > len(line):
        return replace(above[len(line)], repeated=True)
    body = first(element, "txBody")
    words = " ".join(words_of(one) for one in body if name_of(one) == "p") if body is not None else ""
    cell = of_text(words)
    if not cell.text:
        return EMPTY
    columns, rows = (
        int(element.get(name) or 1) if (element.get(name) or "1").isdecimal() else 1 for name in ("gridSpan", "rowSpan")
    )
    return replace(cell, bold=bold, columns=columns, rows=rows)
