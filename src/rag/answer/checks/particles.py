"""Check the particles of verbs: `ruled out` is not `ruled in`."""

from __future__ import annotations

from rag.answer.checks.alignment import Alignment, Match
from rag.answer.checks.listing import group
from rag.answer.checks.words import Reading, Word
from rag.types import Doubt

_PARTICLES = group("out off up down away over back in on")
_OPPOSED = group("out off up down away")


def check_particles(alignment: Alignment) -> Doubt | None:
    """Return the doubt if a verb has another particle than in the quote."""
    for pair in alignment.pairs:
        if pair.quote is not None and pair.match == Match.SAME and pair.claim.quantity is None:
            claimed, quoted = _particle(alignment.claim, pair.claim), _particle(alignment.quote, pair.quote)
            if claimed and quoted and claimed != quoted and {claimed, quoted} & _OPPOSED:
                return Doubt.OPPOSITE
    return None


def _particle(reading: Reading, verb: Word) -> str | None:
    following = reading.words[verb.at + 1 : verb.at + 2]
    return following[0].low if following and following[0].low in _PARTICLES else None
