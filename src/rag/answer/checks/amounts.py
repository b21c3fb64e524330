"""Find the amounts in a sentence: numbers with their scale, unit, currency and rate."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import replace

from rag.answer.checks.number_words import SMALL, TENS, WORDS
from rag.answer.checks.quantity import Quantity
from rag.answer.checks.units import CURRENCY_NAMES, CURRENCY_SIGNS, SCALE_PATTERN, SCALES, UNIT_PATTERN, UNITS, Unit
from rag.types import Span

_DIGITS = r"\d{1,3}(?:[,\u00a0\u202f]\d{3})+(?:\.\d+)?|\d{1,3}(?: \d{3})+(?![\d.])|\d+(?:\.\d+)?"
_UNIT_WORD = "|".join(sorted(map(re.escape, {*SMALL[1:], *TENS}), key=len, reverse=True))
_ARTICLE = (
    r"(?:\ba (?=hundred|thousand|million|dozen|decade\b|fortnight\b)"
    r"|(?:(?<=\bwithin )|(?<=\bafter )|(?<=\bfor )|(?<=\bthan ))an? (?=(?:second|minute|hour|day|week|month|year)\b)"
    r"|\bhalf an? (?=(?:hour|day|year|million|billion|litre|mile|per\s?cent|percentage)\b))"
)
_SPELLED = rf"(?:{_UNIT_WORD}|{_ARTICLE})(?:[- ](?:and )?(?:{'|'.join(SMALL[1:10])})\b)?"
_SIGN = "|".join(sorted(map(re.escape, CURRENCY_SIGNS), key=len, reverse=True))
_PER = re.compile(
    rf"\s{{0,3}}(?:(?:a|an|per|each|every|for each|for every)\s{{1,3}}|/\s?)(?:\d+\s)?"
    rf"(?P<per>{UNIT_PATTERN}|person|head|vehicle|page"
    r"|passenger|child|bag|household|worker)\b"
    r"|\s{1,3}(?P<adverb>annually|yearly|monthly|weekly|daily|hourly)\b",
    re.IGNORECASE,
)
_ADVERBS = {
    "annually": "year",
    "yearly": "year",
    "monthly": "month",
    "weekly": "week",
    "daily": "day",
    "hourly": "hour",
}
_QUANTITY = re.compile(
    rf"(?:(?<![A-Za-z])(?P<sign>(?=[^\d\s])(?:{_SIGN})))?\s?(?<![\w.])(?P<number>(?:{_DIGITS})(?:\^\d+|/\d+)?|\b(?:{_SPELLED})\b)"
    r"(?P<half> and a half\b)?"
    rf"(?:(?=[ -]?[^\W\d_])(?:[ -]?(?P<scale>{SCALE_PATTERN})\b)*(?:[ -](?P<scale2>{SCALE_PATTERN})\b)?)?"
    rf"(?:\s?(?P<percent>%)|[\s-]?(?P<percentage>percentage points?|per\s?cent(?:age)?)\b"
    rf"|[\s-]?(?=[^\W\d_]|°)"
    rf"(?:(?:further|more|additional|extra|full|whole|calendar|consecutive|of)\s)?(?P<unit>{UNIT_PATTERN})\b)?",
    re.IGNORECASE,
)
_LARGEST = 700.0  # the logarithm of nearly the largest float


def amounts(text: str) -> Iterator[Quantity]:
    """Yield the amounts of a sentence in reading order."""
    for match in _QUANTITY.finditer(text):
        number = _value(match["number"]) + (0.5 if match["half"] else 0.0)
        unit = (match["unit"] or "").lower()
        if match["number"].lower() in ("one", "a ") and not (
            unit or match["scale"] or match["percentage"] or match["half"]
        ):
            continue
        scale = (match["scale"] or "").lower()
        after = _PER.match(text, match.end())
        per = _singular(after["per"]) if after and after["per"] else _ADVERBS[after["adverb"].lower()] if after else ""
        quantity = _amount(number, match, scale, unit)
        end = after.end() if after and quantity.kind != "count" else match.end() - match[0].endswith(" ")
        start = match.start() + len(match[0]) - len(match[0].lstrip())
        yield replace(quantity, span=Span(start, end), per=per if quantity.kind != "count" else "")


def _amount(number: float, match: re.Match[str], scale: str, unit: str) -> Quantity:
    nowhere = Span(0, 0)
    money = (
        CURRENCY_SIGNS.get((match["sign"] or "").upper())
        or CURRENCY_SIGNS.get(match["sign"] or "")
        or (CURRENCY_NAMES.get(unit) if unit else None)
    )
    for name in filter(None, (scale, (match["scale2"] or "").lower())):
        if len(name) > 2 or money:
            number *= SCALES[name]
        else:
            unit = unit or name
    if match["percent"] or match["percentage"]:
        points = "points" if "point" in (match["percentage"] or "") else "%"
        return Quantity("percent", number, points, nowhere, written=number)
    if money:
        name, size = money
        return Quantity("money", number * size, name, nowhere, written=number)
    if unit in UNITS:
        found: Unit = UNITS[unit]
        return Quantity(found.dimension, number * found.size, found.dimension, nowhere, written=number)
    return Quantity("count", number, "", nowhere, written=number)


def _singular(unit: str) -> str:
    lower = unit.lower()
    return UNITS[lower].name if lower in UNITS else lower


def _value(written: str) -> float:
    written = written.lower().strip()
    if "^" in written:
        base, power = written.split("^")
        return math.exp(min(float(power) * math.log(float(base.replace(",", "")) or 1.0), _LARGEST))
    if "/" in written:
        over, under = written.split("/")
        return float(over.replace(",", "")) / (float(under) or 1.0)
    if written in ("half a", "half an"):
        return 0.5
    digits = re.sub(r"[,\s]", "", written)
    if digits[:1].isdigit():
        return float(digits)
    return float(
        sum(WORDS.get(word, 1 if word in ("a", "an") else 0) for word in re.split(r"[- ]", written) if word != "and")
    )
