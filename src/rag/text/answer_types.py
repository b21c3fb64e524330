"""Detect the expected answer type of a question, and sentences that contain an answer of that type."""

from __future__ import annotations

import re
from functools import lru_cache

from rag.text.answer_words import ANSWERS, ASKS
from rag.text.languages import DEFAULT

_COUNT = (
    r"(?:(?<!\d)(?<!\d[,.])\d[\d,.]*|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fourteen|fifteen|twenty|thirty|sixty|"
    r"ninety)"
)
_MONTH = r"(?:January|February|March|April|May|June|July|August|September|October|November|December)"
_DURATION = re.compile(
    rf"\b{_COUNT}(?: \(\d+\))?[ -](?:\w+[ -])?(?:minute|hour|day|week|month|quarter|year)s?\b", re.IGNORECASE
)
_DATE = re.compile(rf"\b(?:1[5-9]|20)\d\d\b|\b\d{{1,2}} {_MONTH}\b|\b{_MONTH} \d{{1,2}}\b")
_AMOUNT = re.compile(  # any number but a year or the day of a date
    rf"(?<![\d.,/-])(?!(?:1[5-9]|20)\d\d\b)(?!\d{{1,2}} {_MONTH})\d|"
    r"\b(?:free of charge|no charge|half|twice)\b",
    re.IGNORECASE,
)
_NUMBER = re.compile(rf"\b{_COUNT}\b", re.IGNORECASE)
_WRITTEN = re.compile(
    rf"\b(?:{_COUNT}|thirteen|sixteen|seventeen|eighteen|nineteen|forty|fifty|seventy|eighty|hundred|thousand|million)\b",
    re.IGNORECASE,
)
_UNIT = r"(?:hour|day|week|fortnight|month|quarter|year)"
_FREQUENCY = re.compile(
    rf"\b(?:hourly|daily|weekly|fortnightly|monthly|quarterly|yearly|annual(?:ly)?|biannual(?:ly)?|biennial(?:ly)?"
    rf"|(?:every|each)(?: \w+)? {_UNIT}s?|(?:once|twice|times)(?: in)? (?:an?|every|each|per|\w+) {_UNIT}s?"
    rf"|per {_UNIT}|periodic(?:ally)?|regular(?:ly)?|at intervals|from time to time)\b",
    re.IGNORECASE,
)

_ASKS_DATE = r"\bwhen\b|\b(?:what|which) (?:date|day|month|year)\b"
_ANSWER_TYPES = (
    (
        r"\bhow long\b|\b(?:how|what) (?:many|much) (?:minutes|hours|days|weeks|months|years|time|notice)\b|"
        r"\b(?:deadline|time limit|notice period)\b",
        _DURATION,
    ),
    (_ASKS_DATE, _DATE),
    (
        r"\bhow much\b|\b(?:maximum|minimum) (?:fine|amount|penalty|rate|fee)\b|"
        r"\bwhat (?:is|are|was|were) the (?:\w+ ){0,2}(?:fine|fee|price|rate|cost|amount|penalty)\b",
        _AMOUNT,
    ),
    (r"\bhow (?:often|frequently)\b", _FREQUENCY),
    (r"\bhow many\b", _NUMBER),
)


_YEAR = r"\b(?:1[5-9]|20)\d\d\b"


@lru_cache(maxsize=256)  # an answer looks the same question up for each of its passages
def expected_answer_pattern(question: str, spoken: tuple[str, ...] = (DEFAULT,)) -> re.Pattern[str] | None:
    """Return a pattern for the duration, date, amount, frequency or number that a question asks for; None for others.

    `spoken` are the languages that the question may be written in.
    """
    types = (one for language in spoken for one in _answer_types(language))
    return next((answer for asks, answer in types if re.search(asks, question, re.IGNORECASE)), None)


def has_number(sentence: str) -> bool:
    """Return whether a sentence has a number, in digits or in English words."""
    return _WRITTEN.search(sentence) is not None


def asks_for_date(question: str, spoken: tuple[str, ...] = (DEFAULT,)) -> bool:
    """Return whether a question asks for a date. `spoken` are the languages that it may be written in."""
    asks = (_ASKS_DATE if one == DEFAULT else ASKS[one].date for one in spoken if one == DEFAULT or one in ASKS)
    return any(re.search(one, question, re.IGNORECASE) for one in asks)


@lru_cache(maxsize=64)
def _answer_types(language: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Return the patterns of questions and of their answers in a language; none if the language has no such words."""
    if language == DEFAULT:
        return _ANSWER_TYPES
    if language not in ASKS:
        return ()
    asks, words = ASKS[language], ANSWERS[language]
    count = rf"(?:\d[\d,.]*|{words.counts})"
    answers = (
        (asks.duration, rf"\b{count}(?:[ -]\w+)?[ -](?:{words.durations})\w{{0,3}}\b"),
        (asks.date, rf"{_YEAR}|\b\d{{1,2}}\.? (?:de )?(?:{words.months})\b"),
        (asks.amount, rf"\d|\b(?:{words.free})"),
        (asks.number, rf"\b{count}\b"),
    )
    return tuple((asked, re.compile(answer, re.IGNORECASE)) for asked, answer in answers)
