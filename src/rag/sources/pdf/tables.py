"""Finds tables in lines with several cells: their columns, their header rows and the place of each cell."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from rag.sources.pdf.lines import Line

_MARKER = re.compile(
    r"[-*•●▪◦‣·–—o\uf0b7\uf0a7➢]|\(?(?:\d{1,3}(?:\.\d{1,3})*|[a-z]{1,2}|[ivxl]{1,6}|[A-Z])[.)]{0,2}", re.ASCII
)
_HANG = 6.0  # from a marker to its text, as a multiple of the height of the letters
_MOST_HEADERS = 3
_TIGHT = 1.5  # the drop between two lines of a cell, as a multiple of the height of the letters
_BETWEEN = 2  # lines between two parts of a table
_FIGURE = re.compile(r"\d")


@dataclass(slots=True)
class Table:
    """A table: `first` is the number of its first line. `columns` are the left and right edges, in points."""

    first: int
    columns: list[list[float]]
    rows: list[list[str]] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    headers: list[str] = field(default_factory=list)

    @property
    def end(self) -> int:
        """The number of the line after the table."""
        return self.first + len(self.lines)

    def places(self, line: Line) -> list[range] | None:
        """Return the columns that each cell of `line` covers, or None if two cells share a column."""
        found: list[range] = []
        for cell in line.cells or (line,):
            hit = [n for n, (left, right) in enumerate(self.columns) if cell.left < right and cell.right > left]
            if not hit or (found and hit[0] < found[-1].stop):
                return None
            found.append(range(hit[0], hit[-1] + 1))
        return found


def tabular(line: Line) -> bool:
    """Return whether a line has several cells. The number of a clause or of a list item is no cell."""
    cells = line.cells
    return len(cells) > 1 and not (len(cells) == 2 and hanging(line)) and not _justified(cells)


def _justified(cells: Sequence[Line]) -> bool:
    """Return whether cells are the words of a justified line: many, with equal gaps that are not wide."""
    gaps = [two.left - one.right for one, two in pairwise(cells)]
    words = all(cell.text[0].islower() for cell in cells[1:])
    return len(gaps) > 2 and max(gaps) < (3 if words else 1.3) * min(gaps) and max(gaps) < 4 * cells[0].size


def hanging(line: Line) -> bool:
    """Return whether a line begins with a marker that stands a little apart from its text."""
    if len(line.cells) < 2 or _MARKER.fullmatch(line.cells[0].text) is None:
        return False
    return line.cells[1].left - line.left < _HANG * line.size


def tables(lines: Sequence[Line]) -> Iterator[Table]:
    """Yield the tables in the lines of a document. A table ends with its page."""
    number, previous = 0, None
    while number < len(lines):
        table = _table(lines, number) if tabular(lines[number]) else None
        if table is None:
            number += 1
            continue
        _drop_title(table)
        _find_headers(table, previous)
        yield table
        previous, number = table, table.end


def _table(lines: Sequence[Line], first: int) -> Table | None:
    """Return the table that begins at `first`, if at least two of its lines have several cells in its columns."""
    columns = _columns(lines, first)
    table = Table(first, columns)
    full = 0
    for number in range(first, len(lines)):
        line = lines[number]
        places = table.places(line) if line.page == lines[first].page else None
        if places is None or not (
            _fits(table, line, places) or _wraps(table, line, places) or _leads_on(table, lines, number)
        ):
            break
        table.lines.append(line)
        table.rows.append(_cells(line, places, len(columns)))
        full += len(line.cells) > 1
    # A text with labels at its side has few lines with several cells. Its order in the file is better.
    return table if full > 1 and 2 * full >= len(table.lines) else None


def _columns(lines: Sequence[Line], first: int) -> list[list[float]]:
    """Return the columns of the fullest row of the next rows, made wider by the rows that fit into them."""
    near = [line for line in lines[first : first + 8] if tabular(line) and line.page == lines[first].page]
    model = max(near, key=lambda line: len(line.cells))
    table = Table(first, [[cell.left, cell.right] for cell in model.cells])
    for line in near:
        places = table.places(line)
        for cell, place in zip(line.cells, places or [], strict=False):
            if len(place) == 1 and _near(table.columns, cell, place[0]):
                column = table.columns[place[0]]
                column[:] = [min(column[0], cell.left), max(column[1], cell.right)]
    return table.columns


def _near(columns: Sequence[Sequence[float]], cell: Line, place: int) -> bool:
    """Return whether a cell stays clear of the neighbours of its column."""
    clear_left = place == 0 or cell.left > columns[place - 1][1]
    return clear_left and (place + 1 == len(columns) or cell.right < columns[place + 1][0])


def _fits(table: Table, line: Line, places: Sequence[range]) -> bool:
    """Return whether a line has several cells that are aligned with the columns at an edge or in the middle."""
    if not tabular(line):
        return False
    aligned = 0
    for cell, place in zip(line.cells, places, strict=True):
        left, right = table.columns[place.start][0], table.columns[place.stop - 1][1]
        edges = (cell.left - left, cell.right - right, (cell.left + cell.right - left - right) / 2)
        aligned += min(map(abs, edges)) < line.size
    return aligned >= len(line.cells) - (len(line.cells) > 2)


def _wraps(table: Table, line: Line, places: Sequence[range]) -> bool:
    """Return whether a line is the rest of the text in one cell of the row above."""
    if len(line.cells) > 1 or not table.lines or len(places[0]) > 1:
        return False
    near = 0 < table.lines[-1].bottom - line.bottom < _TIGHT * line.size
    return near and (places[0].start > 0 or line.text[0].islower()) and not line.bold


def _leads_on(table: Table, lines: Sequence[Line], number: int) -> bool:
    """Return whether a line with one cell is a label within the table: short, and followed by another row."""
    line = lines[number]
    following = lines[number + 1] if number + 1 < len(lines) else None
    if len(line.cells) > 1 or following is None or following.page != line.page or not tabular(following):
        return False
    places, own = table.places(following), table.places(line)
    near = 0 < line.bottom - following.bottom < 3 * line.size and len(line.text) < 60
    return near and own is not None and len(own[0]) == 1 and places is not None and _fits(table, following, places)


def _cells(line: Line, places: Sequence[range], width: int) -> list[str]:
    """Return the texts of the cells in their columns. A bold cell over several columns is the header of each."""
    row = [""] * width
    for cell, place in zip(line.cells or (line,), places, strict=True):
        for column in place if line.bold else place[:1]:
            row[column] = cell.text
    return row


def _drop_title(table: Table) -> None:
    """Remove a first row that is a title: the rows below it name all columns, and it is not over all of them."""
    while _header_rows(table) > 1:
        row, below = table.rows[0], table.rows[1]
        if all(row[1:]) or not all(below[1:]):
            return
        del table.rows[0], table.lines[0]
        table.first += 1


def _find_headers(table: Table, previous: Table | None) -> None:
    """Set the headers: the bold first rows, or a first row without figures, or those of a table on the page before."""
    count = _header_rows(table)
    if count:
        rows = table.rows[:count]
        names = [" ".join(dict.fromkeys(row[n] for row in rows if row[n])) for n in range(len(table.columns))]
        table.headers = ["" if n and name == names[n - 1] else name for n, name in enumerate(names)]
    elif previous is not None and _continues(previous, table):
        table.headers = previous.headers
    table.rows[:count] = [[] for _ in range(count)]
    _join_wrapped(table, count)


def _join_wrapped(table: Table, first: int) -> None:
    """Join the lines of each row. Wrapped lines of one row are closer than rows, or leave some columns empty."""
    drops = [one.bottom - two.bottom for one, two in pairwise(table.lines[first:])]
    near = 1.15 * min(drops, default=0.0)
    apart = max(drops, default=0.0) > 1.3 * min(drops, default=0.0)
    row: list[str] | None = table.rows[first] if first < len(table.rows) else None
    for number in range(first + 1, len(table.rows)):
        cells, line = table.rows[number], table.lines[number]
        tight = drops[number - first - 1] <= near
        wrapped = len(line.cells) < 2 and (not cells[0] or cells[0][0].islower())
        if row is not None and any(row) and (wrapped or (tight and _goes_on(row, cells, line, apart))):
            row[:] = [" ".join(filter(None, pair)) for pair in zip(row, cells, strict=True)]
            table.rows[number] = []
        else:
            row = cells


def _goes_on(row: Sequence[str], cells: Sequence[str], line: Line, apart: bool) -> bool:
    """Return whether `cells` are the rest of the texts of `row`."""
    filled = [cell for cell in cells if cell]
    if line.bold or any(cell and not above for above, cell in zip(row, cells, strict=True)):
        return False
    lower = any(cell[0].islower() for cell in filled)
    if len(line.cells) < 2:
        return False
    return (lower and (apart or not cells[0])) or (apart and not cells[0])


def _header_rows(table: Table) -> int:
    bold = [line.bold for line in table.lines]
    count = bold.index(False) if False in bold else 0
    while count and len(table.lines[count - 1].cells) < 2 and not _wrapped(table, count - 1):
        count -= 1  # a label above the first rows
    if 0 < count <= _MOST_HEADERS:
        return count
    first, rest = table.rows[0], table.rows[1:]
    if any(_FIGURE.search(cell) for cell in first) or len(rest) < 2 or not all(first):
        return 0
    figures = [
        sum(bool(_FIGURE.match(cell.lstrip("$€£+-(~"))) for cell in column) for column in zip(*rest, strict=True)
    ]
    return int(max(figures) >= 0.7 * len(rest))


def _wrapped(table: Table, number: int) -> bool:
    """Return whether a line with one cell is the rest of a header in lower case."""
    line = table.lines[number]
    return number > 0 and line.text[0].islower() and table.lines[number - 1].bottom - line.bottom < 2 * line.size


def _continues(previous: Table, table: Table) -> bool:
    """Return whether a table continues another one in the same columns, with at most a label between them."""
    near = table.lines[0].page - previous.lines[-1].page in (0, 1) and table.first - previous.end <= _BETWEEN
    pairs = list(zip(previous.columns, table.columns, strict=False))
    same = len(previous.columns) == len(table.columns)
    return near and same and all(one[0] < two[1] and two[0] < one[1] for one, two in pairs)
