"""Parse the days, months, years and periods that English text names: `from 1 July 2015`, `2003 to 2005`."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December"
    r"|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\.?"
)
_DATE = (
    rf"(?:\d{{1,2}}(?:st|nd|rd|th)? {_MONTH},? \d{{4}}|{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?,? \d{{4}}|{_MONTH},? \d{{4}}"
    r"|\d{4}-\d{2}-\d{2}|\d{1,2}[./]\d{1,2}[./]\d{4}|(?:1[5-9]|20)\d\d)"
)
_TO = r"(?: ?[–—-] ?| to | until | till | through | and )"
_FROM = r"(?:(?:in force |valid |with effect |effective |as )?from|since|after|as of|effective|starting|beginning)"
_UNTIL = r"(?:until|till|up to|to|before|by|through)"
_PERIOD = re.compile(
    "|".join(
        (
            rf"(?P<open>{_FROM}) (?P<start>{_DATE})(?:(?:,? and)? (?:later|after|onwards?))?",
            rf"{_UNTIL} (?P<end>{_DATE})",
            rf"(?:(?:between|from|in|on) )?(?P<first>{_DATE}){_TO}(?P<last>{_DATE}|today|now|present)",
            rf"(?P<month>{_MONTH}) to (?P<within>{_MONTH} \d{{4}})",
            r"(?P<year>(?:1[5-9]|20)\d\d)[/–-](?P<next>\d\d)(?!\d)",
            rf"(?P<later>{_DATE}) (?:and|or) (?:later|after|onwards?|newer)",
            rf"(?P<earlier>{_DATE}) (?:and|or) (?:earlier|before|older)",
            rf"(?:(?:in|on) )?(?P<only>{_DATE})",
        )
    ),
    re.IGNORECASE,
)
_WITHIN = re.compile(rf"(?<![\w.,])(?:{_PERIOD.pattern})(?!\w|[.,]\d)", re.IGNORECASE)
_WORDS = re.compile(r"\w+")
_AFTER = re.compile(r"\s*(?:[:,;–—-]|\Z)")
_ASKED = re.compile(rf"\b(?:in|on|during|at|for|since|from|before|by|born in) (?:the year )?({_DATE})", re.IGNORECASE)
_NOW = re.compile(r"\b(?:now|today|currently|at present|at the moment|these days|this year|nowadays)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Period:
    """A period from its first to its last day. If an end is open, that day is the first or last one of all."""

    first: date
    last: date

    def overlaps(self, other: Period) -> bool:
        """Return whether the two periods share a day."""
        return self.first <= other.last and other.first <= self.last


def parse_period(text: str) -> Period | None:
    """Return the period that a whole text names; None if it names none, or says more."""
    match = _PERIOD.fullmatch(" ".join(text.split()).rstrip(".:"))
    return _period(match) if match else None


def find_period(text: str) -> tuple[Period, str] | None:
    """Return the first period in a text such as a column name, and the rest of the text: `Rate from 1 April 2025`."""
    match = _WITHIN.search(text)
    period = _period(match) if match else None
    if match is None or period is None:
        return None
    rest = f"{text[: match.start()]} {text[match.end() :]}"
    return period, " ".join(_WORDS.findall(rest))


def leading_period(text: str) -> Period | None:
    """Return the period at the beginning of a list item: `From 1 July 2015: 8 crowns`; None if there is none."""
    match = _PERIOD.match(text)
    return _period(match) if match and _AFTER.match(text, match.end()) else None


def asked_period(question: str) -> Period | None:
    """Return the day, month or year that a question is about: `in 2012`, `on 3 May 2012`; None if it names none."""
    written = asked_words(question)
    try:
        return _point(written) if written else None
    except ValueError:  # there is no such day: 31 June
        return None


def asked_words(question: str) -> str:
    """Return the words of the day, month or year that a question is about; empty if it names none."""
    match = _ASKED.search(question)
    return match[1] if match else ""


def asks_for_now(question: str) -> bool:
    """Return whether a question asks for the present: `now`, `today`, `currently`."""
    return bool(now_words(question))


def now_words(question: str) -> str:
    """Return the words by which a question asks for the present: `today`; empty if it does not."""
    match = _NOW.search(question)
    return match[0] if match else ""


def _period(match: re.Match[str]) -> Period | None:
    try:
        return _ends(match)
    except ValueError:  # there is no such day: 31 June
        return None


def _ends(match: re.Match[str]) -> Period:
    if match["open"] or match["later"]:
        return Period(_point(match["start"] or match["later"]).first, date.max)
    if match["end"] or match["earlier"]:
        return Period(date.min, _point(match["end"] or match["earlier"]).last)
    if match["first"]:
        last = match["last"]
        end = date.max if last.isalpha() else _point(last).last
        return Period(_point(match["first"]).first, end)
    if match["month"]:
        within = _point(match["within"])
        return Period(date(within.first.year, _month(match["month"]), 1), within.last)
    if match["year"]:
        year = int(match["year"])
        return Period(date(year, 1, 1), date(year - year % 100 + int(match["next"]), 12, 31))
    return _point(match["only"])


def _point(written: str) -> Period:
    """Return the day, month or year as a period. Raises ValueError if there is no such day."""
    numbers = [int(number) for number in re.findall(r"\d+", written)]
    word = re.search(r"[^\W\d_]{3,}", written)
    if word:
        year, month, day = numbers[-1], _month(word[0]), numbers[0] if len(numbers) > 1 else None
    elif len(numbers) == 3:
        year, month, day = numbers if numbers[0] > 31 else numbers[::-1]
    else:
        return Period(date(numbers[0], 1, 1), date(numbers[0], 12, 31))
    last = day or monthrange(year, month)[1]
    return Period(date(year, month, day or 1), date(year, month, last))


def _month(name: str) -> int:
    return _MONTHS.index(name[:3].lower()) + 1
