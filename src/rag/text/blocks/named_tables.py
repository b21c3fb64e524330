"""Finds tables whose rows repeat the names of their columns: `Year: 2020; Rate: 4.`

`rag.sources.blocks.row` writes such rows. It leaves out empty cells, and ends a row with a full stop.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias

from rag.text.blocks.tables import Table, TableCell, TableRow
from rag.types import Span

_LONGEST_NAME = 80  # characters
_FEWEST_ALONE = 3  # named cells of a table with one row
_MOST_WORDS = 8  # of a last cell that begins with a capital letter and is no sentence
_ABBREVIATION = re.compile(r"\.[^\W\d_]+\.\Z")
_PART = re.compile(r"; |\Z")

_Name: TypeAlias = tuple[str, int]
"""The name of a column, and how many cells before it in its row have the same name."""


@dataclass(slots=True)
class _Part:
    """A part of a row: the name before its colon, or nothing, and the span of its other words."""

    name: str
    start: int
    words: Span


def read_named_table(lines: Sequence[str], *, quoted: bool = False) -> Table | None:
    """Return the table of named cells at the start of `lines`; None if there is none.

    If the lines are `quoted` as rows, two cells make a table. Otherwise one line alone needs more.
    """
    rows = _rows(lines)
    if not rows:
        return None
    accepted = _accepted(rows)
    cells = [list(_cells(parts, accepted)) for parts in rows]
    order = _ordered([[name for name, _ in row] for row in cells])
    if len(order) < 2 or (len(rows) == 1 and not _stands_alone(lines[0], cells[0], 2 if quoted else _FEWEST_ALONE)):
        return None
    wide = {name: covered for name in order if (covered := _covered(name, order))}
    columns = [name for name in order if name not in wide]
    made = []
    for line, row in zip(lines, cells, strict=False):
        places = [_place(name, columns, wide) for name, _ in row]
        if any(one.stop > two.start for one, two in pairwise(places)):
            return None  # the names are in another order, so this is prose
        spans = [*(span for _, span in row[:-1]), _without_stop(line, row[-1][1])]
        made.append(
            TableRow(
                Span(0, len(line)),
                tuple(TableCell(span, place.start, len(place)) for span, place in zip(spans, places, strict=True)),
            )
        )
    return Table(tuple(made), tuple(name for name, _ in columns))


def _stands_alone(line: str, cells: Sequence[tuple[_Name, Span]], fewest: int) -> bool:
    """Return whether one row is a table: several cells, each with a name in letters, and no sentences."""
    if len(cells) < fewest or any(". " in span.of(line) for _, span in cells):
        return False
    return all(any(map(str.isalpha, name)) and '"' not in name for (name, _), _ in cells)


def _rows(lines: Sequence[str]) -> list[list[_Part]]:
    """Return the parts of the lines at the start that share a name with the lines before them."""
    rows: list[list[_Part]] = []
    names: set[str] = set()
    for line in lines:
        parts = list(_parts(line)) if ": " in line else []
        own = {part.name for part in parts if part.name}
        if not own or (rows and not own & names):
            break
        names |= own
        rows.append(parts)
    return rows


def _parts(line: str) -> Iterator[_Part]:
    start = 0
    for match in _PART.finditer(line):
        name, colon, words = line[start : match.start()].partition(": ")
        known = bool(colon and words.strip()) and 0 < len(name) <= _LONGEST_NAME
        yield _Part(name if known else "", start, Span(start + len(name) + 2 if known else start, match.start()))
        start = match.end()


def _accepted(rows: Sequence[Sequence[_Part]]) -> set[str]:
    """Return the names of columns. A name in one row only may be a word within a cell: `Paid late; see: rules`.

    It names a column if it begins as the first name does, with a capital letter or without.
    """
    counts = Counter(part.name for row in rows for part in row if part.name)
    small = next(part.name for part in rows[0] if part.name)[0].islower()
    return {name for name, count in counts.items() if count > 1 or name[0].islower() == small}


def _cells(parts: Sequence[_Part], accepted: set[str]) -> Iterator[tuple[_Name, Span]]:
    """Yield the cells of a row with the names of their columns. A part without a name belongs to the cell before it.

    Only the first cell may have no name.
    """
    seen: Counter[str] = Counter()
    name, span = ("", 0), None
    for part in parts:
        if part.name in accepted:
            if span is not None:
                yield name, span
            name, span = (part.name, seen[part.name]), part.words
            seen[part.name] += 1
        else:
            span = Span(part.start if span is None else span.start, part.words.end)
    if span is not None:
        yield name, span


def _ordered(rows: Sequence[Sequence[_Name]]) -> list[_Name]:
    """Return all names in an order that agrees with that of each row, as far as the rows agree."""
    order: list[_Name] = []
    for row in rows:
        place = 0
        for name in row:
            if name not in order:
                order.insert(place, name)
            place = order.index(name) + 1
    return order


def _covered(name: _Name, order: Sequence[_Name]) -> tuple[_Name, ...]:
    """Return the columns whose names together are `name`, as in a row with a cell over all of them; else none."""
    others = [other for other in order if other != name and other[0] and name[0].startswith(other[0])]
    for first in others:
        words, covered = "", []
        for other in (other for other in order[order.index(first) :] if other != name):
            words = f"{words} {other[0]}".strip()
            covered.append(other)
            if words == name[0] and len(covered) > 1:
                return tuple(covered)
            if not name[0].startswith(words):
                break
    return ()


def _place(name: _Name, columns: Sequence[_Name], wide: dict[_Name, tuple[_Name, ...]]) -> range:
    covered = [one for one in wide.get(name, (name,)) if one in columns]
    return range(columns.index(covered[0]), columns.index(covered[-1]) + 1) if covered else range(0)


def _without_stop(line: str, span: Span) -> Span:
    """Return the last cell of a row without the full stop that ends the row. A sentence keeps its own full stop."""
    words = span.of(line)
    prose = words[:1].isupper() and len(words.split()) > _MOST_WORDS
    if not words.endswith(".") or len(words) == 1 or prose or ". " in words or _ABBREVIATION.search(words):
        return span
    return Span(span.start, span.end - 1)
