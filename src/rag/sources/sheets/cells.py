"""The cells of a sheet as a reader sees them, and rules about their words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from rag.errors import UnreadableSource

MOST_CELLS = 1_000_000
"""Cells with words in one file."""

_NUMBER = r"[\d]{1,20}(?:[.,'’  \xa0\u202f]\d{1,20}){0,8}"
_SIGN = r"[-+−–~<>≤≥(]{0,2}"
_UNIT = r"(?:[%‰€$£¥]|[A-Z]{3}|kr|[KMB])?"
_FIGURE = re.compile(rf"{_SIGN}\s?{_UNIT}\s?{_SIGN}{_NUMBER}\s?{_UNIT}\)?")
_DATE = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}(?:[T ]\d{1,2}:\d{2}.{0,20})?|\d{1,2}:\d{2}(?::\d{2})?")
_YEAR = re.compile(r"(?:FY\s?)?(?:1[5-9]|2[01])\d\d(?:\s?[-/–]\s?\d{2,4})?")
_MISSING = re.compile(r"-|–|—|\.{2,3}|:|n/?a|n\.a\.|k\.a\.|nd|n\.d\.|null|none|x|", re.I)
_UNITS = re.compile(
    r"[(\[].{1,40}[)\]]|[%‰€$£]|in .{1,30}|(?:EUR|USD|GBP|CHF|kg|t|km|km²|ha|MW|GWh|number|per ?cent|thousands?)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell: its words on one line, and how many columns and rows it covers.

    A merged cell stands in each place that it covers. `repeated` is true in all places but the first. `number` is true
    if the file says that the cell is a number or a date.
    """

    text: str
    number: bool = False
    bold: bool = False
    columns: int = 1
    rows: int = 1
    repeated: bool = False

    @property
    def figure(self) -> bool:
        """Whether the cell is a number, an amount, a date or a time."""
        return self.number or is_figure(self.text)


EMPTY = Cell("")
Line: TypeAlias = list[Cell]


@dataclass(slots=True)
class Sheet:
    """The visible rows of a sheet, by their number from 0. All rows have the same columns.

    `headers` has the numbers of rows that the file itself marks as the last header row of a table. In a file of
    `records`, the first row is likely to name the columns.
    """

    name: str
    lines: dict[int, Line] = field(default_factory=dict)
    headers: frozenset[int] = frozenset()
    records: bool = False


def of_text(words: str) -> Cell:
    """Return a cell that holds only text."""
    text = " ".join(words.split())
    return Cell(text) if text else EMPTY


def is_figure(text: str) -> bool:
    """Tell whether the words of a cell are a number, an amount, a date or a time."""
    return len(text) <= 40 and bool(text) and (_FIGURE.fullmatch(text) or _DATE.fullmatch(text)) is not None


def is_year(text: str) -> bool:
    """Tell whether the words are a year or a range of two years, which may also name a column."""
    return _YEAR.fullmatch(text) is not None


def is_missing(text: str) -> bool:
    """Tell whether the words only say that there is no value."""
    return _MISSING.fullmatch(text) is not None


def is_unit(text: str) -> bool:
    """Tell whether the words are a unit, such as `(EUR)` or `%`."""
    return _UNITS.fullmatch(text) is not None


def filled(line: Sequence[Cell]) -> list[Cell]:
    """Return the cells of a row that have words, each merged cell once."""
    return [cell for cell in line if cell.text and not cell.repeated]


class Count:
    """Counts the cells of a file. Raises UnreadableSource if there are too many."""

    def __init__(self) -> None:
        self._cells = 0

    def add(self, cells: int) -> None:
        """Add the number of cells of a row."""
        self._cells += cells
        if self._cells > MOST_CELLS:
            raise UnreadableSource(f"holds more than {MOST_CELLS:,} cells; split it.")
