"""Turns the rows of a sheet into blocks: titles, remarks, and table rows under the names of their columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rag.sources.blocks import Block, Kind, heading, row
from rag.sources.cells import EMPTY, Line, filled
from rag.sources.headers import are_pairs, count_headers, lines_above, names
from rag.sources.rows import named_row
from rag.sources.sheets.sheet import Sheet

_LONGEST_TITLE = 160  # characters


def blocks(sheet: Sheet, title_level: int) -> Iterator[Block]:
    """Yield the blocks of a sheet. Its first line is a heading of `title_level` if it reads as a title."""
    previous: _Table | None = None
    first = True
    for numbers in _parts(sheet):
        lines = [sheet.lines[number] for number in numbers]
        marked = next((place for place, number in enumerate(numbers) if number in sheet.headers), None)
        above = lines_above(lines, marked)
        above += _is_remark(lines[above:])
        yield from _above(lines[:above], title_level if first else 0)
        first = False
        if above < len(lines):
            table = _Table.of(lines[above:], None if marked is None else marked - above, previous, sheet.records)
            yield from table.blocks()
            previous = table if any(table.names) else previous


def _is_remark(lines: Sequence[Line]) -> bool:
    """Tell whether rows between empty rows are only one, with a label and its value at the left side."""
    return len(lines) == 1 and len(filled(lines[0])) == 2 and len(lines[0]) > 2 and bool(lines[0][0].text)


def _parts(sheet: Sheet) -> Iterator[list[int]]:
    """Yield the numbers of the rows between empty rows. A table with empty rows between its groups stays whole."""
    part: list[int] = []
    for number in sorted(sheet.lines):
        if part and number > part[-1] + 1:
            yield part
            part = []
        part.append(number)
    if part:
        yield part


def _above(lines: Sequence[Line], title_level: int) -> Iterator[Block]:
    """Yield the lines above a table: a title, and remarks such as `Source: the ministry`."""
    for number, line in enumerate(lines):
        cells = [cell.text for cell in filled(line)]
        if not cells:
            continue
        text = cells[0] if len(cells) == 1 else f"{cells[0].rstrip(':')}: {' '.join(cells[1:])}"
        if number == 0 and title_level and len(text) <= _LONGEST_TITLE and not text.endswith((".", ";", ",")):
            yield heading(text, title_level)
        else:
            yield Block(text)


class _Table:
    """A table without its empty columns. `names` are the names of its columns, or empty."""

    def __init__(self, lines: Sequence[Line], names: Sequence[str], used: Sequence[int], pairs: bool) -> None:
        self.lines, self.names, self.used, self.pairs = lines, names, used, pairs

    @classmethod
    def of(cls, lines: Sequence[Line], last_header: int | None, previous: _Table | None, records: bool) -> _Table:
        """Find the columns and their names. Without header rows, these are the names of the table above."""
        width = range(len(lines[0]))
        used = [place for place in width if any(line[place].text for line in lines)]
        kept = lines if len(used) == len(width) else [[line[place] for place in used] for line in lines]
        pairs = last_header is None and are_pairs(kept)
        count = 0 if pairs else count_headers(kept, last_header, words=records or len(used) > 2)
        found = names(kept[:count])
        headers = _texts(kept[:count])
        body = [line for line in kept[count:] if not headers or [cell.text for cell in line] not in headers]
        if not count and previous is not None and not pairs and set(used) <= set(previous.used):
            found = [previous.names[previous.used.index(place)] for place in used]
        return cls(body, found, used, pairs)

    def blocks(self) -> Iterator[Block]:
        """Yield each row. A row with one cell at its left names the rows after it, or is a remark: a paragraph."""
        for line in self.lines:
            cells = filled(line)
            if len(cells) == 1 and (len(self.used) != 2 or cells[0].columns > 1) and self._is_label(line):
                yield Block(cells[0].text)
            elif self.pairs and len(cells) > 1:
                yield Block(row([cells[0].text], [cells[1].text]), Kind.ROW)
            elif text := self._row(line):
                yield Block(text, Kind.ROW)

    def _is_label(self, line: Line) -> bool:
        (cell,) = filled(line)
        return not cell.figure and (line[0] is cell or cell.columns > 1 or len(self.used) == 1)

    def _row(self, line: Line) -> str:
        return named_row(self.names, [cell.text for cell in line], line)


def _texts(lines: Sequence[Line]) -> list[list[str]]:
    return [[cell.text for cell in line] for line in lines]


def completed(line: Line, width: int) -> Line:
    """Return a row with `width` cells."""
    return [*line, *[EMPTY] * (width - len(line))][:width]
