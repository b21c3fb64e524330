"""Joins each table row with the caption and the header of its table.

Rows are lines with cells between bars or tabs, or lines such as `Year: 2020; Rate: 4`, which repeat their column names.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from rag.text.normalisation import one_line
from rag.text.periods import parse_period
from rag.text.sentence_context import Unit
from rag.text.sentence_roles import is_lead_in, is_question
from rag.text.table_headers import has_digit, has_header
from rag.types import Span

_LONGEST_CAPTION = 25  # words
_LONGEST_COLUMN_LINE = 5  # words of a column name above the table
_MOST_COLUMN_LINES = 5
_FIGURE = re.compile(r"[$£€]\s?\d|\b\d[\d.,]*%?")
_NAMED_CELL = re.compile(r"[^\s:;][^:;\n]{0,60}: [^;\n]+(?:; [^\s:;][^:;\n]{0,60}: [^;\n]+)+")
# A sentence that announces the table under it.
_ANNOUNCES = re.compile(
    r"\b(?:below|following|as follows|(?:this|the|next) (?:table|schedule|list)|tables? \d)\b", re.I
)


def is_row(words: str) -> bool:
    """Return whether a line is a table row with at least two cells."""
    if "\t" in words or " | " in words:
        return True
    return "; " in words and ": " in words and _NAMED_CELL.fullmatch(words) is not None


def with_headers(text: str, units: Sequence[Unit]) -> list[Unit]:
    """Add the caption and the header of its table to each row; the header itself becomes a heading."""
    if "|" not in text and "\t" not in text and "; " not in text:
        return list(units)
    found = list(units)
    for first, last in _tables(text, units):
        caption = _caption(text, units, first, last)
        header = has_header([unit.cells for unit in units[first:last]])
        if header:
            found[first] = replace(units[first], heading=True)
        for number in range(first + header, last):
            own = (units[first].span,) if header and len(units[number].cells) == len(units[first].cells) else ()
            found[number] = replace(units[number], leads=(*caption, *own))
    return found


def outer_rows(text: str, units: Sequence[Unit]) -> list[tuple[int, int]]:
    """Return the numbers of the first and the last row of each table of dates, without its header.

    One of the two is the latest row, which answers questions about the present.
    """
    found = []
    for first, last in _tables(text, units) if "|" in text or "\t" in text or "; " in text else ():
        first += units[first].heading
        if last - first > 1 and _names_period(units[first]) and _names_period(units[last - 1]):
            found.append((first, last - 1))
    return found


def _names_period(row: Unit) -> bool:
    cells = row.cells if len(row.cells) > 1 else [cell.partition(": ")[2] for cell in row.words.split("; ")]
    return any(parse_period(cell) for cell in cells)


def _tables(text: str, units: Sequence[Unit]) -> list[tuple[int, int]]:
    """Return the range of units of each table: rows on consecutive lines."""
    tables: list[tuple[int, int]] = []
    first = None
    for number, unit in enumerate(units):
        row = (not unit.heading or len(unit.cells) > 1) and unit.mark is None and is_row(unit.words)
        adjoins = number > 0 and "\n\n" not in text[units[number - 1].span.end : unit.span.start]
        if first is not None and not (row and adjoins):
            tables.append((first, number))
            first = None
        if row and first is None:
            first = number
    if first is not None:
        tables.append((first, len(units)))
    return [(first, last) for first, last in tables if last - first > 1]


def _caption(text: str, units: Sequence[Unit], first: int, last: int) -> tuple[Span, ...]:
    """Return the lines directly above a table that name it or its columns.

    It is its caption, a sentence that announces it, or the column names if each stands on a line of its own.
    """
    cells = {cell for unit in units[first:last] for cell in unit.cells}
    names = _column_lines(text, units, first)
    above = first - len(names) - 1
    if above < 0 or not _names_table(text, units, above) or one_line(units[above].words) in cells:
        return tuple(units[number].span for number in names)
    return tuple(units[number].span for number in (above, *names))


def _column_lines(text: str, units: Sequence[Unit], first: int) -> list[int]:
    """Return the numbers of the units above a table that are column names, each on a line of its own; else none."""
    number = first - 1
    while number >= 0 and first - number <= _MOST_COLUMN_LINES and _is_name(text, units, number):
        number -= 1
    names = list(range(number + 1, first))
    return names if len(names) > 1 else []


def _is_name(text: str, units: Sequence[Unit], number: int) -> bool:
    unit = units[number]
    words = one_line(unit.words)
    if unit.heading or unit.mark or is_row(unit.words) or len(words.split()) > _LONGEST_COLUMN_LINE:
        return False
    return _ends_line(text, units, number) and words[-1:] not in ".!?;:" and not has_digit([words])


def _ends_line(text: str, units: Sequence[Unit], number: int) -> bool:
    return "\n" in text[units[number].span.end : units[number + 1].span.start]


def _names_table(text: str, units: Sequence[Unit], number: int) -> bool:
    """Return whether a line above a table is its caption or announces it."""
    unit = units[number]
    words = one_line(unit.words)
    if unit.heading or not _ends_line(text, units, number) or is_question(words):
        return False
    own_line = unit.span.start == 0 or text[unit.span.start - 1] == "\n"
    caption = own_line and words[-1:] not in ".!?;" and 1 < len(words.split()) <= _LONGEST_CAPTION
    caption = caption and len(_FIGURE.findall(words)) < 2  # a row that lost its bars has several figures
    return caption or is_lead_in(words) or _ANNOUNCES.search(words) is not None
