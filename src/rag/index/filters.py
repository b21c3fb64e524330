"""Parses filters, in the form that clients send, into conditions on the metadata of a document.

    {"jurisdiction": "Kazakhstan"}                         equality
    {"jurisdiction": ["Kazakhstan", "European Union"]}     any of
    {"published": {"gte": "2022-01-01", "lt": "2023"}}     a range, of dates or numbers
    {"id": {"not": ["levy", "charge"]}}                    none of (a single value needs no list)

A document passes if the filter on every field matches. If a field has several values, one of them must match; for a
range, the same value must be within both bounds. `not` matches if the document has none of the listed values. It also
matches if the document does not have the field. Values are equal if `rag.index.filter_values` gives them a common key,
or if a date lies within the wanted day, month or year.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias, TypeGuard

from rag.errors import InvalidFilter
from rag.index.filter_values import moment, number
from rag.types import Filters, Period, Value

_OPERATORS: Mapping[object, str] = {"gt": ">", "gte": ">=", "lt": "<", "lte": "<="}
_NOT = "not"
_BOUNDS = f"gt, gte, lt, lte or {_NOT}"


@dataclass(frozen=True, slots=True)
class Condition:
    """A test of one field: a value must be one of `values`, or within all `bounds` if there are any.

    A bound is an SQL operator and its right operand. If `negated` is true, no value of the field may pass the test.
    """

    field: str
    values: tuple[Value, ...] = ()
    bounds: tuple[tuple[str, Value], ...] = ()
    negated: bool = False


@dataclass(frozen=True, slots=True)
class InForce:
    """A test of when a document is in force: on at least one day of the period.

    A document that nothing dates is always in force. If `negated` is true, the document must not be in force then.
    """

    period: Period
    negated: bool = False


Test: TypeAlias = Condition | InForce
"""A condition that an index decides where it finds candidates."""


def parse(filters: Filters) -> list[Condition]:
    """Parse filters into conditions, all of which must hold. Raises InvalidFilter with the name of the field."""
    return [condition for field, wanted in filters.items() for condition in _conditions(field, wanted)]


def _conditions(field: str, wanted: object) -> Iterator[Condition]:
    if not isinstance(wanted, Mapping):
        yield Condition(field, _values(field, wanted))
        return
    if _NOT in wanted:
        yield Condition(field, _values(field, wanted[_NOT]), negated=True)
    bounds = {name: bound for name, bound in wanted.items() if name != _NOT}
    if bounds or not wanted:
        yield Condition(field, bounds=_bounds(field, bounds))


def _values(field: str, wanted: object) -> tuple[Value, ...]:
    given = wanted if isinstance(wanted, Sequence) and not isinstance(wanted, str) else (wanted,)
    values = tuple(value for value in given if _comparable(value))
    if not values or len(values) < len(given):
        raise InvalidFilter(
            f"the filter on {field!r} is {wanted!r}: give a value, a non-empty list of values, a range such as "
            '{"gte": "2022-01-01"}, or {"not": ...} with a value or a list',
            field,
        )
    return values


def _bounds(field: str, given: Mapping[object, object]) -> tuple[tuple[str, Value], ...]:
    bounds: list[tuple[str, Value]] = []
    for name, bound in given.items():
        if name not in _OPERATORS:
            raise InvalidFilter(f"the filter on {field!r} has the bound {name!r}: use {_BOUNDS}", field)
        if isinstance(bound, bool) or not _comparable(bound):
            raise InvalidFilter(f"the filter on {field!r} is bounded by {bound!r}: use a date or a number", field)
        bounds.append((_OPERATORS[name], bound))
    if not bounds:
        raise InvalidFilter(f"the filter on {field!r} has no bounds: use {_BOUNDS}", field)
    if _is_empty(bounds):
        raise InvalidFilter(
            f"the filter on {field!r} is from {_first(bounds, '>')!r} to {_first(bounds, '<')!r}, which no value can "
            "be: exchange the bounds",
            field,
        )
    return tuple(bounds)


def _is_empty(bounds: Sequence[tuple[str, Value]]) -> bool:
    """Return whether no value can meet a lower and an upper bound, as numbers or as dates."""
    lower, upper = _first(bounds, ">"), _first(bounds, "<")
    if lower is None or upper is None:
        return False
    low, high = number(lower), number(upper)
    start, end = moment(lower), moment(upper)
    no_number = low is None or high is None or low > high
    operators = {operator for operator, _ in bounds}
    if start is None or end is None:
        return no_number and low is not None and high is not None
    earliest, latest = start.time or start.days, end.time or end.days
    first = earliest.end if ">" in operators else earliest.start
    last = latest.start if "<" in operators else latest.end
    return no_number and first >= last


def _first(bounds: Sequence[tuple[str, Value]], sign: str) -> Value | None:
    return next((bound for operator, bound in bounds if operator.startswith(sign)), None)


def _comparable(value: object) -> TypeGuard[Value]:
    """Return whether SQL can compare with `value`: Unicode text without NUL, or a number that a float can hold."""
    if isinstance(value, str):
        return not any(char == "\0" or "\ud800" <= char <= "\udfff" for char in value)
    return isinstance(value, int | float) and abs(value) <= sys.float_info.max
