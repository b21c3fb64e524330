"""The visible rows of a sheet, and the limit on its cells."""

from __future__ import annotations

from dataclasses import dataclass, field

from rag.errors import UnreadableSource
from rag.sources.cells import Line

MOST_CELLS = 1_000_000
"""Cells with words in one file."""


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


class Count:
    """Counts the cells of a file. Raises UnreadableSource if there are too many."""

    def __init__(self) -> None:
        self._cells = 0

    def add(self, cells: int) -> None:
        """Add the number of cells of a row."""
        self._cells += cells
        if self._cells > MOST_CELLS:
            raise UnreadableSource(f"holds more than {MOST_CELLS:,} cells; split it.")
