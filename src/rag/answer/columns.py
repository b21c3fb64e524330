"""Chooses the columns of a table whose heads name periods: `Rate from 1 April 2018`, `Rate from 1 April 2025`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from rag.text import one_line
from rag.text.periods import Period, find_period

_MONTH = timedelta(days=31)


@dataclass(frozen=True, slots=True)
class DatedColumn:
    """A column with the period for which its values hold."""

    name: str
    period: Period


def dated_columns(names: Sequence[str]) -> list[DatedColumn]:
    """Return the columns that differ only in the period that their names hold, the earliest first; else an empty list.

    If each name holds only a first day, the values of a column hold until the next column begins.
    """
    found = [(name, *parts) for name in names if (parts := find_period(one_line(name))) is not None]
    if not found:
        return []
    [(common, columns)] = Counter(rest.lower() for _, _, rest in found).most_common(1)
    dated = [DatedColumn(name, period) for name, period, rest in found if rest.lower() == common]
    dated.sort(key=lambda column: column.period.first)
    if columns < 2 or len({column.period.first for column in dated}) < columns:
        return []
    return _until_the_next(dated) if all(_is_start(column.period) for column in dated) else dated


def columns_at(columns: Sequence[DatedColumn], asked: Period) -> list[DatedColumn]:
    """Return the columns that hold at a time. If values changed at that time, return only the new ones."""
    holding = [column for column in columns if column.period.overlaps(asked)]
    return [column for column in holding if asked.first <= column.period.first <= asked.last] or holding


def columns_in_force(columns: Sequence[DatedColumn], today: date) -> list[DatedColumn]:
    """Return the latest column that has begun; an empty list if none has."""
    return [column for column in columns if column.period.first <= today][-1:]


def _is_start(period: Period) -> bool:
    return period.last == date.max or period.last - period.first < _MONTH


def _until_the_next(dated: Sequence[DatedColumn]) -> list[DatedColumn]:
    """End the period of each column on the day before the next column begins."""
    ends = [column.period.first - timedelta(days=1) for column in dated[1:]]
    return [
        DatedColumn(column.name, Period(column.period.first, end))
        for column, end in zip(dated, [*ends, date.max], strict=True)
    ]
