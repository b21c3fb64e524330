"""Puts the pieces of a page into the order in which a reader reads them: one column of prose after the other.

The method is a recursive X-Y cut (Nagy and Seth 1984) along the gutters between columns of prose. A line that crosses a
gutter, such as a heading, divides the page into bands, which are read from top to bottom.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from statistics import median

from rag.sources.patterns import ITEM
from rag.sources.pdf.grids import by_rows
from rag.sources.pdf.lines import Line, rows

_LEAST_LINES = 3
_LEAST_LETTERS = 15
"""The least median length of a line of prose. Cells of tables are shorter."""

_LEAST_FLOW = 0.25
"""The least part of the lines of a column that continue a sentence of the line before."""

_MANY_LINES, _LEAST_FLOW_OF_MANY = 16, 0.1
"""In a long column, such as a bibliography, fewer lines are enough."""

_STOPS = (".", "!", "?", ":", ";")
_DEEPEST = 6
_HANG = 4.0  # how far a bullet hangs out of its column, as a multiple of the height of the letters
_MOST_PIECES = 1500
"""A page with more pieces, such as a plan, has no columns of prose, and would take long."""

_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")


@dataclass(frozen=True, slots=True)
class _Cut:
    """A gutter: the pieces above it, at its left and right, and below it."""

    above: list[Line]
    left: list[Line]
    right: list[Line]
    below: list[Line]
    table: bool = False

    @property
    def size(self) -> int:
        return len(self.left) + len(self.right)


def in_order(pieces: Sequence[Line]) -> list[Line]:
    """Return the pieces of one page in reading order. Without columns, keep the order of the file."""
    upright = [piece for piece in pieces if not piece.aside]
    ordered = _cut(upright, _DEEPEST) if len(upright) <= _MOST_PIECES else None
    return by_rows(pieces) if ordered is None else [*ordered, *(piece for piece in pieces if piece.aside)]


def _cut(pieces: Sequence[Line], depth: int) -> list[Line] | None:
    """Return the pieces with the columns one after the other, or None if there are no columns."""
    gutters = _gutters(pieces) if depth else []
    cuts = [cut for gutter in gutters if (cut := _cut_at(pieces, gutter)) is not None]
    if not cuts:
        return None
    largest = max(cut.size for cut in cuts)
    best = next(cut for cut in cuts if cut.size > 0.9 * largest)  # the leftmost: bullets begin a column
    if best.table:
        parts: tuple[list[Line], ...] = (best.above, best.below)
        above, below = (_cut(part, depth - 1) or part for part in parts)
        return [*above, *_sorted([*best.left, *best.right]), *below]
    parts = (best.above, best.left, best.right, best.below)
    return [line for part in parts for line in _cut(part, depth - 1) or part]


def _gutters(pieces: Sequence[Line]) -> list[float]:
    """Return the left edges that several pieces share, except the leftmost one."""
    if len(pieces) < 2 * _LEAST_LINES:
        return []
    first = min(piece.left for piece in pieces)
    edges = Counter(round(piece.left / 2) for piece in pieces if piece.left > first + 6 * piece.size)
    common = [edge for edge, times in edges.most_common(6) if times + edges[edge + 1] >= _LEAST_LINES]
    return sorted({_before_bullets(pieces, 2.0 * edge - 2) for edge in common})


def _before_bullets(pieces: Sequence[Line], gutter: float) -> float:
    """Return the gutter moved to the left of the bullets and numbers that hang out of its column."""
    hanging = [piece.left for piece in pieces if gutter - _HANG * piece.size < piece.left < gutter < piece.right]
    return min(hanging, default=gutter + 2) - 2


def _cut_at(pieces: Sequence[Line], gutter: float) -> _Cut | None:
    """Return the largest band that no piece crosses at `gutter`, if it has prose on both sides."""
    crossing = sorted((p.bottom for p in pieces if p.left < gutter < p.right - 1), reverse=True)
    edges = [float("inf"), *crossing, float("-inf")]
    best: _Cut | None = None
    for top, bottom in pairwise(edges):
        band = [p for p in pieces if bottom < p.bottom < top and not p.left < gutter < p.right - 1]
        left, right = [p for p in band if p.left < gutter], [p for p in band if p.left >= gutter]
        if min(len(left), len(right)) < _LEAST_LINES or (best and len(band) <= best.size):
            continue
        sides = [rows(_sorted(side)) for side in (left, right)]
        table = _share_rows(*sides)
        if table or (_are_columns(*sides) and not _drawn_by_cells(band, gutter)):
            above = [p for p in pieces if p.bottom >= top]
            best = _Cut(above, left, right, [p for p in pieces if p.bottom <= bottom], table)
    return best


def _are_columns(left: Sequence[Line], right: Sequence[Line]) -> bool:
    """Return whether the lines at both sides are prose, and side by side."""
    overlap = min(left[0].bottom, right[0].bottom) - max(left[-1].bottom, right[-1].bottom)
    return overlap > 2 * left[0].size and _is_prose(left) and _is_prose(right)


def _drawn_by_cells(band: Sequence[Line], gutter: float) -> bool:
    """Return whether a file draws a few lines at the left, then some at the right, and again: the cells of a table.

    It draws columns of prose one after the other, or row by row.
    """
    at_left = [piece.left < gutter for piece in band]
    switches = sum(one and not two for one, two in pairwise(at_left))
    return 2 < switches < 0.4 * min(sum(at_left), len(band) - sum(at_left))


def _is_prose(lines: Sequence[Line]) -> bool:
    if len(lines) < _LEAST_LINES or median(len(line.text) for line in lines) < _LEAST_LETTERS:
        return False
    pairs = list(pairwise(lines))
    least = _LEAST_FLOW if len(lines) < _MANY_LINES else _LEAST_FLOW_OF_MANY
    return sum(_continues(one.text, two.text) for one, two in pairs) >= max(1.0, least * len(pairs))


def _continues(one: str, two: str) -> bool:
    return not one.endswith(_STOPS) and two[0].isalpha() and not two[0].isupper()


def _share_rows(left: Sequence[Line], right: Sequence[Line]) -> bool:
    """Return whether the paragraphs of two columns begin side by side, as the cells of a table with long texts do.

    Lists in the cells are better read in the order of the file.
    """
    if sum(ITEM.match(line.text) is not None for line in right) > 1:
        return False
    begins = [_beginnings(side) for side in (left, right)]
    if all(any(line.bold for line in side[1:]) for side in begins) or _same_lengths(left, right, begins):
        return False
    shared = sum(any(one.beside(two) for two in begins[1]) for one in begins[0])
    return len(begins[0]) > 2 and shared >= 0.7 * max(map(len, begins))


def _same_lengths(left: Sequence[Line], right: Sequence[Line], begins: Sequence[Sequence[Line]]) -> bool:
    """Return whether all paragraphs of two columns have as many lines as the one beside them, three or more.

    The shorter cell of a row leaves a blank, so the cells of a table differ.
    """
    lengths = []
    for side, first in zip((left, right), begins, strict=True):
        starts = {id(line) for line in first}
        numbers = [number for number, line in enumerate(side) if id(line) in starts]
        lengths.append([end - start for start, end in pairwise([*numbers, len(side)])])
    return lengths[0] == lengths[1] and min(lengths[0]) >= _LEAST_LINES


def _beginnings(lines: Sequence[Line]) -> list[Line]:
    drops = [one.bottom - two.bottom for one, two in pairwise(lines)]
    loose = 1.25 * min((drop for drop in drops if drop > 0.5 * lines[0].size), default=0.0)
    return [lines[0], *(line for line, drop in zip(lines[1:], drops, strict=True) if drop > loose)]


def _sorted(pieces: Sequence[Line]) -> list[Line]:
    """Return the pieces from top to bottom, and those on one baseline from left to right."""
    ordered = sorted(pieces, key=lambda piece: -piece.bottom)
    return [piece for row in _baselines(ordered) for piece in _in_line(row)]


def _in_line(row: list[Line]) -> list[Line]:
    """Return the pieces of one baseline from left to right. Arabic and Hebrew stay in the logical order of PDFium."""
    return row if any(_RIGHT_TO_LEFT.search(one.text) for one in row) else sorted(row, key=lambda piece: piece.left)


def _baselines(ordered: Sequence[Line]) -> list[list[Line]]:
    """Return the pieces of each baseline."""
    number, last = 0, None
    numbers = []
    for piece in ordered:
        if last is None or not last.beside(piece):
            number, last = number + 1, piece
        numbers.append(number)
    pairs = zip(numbers, ordered, strict=True)
    return [[piece for _, piece in row] for _, row in groupby(pairs, key=lambda pair: pair[0])]
