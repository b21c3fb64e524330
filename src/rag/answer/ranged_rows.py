"""Chooses the rows of a table whose range holds the figure of a question: `More than three years` for `four years`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import inf

from rag.answer.checks.quantities import Quantity, quantities
from rag.text import terms

Cell = tuple[str, str]
"""The name of a column and the text of a cell."""

_MOST = 0.8  # the least share of cells with a range in a column of ranges
_TO = frozenset({"to", "and", "–", "-", "—"})
_NOT_MEASURED = frozenset({"date", "time", "label", "ordinal"})


@dataclass(frozen=True, slots=True)
class Range:
    """The values between `low` and `high`. An end belongs to it only if it is `closed_low` or `closed_high`."""

    low: float = -inf
    high: float = inf
    closed_low: bool = True
    closed_high: bool = True

    def __contains__(self, value: float) -> bool:
        above = value > self.low or (self.closed_low and value == self.low)
        return above and (value < self.high or (self.closed_high and value == self.high))


def holding(rows: Sequence[Sequence[Cell]], question: str) -> list[int]:
    """Return the numbers of the rows whose range holds the one figure that a question has for it.

    Return an empty list if no column has ranges of that kind of figure, or none of them holds it. All rows must have
    the same columns.
    """
    found = _found(rows, question)
    return found[1] if found else []


def figure_held(rows: Sequence[Sequence[Cell]], question: str) -> str:
    """Return the figure of a question, as written there, that the range of a row holds; empty if none does."""
    found = _found(rows, question)
    return question[found[0].span.start : found[0].span.end] if found and found[1] else ""


def _found(rows: Sequence[Sequence[Cell]], question: str) -> tuple[Quantity, list[int]] | None:
    for asked in _asked(question):
        for column in range(len(rows[0])):
            ranges = [_range(row[column][1], asked) for row in rows]
            known = sum(one is not None for one in ranges)
            if known < 2 or known < _MOST * len(rows) or not _is_about(asked, question, [row[column] for row in rows]):
                continue
            return asked, [number for number, one in enumerate(ranges) if one is not None and _value(asked) in one]
    return None


def _asked(question: str) -> Iterator[Quantity]:
    """Yield the figures of a question that stand alone in their kind, and have no bound of their own."""
    found = [one for one in quantities(question) if one.kind not in _NOT_MEASURED]
    for one in found:
        if not one.bound and sum(_alike(one, other) for other in found) == 1:
            yield one


def _alike(one: Quantity, other: Quantity) -> bool:
    return (one.kind, one.unit) == (other.kind, other.unit)


def _value(one: Quantity) -> float:
    return one.value if isinstance(one.value, float) else inf


def _range(cell: str, asked: Quantity) -> Range | None:
    """Return the range of figures that a cell states; None if it states none like the one asked for."""
    found = [one for one in _figures(cell) if _alike(one, asked)]
    if len(found) == 2 and cell[found[0].span.end : found[1].span.start].strip().lower() in _TO:
        return Range(_value(found[0]), _value(found[1]))
    if not found or len(found) > 2 or not all(one.bound for one in found):
        return None
    low = next((one for one in found if one.bound[0] == ">"), None)
    high = next((one for one in found if one.bound[0] == "<"), None)
    return Range(
        _value(low) if low else -inf,
        _value(high) if high else inf,
        closed_low=low is None or low.bound == ">=",
        closed_high=high is None or high.bound == "<=",
    )


@lru_cache(maxsize=1024)  # every question about a table reads all its cells
def _figures(cell: str) -> tuple[Quantity, ...]:
    return tuple(quantities(cell))


def _is_about(asked: Quantity, question: str, column: Sequence[Cell]) -> bool:
    """Return whether a column counts the things that a question counts; figures with a unit need no such word."""
    if asked.kind != "count":
        return True
    counted = terms(question[asked.span.end :])[:1]
    return bool(counted) and counted[0] in terms(" ".join(f"{name} {cell}" for name, cell in column))
