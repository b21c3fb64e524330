"""The tables of a Word document: their rows and cells, the names of columns, and tables that only arrange a page."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rag.sources.blocks import Block, Kind
from rag.sources.cells import Cell, Line
from rag.sources.rows import read_rows
from rag.sources.shown import Shown
from rag.sources.word.package import W, integer, value

if TYPE_CHECKING:
    from lxml.etree import _Element

_MOST_SPAN = 100  # columns that one cell may cover; a file may claim any number
_OFF = ("0", "false", "off")
_REMOVED = frozenset((f"{W}del", f"{W}moveFrom", f"{W}sdtPr", f"{W}tblPr", f"{W}trPr", f"{W}tcPr"))
_FIGURE = re.compile(r"(?!(?:19|20)\d\d$)[-+–(]?[$€£]? ?\d[\d.,  ]*%?\)?")
_LABEL = re.compile(r"\(?(?:\d{1,3}(?:\.\d{1,3}){0,4}[.)]?|(?:[a-zA-Z]|[ivx]{1,5})[.)])|[•–-]")


@dataclass(slots=True)
class Place:
    """A cell: its element, its first column, its columns, whether it continues the cell above, and its content."""

    element: _Element | None
    first: int
    columns: int
    continues: bool = False
    content: list[Shown] = field(default_factory=list)

    @property
    def words(self) -> str:
        """The words of the cell on one line."""
        return " ".join(_in_line(one.block) for one in self.content)

    @property
    def bold(self) -> bool:
        """Whether the cell has words, and all of them are bold."""
        return bool(self.content) and all(one.bold for one in self.content)


@dataclass(slots=True)
class Row:
    """A row: its cells from the left, and whether Word repeats it at the top of each page."""

    places: list[Place]
    header: bool

    @property
    def width(self) -> int:
        """The number of columns."""
        return self.places[-1].first + self.places[-1].columns if self.places else 0


def rows(table: _Element) -> list[Row]:
    """Return the rows of a table without those of tables in its cells, and without deleted rows and cells."""
    return [Row(list(_places(one)), _is_on(one, "trPr/tblHeader")) for one in _within(table, "tr") if not _deleted(one)]


def _places(row: _Element) -> Iterator[Place]:
    column = min(integer(value(row, "trPr/gridBefore")) or 0, _MOST_SPAN)
    if column:
        yield Place(None, 0, column)
    for cell in _within(row, "tc"):
        if cell.find(f"{W}tcPr/{W}cellDel") is not None or value(cell, "tcPr/hMerge") in ("", "continue"):
            continue
        columns = max(1, min(integer(value(cell, "tcPr/gridSpan")) or 1, _MOST_SPAN))
        yield Place(cell, column, columns, value(cell, "tcPr/vMerge") in ("", "continue"))
        column += columns


def _within(element: _Element, name: str) -> Iterator[_Element]:
    """Yield the rows of a table or the cells of a row, also inside content controls, but not those of inner tables."""
    for child in element:
        if child.tag == f"{W}{name}":
            yield child
        elif child.tag not in _REMOVED and child.tag not in (f"{W}tbl", f"{W}tc", f"{W}p"):
            yield from _within(child, name)


def _deleted(row: _Element) -> bool:
    return row.find(f"{W}trPr/{W}del") is not None or _is_on(row, "trPr/hidden")


def _is_on(element: _Element, path: str) -> bool:
    found = value(element, path)
    return found is not None and found not in _OFF


def shown(table: Sequence[Row]) -> Iterator[Shown]:
    """Yield the rows of a table with at least one row; the contents of its cells if it only arranges a page."""
    if _is_layout(table):
        yield from (one for row in table for place in row.places for one in place.content)
    else:
        yield from map(Shown, _blocks(table))


def _is_layout(table: Sequence[Row]) -> bool:
    """Tell whether a table only arranges a page: it has one row or column, or cells with headings or tables."""
    if any(row.header for row in table):
        return False
    if len(table) < 2 or max(len(row.places) for row in table) < 2:
        return True
    return any(_is_page(place) for row in table for place in row.places)


def _is_page(place: Place) -> bool:
    kinds = [one.block.kind for one in place.content]
    return Kind.ROW in kinds or (len(kinds) > 1 and Kind.HEADING in kinds)


def _blocks(table: Sequence[Row]) -> Iterator[Block]:
    """Yield the rows of a table, each under the names of its columns. A cell that is merged downwards is repeated."""
    if _numbers_text(table):
        for row in table:
            label, text = (*(place.words for place in row.places), "", "")[:2]
            yield Block(f"{'-' if label in '•–' else label} {text}".strip(), Kind.ITEM)
        return
    if _names_values(table):
        yield from (Block(_named_value(row), Kind.ROW) for row in table)
        return
    titles = _titles(table)
    headed = titles + _header_rows(table[titles:])
    yield from (block for block, _ in read_rows(list(_grid(table)), range(headed)))


def _grid(table: Sequence[Row]) -> Iterator[Line]:
    """Yield the cells of each row, one for each column: a merged cell stands in each place that it covers."""
    above: Line = []
    for row in table:
        line: Line = []
        for place in row.places:
            reached = above[place.first] if place.continues and place.first < len(above) else None
            line += [reached or Cell(place.words, columns=place.columns)] * place.columns
        yield line
        above = line


def _titles(table: Sequence[Row]) -> int:
    """Return how many rows at the top have one cell over all columns."""
    width = max(row.width for row in table)
    return next((n for n, row in enumerate(table) if len(row.places) != 1 or row.width < width), 0)


def _header_rows(table: Sequence[Row]) -> int:
    """Return how many rows at the top name the columns."""
    if len(table) < 2:
        return 0
    marked = next((n for n, row in enumerate(table) if not row.header), len(table))
    if marked:
        return min(marked, len(table) - 1)
    if _has_figures(table):
        return 0
    first, second = table[0], table[1]
    reach = 1 + next((n for n, row in enumerate(table[1:]) if not any(p.continues for p in row.places)), 0)
    if reach > 1 and reach < len(table) and not all(place.continues for place in second.places):
        return reach if _is_below(first, second) else 1
    return 2 if len(table) > 2 and _is_below(first, second) else 1


def _is_below(first: Row, second: Row) -> bool:
    """Tell whether the second row divides a wide cell of the first row, and names no row of its own."""
    wide = [range(one.first, one.first + one.columns) for one in first.places if one.columns > 1]
    divided = any(sum(p.first in span for p in second.places) > 1 for span in wide)
    others = [p for p in second.places if not any(p.first in span for span in wide)]
    return divided and (
        all(p.continues or not p.words for p in others) or all(p.bold for p in second.places if p.words)
    )


def _has_figures(table: Sequence[Row]) -> bool:
    """Tell whether the first row holds a figure above a figure, so that it names no columns."""
    first, second = table[0].places, table[1].places
    if any(place.bold for place in first):
        return False
    pairs = zip((place.words for place in first), (place.words for place in second), strict=False)
    return any(_FIGURE.fullmatch(one) and _FIGURE.fullmatch(two) for one, two in pairs)


def _numbers_text(table: Sequence[Row]) -> bool:
    """Tell whether the first of two columns holds only numbers of paragraphs."""
    if any(row.header or len(row.places) != 2 for row in table):
        return False
    labels = [row.places[0].words for row in table]
    texts = [row.places[1].words for row in table]
    prose = sum(len(text.split()) > 3 for text in texts)
    return bool(labels[0]) and 2 * prose > len(texts) and all(not one or _LABEL.fullmatch(one) for one in labels)


def _names_values(table: Sequence[Row]) -> bool:
    """Tell whether the first of two columns names the values in the second: it is bold alone, or ends on colons."""
    if any(row.header or len(row.places) != 2 or row.places[0].continues for row in table):
        return False
    colons = [row.places[0].words.endswith(":") for row in table]
    bold = [row.places[0].bold for row in table]
    return 2 * sum(colons) > len(colons) or (all(bold) and not table[0].places[1].bold)


def _named_value(row: Row) -> str:
    name, words = row.places[0].words.rstrip(": "), row.places[1].words
    return f"{name}: {words}" if words else name


def _in_line(block: Block) -> str:
    """Return a block as a part of a cell; a bullet stays visible there."""
    text = block.text
    return f"• {text[2:]}" if block.kind is Kind.ITEM and text.startswith("- ") else text
