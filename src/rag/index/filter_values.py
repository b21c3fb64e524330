"""Reads values of filters and fields, so that a filter compares values and not their spellings.

A value becomes one key: a number without its notation, or text without the differences of letter case, Unicode form
and white space. A date becomes the period that it covers.
"""

from __future__ import annotations

import datetime
import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

from rag.sources.dates import iso
from rag.types import Value

Key: TypeAlias = str | Decimal
"""Equal values have equal keys. An integer and a fraction are compared exactly, not as floats."""

_FOREVER = "~"
"""Sorts after every date. It is the end of a period at the end of the calendar."""

# "007" is not a number but a code. An exponent needs a sign, so that the code "1E3" is not a number either.
_NUMBER = re.compile(r"[+-]?(?:0|[1-9][0-9]{0,399})(?:\.[0-9]{1,399})?(?:e[+-][0-9]{1,3})?", re.IGNORECASE)
_TIMESTAMP = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:?\d{2}.*", re.IGNORECASE | re.ASCII)
_DATE = re.compile(r"\d{4}(?:[-/.]\d{1,2}){0,2}|.*\D\d{4}|\d{8}", re.ASCII)
_LONGEST_DATE = 40  # characters

_WORDS: dict[Key, str] = {"yes": "true", "on": "true", "no": "false", "off": "false"}
_BOOLEANS: dict[Key, str] = {**_WORDS, Decimal(1): "true", Decimal(0): "false"}


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """The time that a date covers, from `start` up to but without `end`, as text that sorts by time.

    A text is an ISO 8601 date or a UTC time. A first month, a first day and midnight are left out: 1 January 2022 is
    `2022`.
    """

    start: str
    end: str


@dataclass(frozen=True, slots=True)
class Moment:
    """A date in a filter or a field: the days that it covers, and the time if it has one."""

    days: Period
    time: Period | None = None


def key(value: Value) -> Key:
    """Return the key of a value."""
    if isinstance(value, bool):
        return "true" if value else "false"
    found = number(value)
    return fold(str(value)) if found is None else found


def keys(value: Value) -> tuple[Key, ...]:
    """Return the keys that a wanted value matches: `yes` and 1 also match the truth value `true`."""
    one = key(value)
    return (one, _BOOLEANS[one]) if one in _BOOLEANS else (one,)


def fold(text: str) -> str:
    """Return text without differences of letter case, Unicode form (NFKC) and white space."""
    if not text.isascii():
        text = _nfkc(_nfkc(text).casefold())
    return " ".join(text.casefold().split())


def _nfkc(text: str) -> str:
    return text if text.isascii() else unicodedata.normalize("NFKC", text)


def number(value: Value) -> Decimal | None:
    """Return a number, or the number that a text is, exactly. Return None for other text and for truth values."""
    if isinstance(value, bool):
        return None
    text = _nfkc(value).strip() if isinstance(value, str) else repr(value)
    return Decimal(text) if _NUMBER.fullmatch(text) else None


def moment(value: Value) -> Moment | None:
    """Return the date that a value of a filter is, or None. A number from 1000 to 9999 is a year."""
    found = number(value)
    if found is None:
        return None if isinstance(value, bool) else date(str(value))
    return date(str(int(found))) if is_year(found) or _is_basic_date(found) else None


def is_year(value: Key) -> bool:
    """Return whether a value is a number that can be a year, from 1000 to 9999."""
    return isinstance(value, Decimal) and 1000 <= value <= 9999 and value == int(value)


def _is_basic_date(value: Decimal) -> bool:
    """Return whether a number can be a date without hyphens, such as 20180406."""
    return 10_000_000 <= value <= 99_999_999 and value == int(value)


def date(text: str) -> Moment | None:
    """Return the date that a text is: ISO 8601 of any precision, a timestamp, or a clear date such as 6 April 2018.

    The days of a timestamp are the day that it names. Its time is converted to UTC; without a zone it is in UTC.
    """
    text = " ".join(_nfkc(text).split())
    if len(text) > _LONGEST_DATE:
        return None
    if _TIMESTAMP.fullmatch(text):
        return _timestamp(text)
    day = _iso(text) if _DATE.fullmatch(text) else None
    return Moment(_days(day)) if day else None


def _iso(text: str) -> str | None:
    """Return a date in ISO 8601. The most frequent notation takes a tenth of the time of the others."""
    try:
        return datetime.date.fromisoformat(text).isoformat() if len(text) == 10 else iso(text)
    except ValueError:
        return iso(text)


def _timestamp(text: str) -> Moment | None:
    try:
        time = datetime.datetime.fromisoformat(text.upper())
        zoned = time if time.tzinfo else time.replace(tzinfo=datetime.UTC)
        start = zoned.astimezone(datetime.UTC).replace(tzinfo=None)
        unit = datetime.timedelta(microseconds=1) if time.microsecond else datetime.timedelta(seconds=1)
        return Moment(_days(time.date().isoformat()), Period(_instant(start), _instant(start + unit)))
    except (ValueError, OverflowError):
        return None


def _instant(time: datetime.datetime) -> str:
    if time.time() == datetime.time():
        return _short(time.date().isoformat())
    return time.isoformat(timespec="microseconds")


def _days(day: str) -> Period:
    """Return the period of a year, a month or a day in ISO 8601."""
    return Period(_short(day), _next(day))


def _next(day: str) -> str:
    """Return the start of the year, month or day after `day`."""
    year, *rest = map(int, day.split("-"))
    try:
        match rest:
            case []:
                return f"{year + 1:04}" if year < datetime.MAXYEAR else _FOREVER
            case [month]:
                return _next(f"{year:04}") if month == 12 else _short(f"{year:04}-{month + 1:02}")
            case _:
                later = datetime.date(year, *rest) + datetime.timedelta(days=1)
                return _short(later.isoformat())
    except OverflowError:
        return _FOREVER


def _short(day: str) -> str:
    """Leave out a first month and a first day, so that the start of a year, a month and a day are the same text."""
    return day.removesuffix("-01").removesuffix("-01")
