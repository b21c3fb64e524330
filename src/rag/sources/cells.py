"""The cells of a table as a reader sees them, and rules about their words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

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
    """A cell: its words, and how many columns and rows it covers.

    A merged cell stands in each place that it covers. `repeated` is true in all places but the first. `number` is true
    if the file says that the cell is a number or a date, and `header` if it says that the cell names a column or a row.
    """

    text: str
    number: bool = False
    bold: bool = False
    columns: int = 1
    rows: int = 1
    repeated: bool = False
    header: bool = False

    @property
    def figure(self) -> bool:
        """Whether the cell is a number, an amount, a date or a time."""
        return self.number or is_figure(self.text)


EMPTY = Cell("")
Line: TypeAlias = list[Cell]


def of_text(words: str) -> Cell:
    """Return a cell that holds only text, on one line."""
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
