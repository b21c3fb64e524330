"""Check the words that a claim adds to its quote."""

from __future__ import annotations

from collections import Counter

from rag.answer.checks.alignment import Alignment, Match, Pair
from rag.answer.checks.listing import group
from rag.answer.checks.words import is_row
from rag.types import Doubt

_REPEATED = 0.99  # share of the other content words that the quote has too
_MOST_NEW = 1  # new function words
_JOINTS = group("and or a an the its their also")
_FEWEST = 3  # content words


def check_additions(alignment: Alignment) -> Doubt | None:
    """Return the doubt if a claim repeats its quote and adds a detail.

    A paraphrase changes words throughout. If all other words are those of the quote, a word that the quote lacks is an
    addition: `for extra time and a separate room` for `for extra time`.
    """
    if is_row(alignment.quote.text):
        return None
    if any(_is_foreign(alignment, clause) for clause in {word.clause for word in alignment.claim.content}):
        return Doubt.UNSUPPORTED
    new = [pair for pair in alignment.pairs if _is_new(pair)]
    rest = [pair for pair in alignment.pairs if not _is_new(pair) and not pair.claim.light]
    repeated = sum(pair.match == Match.SAME for pair in rest)
    if not new or len(rest) < _FEWEST or repeated < _REPEATED * len(rest):
        return None
    left = Counter(word.low for word in alignment.quote.words)
    function = (
        Counter(
            word.low
            for word in alignment.claim.words
            if not word.content and not word.quantity and word.low not in _JOINTS
        )
        - left
    )
    return Doubt.UNSUPPORTED if function.total() <= _MOST_NEW else None


def _is_foreign(alignment: Alignment, clause: int) -> bool:
    """Return whether the quote has none of the words of a clause: `and demand payment for it`."""
    pairs = [pair for pair in alignment.pairs if pair.claim.clause == clause and not pair.claim.light]
    return len(pairs) >= _LEAST_WORDS and all(pair.match == Match.NONE and not pair.claim.name for pair in pairs)


_LEAST_WORDS = 2  # of a clause that says something of its own


def _is_new(pair: Pair) -> bool:
    word = pair.claim
    return (
        pair.match == Match.NONE
        and word.quantity is None
        and not (word.light or word.name)
        and not word.low.endswith("ly")
    )
