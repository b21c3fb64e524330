"""Finds the header rows of a table, and the lines above it that are headers of several columns."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rag.sources.pdf.lines import Line
from rag.sources.pdf.table import Table

_MOST_HEADERS = 3
_LABELS, _BETWEEN = 2, 8
"""Lines between two parts of a table: labels, and rows that are not recognised. In the second case, the columns must
have the same edges."""

_ORDINAL = re.compile(r"(?:s[rl]?\.?\s?)?no\.?|#|s/n|n[ro]\.?", re.IGNORECASE)
"""The header of the numbers of the rows. It says nothing, and its stop would divide the row."""

_FIGURE = re.compile(r"\d")


def drop_title(table: Table) -> None:
    """Remove a first row that is a title: the rows below it name all columns, and it is not over all of them."""
    if len(table.lines) > 2 and not table.lines[0].bold and _names_columns(table, 1):
        del table.rows[0], table.lines[0]
        table.first += 1
    while _header_rows(table) > 1:
        row, below = table.rows[0], table.rows[1]
        if all(row[1:]) or not all(below[1:]):
            return
        del table.rows[0], table.lines[0]
        table.first += 1


def _names_columns(table: Table, number: int) -> bool:
    """Return whether a row is bold and names all columns but perhaps the first, and the row above does not."""
    above, row = table.rows[number - 1], table.rows[number]
    return len(row) > 2 and table.lines[number].bold and all(row[1:]) and not all(above[1:])


def find_headers(table: Table, previous: Table | None) -> int:
    """Set the headers, and return the number of header rows.

    They are the bold first rows, a first row without figures, or those of the part of the table before.
    """
    count = _header_rows(table)
    if count:
        rows = table.rows[:count]
        names = [" ".join(dict.fromkeys(row[n] for row in rows if row[n])) for n in range(len(table.columns))]
        again = ["" if n and name == names[n - 1] else name for n, name in enumerate(names)]
        table.headers = ["" if _ORDINAL.fullmatch(name) else name for name in again]
    elif previous is not None and _continues(previous, table):
        table.headers = previous.headers
    table.rows[:count] = [[] for _ in range(count)]
    return count


def _header_rows(table: Table) -> int:
    bold = [line.bold for line in table.lines]
    count = bold.index(False) if False in bold else 0
    while count and len(table.lines[count - 1].cells) < 2 and not _wrapped(table, count - 1):
        count -= 1  # a label above the first rows
    if 0 < count <= _MOST_HEADERS:
        return count
    first, rest = table.rows[0], table.rows[1:]
    if any(_FIGURE.search(cell) for cell in first) or not all(first):
        return 0
    columns = [[cell for cell in column if cell] for column in zip(*rest, strict=True)]
    return int(any(len(column) > 1 and _figures(column) >= 0.7 * len(column) for column in columns))


def _figures(cells: Sequence[str]) -> int:
    """Return how many cells begin with a figure."""
    return sum(bool(_FIGURE.match(cell.lstrip("$€£+-(~"))) for cell in cells)


def add_headers_above(table: Table, lines: Sequence[Line], start: int) -> None:
    """Add the bold lines right above a table with headers to the names of the columns that they are over."""
    below = table.lines[0] if table.lines else None
    for number in range(table.first - 1, max(start, table.first - 1 - _MOST_HEADERS) - 1, -1):
        line = lines[number]
        near = below is not None and line.page == below.page and -0.2 < (line.bottom - below.bottom) / line.size < 2
        names = _names_above(table, line) if near and line.bold and any(table.headers) else None
        if names is None:
            return
        table.headers = [" ".join(filter(None, pair)) for pair in zip(names, table.headers, strict=True)]
        table.lines.insert(0, line)
        table.rows.insert(0, [])
        table.first, below = number, line


def _names_above(table: Table, line: Line) -> list[str] | None:
    """Return the name that a line gives to each column, or None if it is no header of these columns.

    Its cells are over one column each, or each is over the middle of a group of columns, and the groups are all columns
    but the first.
    """
    cells = line.cells or (line,)
    names = [""] * len(table.columns)
    places = table.places(line)
    if len(cells) == 1 and places is not None and _wider(line, table.columns[places[0][0]]):
        names = _group_names(table, cells) or names
        if any(names):
            return names
    if (
        places is not None
        and all(len(place) == 1 for place in places)
        and (len(cells) > 1 or _is_rest(table, places, line))
    ):
        for cell, place in zip(cells, places, strict=True):
            names[place[0]] = cell.text
        if len(cells) == 1 or all(names[1:]):
            return names
    return _group_names(table, cells)


def _wider(line: Line, column: Sequence[float]) -> bool:
    """Return whether a line is clearly wider than a column at both sides."""
    return line.left < column[0] - line.size and line.right > column[1] + line.size


def _is_rest(table: Table, places: Sequence[range], line: Line) -> bool:
    """Return whether a single cell is the upper line of a name, or the missing name of the first column."""
    place = places[0][0]
    if place:
        return bool(table.headers[place])
    return not table.headers[0] and line.right < table.columns[0][1] + 2 * line.size  # a longer line is a title


def _group_names(table: Table, cells: Sequence[Line]) -> list[str] | None:
    names = [""] * len(table.columns)
    first = [cell for cell in cells if cell.left < table.columns[0][1]]
    spanning = [cell for cell in cells if cell.left >= table.columns[0][1]]
    if not spanning or len(first) > 1:
        return None
    names[0] = first[0].text if first else ""
    middles = [(left + right) / 2 for left, right in table.columns]
    nearest = [_nearest(spanning, middle) for middle in middles[1:]]
    for cell in spanning:
        own = [table.columns[n + 1] for n, one in enumerate(nearest) if one is cell]
        if not own or abs(own[0][0] + own[-1][1] - cell.left - cell.right) > 3 * cell.size:
            return None
    names[1:] = [cell.text for cell in nearest]
    return names


def _nearest(cells: Sequence[Line], middle: float) -> Line:
    """Return the cell whose middle is nearest."""
    return min(cells, key=lambda cell: abs(cell.left + cell.right - 2 * middle))


def _wrapped(table: Table, number: int) -> bool:
    """Return whether a line with one cell is the rest of a header in lower case."""
    line = table.lines[number]
    return number > 0 and line.text[0].islower() and table.lines[number - 1].bottom - line.bottom < 2 * line.size


def follows(previous: Table, number: int, line: Line) -> bool:
    """Return whether a line is soon after a table, on its page or the next one."""
    return line.page - previous.lines[-1].page in (0, 1) and number - previous.end <= _BETWEEN


def _continues(previous: Table, table: Table) -> bool:
    """Return whether a table continues another one in the same columns, with a label or some odd rows between them."""
    if len(previous.columns) != len(table.columns) or not follows(previous, table.first, table.lines[0]):
        return False
    size = table.lines[0].size
    near = (min(abs(x - y) for x, y in zip(one, two, strict=True)) for one, two in _pairs(previous, table))
    overlap = all(one[0] < two[1] and two[0] < one[1] for one, two in _pairs(previous, table))
    return overlap and (table.first - previous.end <= _LABELS or all(distance < size for distance in near))


def _pairs(one: Table, two: Table) -> Iterator[tuple[list[float], list[float]]]:
    return zip(one.columns, two.columns, strict=True)
