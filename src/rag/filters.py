"""Turns a filter as it stands on the wire into conditions on a document's metadata.

    {"jurisdiction": "Kazakhstan"}                         equality
    {"jurisdiction": ["Kazakhstan", "European Union"]}     any of
    {"published": {"gte": "2022-01-01", "lt": "2023"}}     a range, of dates or numbers

A document passes when every field holds; a field with several values holds when one of them does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from rag.errors import InvalidFilter
from rag.types import Value

Bounds: TypeAlias = Mapping[str, Value]
Filters: TypeAlias = Mapping[str, Value | Sequence[Value] | Bounds]

_OPERATORS = {"gt": ">", "gte": ">=", "lt": "<", "lte": "<="}


@dataclass(frozen=True, slots=True)
class Condition:
    """One comparison of a field: `operator` is SQL's; any of `values` may satisfy it."""

    field: str
    operator: str
    values: tuple[Value, ...]


def parse(filters: Filters) -> list[Condition]:
    """Read filters into conditions that must all hold. Raises InvalidFilter naming the field."""
    return [condition for field, wanted in filters.items() for condition in _conditions(field, wanted)]


def _conditions(field: str, wanted: object) -> list[Condition]:
    if isinstance(wanted, str | int | float):
        return [Condition(field, "=", (wanted,))]
    if isinstance(wanted, Mapping):
        return _range(field, wanted)
    if isinstance(wanted, Sequence) and wanted and all(isinstance(value, str | int | float) for value in wanted):
        return [Condition(field, "=", tuple(wanted))]
    raise InvalidFilter(
        f"the filter on {field!r} is {wanted!r}: give a value, a non-empty list of values, or a range such as "
        '{"gte": "2022-01-01"}',
        field,
    )


def _range(field: str, bounds: Mapping[object, object]) -> list[Condition]:
    conditions = []
    for name, bound in bounds.items():
        if name not in _OPERATORS:
            raise InvalidFilter(f"the filter on {field!r} has the bound {name!r}: use {', '.join(_OPERATORS)}", field)
        if isinstance(bound, bool) or not isinstance(bound, str | int | float):
            raise InvalidFilter(f"the filter on {field!r} is bounded by {bound!r}: use a date or a number", field)
        conditions.append(Condition(field, _OPERATORS[name], (bound,)))
    if not conditions:
        raise InvalidFilter(f"the filter on {field!r} has no bounds: use {', '.join(_OPERATORS)}", field)
    return conditions
