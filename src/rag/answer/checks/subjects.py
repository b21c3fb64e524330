"""Check that each clause of a claim says of its subject what the quote says of the same subject."""

from __future__ import annotations

from itertools import pairwise

from rag.answer.checks.alignment import Alignment, Match, Pair
from rag.answer.checks.lexicon import is_verb
from rag.answer.checks.listing import group
from rag.answer.checks.names import is_acronym
from rag.answer.checks.wording import LOOSE, kept_wording
from rag.answer.checks.words import Word, is_passive, is_row
from rag.types import Doubt

_RELATIVE = group("that which who whose where known called")


def check_subjects(alignment: Alignment) -> Doubt | None:
    """Return the doubt if a clause of the claim takes its subject from one clause of the quote and the rest "
    "from another.

    The other clause must have a subject of its own, which the claim uses in another clause.
    """
    if is_row(alignment.quote.text) or kept_wording(alignment) < LOOSE:
        return None
    if any(_other_neighbour(alignment, one, other) for one, other in pairwise(alignment.pairs)):
        return Doubt.ROLE
    for clause in {word.clause for word in alignment.claim.content}:
        if _takes_from_two(alignment, clause):
            return Doubt.ROLE
    return None


def _takes_from_two(alignment: Alignment, clause: int) -> bool:
    pairs = [
        pair
        for pair in alignment.pairs
        if pair.claim.clause == clause
        and pair.quote is not None
        and pair.match >= Match.SYNONYM
        and not pair.claim.quantity
    ]
    if len(pairs) < 2 or pairs[0].quote is None or is_passive(alignment.claim) != is_passive(alignment.quote):
        return False
    subject = pairs[0].quote
    others = [pair.quote for pair in pairs[1:] if pair.quote is not None]
    counts = {one.clause: sum(other.clause == one.clause for other in others) for one in others}
    rest = max(counts, key=lambda one: counts[one])
    if rest == subject.clause or subject.clause in counts:
        return False
    if rest == subject.clause + 1 and any(
        word.low in _RELATIVE for word in alignment.quote.words if word.clause == rest
    ):
        return False  # `a municipality that discovers a breach must inform`
    own = [word for word in alignment.quote.content if word.clause == rest and word.quantity is None]
    matched = {pair.quote.at for pair in pairs if pair.quote is not None}
    if not own or own[0].at in matched:
        return False
    return own[0].at in alignment.quoted and own[0].at < min(one.at for one in others if one.clause == rest)


def _other_neighbour(alignment: Alignment, one: Pair, other: Pair) -> bool:
    """Return whether two neighbours of the claim stand in two clauses of the quote, next to words that it leaves out.

    The claim `gave it the name Nur-Sultan` has a word in the place of another: `gave it the name Astana, after years as
    Nur-Sultan`.
    """
    if one.quote is None or other.quote is None or one.claim.clause != other.claim.clause:
        return False
    if other.claim.at - one.claim.at > 2 or one.claim.quantity or other.claim.quantity:
        return False
    if other.quote.clause == one.quote.clause:
        return False
    if _belong_together(alignment, one.quote, other.quote):
        return False
    begins = not any(
        word.content and word.clause == other.quote.clause and not is_verb(word.stem)
        for word in alignment.quote.words[: other.quote.at]
    )
    if is_passive(alignment.claim) != is_passive(alignment.quote):
        return False
    if _left_out(alignment, other.quote, -1) and not begins:
        return True
    first = one.claim.at == alignment.claim.content[0].at
    elided = begins and other.quote.at > one.quote.at  # `The Act was published and entered into force`
    return first and not elided and _left_out(alignment, one.quote, 1)


def _left_out(alignment: Alignment, word: Word, step: int) -> bool:
    """Return whether the content word next to `word` in its clause has no word in the claim."""
    at = word.at + step
    words = alignment.quote.words
    while 0 <= at < len(words) and words[at].clause == word.clause:
        if words[at].content:
            return at not in alignment.quoted and not (words[at].name and _abbreviates(alignment))
        at += step
    return False


def _belong_together(alignment: Alignment, one: Word, other: Word) -> bool:
    """Return whether two words of the quote belong together although they stand apart.

    The quote has `sign and encrypt contracts` for `sign contracts`, a relative clause between them, or the same two
    words side by side elsewhere.
    """
    words = alignment.quote.words
    between = words[one.at + 1 : other.at]
    if between and between[0].low in ("and", "or") and sum(word.content for word in between) == 1:
        return True
    if any(word.low in _RELATIVE for word in between):
        return True
    return any(
        first.stem == one.stem and second.stem == other.stem
        for first, second in pairwise(words)
        if second.at != other.at
    )


def _abbreviates(alignment: Alignment) -> bool:
    """Return whether the claim has initials, which may stand for a name of the quote."""
    return any(pair.quote is None and is_acronym(pair.claim.text) for pair in alignment.pairs)
