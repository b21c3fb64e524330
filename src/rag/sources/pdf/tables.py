"""Finds tables in lines with several cells."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from rag.sources.pdf.lines import Line
from rag.sources.pdf.table import Table, tabular
from rag.sources.pdf.table_headers import add_headers_above, drop_title, find_headers, follows

_TIGHT = 1.5  # the drop between two lines of a cell, as a multiple of the height of the letters


def tables(lines: Sequence[Line]) -> Iterator[Table]:
    """Yield the tables in the lines of a document. A table ends with its page."""
    number, previous = 0, None
    while number < len(lines):
        table = (_table(lines, number) or _lone_row(lines, number, previous)) if tabular(lines[number]) else None
        if table is None:
            number += 1
            continue
        drop_title(table)
        _join_wrapped(table, find_headers(table, previous))
        add_headers_above(table, lines, previous.end if previous else 0)
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


def _lone_row(lines: Sequence[Line], number: int, previous: Table | None) -> Table | None:
    """Return a row that stands alone in the columns of the table before, between rows with odd cells."""
    line = lines[number]
    if previous is None or len(line.cells) != len(previous.columns) or len(line.cells) < 3:
        return None
    places = previous.places(line)
    if places is None or not _fits(previous, line, places) or not follows(previous, number, line):
        return None
    return Table(number, previous.columns, [_cells(line, places, len(previous.columns))], [line])


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
