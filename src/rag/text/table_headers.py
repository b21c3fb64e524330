"""Tells whether the first row of a table names its columns."""

from __future__ import annotations

from collections.abc import Sequence

from rag.text.periods import find_period

_LONGEST_HEADER_CELL = 8  # words; a longer cell is no column name
_MUCH_LONGER = 1.5  # times the length of the first row, if it is a header and the rows below have no digits


def has_header(rows: Sequence[Sequence[str]]) -> bool:
    """Return whether the first row of cells names the columns: short names without digits, apart from dates.

    The cells below it have digits, or are longer on average.
    """
    names, below = rows[0], [row for row in rows[1:] if len(row) == len(rows[0])]
    if len(names) < 2 or not below or has_digit(_without_dates(names)):
        return False
    if any(len(name.split()) > _LONGEST_HEADER_CELL for name in names):
        return False
    longer = sum(map(_length, below)) > _MUCH_LONGER * len(below) * _length(names)
    return any(map(has_digit, below)) or (len(below) > 1 and longer)


def _without_dates(names: Sequence[str]) -> list[str]:
    """Return the column names without their periods if they differ in these: `2019 | 2020`, `Fee 2019 | Fee 2020`."""
    parts = [find_period(name) for name in names]
    rests = {found[1].lower() for found in parts if found}
    if len(rests) != 1 or sum(found is not None for found in parts) < 2:
        return list(names)
    return [found[1] if found else name for name, found in zip(names, parts, strict=True)]


def _length(cells: Sequence[str]) -> int:
    return sum(map(len, cells))


def has_digit(cells: Sequence[str]) -> bool:
    """Return whether a cell has a digit."""
    return any(char.isdigit() for cell in cells for char in cell)
