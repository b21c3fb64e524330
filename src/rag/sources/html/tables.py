"""Reads tables of web pages: rows under the names of their columns, with merged cells in place."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from rag.sources.blocks import Block
from rag.sources.cells import Cell, Line, read_lines
from rag.sources.html.elements import tag
from rag.sources.html.words import words_of

if TYPE_CHECKING:
    from lxml.etree import _Element

_MOST_SPAN = 200  # columns or rows that one cell may span; a page may claim any number
_STRUCTURE = frozenset(["dl", "h1", "h2", "h3", "h4", "h5", "h6", "ol", "pre", "table", "ul"])


def is_layout(table: _Element) -> bool:
    """Tell whether a table only arranges a page: it has one row or column, or cells with headings, lists or tables."""
    if table.get("role") in ("presentation", "none"):
        return True
    if any(tag(one) == "th" for one in table.iter()):
        return False
    cells = [list(_cells(one)) for one in _rows(table)]
    if len(cells) < 2 or max(map(len, cells)) < 2:
        return True
    return any(_is_page(cell) for line in cells for cell in line)


def read_table(table: _Element) -> Iterator[tuple[Block, str]]:
    """Yield the caption and each row as a block, with the words of its cells, as `read_lines` does."""
    for caption in table.iter("caption"):
        if named := words_of(caption).strip():
            yield Block(named), named
    yield from read_lines([Line(line, _in_head(one)) for one, line in zip(_rows(table), _grid(table), strict=True)])


def _grid(table: _Element) -> Iterator[list[Cell]]:
    """Yield the cells of each row, one for each column: a merged cell stands in each place that it covers."""
    above: dict[int, tuple[Cell, int]] = {}  # by column: a cell that reaches down, and the rows that it still covers
    for element in _rows(table):
        line: list[Cell] = []
        for cell in _cells(element):
            _fill(line, above)
            found = Cell(words_of(cell).strip(), tag(cell) == "th", _span(cell, "colspan"))
            below = _span(cell, "rowspan") - 1
            for _ in range(found.columns):
                if below:
                    above[len(line)] = found, below
                line.append(found)
        _fill(line, above)
        yield line


def _fill(line: list[Cell], above: dict[int, tuple[Cell, int]]) -> None:
    """Append the cells of rows above that reach down to the next places of `line`."""
    while len(line) in above:
        cell, rows = above.pop(len(line))
        if rows > 1:
            above[len(line)] = cell, rows - 1
        line.append(cell)


def _rows(table: _Element) -> Iterator[_Element]:
    for one in table.iter("tr"):
        if next(one.iterancestors("table"), None) is table:
            yield one


def _cells(line: _Element) -> Iterator[_Element]:
    return (one for one in line if tag(one) in ("td", "th"))


def _in_head(line: _Element) -> bool:
    parent = line.getparent()
    return parent is not None and tag(parent) == "thead"


def _is_page(cell: _Element) -> bool:
    paragraphs = sum(tag(one) == "p" for one in cell.iter())
    return paragraphs > 2 or any(tag(one) in _STRUCTURE for one in cell.iter())


def _span(cell: _Element, name: str) -> int:
    value = cell.get(name) or "1"
    return max(1, min(int(value), _MOST_SPAN)) if value.isdigit() else 1
