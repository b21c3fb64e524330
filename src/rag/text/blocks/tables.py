"""Finds tables in lines of canonical text: their rows, and the span and the column of each cell.

A row is a line such as `Year: 2020; Rate: 4.`, which repeats the names of its columns, or cells between bars.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile

from rag.text.table_headers import has_header
from rag.types import Span

_BAR = re.compile(r" \| |\t+")
_LEADER = re.compile(r"…|\.{2,}")  # between a heading and its page in a table of contents


@dataclass(frozen=True, slots=True)
class TableCell:
    """The words of a cell. It covers `columns` columns from number `column`, counted from 0."""

    span: Span
    column: int
    columns: int = 1


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row. The words between its cells are column names and punctuation. `header` is true if it names the columns."""

    span: Span
    cells: tuple[TableCell, ...]
    header: bool = False

    def shift(self, offset: int) -> TableRow:
        """Return this row moved right by `offset` code points."""
        cells = tuple(TableCell(cell.span.shift(offset), cell.column, cell.columns) for cell in self.cells)
        return TableRow(self.span.shift(offset), cells, self.header)


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of a table; the spans of each count from the start of its own line.

    `columns` has the names that the rows repeat. It is empty if they repeat none.
    """

    rows: tuple[TableRow, ...]
    columns: tuple[str, ...] = ()


def read_barred_table(lines: Sequence[str]) -> Table | None:
    """Return the table of bars or tabs at the start of `lines`; None if there are not two such rows."""
    cells = list(takewhile(lambda spans: len(spans) > 1, map(_between_bars, lines)))
    if len(cells) < 2:
        return None
    header = has_header([[span.of(line) for span in spans] for line, spans in zip(lines, cells, strict=False)])
    width = max(map(len, cells))
    return Table(tuple(_row(spans, width, header=header and not number) for number, spans in enumerate(cells)))


def _between_bars(line: str) -> list[Span]:
    """Return the cells between bars; none if the line is an entry of a table of contents."""
    bounds = [0, *(bound for bar in _BAR.finditer(line) for bound in bar.span()), len(line)]
    spans = [Span(start, end) for start, end in zip(bounds[::2], bounds[1::2], strict=True) if start < end]
    return [] if any(_LEADER.fullmatch(span.of(line)) for span in spans) else spans


def _row(spans: Sequence[Span], width: int, *, header: bool) -> TableRow:
    """Return a row. If it has fewer cells than others, its columns are unknown, so it becomes one wide cell."""
    whole = Span(0, spans[-1].end)
    cells = [TableCell(span, column) for column, span in enumerate(spans)]
    return TableRow(whole, tuple(cells) if len(cells) == width else (TableCell(whole, 0, width),), header)
