"""Say which filter left no document, and which values its field has."""

from __future__ import annotations

from collections.abc import Sequence

from rag.index.filters import Condition, parse
from rag.snapshots import Index
from rag.types import Filters, Notice, NoticeKind, Value

_SHOWN = 5  # values
_LONGEST = 60  # characters of a value

_BOUNDS = {">": "after", ">=": "from", "<": "before", "<=": "up to"}


def filtered(snapshot: Index, filters: Filters) -> Notice | None:
    """Return a notice about the first filter that no document passes together with the filters before it.

    Return None if some document passes all of them. Raises InvalidFilter.
    """
    conditions = parse(filters)
    for number, condition in enumerate(conditions):
        if not snapshot.count_meeting([condition]):
            return _notice(snapshot, condition, [])
        if not snapshot.count_meeting(conditions[: number + 1]):
            return _notice(snapshot, condition, conditions[:number])
    return None


def _notice(snapshot: Index, condition: Condition, others: Sequence[Condition]) -> Notice:
    values, total = snapshot.values_among(condition.field, others, _SHOWN)
    with_others = f" with {' and '.join(map(_described, others))}" if others else ""
    more = f" and {total - len(values)} more" if total > len(values) else ""
    field = f": {condition.field} has {', '.join(map(_quoted, values))}{more}" if values else ""
    return Notice(NoticeKind.FILTERED, f"No document{with_others} passes the filter {_described(condition)}{field}.")


def _described(condition: Condition) -> str:
    values = " or ".join(map(_quoted, condition.values[:_SHOWN]))
    if len(condition.values) > _SHOWN:
        values += f" or {len(condition.values) - _SHOWN} more"
    bounds = " and ".join(f"{_BOUNDS[operator]} {_quoted(bound)}" for operator, bound in condition.bounds)
    negation = "other than " if condition.negated else ""
    return f"{condition.field} {negation}{values or bounds}"


def _quoted(value: Value) -> str:
    text = str(value)
    return f"“{text if len(text) <= _LONGEST else f'{text[: _LONGEST - 1]}…'}”"
