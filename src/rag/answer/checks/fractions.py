"""Find the fractions and ordinal numbers written as words in a sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.answer.checks.listing import words
from rag.answer.checks.number_words import SMALL, TENS, WORDS
from rag.answer.checks.quantity import Quantity
from rag.types import Span

_PARTS = {"half": 2, "halves": 2, "third": 3, "thirds": 3, "quarter": 4, "quarters": 4, "fourth": 4, "fourths": 4}
_PARTS |= {"fifth": 5, "fifths": 5, "sixth": 6, "sixths": 6, "eighth": 8, "eighths": 8, "tenth": 10, "tenths": 10}
_DIGITS = SMALL[:10]
_ORDINALS = {
    word: number
    for number, word in enumerate(
        words(
            "third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth "
            "fifteenth sixteenth "
            "seventeenth eighteenth nineteenth twentieth"
        ),
        3,
    )
} | {"thirtieth": 30, "fortieth": 40, "fiftieth": 50, "hundredth": 100}
_ORDINALS |= {
    f"{ten}-{one}": WORDS[ten] + number
    for ten in TENS
    for one, number in {"first": 1, "second": 2, **_ORDINALS}.items()
    if number < len(_DIGITS)
}
_ORDINAL = re.compile(
    rf"\b(?:(?P<spelled>{'|'.join(sorted(_ORDINALS, key=len, reverse=True))})|(?P<digits>\d{{1,3}})(?:st|nd|rd|th))\b",
    re.IGNORECASE,
)
_FRACTION = re.compile(
    rf"\b(?:(?P<share>{'|'.join(SMALL[1:10])}) (?:in|out of) (?:every )?"
    rf"(?P<whole>{'|'.join(SMALL[2:11])})\b(?! \w+s? (?:of|and)\b)"
    rf"|(?P<over>{'|'.join(SMALL[1:10])})[\s-](?P<part>{'|'.join(_PARTS)})\b"
    rf"|(?:an?\s)?(?P<single>{'|'.join(_PARTS)})\b"
    r"(?=\s+(?:of|the|to|more|less|fewer|higher|lower|larger|smaller)\b|\s*[,.;)]|-))",
    re.IGNORECASE,
)


def ordinals(text: str) -> Iterator[Quantity]:
    """Yield the ordinal numbers from the third on."""
    for match in _ORDINAL.finditer(text):
        spelled = match["spelled"]
        value = float(_ORDINALS[spelled.lower()]) if spelled else float(match["digits"])
        yield Quantity("ordinal", value, "ordinal", Span(match.start(), match.end()), written=value)


def fractions(text: str) -> Iterator[Quantity]:
    """Yield the fractions: `two thirds`, `a fifth more`, `half of`."""
    for match in _FRACTION.finditer(text):
        if match["share"]:
            share = WORDS[match["share"].lower()] / WORDS[match["whole"].lower()]
            yield Quantity("count", share, "fraction", Span(match.start(), match.end()))
            continue
        part = (match["part"] or match["single"]).lower()
        alone = match["over"] is None and not match[0].lower().startswith(("a ", "an "))
        if alone and part not in ("half", "quarter"):
            continue  # the third of the Acts
        over = WORDS.get((match["over"] or "").lower(), 1)
        yield Quantity("count", over / _PARTS[part], "fraction", Span(match.start(), match.end()))
