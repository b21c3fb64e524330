"""Finds the dates of a field that lie within a period or between bounds."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence

from rag.index.filter_values import Period

Bound = tuple[str, Period]
"""An SQL operator and the date to compare with."""


class Timeline:
    """Periods, each with its spelling in the documents, in the order of time."""

    def __init__(self, periods: Iterable[tuple[Period, str]]) -> None:
        self._sorted = sorted(periods)
        self._starts = [period.start for period, _ in self._sorted]

    def __iter__(self) -> Iterator[str]:
        return (text for _, text in self._sorted)

    def __len__(self) -> int:
        return len(self._sorted)

    def within(self, wanted: Period) -> list[str]:
        """Return the spellings of the periods that lie in `wanted` entirely."""
        first, last = (bisect_left(self._starts, start) for start in (wanted.start, wanted.end))
        return [text for period, text in self._sorted[first:last] if period.end <= wanted.end]

    def between(self, bounds: Sequence[Bound]) -> list[str]:
        """Return the spellings of the periods whose first instant meets every bound."""
        first, last = 0, len(self)
        for operator, start in map(on_starts, bounds):
            place = bisect_left(self._starts, start)
            if operator == ">=":
                first = max(first, place)
            else:
                last = min(last, place)
        return [text for _, text in self._sorted[first:last]]


def on_starts(bound: Bound) -> tuple[str, str]:
    """Convert a bound to `>=` or `<` and a start: after 2022 means from 2023 on, until 2022 means before 2023."""
    operator, period = bound
    match operator:
        case ">":
            return ">=", period.end
        case "<=":
            return "<", period.end
        case _:
            return operator, period.start
