"""Finds the lines above a table and its header rows, and joins the names of each column."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.sources.cells import Cell, Line, filled, is_figure, is_missing, is_unit, is_year

_MOST_HEADERS = 4
_LONGEST_NAME = 120  # characters of the name of a column
_LONGEST_PLAIN_NAME = 60  # characters, if only words stand below it
_SEARCHED = 200  # rows below the header that are compared with it
_LONGEST_FORM = 60  # rows
_FIGURES = 0.6  # share of figures in a column of figures
_DATA = re.compile(r"[^\s@]{1,60}@[^\s@]{1,60}\.\w{2,10}|https?://\S{1,2000}|www\.\S{1,2000}")


def lines_above(lines: Sequence[Line], last_header: int | None) -> int:
    """Return how many rows at the beginning are titles and remarks, not the table.

    They have one cell, or few cells at the left side of a wide table. `last_header` is the number of the last header
    row if the file marks it.
    """
    widest = max((len(filled(line)) for line in lines), default=0)
    if widest < 2 and last_header is None:
        return len(lines)
    count = 0
    while count < len(lines) - 1 and (last_header is None or count < last_header):
        line = lines[count]
        cells = filled(line)
        if len(cells) > 1 and not _is_remark(line, lines[count + 1], widest):
            break
        if len(cells) == 1 and _names_group(line, lines[count + 1]):
            break
        count += 1
    return count


def _is_remark(line: Line, below: Line, widest: int) -> bool:
    """Tell whether a row such as `Source | Ministry` stands above a table with at least twice as many columns."""
    places = [place for place, cell in enumerate(line) if cell.text]
    adjoin = places == list(range(len(places)))
    groups = not below[0].text or any(cell.columns > 1 for cell in line)
    return len(places) == 2 and widest >= 4 and adjoin and not groups


def _names_group(line: Line, below: Line) -> bool:
    """Tell whether the only cell of a row stands over some columns of the table, and not over its left edge."""
    place = next(number for number, cell in enumerate(line) if cell.text)
    covered = line[place].columns
    return place > 0 and covered < len(line) and len(filled(below)) > 1


def count_headers(lines: Sequence[Line], last_header: int | None = None, words: bool = True) -> int:
    """Return how many of the rows at the beginning of a table name its columns.

    With `words`, the first row of a table that only has words may be a header, too.
    """
    if len(lines) < 2 or len(lines[0]) < 2:
        return 0
    if last_header is not None and 0 <= last_header < min(_MOST_HEADERS, len(lines)):
        return last_header + 1
    if not _may_be_header(lines[0]) or not _differs(lines, words):
        return 0
    count = max(1, min(_MOST_HEADERS, max(cell.rows for cell in lines[0] if not cell.repeated)))
    while count < min(_MOST_HEADERS, len(lines) - 1) and _continues(lines, count):
        count += 1
    return count if count < len(lines) else 0


def _may_be_header(line: Line) -> bool:
    """Tell whether the cells of a row may be names: short words, years, no addresses and no figures."""
    cells = filled(line)
    return bool(cells) and all(
        len(cell.text) <= _LONGEST_NAME and (not cell.figure or is_year(cell.text)) and not _DATA.fullmatch(cell.text)
        for cell in cells
    )


def _differs(lines: Sequence[Line], words: bool) -> bool:
    """Tell whether the first row differs from the rows below it as names differ from values."""
    first, body = lines[0], lines[1 : _SEARCHED + 1]
    if all(cell.bold for cell in filled(first)) and not all(cell.bold for cell in filled(body[-1])):
        return True
    columns = [[line[place] for line in body if not is_missing(line[place].text)] for place in range(len(first))]
    if any(
        first[place].text and not is_year(first[place].text) and _has_figures(columns[place])
        for place in range(len(first))
    ):
        return True
    if any(is_year(cell.text) for cell in first):
        years = [place for place, cell in enumerate(first) if is_year(cell.text)]
        distinct = len({first[place].text for place in years}) == len(years) > 1
        return distinct and not all(all(is_year(cell.text) for cell in columns[place]) for place in years)
    return words and _are_plain_names(first, columns)


def _has_figures(column: Sequence[Cell]) -> bool:
    return bool(column) and sum(cell.figure for cell in column) >= _FIGURES * len(column)


def _are_plain_names(first: Line, columns: Sequence[Sequence[Cell]]) -> bool:
    """Tell whether the cells may be the names of columns of words: short, distinct, and not a value below."""
    used = [place for place, column in enumerate(columns) if column]
    named = [first[place].text for place in used if first[place].text]
    if len(named) < max(2, len(used) - len(used) // 4) or len(set(named)) < len(named):
        return False
    if any(len(name) > _LONGEST_PLAIN_NAME or name.endswith((".", "!")) for name in named):
        return False
    return not any(first[place].text in (cell.text for cell in columns[place]) for place in used if first[place].text)


def _continues(lines: Sequence[Line], count: int) -> bool:
    """Tell whether the row after `count` header rows is one more: it names columns under a group, or gives units."""
    above, line = lines[count - 1], lines[count]
    own = [cell for cell in line if cell.text and not cell.repeated]
    if not own or not _may_be_header(line):
        return False
    if all(is_unit(cell.text) for cell in own):
        return True
    pairs = list(zip(above, line, strict=True))
    if any(upper.columns > 1 and lower.text and lower.columns < upper.columns for upper, lower in pairs):
        return True
    below_gap = any(not upper.text and lower.text for upper, lower in pairs)
    gap_below = any(upper.text and not lower.text for upper, lower in pairs)
    body = lines[count + 1 : count + 1 + _SEARCHED]
    figures = any(_has_figures([row[place] for row in body if row[place].text]) for place, _ in enumerate(line))
    return below_gap and (gap_below or not above[0].text) and figures


def names(lines: Sequence[Line]) -> list[str]:
    """Return the name of each column: the words of all its header cells. The name of a group is carried to the right.

    In a file without merged cells, the columns of a group follow the one with its name.
    """
    found: list[list[str]] = [[] for _ in lines[0]] if lines else []
    for number, line in enumerate(lines):
        group = ""
        for place, cell in enumerate(line):
            below = number + 1 < len(lines) and bool(lines[number + 1][place].text)
            group = cell.text if cell.text else group if below else ""
            if group and group not in found[place]:
                found[place].append(group)
    return [" ".join(parts) for parts in found]


def are_pairs(lines: Sequence[Line]) -> bool:
    """Tell whether a table of two columns is a form: a label, and its value."""
    if not lines or any(sum(bool(cell.text) for cell in line) > 2 for line in lines) or len(lines[0]) != 2:
        return False
    labels = [line[0].text for line in lines if line[0].text]
    if len(labels) < len(lines) or any(is_figure(label) for label in labels):
        return False
    if sum(label.endswith(":") for label in labels) > len(labels) / 2:
        return True
    values = [line[1] for line in lines if line[1].text]
    figures = sum(cell.figure for cell in values)
    return len(lines) <= _LONGEST_FORM and 2 <= figures <= len(values) - 2
