"""Find the numbers of articles, sections, stages and the like in a sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.answer.checks.dates import MONTHS
from rag.answer.checks.listing import group
from rag.answer.checks.quantity import Quantity
from rag.answer.checks.units import SCALE_PATTERN, UNIT_PATTERN
from rag.types import Span

_PLAIN_LABELS = {"art": "article", "sec": "section", "para": "paragraph", "§": "section", "annexe": "annex"}
_NOT_LABELS = (
    group(
        "in on at by from to of for the a an and or about around over under only some since until after before "
        "between up "
        "within nearly almost roughly approximately than last next first these those all more less it they that this"
    )
    | {month[:3] for month in MONTHS}
    | {*MONTHS}
)
_LABEL = re.compile(
    r"\b(?P<label>articles?|art\.?|sections?|sec\.?|§|paragraphs?|para\.?|clauses?|parts?|chapters?|annex(?:es)?|rules?"
    r"|regulations?|schedules?|stages?|phases?|levels?|tiers?|class|category|bands?|zones?)\s?"
    r"(?P<number>\d+(?:\.\d+)*)(?P<rest>(?:\(\w{1,4}\))*)(?!\s?(?:%|per\b))(?![\d,]*\d)"
    rf"|\b(?P<name>[A-Z][a-z]+)\s(?P<plain>\d{{1,2}})\b(?![.,]\d|\s?(?:%|per\b|(?:{SCALE_PATTERN}|{UNIT_PATTERN})\b))"
    r"|\b(?P<romanised>(?:[Aa]nnex|[Tt]itle|[Cc]hapter|[Pp]art|[Aa]rticle|[Ss]chedule|[Tt]ier|[Pp]hase|[Tt]ype|[Cc]lass|[Bb]ook"
    r"|[Aa]ppendix|[Ss]tage|[Ll]evel))\s(?P<roman>[IVX]{1,5})\b"
)


def labels(text: str) -> Iterator[Quantity]:
    """Yield the numbers of provisions and stages: `Article 33(1)`, `Annex II`, `Euro 6`."""
    for match in _LABEL.finditer(text):
        label = (match["label"] or match["name"] or match["romanised"]).lower().rstrip(".")
        if label in _NOT_LABELS:
            continue
        label = _PLAIN_LABELS.get(label, label)
        rest = match["rest"] or ""
        number = match["number"] or match["plain"] or match["roman"]
        place = Span(match.end() - len(number + rest), match.end())
        value = (_roman(number),) if match["roman"] else tuple(map(float, number.split(".")))
        yield Quantity("label", value, f"{label.removesuffix('s')}{rest}", place)


def _roman(number: str) -> float:
    values = [{"I": 1, "V": 5, "X": 10}[letter] for letter in number]
    return float(sum(-one if one < after else one for one, after in zip(values, [*values[1:], 0], strict=True)))
