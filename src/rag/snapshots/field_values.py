"""Finds the values of one field that a filter selects, and refuses filters that can never select one.

The table `field` has each value as its document spells it, in every format of snapshots. The keys are computed when a
filter first uses the field.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cached_property
from itertools import chain

from rag.errors import InvalidFilter
from rag.index.filter_values import Key, Moment, date, is_year, key, keys, moment, number
from rag.index.filters import Condition
from rag.snapshots.filter_refusals import CLOSED, Kinds, has_close_spelling, refusal
from rag.snapshots.sql import Selection
from rag.snapshots.tables import Cell
from rag.snapshots.timeline import Timeline, on_starts
from rag.text.names import SMALL
from rag.types import Value

UNIQUE = frozenset({"id", "title", "url"})
"""Fields that name one document. None of them is closed, and a value in its exact spelling comes first."""

_LAST_YEAR = 2999
_MOST_INITIALS = 8

_CHECKED = 10
"""The most unknown values of a list that are compared with the known ones."""

_BOOLEANS = frozenset({"true", "false"})
_ISO = re.compile(r"\d{4}(?:-\d\d(?:-\d\d)?)?", re.ASCII)
_MAY_BE_DATE = re.compile(r"\d{4}[-/.]\d|.{0,40}\D\d{4}$", re.ASCII)


class FieldValues:
    """The distinct values of one field. If `are_numbers` is true, the database has each of them also as a number."""

    def __init__(self, name: str, texts: Sequence[str], *, are_numbers: bool) -> None:
        self._name = name
        self._texts = texts
        self._are_numbers = are_numbers

    def select(self, condition: Condition) -> Selection:
        """Return the SQL condition for a filter on this field. Raises InvalidFilter if it can never match."""
        if not condition.bounds:
            return self._any_of(condition)
        for _, bound in condition.bounds:
            if self._texts and not self._is_ordered_with(bound):
                raise self._refusal(bound)
        return self._range(condition.bounds)

    def warm(self) -> None:
        """Compute the keys, the dates and the kinds of all values now, not at the first filter."""
        _ = self._by_key, self._are_iso_dates, self._kinds

    def equal(self, value: Value) -> list[str]:
        """Return the spellings of a value in the documents, and the dates within it."""
        texts = [text for one in keys(value) for text in self._by_key.get(one, ())]
        wanted = self._moment(value)
        if wanted:
            texts += self._days.within(wanted.days) + self._times.within(wanted.time or wanted.days)
        return texts

    def names(self, wanted: Key) -> tuple[str, ...]:
        """Return the values that are a name with this key: a value with a capital letter, in any spelling."""
        return tuple(one for one in self._by_key.get(wanted, ()) if one != one.lower())

    def names_with_initials(self, initials: str) -> tuple[str, ...]:
        """Return the name of several words that has these initials, `UK` for `United Kingdom`; none if two have."""
        return self._by_initials.get(initials, ())

    def _any_of(self, condition: Condition) -> Selection:
        found = [(value, self.equal(value)) for value in condition.values]
        self._check(condition, [value for value, texts in found if not texts])
        return among(chain.from_iterable(texts for _, texts in found))

    def _check(self, condition: Condition, unmatched: Sequence[Value]) -> None:
        """Refuse values of the wrong kind, misspelt values, and a list in which no value is known."""
        for value in unmatched:
            if not self._fits(value):
                raise self._refusal(value)
        if self._name in UNIQUE or not 0 < len(self._texts) <= CLOSED:
            return
        unknown = [value for value in unmatched if not self._moment(value)]
        for value in unknown[:_CHECKED]:
            if has_close_spelling(value, self._texts):
                raise self._refusal(value)
        if unknown and len(unknown) == len(condition.values) and not condition.negated:
            raise self._refusal(unknown[0])

    def _fits(self, value: Value) -> bool:
        """Return whether the field has values of the kind of this one."""
        if not self._texts or self._kinds.text:
            return True
        is_boolean = not _BOOLEANS.isdisjoint(keys(value))
        return bool(self._is_ordered_with(value) or (self._kinds.booleans and is_boolean))

    def _is_ordered_with(self, value: Value) -> bool:
        """Return whether a value can be compared with the numbers or dates of the field."""
        return self._moment(value) is not None or (bool(self._numbers) and number(value) is not None)

    def _moment(self, value: Value) -> Moment | None:
        return moment(value) if self._days or self._times else None

    def _range(self, bounds: Sequence[tuple[str, Value]]) -> Selection:
        numbers = [(operator, found) for operator, bound in bounds if (found := number(bound)) is not None]
        moments = [(operator, when) for operator, bound in bounds if (when := self._moment(bound))]
        texts: list[str] = []
        if len(numbers) == len(bounds):
            if self._are_numbers and not self._kinds.booleans:
                return _comparison("number", ((operator, float(bound)) for operator, bound in numbers))
            texts += _between(self._numbers, numbers)
        if len(moments) == len(bounds):
            days = [(operator, bound.days) for operator, bound in moments]
            if self._are_iso_dates:
                return _comparison("text", map(on_starts, days))
            texts += self._days.between(days)
            texts += self._times.between([(operator, bound.time or bound.days) for operator, bound in moments])
        return among(texts)

    def _refusal(self, value: Value) -> InvalidFilter:
        return refusal(self._name, value, self._texts, self._kinds)

    @cached_property
    def _by_key(self) -> Mapping[Key, Sequence[str]]:
        found: dict[Key, list[str]] = {}
        for text in self._texts:
            found.setdefault(key(text), []).append(text)
        return found

    @cached_property
    def _by_initials(self) -> Mapping[str, tuple[str, ...]]:
        found: dict[str, set[Key]] = {}
        for text in self._texts:
            words = [word for word in text.split() if word not in SMALL]
            if 1 < len(words) <= _MOST_INITIALS and all(word[0].isupper() for word in words):
                found.setdefault("".join(word[0] for word in words), set()).add(key(text))
        return {one: tuple(self._by_key[next(iter(names))]) for one, names in found.items() if len(names) == 1}

    @cached_property
    def _numbers(self) -> Sequence[tuple[Decimal, str]]:
        return sorted((one, text) for one, texts in self._by_key.items() if isinstance(one, Decimal) for text in texts)

    @cached_property
    def _moments(self) -> Sequence[tuple[Moment, str]]:
        """The dates. Numbers are years if others are dates, or if all values are numbers from 1000 to 2999."""
        if self._name in UNIQUE:
            return ()
        dates = [(found, text) for text in self._texts if _MAY_BE_DATE.match(text) and (found := date(text))]
        years = [(found, text) for one, text in self._numbers if is_year(one) and (found := moment(text))]
        are_years = len(years) == len(self._texts) and (self._name == "published" or _are_recent(self._numbers))
        return [*dates, *years] if dates or are_years else ()

    @cached_property
    def _days(self) -> Timeline:
        return Timeline((one.days, text) for one, text in self._moments if one.time is None)

    @cached_property
    def _times(self) -> Timeline:
        return Timeline((one.time, text) for one, text in self._moments if one.time is not None)

    @cached_property
    def _are_iso_dates(self) -> bool:
        """Whether all values are dates without a time, in the spelling that sorts by time."""
        return len(self._days) == len(self._texts) and all(map(_ISO.fullmatch, self._texts))

    @cached_property
    def _kinds(self) -> Kinds:
        dates = [*self._days, *self._times]
        numbers = [text for _, text in self._numbers]
        booleans = [text for one in _BOOLEANS for text in self._by_key.get(one, ())]
        text = len({*dates, *numbers, *booleans}) < len(self._texts)
        return Kinds(numbers, dates, bool(booleans), text)


def among(texts: Iterable[str]) -> Selection:
    """Return the condition that a value is one of `texts`, in their exact spelling."""
    # One JSON array, because SQLite limits the number of bound values.
    return Selection("text IN (SELECT value FROM json_each(?))", (json.dumps([*texts]),))


def _comparison(column: str, bounds: Iterable[tuple[str, Cell]]) -> Selection:
    tests, values = zip(*((f"{column} {operator} ?", value) for operator, value in bounds), strict=True)
    return Selection(" AND ".join(tests), values)


def _are_recent(numbers: Sequence[tuple[Decimal, str]]) -> bool:
    return all(value <= _LAST_YEAR for value, _ in numbers)


def _between(numbers: Sequence[tuple[Decimal, str]], bounds: Iterable[tuple[str, Decimal]]) -> Iterator[str]:
    """Yield the spellings of the numbers that meet every bound. `numbers` are in ascending order."""
    values = [value for value, _ in numbers]
    first, last = 0, len(values)
    for operator, bound in bounds:
        place = (bisect_left if operator in (">=", "<") else bisect_right)(values, bound)
        if operator in (">", ">="):
            first = max(first, place)
        else:
            last = min(last, place)
    return (text for _, text in numbers[first:last])
