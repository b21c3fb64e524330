"""Find the dates and times of day in a sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.answer.checks.listing import words
from rag.answer.checks.quantity import Quantity
from rag.types import Span

MONTHS = words("january february march april may june july august september october november december")
_MONTH = "|".join(f"{month[:3]}(?:{month[3:]})?" if month != "may" else "(?-i:May)" for month in MONTHS) + "|sept"
_DAY = r"(?P<day>[0-3]?\d)(?:st|nd|rd|th)?"
_YEAR = r"(?P<year>1[5-9]\d\d|20\d\d)"
_DATES = [
    re.compile(rf"\b{_YEAR}-(?P<number>[01]\d)-{_DAY}\b"),
    re.compile(rf"\b{_DAY}\s+(?:of\s+)?(?P<month>{_MONTH})\b\.?(?:,?\s+{_YEAR}\b)?", re.IGNORECASE),
    re.compile(rf"\b(?P<month>{_MONTH})\b\.?\s+{_DAY}\b(?!\s*(?:%|per))(?:,?\s+{_YEAR}\b)?", re.IGNORECASE),
    re.compile(rf"\b(?P<month>{_MONTH})\b\.?\s+(?:of\s+)?{_YEAR}\b", re.IGNORECASE),
    re.compile(rf"\b(?P<month>{'|'.join(month.title() for month in MONTHS if month != 'may')})\b"),
    re.compile(r"(?<=\b(?:in|of|by) )(?P<month>May)\b(?!\s+[a-z])"),
    re.compile(rf"(?<![\w.,:/£$€-]){_YEAR}(?![\w/:]|[.,]\d|-\d\d-)"),
]
_YEARS = re.compile(r"\b(?P<first>1[5-9]\d\d|20\d\d)\s*[–-]\s*(?:\d\d)?(?P<last>\d\d)\b(?!-)")
_TIMES = re.compile(
    r"\b(?:(?P<named>noon|midday|midnight)|(?P<hour>[0-2]?\d)(?:[:.](?P<minute>[0-5]\d))?\s?(?P<half>[ap])\.?m\b\.?"
    r"|(?P<hours>[0-2]?\d):(?P<minutes>[0-5]\d))",
    re.IGNORECASE,
)


def dates(text: str) -> Iterator[Quantity]:
    """Yield the dates of a sentence, the most precise first."""
    for match in _YEARS.finditer(text):
        middle = match.start("last")
        yield Quantity("date", (float(match["first"]), 0.0, 0.0), "", Span(match.start(), middle))
        century = float(match["first"]) // 100 * 100
        yield Quantity("date", (century + float(match["last"]), 0.0, 0.0), "", Span(middle, match.end()))
    for pattern in _DATES:
        for match in pattern.finditer(text):
            parts = match.groupdict()
            month = _month_number(parts["month"]) if parts.get("month") else float(parts.get("number") or 0)
            value = (float(parts.get("year") or 0), month, float(parts.get("day") or 0))
            yield Quantity("date", value, "", Span(match.start(), match.end()))


def _month_number(name: str) -> float:
    return float(1 + next(number for number, month in enumerate(MONTHS) if month.startswith(name[:3].lower())))


def times(text: str) -> Iterator[Quantity]:
    """Yield the times of day, in minutes after midnight."""
    for match in _TIMES.finditer(text):
        span = Span(match.start(), match.end())
        if match["named"]:
            minutes = 0.0 if match["named"].lower() == "midnight" else 720.0
        elif match["half"]:
            minutes = float(match["hour"]) % 12 * 60 + float(match["minute"] or 0) + 720 * (match["half"] in "pP")
        else:
            minutes = float(match["hours"]) * 60 + float(match["minutes"])
        yield Quantity("time", minutes, "minute of day", span)
