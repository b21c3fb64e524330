"""Describes a table: its columns, its rows and the place of each cell."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from rag.sources.pdf.lines import Line

_MARKER = re.compile(
    r"[-*•●▪◦‣·–—o\uf0b7\uf0a7➢]|\(?(?:\d{1,3}(?:\.\d{1,3})*|[a-z]{1,2}|[ivxl]{1,6}|[A-Z])[.)]{0,2}", re.ASCII
)
_BULLET = re.compile(r"[-•●▪◦‣·–—➢➤❖\uf0b7\uf0a7\uf0d8]\s")
_CLAUSE = re.compile(r"\((?:\d{1,3}|[a-z]{1,2}|[ivxl]{1,6})\)|\d{1,3}(?:\.\d{1,3}){1,4}\.?", re.ASCII)
"""A marker that is no amount. It may stand farther from its text."""

_AMOUNT = re.compile(r"[\d.,%$€£+\- ]+")
_HANG = 6.0  # from a marker to its text, as a multiple of the height of the letters


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
    if len(cells) < 2 or _BULLET.match(line.text):
        return False
    return not (len(cells) == 2 and hanging(line)) and not _justified(cells)


def _justified(cells: Sequence[Line]) -> bool:
    """Return whether cells are the words of a justified line: many, with equal gaps that are not wide."""
    gaps = [two.left - one.right for one, two in pairwise(cells)]
    words = 2 * sum(cell.text[0].islower() for cell in cells[1:]) >= len(gaps)
    return words and len(gaps) > 2 and max(gaps) < 3 * min(gaps) and max(gaps) < 4 * cells[0].size


def hanging(line: Line) -> bool:
    """Return whether a line begins with a marker that stands a little apart from its text."""
    if len(line.cells) < 2 or _MARKER.fullmatch(line.cells[0].text) is None or _AMOUNT.fullmatch(line.cells[1].text):
        return False
    far = 2 if _CLAUSE.fullmatch(line.cells[0].text) else 1
    return line.cells[1].left - line.left < far * _HANG * line.size
