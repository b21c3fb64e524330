"""Check that the claim does not exchange cause and effect."""

from __future__ import annotations

import re

from rag.answer.checks.alignment import Alignment, Match
from rag.answer.checks.words import Reading
from rag.types import Doubt

_CAUSE = re.compile(r"\b(?:because(?: of)?|due to|owing to|thanks to|given that|on account of)\b", re.IGNORECASE)
_EFFECT = re.compile(
    r"(?:,? so\b(?! (?:far|long|as|that the))|\btherefore\b|\bconsequently\b|\bas a result\b"
    r"|, which (?:cut|led|caused|reduced|raised|increased|lowered|brought|made)\b)",
    re.IGNORECASE,
)


def check_causes(alignment: Alignment) -> Doubt | None:
    """Return the doubt if most words of the claim's cause stand in the quote's effect, and the other way round."""
    claimed, quoted = _causes(alignment.claim), _causes(alignment.quote)
    if claimed is None or quoted is None:
        return None
    moved = stayed = 0
    sides = [0, 0]
    for pair in alignment.pairs:
        if pair.quote is not None and pair.match >= Match.SYNONYM:
            same = (pair.claim.at in claimed) == (pair.quote.at in quoted)
            stayed += same
            moved += not same
            sides[pair.claim.at in claimed] += not same
    return Doubt.ROLE if moved > stayed and all(sides) else None


def _causes(reading: Reading) -> frozenset[int] | None:
    """Return the places of the words that give the cause; None if the sentence gives none."""
    text = reading.text
    if match := _CAUSE.search(text):
        fronted = match.start() < 2
        comma = text.find(",", match.end())
        end = comma if fronted and comma > 0 else len(text)
        return frozenset(word.at for word in reading.words if match.end() <= word.span.start < end)
    if match := _EFFECT.search(text):
        return frozenset(word.at for word in reading.words if word.span.start < match.start())
    return None
