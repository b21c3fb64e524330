"""Parse the days, months, years and periods that a text names: `from 1 July 2015`, `ab 1. Mai 2015`, `2003 to 2005`."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator, Sequence
from datetime import date

from rag.text.languages import DEFAULT
from rag.text.phrases import one_of, phrases, phrases_of, search
from rag.types import Period, Span

__all__ = [
    "DATE", "LONGEST_NAMED", "Period", "asked_period", "asked_words", "asks_for_now", "date_after", "date_at", "dates",
    "find_period", "iso_period", "leading_period", "now_words", "parse_period", "point", "written_dates",
]  # fmt: skip

_MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December"
    r"|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\.?"
)
# The names of each month in the other languages. No name means two different months.
_OTHER_MONTHS = ["|".join(one.time.months.split()[number] for one in phrases()) for number in range(12)]
_RUSSIAN_MONTH = "|".join(phrases_of("ru").time.months.split())
_OTHER_MONTH = rf"(?:{'|'.join(_OTHER_MONTHS)})"
_YEAR_WORD = r"(?: г(?:од[ау]?|ода|\.)?(?!\w))?"  # Russian
DATE = (
    rf"(?:\d{{1,2}}(?:st|nd|rd|th)? {_MONTH},? \d{{4}}|{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?,? \d{{4}}|{_MONTH},? \d{{4}}"
    rf"|(?:(?:dem|den|le|el|il|o) )?\d{{1,2}}(?:\.º|\.|er|re|º|ª|°)? (?:de )?{_OTHER_MONTH}(?: del?)? \d{{4}}"
    rf"{_YEAR_WORD}|{_OTHER_MONTH}(?: del?)? \d{{4}}{_YEAR_WORD}"
    rf"|\d{{4}}-\d{{2}}-\d{{2}}|\d{{1,2}}[./]\d{{1,2}}[./]\d{{4}}|(?:1[5-9]|20)\d\d{_YEAR_WORD})"
)
_YEAR_SOON = r"(?=.{0,70}?\d{4})"  # every date has a year, and this is faster to see than that no date follows
LONGEST_NAMED = 2_000
"""Characters of a text in which a period is searched. The name of a column is shorter."""

_TO = rf"(?: ?[–—-] ?| to | until | till | through | and | (?:{one_of(lambda one: one.time.to)}) )"
_FROM = (
    r"(?:(?:in force |valid |with effect |effective |as )?from|since|after|as of|effective|starting|beginning|"
    rf"{one_of(lambda one: one.time.since)})"
)
_UNTIL = rf"(?:until|till|up to|to|before|by|through|{one_of(lambda one: one.time.until)})"
_END_OF = (
    r"(?:(?:the )?end of|ende|(?:la )?fin(?: de)?|finales de|(?:la )?fine (?:del?|di)|(?:ao )?(?:fim|final) de|"
    r"eind(?:e)?|(?:het )?einde van|конца) "
)
_BETWEEN = rf"(?:between|from|in|on|{one_of(lambda one: one.time.between)})"
_TODAY = r"(?:today|now|present|heute|aujourd['’]hui|hoy|oggi|hoje|heden|сегодня|настоящее время)"
_PERIOD = re.compile(
    "|".join(
        (
            rf"(?P<open>{_FROM})(?: |(?<=['’]))(?P<start>{DATE})(?:(?:,? and)? (?:later|after|onwards?))?",
            rf"{_UNTIL} (?:{_END_OF})?(?P<end>{DATE})",
            rf"(?:{_BETWEEN} )?(?P<first>{DATE}){_TO}(?P<last>{DATE}|{_TODAY})",
            rf"(?P<month>{_MONTH}) to (?P<within>{_MONTH} \d{{4}})",
            r"(?P<year>(?:1[5-9]|20)\d\d)[/–-](?P<next>\d\d)(?!\d)",
            rf"(?P<later>{DATE}) (?:and|or) (?:later|after|onwards?|newer)",
            rf"(?P<earlier>{DATE}) (?:and|or) (?:earlier|before|older)",
            rf"(?:(?:in|on) )?(?P<only>{DATE})",
        )
    ),
    re.IGNORECASE,
)
_DAY = re.compile(rf"(?<!\w)(?=\w){_YEAR_SOON}{DATE}", re.IGNORECASE)
_DATE_HERE = re.compile(rf"{DATE}(?![\w-])", re.IGNORECASE)
_DIGIT = re.compile(r"\d")
_ISO = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?", re.ASCII)
_BEGINNINGS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTHS = [
    re.compile(rf"(?<!\w)(?:{other}|{english}(?:[a-z]*))(?!\w)", re.IGNORECASE)
    for english, other in zip(_BEGINNINGS, _OTHER_MONTHS, strict=True)
]
_WITHIN = re.compile(rf"(?<![\w.,])(?=\w){_YEAR_SOON}(?:{_PERIOD.pattern})(?!\w|[.,]\d)", re.IGNORECASE)
_WORDS = re.compile(r"\w+")
_AFTER = re.compile(r"\s*(?:[:,;–—-]|\Z)")
_ASKED = re.compile(
    r"\b(?:in|on|during|at|for|since|from|before|by|born in|"
    rf"{one_of(lambda one: one.time.at)})(?: |(?<=['’]))(?:the year )?{_YEAR_SOON}({DATE})"
    rf"|(?<!от )(?<!\w)(\d{{1,2}} (?:{_RUSSIAN_MONTH}) \d{{4}}{_YEAR_WORD})",  # Russian needs no preposition
    re.IGNORECASE,
)
_NOW = re.compile(r"\b(?:now|today|currently|at present|at the moment|these days|this year|nowadays)\b", re.IGNORECASE)


def parse_period(text: str) -> Period | None:
    """Return the period that a whole text names; None if it names none, or says more."""
    match = _PERIOD.fullmatch(" ".join(text.split()).rstrip(".:"))
    return _period(match) if match else None


def iso_period(text: str) -> Period | None:
    """Return the period that a date in ISO 8601 of any precision covers; None for other text."""
    match = _ISO.fullmatch(text)
    try:
        return _within(*(int(part) for part in match.groups() if part)) if match else None
    except ValueError:
        return None


def date_at(text: str, start: int) -> re.Match[str] | None:
    """Return the date that begins at `start`, as it is written; None if none does."""
    return _DATE_HERE.match(text, start)


def date_after(
    pattern: re.Pattern[str], text: str, start: int = 0
) -> tuple[re.Match[str], re.Match[str]] | tuple[None, None]:
    """Return the first match of a pattern from `start` on that a date follows, and that date."""
    for match in pattern.finditer(text, start):
        if day := date_at(text, match.end()):
            return match, day
    return None, None


def find_period(text: str) -> tuple[Period, str] | None:
    """Return the first period in a text such as a column name, and the rest of the text: `Rate from 1 April 2025`."""
    match = _WITHIN.search(text) if len(text) <= LONGEST_NAMED else None
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
        return point(written) if written else None
    except ValueError:  # there is no such day: 31 June
        return None


def asked_words(question: str) -> str:
    """Return the words of the day, month or year that a question is about; empty if it names none."""
    match = _ASKED.search(question)
    return (match[1] or match[2]) if match else ""


def asks_for_now(question: str, spoken: Sequence[str] = (DEFAULT,)) -> bool:
    """Return whether a question asks for the present: `now`, `today`, `currently`.

    `spoken` are the languages that the question may be written in.
    """
    return bool(now_words(question, spoken))


def now_words(question: str, spoken: Sequence[str] = (DEFAULT,)) -> str:
    """Return the words by which a question asks for the present: `today`; empty if it does not."""
    match = _NOW.search(question) if DEFAULT in spoken else None
    match = match or search(lambda one: one.time.now, spoken, question)
    return match[0] if match else ""


def dates(text: str) -> set[str]:
    """Return the days that a text names, in ISO 8601."""
    return {one.first.isoformat() for match in _DAY.finditer(text) if (one := _day(match[0]))}


def written_dates(text: str) -> Iterator[tuple[Period, Span]]:
    """Yield the days, months and years that a text names, each with its place."""
    for match in _DAY.finditer(text):
        try:
            yield point(match[0]), Span(*match.span())
        except ValueError:  # there is no such day: 31 June
            continue


def _day(written: str) -> Period | None:
    """Return a single day; None if the date is no day, or if there is no such day."""
    try:
        found = point(written)
    except ValueError:
        return None
    return found if found.first == found.last else None


def _period(match: re.Match[str]) -> Period | None:
    try:
        return _ends(match)
    except ValueError:  # there is no such day: 31 June
        return None


def _ends(match: re.Match[str]) -> Period:
    if match["open"] or match["later"]:
        return Period(point(match["start"] or match["later"]).first, date.max)
    if match["end"] or match["earlier"]:
        return Period(date.min, point(match["end"] or match["earlier"]).last)
    if match["first"]:
        last = match["last"]
        end = point(last).last if _DIGIT.search(last) else date.max
        return Period(point(match["first"]).first, end)
    if match["month"]:
        within = point(match["within"])
        return Period(date(within.first.year, _month(match["month"]) or 1, 1), within.last)
    if match["year"]:
        year = int(match["year"])
        return Period(date(year, 1, 1), date(year - year % 100 + int(match["next"]), 12, 31))
    return point(match["only"])


def point(written: str) -> Period:
    """Return the day, month or year as a period. Raises ValueError if there is no such day."""
    numbers = [int(number) for number in re.findall(r"\d+", written)]
    if month := _month(written):
        year, day = numbers[-1], numbers[0] if len(numbers) > 1 else None
    elif len(numbers) == 3:
        year, month, day = numbers if numbers[0] > 31 else numbers[::-1]
    else:
        return _within(numbers[0])
    return _within(year, month, day)


def _within(year: int, month: int | None = None, day: int | None = None) -> Period:
    """Return a day, month or year as a period. Raises ValueError if there is no such day."""
    last = monthrange(year, month or 12)[1]
    return Period(date(year, month or 1, day or 1), date(year, month or 12, day or last))


def _month(written: str) -> int | None:
    """Return the number of the month that a date names; None if it names none."""
    return next((number for number, names in enumerate(_MONTHS, 1) if names.search(written)), None)
