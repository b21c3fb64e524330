"""Reads tables of web pages: rows under the names of their columns, with merged cells in place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from rag.sources.blocks import Block, Kind
from rag.sources.cells import EMPTY, Cell, Line
from rag.sources.headers import count_headers
from rag.sources.html.elements import LABEL, tag
from rag.sources.html.words import words_of
from rag.sources.rows import read_rows
from rag.text import one_line

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
    """Yield the caption and each row as a block, with the words of its cells.

    The names of the columns are the words of all header rows above them. A row of one cell over all columns names the
    rows after it, and becomes a paragraph.
    """
    for caption in table.iter("caption"):
        if named := words_of(caption).strip():
            yield Block(named), named
    lines = list(_grid(table))
    if _are_items(lines):
        yield from (_item(line) for line in lines)
        return
    yield from read_rows(lines, _header_places(table, lines))


def _header_places(table: _Element, lines: Sequence[Line]) -> frozenset[int]:
    """Return the numbers of the header rows: those of header cells, or else those that differ from the rows below."""
    rows = list(_rows(table))
    marked = [
        _in_head(one) or (bool(line) and all(cell.header for cell in line))
        for one, line in zip(rows, lines, strict=True)
    ]
    if any(marked) or any(cell.header for line in lines for cell in line):
        return frozenset(number for number, is_header in enumerate(marked) if is_header)
    width = max(map(len, lines), default=0)
    start = next((number for number, line in enumerate(lines) if line and line[0].columns < width), len(lines))
    plain = [_plain(line, lines[number - 1] if number else [], width) for number, line in enumerate(lines)]
    return frozenset(range(start, start + count_headers(plain[start:], words=False)))


def _plain(line: Line, above: Line, width: int) -> Line:
    """Return a row as the rules about spreadsheets take it. A merged cell is repeated in each place but its first."""
    cells = []
    for place, cell in enumerate(line):
        again = (place > 0 and line[place - 1] is cell) or (place < len(above) and above[place] is cell)
        cells.append(replace(cell, text=one_line(cell.text), repeated=again))
    return [*cells, *[EMPTY] * (width - len(cells))]


def _are_items(lines: Sequence[Line]) -> bool:
    """Tell whether a table arranges a list: labels such as `(a)` or bullets, and their texts."""
    labels = [line[0].text for line in lines if len(line) == 2 and not line[0].header and line[0] is not line[1]]
    return len(labels) == len(lines) > 1 and bool(labels[0]) and all(LABEL.fullmatch(one) for one in labels if one)


def _item(line: Line) -> tuple[Block, str]:
    label, text = (cell.text for cell in line)
    marker = "-" if len(label) == 1 and not label.isalnum() else label
    return Block(f"{marker} {text}".strip(), Kind.ITEM), f"{label}{text}"


def _grid(table: _Element) -> Iterator[Line]:
    """Yield the cells of each row, one for each column: a merged cell stands in each place that it covers."""
    above: dict[int, tuple[Cell, int]] = {}  # by column: a cell that reaches down, and the rows that it still covers
    for element in _rows(table):
        line: Line = []
        for cell in _cells(element):
            _fill(line, above)
            columns, rows = _span(cell, "colspan"), _span(cell, "rowspan")
            found = Cell(
                words_of(cell).strip(),
                bold=_is_bold(cell),
                columns=columns,
                rows=rows,
                header=tag(cell) == "th",
            )
            below = rows - 1
            for _ in range(found.columns):
                if below:
                    above[len(line)] = found, below
                line.append(found)
        _fill(line, above)
        yield line


def _fill(line: Line, above: dict[int, tuple[Cell, int]]) -> None:
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


def _is_bold(cell: _Element) -> bool:
    """Tell whether all words of a cell are bold."""
    words = "".join("".join(cell.itertext()).split())
    strong = (
        one
        for one in cell.iter("b", "strong")
        if not any(tag(above) in ("b", "strong") for above in one.iterancestors())
    )
    return bool(words) and words == "".join("".join("".join(one.itertext()).split()) for one in strong)


def _in_head(line: _Element) -> bool:
    parent = line.getparent()
    return parent is not None and tag(parent) == "thead"


def _is_page(cell: _Element) -> bool:
    paragraphs = sum(tag(one) == "p" for one in cell.iter())
    return paragraphs > 2 or any(tag(one) in _STRUCTURE for one in cell.iter())


def _span(cell: _Element, name: str) -> int:
    value = cell.get(name) or "1"
    return max(1, min(int(value), _MOST_SPAN)) if value.isdigit() else 1
