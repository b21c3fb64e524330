"""Converts dates in common notations to ISO 8601."""

from __future__ import annotations

import datetime
import re

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = r"(?P<month>(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*)\.?"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_YEAR = r"(?P<year>\d{4})"

_FORMS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"{_YEAR}[-/.](?P<month>\d{{1,2}})[-/.](?P<day>\d{{1,2}})(?:[T ].*)?",
        rf"{_YEAR}-(?P<month>\d{{1,2}})",
        _YEAR,
        rf"(?:D:)?{_YEAR}(?P<month>\d{{2}})(?P<day>\d{{2}})(?:\d{{2,6}}.*)?",  # the notation of PDF
        r"(?P<day>\d{1,2})\.(?P<month>\d{1,2})\." + _YEAR,
        # With slashes, the order of day and month is only clear if one of them is above 12.
        r"(?P<day>1[3-9]|2\d|3[01])/(?P<month>\d{1,2})/" + _YEAR,
        r"(?P<month>\d{1,2})/(?P<day>1[3-9]|2\d|3[01])/" + _YEAR,
        rf"(?:[a-z]+,? )?{_DAY}(?: of)? {_MONTH},? {_YEAR}(?:,? .*)?",
        rf"(?:[a-z]+,? )?{_MONTH} {_DAY},? {_YEAR}(?:,? .*)?",
        rf"{_MONTH},? {_YEAR}",
    )
)


def iso(value: object) -> str | None:
    """Return a date with its own precision: `2022-06-05`, `2022-06` or `2022`; None if it is not a clear date."""
    if isinstance(value, datetime.datetime):
        return value.date().isoformat()
    if isinstance(value, datetime.date):
        return value.isoformat()
    if not isinstance(value, str | int) or isinstance(value, bool):
        return None
    text = " ".join(str(value).split())
    matches = (form.fullmatch(text) for form in _FORMS)
    return next((date for match in matches if match and (date := _checked(match))), None)


def _checked(match: re.Match[str]) -> str | None:
    parts = match.groupdict()
    month, day = parts.get("month"), parts.get("day")
    try:
        date = datetime.date(int(parts["year"]), _month(month), int(day or 1))
    except ValueError:  # such as 31 February
        return None
    return date.isoformat()[: 10 if day else 7 if month else 4]


def _month(written: str | None) -> int:
    if written is None:
        return 1
    return int(written) if written.isdigit() else _MONTHS.index(written[:3].lower()) + 1
