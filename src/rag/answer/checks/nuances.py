"""Compare how often something happens, and whether it happens or is only planned, in a claim and its quote."""

from __future__ import annotations

import re
from collections.abc import Mapping

from rag.answer.checks.alignment import Alignment, Match
from rag.answer.checks.lexicon import stem
from rag.answer.checks.listing import group
from rag.answer.checks.words import Reading

_TIMES = re.compile(
    r"\b(?P<once>once|one time)\b|\b(?P<twice>twice|two times)\b|\b(?P<many>[a-z]+|\d+) times\b"
    r"|\b(?P<always>as (?:often|frequently) as|as many times as|repeatedly|any number of|unlimited|indefinitely)\b",
    re.IGNORECASE,
)
_PERIODS = {
    "day": re.compile(r"\b(?:daily|(?:a|an|per|each|every) (?:\w+ )?day)\b", re.IGNORECASE),
    "week": re.compile(r"\b(?:weekly|(?:a|per|each|every) (?:\w+ )?week)\b", re.IGNORECASE),
    "month": re.compile(r"\b(?:monthly|(?:a|per|each|every) (?:\w+ )?month)\b", re.IGNORECASE),
    "quarter": re.compile(r"\b(?:quarterly|(?:per|each|every) quarter|every (?:three|3) months)\b", re.IGNORECASE),
    "year": re.compile(r"\b(?:yearly|annual|annually|(?:a|per|each|every) (?:\w+ )?year)\b", re.IGNORECASE),
}
_INTENT = frozenset(
    map(
        stem,
        group(
            "intend plan promise aim propose want hope ask request consider suggest expect seek try draft call wish "
            "recommend announce discuss postpone"
        ),
    )
)
"""Verbs that say that something may happen later, or not at all."""

_DONE = group("already now certain certainly guarantee guarantees guaranteed definitely always")


def nuances(alignment: Alignment) -> Mapping[str, float]:
    """Return features of frequency, intent and the first and last words, by name."""
    claim, quote = alignment.claim, alignment.quote
    heavy = [pair for pair in alignment.pairs if not (pair.claim.quantity or pair.claim.light)]
    ends = [pair.match < Match.SYNONYM for pair in heavy] or [False]
    return {
        "other_times": float(_conflict(_times(claim), _times(quote))),
        "other_period": float(_conflict(_periods(claim), _periods(quote))),
        "left_intent": float(bool(_stems(quote) & _INTENT) and not _stems(claim) & _INTENT),
        "new_done": float(bool(claim.lows & _DONE) and not quote.lows & _DONE),
        "first_unlike": float(ends[0]),
        "last_unlike": float(ends[-1]),
    }


def _conflict(claimed: frozenset[str], quoted: frozenset[str]) -> bool:
    return bool(claimed and quoted and not claimed & quoted)


def _times(reading: Reading) -> frozenset[str]:
    """Return how often something happens: `1`, `2`, another number as it is written, or `always`."""
    found = _TIMES.finditer(reading.text)
    return frozenset("1" if one["once"] else "2" if one["twice"] else one["many"] or "always" for one in found)


def _periods(reading: Reading) -> frozenset[str]:
    return frozenset(name for name, pattern in _PERIODS.items() if pattern.search(reading.text))


def _stems(reading: Reading) -> frozenset[str]:
    return frozenset(word.stem for word in reading.content)
