"""Check the prepositions before the shared words: `during the rush hours` is not `outside the rush hours`."""

from __future__ import annotations

from rag.answer.checks.alignment import Alignment
from rag.answer.checks.lexicon import is_verb
from rag.answer.checks.listing import group
from rag.answer.checks.words import Reading, Word
from rag.types import Doubt

_CONTRASTS = (
    (group("in within inside during into at"), group("outside beyond")),
    (group("above over"), group("below under beneath")),
    (group("until till"), group("from since")),
    (group("to into towards"), group("from")),
    (group("for"), group("against")),
    (group("despite"), group("because")),
)
_OPPOSED = [{one, other} for first, second in _CONTRASTS for one in first for other in second]
_PREPOSITIONS = frozenset().union(*(first | second for first, second in _CONTRASTS)) | group(
    "of by with on about between after before through without than as"
)
_REACH = 4  # words between a preposition and its noun


def check_prepositions(alignment: Alignment) -> Doubt | None:
    """Return the doubt if a word that claim and quote share has an opposed preposition in the quote."""
    for pair in alignment.pairs:
        if pair.quote is None or pair.claim.stem != pair.quote.stem or pair.claim.quantity is not None:
            continue
        if is_verb(pair.claim.stem):
            continue  # `to report` and `from the reporting duty`
        claimed, quoted = _before(alignment.claim, pair.claim), _before(alignment.quote, pair.quote)
        if claimed and quoted and {claimed, quoted} in _OPPOSED and not _elsewhere(alignment, pair.quote, claimed):
            return Doubt.OPPOSITE if claimed in ("for", "against") else Doubt.TIME
    return None


def _before(reading: Reading, word: Word) -> str | None:
    """Return the preposition of the phrase that `word` stands in; None if it has none."""
    for other in reversed(reading.words[max(0, word.at - _REACH) : word.at]):
        if other.low in _PREPOSITIONS:
            return other.low
        if other.clause != word.clause or (not other.content and other.low not in ("the", "a", "an", "its", "their")):
            return None
        if other.quantity is not None:
            return None
    return None


def _elsewhere(alignment: Alignment, word: Word, preposition: str) -> bool:
    """Return whether the quote has the same word again with the preposition of the claim."""
    same = (other for other in alignment.quote.content if other.stem == word.stem and other.at != word.at)
    return any(_before(alignment.quote, other) == preposition for other in same)
