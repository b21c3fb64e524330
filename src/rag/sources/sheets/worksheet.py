"""Reads the cells of one sheet of an Excel file, row by row, without its hidden rows and columns."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from typing import TYPE_CHECKING, TypeAlias

from rag.errors import UnreadableSource
from rag.sources.cells import EMPTY, Cell, Line
from rag.sources.office import first
from rag.sources.sheets.number_formats import general, shown
from rag.sources.sheets.rich_text import plain
from rag.sources.sheets.sheet import Count, Sheet
from rag.sources.sheets.styles import Style
from rag.sources.xml.safe import name_of

if TYPE_CHECKING:
    from lxml.etree import _Element

_REFERENCE = re.compile(r"\$?([A-Za-z]{1,3})\$?(\d{1,7})")
_MOST_COLUMNS = 16_384
_MOST_MERGED = 1_000_000  # cells that stand in several places
_PROLOGUE = 4_096  # bytes
_DEFAULT = Style()
Area: TypeAlias = tuple[int, int, int, int]
"""The first row, the first column, the last row and the last column, from 0."""


@dataclass(slots=True)
class Reader:
    """The parts of a file that all its sheets share. `uncomputed` counts formulas without a stored value."""

    strings: Sequence[str]
    styles: Sequence[Style]
    since_1904: bool
    count: Count
    uncomputed: int = 0

    def cell(self, element: _Element) -> Cell:
        """Return the cell for an element `c`."""
        number = element.get("s")
        style = (
            self.styles[int(number)] if number and number.isdecimal() and int(number) < len(self.styles) else _DEFAULT
        )
        if style.unseen:
            return EMPTY
        text, figure = self._content(element, style.code)
        words = " ".join(text.split())
        return Cell(words, figure, style.bold) if words else EMPTY

    def _content(self, element: _Element, code: str) -> tuple[str, bool]:
        kind = element.get("t") or "n"
        if kind == "inlineStr":
            inline = first(element, "is")
            return (plain(inline) if inline is not None else ""), False
        stored = first(element, "v")
        value = (stored.text or "") if stored is not None else ""
        if not value:
            self.uncomputed += kind != "str" and first(element, "f") is not None
            return "", False
        match kind:
            case "s":
                place = int(value) if value.strip().isdecimal() else len(self.strings)
                return (self.strings[place] if place < len(self.strings) else ""), False
            case "b":
                return ("TRUE" if value.strip() == "1" else "FALSE"), False
            case "str" | "e":
                return value, False
            case "d":
                return value.removesuffix("T00:00:00"), True
            case _:
                return self._number(value, code), True

    def _number(self, value: str, code: str) -> str:
        try:
            return general(float(value)) if code == "General" else shown(float(value), code, self.since_1904)
        except (ValueError, OverflowError, ArithmeticError):
            return value  # Excel shows `####` for a date that is not in its calendar.


def read_sheet(raw: bytes, name: str, reader: Reader) -> Sheet:
    """Read a sheet. Raises UnreadableSource if it is damaged or has too many cells."""
    from lxml import etree

    if b"<!DOCTYPE" in raw[:_PROLOGUE]:
        raise UnreadableSource("declares a DOCTYPE, which may hide text; save it again in Excel.")
    lines: dict[int, dict[int, Cell]] = {}
    hidden: list[range] = []
    merged: list[Area] = []
    headers: set[int] = set()
    wanted = [f"{{*}}{one}" for one in ("row", "col", "mergeCell", "autoFilter")]
    events = etree.iterparse(BytesIO(raw), tag=wanted, resolve_entities=False, no_network=True, remove_comments=True)
    try:
        row = -1
        for _, element in events:
            match name_of(element):
                case "row":
                    row = _row_number(element, row)
                    _add_row(lines, row, element, reader)
                    _forget(element)
                case "col" if element.get("hidden") in ("1", "true"):
                    hidden.append(_columns(element))
                case "mergeCell" if area := area_of(element.get("ref")):
                    merged.append(area)
                case "autoFilter" if place := corner(element.get("ref")):
                    headers.add(place[0])
    except etree.XMLSyntaxError as error:
        message = " ".join(str(error).split())[:200]
        raise UnreadableSource(f"has a damaged sheet {name!r} ({message}); save it again.") from None
    return Sheet(name, arranged(lines, merged, hidden), frozenset(headers))


def corner(reference: str | None) -> tuple[int, int] | None:
    """Return the row and the column of the first cell of an area such as `B2:D9`, from 0."""
    match = _REFERENCE.match(reference or "")
    if match is None:
        return None
    column = 0
    for letter in match[1].upper():
        column = 26 * column + ord(letter) - 64
    return int(match[2]) - 1, column - 1


def area_of(reference: str | None) -> Area | None:
    """Return the corners of an area, or None if it has only one cell."""
    start, _, end = (reference or "").partition(":")
    one, two = corner(start), corner(end)
    return (*one, *two) if one and two and one <= two else None


def _row_number(element: _Element, before: int) -> int:
    number = element.get("r") or ""
    return int(number) - 1 if number.isdecimal() and len(number) < 9 else before + 1


def _add_row(lines: dict[int, dict[int, Cell]], row: int, element: _Element, reader: Reader) -> None:
    if element.get("hidden") in ("1", "true"):
        return
    cells: dict[int, Cell] = {}
    column = -1
    for child in element:
        if name_of(child) != "c":
            continue
        place = corner(child.get("r"))
        column = place[1] if place else column + 1
        cell = reader.cell(child)
        if cell.text and column < _MOST_COLUMNS:
            cells[column] = cell
    if cells:
        reader.count.add(len(cells))
        lines[row] = cells


def _forget(element: _Element) -> None:
    """Free the memory of a row that was read."""
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


def _columns(element: _Element) -> range:
    first_column, last = (
        int(value) if (value := element.get(name) or "").isdecimal() else 0 for name in ("min", "max")
    )
    return range(max(0, first_column - 1), min(last, _MOST_COLUMNS))


def arranged(lines: dict[int, dict[int, Cell]], merged: Sequence[Area], hidden: Sequence[range]) -> dict[int, Line]:
    """Return the rows with the same columns each: those with words that are not hidden."""
    used = sorted({column for cells in lines.values() for column in cells})
    columns = [column for column in used if not any(column in one for one in hidden)]
    _spread(lines, merged, columns)
    rows = ((number, [cells.get(column, EMPTY) for column in columns]) for number, cells in lines.items())
    return {number: line for number, line in rows if any(cell.text for cell in line)}


def _spread(lines: dict[int, dict[int, Cell]], merged: Sequence[Area], columns: Sequence[int]) -> None:
    """Put the cell of each merged area in all places that it covers, in the rows and columns that are left."""
    numbers = sorted(lines)
    left = _MOST_MERGED
    for top, start, bottom, end in merged:
        cell = lines.get(top, {}).get(start)
        if cell is None:
            continue
        covered = columns[bisect_left(columns, start) : bisect_right(columns, end)]
        rows = numbers[bisect_left(numbers, top) : bisect_right(numbers, bottom)]
        left -= len(rows) * len(covered)
        if left < 0:
            raise UnreadableSource(f"has merged cells over more than {_MOST_MERGED:,} places; save it without them.")
        spread = replace(cell, columns=len(covered), rows=len(rows))
        for row in rows:
            for column in covered:
                lines[row][column] = replace(spread, repeated=(row, column) != (rows[0], covered[0]))
