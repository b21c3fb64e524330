"""Detect the expected answer type of an English question, and sentences that contain an answer of that type."""

from __future__ import annotations

import re
from functools import lru_cache

_COUNT = (
    r"(?:\d[\d,.]*|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fourteen|fifteen|twenty|thirty|sixty|"
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

_ANSWER_TYPES = (
    (
        r"\bhow long\b|\b(?:how|what) (?:many|much) (?:minutes|hours|days|weeks|months|years|time|notice)\b|"
        r"\b(?:deadline|time limit|notice period)\b",
        _DURATION,
    ),
    (r"\bwhen\b|\b(?:what|which) (?:date|day|month|year)\b", _DATE),
    (
        r"\bhow much\b|\b(?:maximum|minimum) (?:fine|amount|penalty|rate|fee)\b|"
        r"\bwhat (?:is|are|was|were) the (?:\w+ ){0,2}(?:fine|fee|price|rate|cost|amount|penalty)\b",
        _AMOUNT,
    ),
    (r"\bhow many\b", _NUMBER),
)


@lru_cache(maxsize=256)  # an answer looks the same question up for each of its passages
def expected_answer_pattern(question: str) -> re.Pattern[str] | None:
    """Return a pattern for the duration, date, amount or number that a question asks for; None for other questions."""
    return next((answer for asks, answer in _ANSWER_TYPES if re.search(asks, question, re.IGNORECASE)), None)
