"""Finds tables that a file draws column by column, and puts their cells into rows."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from rag.sources.pdf.lines import Line

_LEAST = 3
"""The least number of columns, and of cells in each."""

_SHARED = 0.8
"""The least part of the cells of a column that have a cell of the column before on their baseline."""


def by_rows(pieces: Sequence[Line]) -> list[Line]:
    """Return the pieces of a page in the order of the file, except the cells of tables that it draws by columns.

    Each column is a run of pieces from top to bottom. The first cell of each is bold, or the others have figures,
    so that blocks of addresses side by side are no table.
    """
    ordered: list[Line] = []
    grid: list[list[Line]] = []
    for run in [*_runs(pieces), []]:
        if grid and not (run and _beside(grid[-1], run)):
            ordered += _rows(grid)
            grid = []
        grid.append(run)
    return ordered


def _runs(pieces: Sequence[Line]) -> list[list[Line]]:
    """Return the pieces in runs that go down the page in one column. A bold piece may begin a new run."""
    runs: list[list[Line]] = []
    for piece in pieces:
        last = runs[-1][-1] if runs else None
        below = last is not None and last.bottom > piece.bottom + 0.5 * piece.size
        if last is not None and below and piece.left < last.right and last.left < piece.right:
            runs[-1].append(piece)
        else:
            runs.append([piece])
    return runs


def _beside(left: Sequence[Line], right: Sequence[Line]) -> bool:
    """Return whether two runs are neighbouring columns of a table."""
    if min(len(left), len(right)) < _LEAST or max(one.right for one in left) > min(one.left for one in right):
        return False
    shared = sum(any(one.beside(two) for two in left) for one in right)
    return shared >= _SHARED * max(len(left), len(right))


def _rows(grid: list[list[Line]]) -> list[Line]:
    flat = [piece for run in grid for piece in run]
    headed = all(run[0].bold and not run[-1].bold for run in grid)
    figures = sum(piece.text[0].isdigit() for run in grid[1:] for piece in run)
    if len(grid) < _LEAST or not (headed or 2 * figures > sum(map(len, grid[1:]))):
        return flat
    flat.sort(key=lambda piece: -piece.bottom)
    starts = [0, *(n for n, (one, two) in enumerate(pairwise(flat), 1) if not one.beside(two)), len(flat)]
    return [piece for start, end in pairwise(starts) for piece in sorted(flat[start:end], key=lambda one: one.left)]
