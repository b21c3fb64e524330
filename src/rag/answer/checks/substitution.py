"""Check the words that a claim has in the place of other words of its quote."""

from __future__ import annotations

from rag.answer.checks.alignment import Alignment, Match, Pair
from rag.answer.checks.words import is_row
from rag.types import Doubt

_REPEATED = 0.6  # the least share of the quote's words in a claim that only exchanges one


def check_substitution(alignment: Alignment) -> Doubt | None:
    """Return the doubt if a word stands between the same two words as another word in the quote.

    The claim then repeats the quote with one word exchanged. Word vectors cannot tell a synonym from an opposite, so
    only the lexicon may say that the two words mean the same.
    """
    pairs = alignment.pairs
    others = [pair for pair in pairs if pair.match != Match.SAME]
    quoted = [word for word in alignment.quote.content if word.at in alignment.quoted]
    if is_row(alignment.quote.text) or len(others) > 1 or len(quoted) < _REPEATED * len(alignment.quote.content):
        return None
    for number in range(1, len(pairs) - 1):
        if (
            not pairs[number].claim.light
            and pairs[number].match < Match.OPPOSITE
            and _exchanged(alignment, *pairs[number - 1 : number + 2])
        ):
            return Doubt.UNSUPPORTED
    if (
        len(pairs) > 2
        and not pairs[-1].claim.light
        and pairs[-1].match < Match.OPPOSITE
        and _ends_otherwise(alignment, *pairs[-3:-1])
    ):
        return Doubt.UNSUPPORTED
    return None


def _exchanged(alignment: Alignment, before: Pair, word: Pair, after: Pair) -> bool:
    if before.match != Match.SAME or after.match != Match.SAME or before.quote is None or after.quote is None:
        return False
    between = [one for one in alignment.quote.content if before.quote.at < one.at < after.quote.at]
    return len(between) == 1 and (word.quote is None or word.quote.at == between[0].at)


def _ends_otherwise(alignment: Alignment, one: Pair, other: Pair) -> bool:
    """Return whether claim and quote differ in their last content word only."""
    if one.match != Match.SAME or other.match != Match.SAME or one.quote is None or other.quote is None:
        return False
    rest = [word for word in alignment.quote.content if word.at > other.quote.at and word.clause == other.quote.clause]
    return one.quote.at < other.quote.at and len(rest) == 1
