"""A figure, date or time of a sentence, and when two of them are equal."""

from __future__ import annotations

from dataclasses import dataclass

from rag.types import Span

_WITH_CENTS = frozenset({"USD", "EUR", "CAD", "AUD", "ZAR"})


@dataclass(frozen=True, slots=True)
class Quantity:
    """A value in a sentence: `span` is its place in the text.

    `kind` is `date`, `time`, `money`, `percent`, `label` (Article 33), `count`, or the dimension of a unit. `value` is
    in the base unit of the dimension; for a date it is (year, month, day) with 0 for an unknown part. `bound` is one
    of >=, <=, >, < or empty. `per` is the unit after `a` or `per`. `relation` is `before` or `after` for dates.
    `written` is the number before its unit.
    """

    kind: str
    value: tuple[float, ...] | float
    unit: str
    span: Span
    bound: str = ""
    per: str = ""
    relation: str = ""
    written: float = 0.0

    def same_value(self, other: Quantity) -> bool:
        """Return whether this quantity of a claim says the value of another, or a less precise date."""
        if self.kind == "date" and other.kind == "date":
            return _date_within(self.value, other.value)
        if "fraction" in (self.unit, other.unit) and {self.unit, other.unit} <= {"fraction", "%", ""}:
            return _same_share(self, other)
        if self.kind == other.kind == "money" and (self.unit == "cent") != (other.unit == "cent"):
            return _same_cents(self, other)
        if self.kind != other.kind and "count" not in (self.kind, other.kind):
            return False
        if self.kind == "label" or other.kind == "label":
            return self.kind == other.kind and (self.value, self.unit) == (other.value, other.unit)
        if self.kind == "count" and other.kind not in ("count", "label"):
            return _close(self.value, other.value) if other.kind == "count" else _close(self.value, other.written)
        if self.kind != "count" and other.kind == "count":
            return False
        return self.unit == other.unit and _close(self.value, other.value)


def _same_share(one: Quantity, other: Quantity) -> bool:
    """Return whether a fraction and a percentage are equal: `three quarters` and `75 per cent`."""
    if isinstance(one.value, tuple) or isinstance(other.value, tuple):
        return False
    first = one.value * (1 if one.unit == "%" else 100)
    second = other.value * (1 if other.unit == "%" else 100)
    exact = second if other.unit == "fraction" else first
    rounded = one.unit != other.unit and abs(first - second) < _ROUNDED and not _is_whole(exact)
    return rounded or _close(first, second)


_ROUNDED = 0.7  # percentage points that a third may be rounded by


def _is_whole(value: float) -> bool:
    """Return whether a percentage has at most one decimal, so that nobody needs to round it."""
    return _close(float(round(value * 10)), value * 10)


def _same_cents(one: Quantity, other: Quantity) -> bool:
    """Return whether cents and an amount of dollars or euros are equal: `10 cents` and `$0.10`."""
    cents, whole = (one, other) if one.unit == "cent" else (other, one)
    known = whole.unit in _WITH_CENTS
    return not isinstance(whole.value, tuple) and known and _close(cents.value, 100 * whole.value)


def _close(one: object, other: object) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        return abs(one - other) <= 1e-9 * max(abs(one), abs(other), 1.0)
    return one == other


def _date_within(one: object, other: object) -> bool:
    assert isinstance(one, tuple)
    assert isinstance(other, tuple)
    return all(part in (0.0, known) for part, known in zip(one, other, strict=True)) and any(
        part and part == known for part, known in zip(one, other, strict=True)
    )
