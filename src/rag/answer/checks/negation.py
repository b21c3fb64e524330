"""Check that a claim affirms and denies the same as its quote: negations, opposites, and verbs such as `forbid`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rag.answer.checks.alignment import Alignment, Match, Pair
from rag.answer.checks.denials import expressed
from rag.answer.checks.forces import frees
from rag.answer.checks.lexicon import NEGATIVE_VERBS, opposites
from rag.answer.checks.listing import group
from rag.answer.checks.only import unless_not
from rag.answer.checks.wording import LOOSE, kept_wording
from rag.answer.checks.words import Reading, Word
from rag.types import Doubt

_SURE_SHARE = 0.6  # of a clause's content words, for the claim surely to speak of it
_LEAST_SHARE = 0.5  # of a clause's content words that the claim repeats, for its negation to concern the claim


@dataclass(frozen=True, slots=True)
class Turn:
    """Something that reverses the meaning. `clauses` are the clauses of the quote that it concerns.

    `certain` is false if the negated words of one sentence have no counterpart in the other one.
    `side` is `claim` or `quote` for a negation that only one of them has, and `both` for an opposite. `frees` is true
    for a negation that frees from a duty: `consent is not needed` does not follow from `only with consent`.
    """

    side: str
    doubt: Doubt
    clauses: frozenset[int]
    certain: bool = True
    frees: bool = False


def check_negation(alignment: Alignment) -> Doubt | None:
    """Return the doubt if claim and quote differ by an odd number of reversals in one clause."""
    free = kept_wording(alignment) < LOOSE
    return next((turn.doubt for turn in open_turns(alignment) if turn.certain or not free), None)


def open_turns(alignment: Alignment) -> Iterator[Turn]:
    """Yield the reversals of one sentence that nothing in the other one cancels."""
    if unless_not(alignment.claim, alignment.quote) or unless_not(alignment.quote, alignment.claim):
        return
    left = [
        *_negations(alignment),
        *_opposites(alignment),
        *_opposites_in_clause(alignment),
        *_negative_verbs(alignment),
    ]
    while left:
        turn = left.pop()
        partner = next((other for other in left if _cancels(turn, other)), None)
        if partner is not None:
            left.remove(partner)
        elif not _is_implied(turn, alignment):
            yield turn


def _is_implied(turn: Turn, alignment: Alignment) -> bool:
    """Return whether the other sentence implies the negation: `does not cover` and `is outside the scope`."""
    claim, quote = alignment.claim, alignment.quote
    if turn.side == "claim":
        implying = _IMPLIED if turn.frees else _IMPLIED | {"only"}
        return any(
            word.low in implying
            and word.low not in claim.lows
            and (word.clause in turn.clauses or not turn.clauses or word.low in _WHEREVER)
            for word in quote.words
        )
    return turn.side == "quote" and any(word.low in _IMPLIED and word.low not in quote.lows for word in claim.words)


_WHEREVER = group("otherwise else exempt exempted")
_IMPLIED = group("except outside exempt exempted unless instead nothing apart unlike otherwise else failing")


def _cancels(one: Turn, other: Turn) -> bool:
    return bool(one.clauses & other.clauses) and (one.side != other.side or one.side == "both")


def _negations(alignment: Alignment) -> Iterable[Turn]:
    claim, quote = alignment.claim, alignment.quote
    used: set[int] = set()
    free = frees(claim), frees(quote)
    exempt = free if all(free) else (frozenset[int](), frozenset[int]())
    used |= exempt[1] | expressed(quote, claim)
    said = exempt[0] | expressed(claim, quote)
    for negation, scope in claim.negations.items():
        if negation in said:
            continue
        partners = {
            pair.quote.negator
            for at in scope
            if (pair := alignment.of(at)) is not None and pair.quote is not None and pair.quote.negator >= 0
        }
        if partners:
            used |= partners
        else:
            sure = any(_is_sure(pair) for pair in map(alignment.of, scope) if pair is not None)
            clauses = _matched_clauses(alignment, claim.words[negation].clause)
            yield Turn("claim", Doubt.NEGATION, clauses, sure, negation in free[0])
    for negation in quote.negations:
        if negation not in used and _concerns(alignment, negation):
            sure = any(at in alignment.quoted for at in quote.negations[negation])
            yield Turn("quote", Doubt.NEGATION, frozenset({quote.words[negation].clause}), sure)


def _is_sure(pair: Pair) -> bool:
    """Return whether a negated word of the claim surely stands in the quote."""
    return pair.match == Match.SAME or (pair.match == Match.SYNONYM and not pair.claim.light)


def _concerns(alignment: Alignment, negation: int) -> bool:
    """Return whether the claim says something of the words that a negation of the quote applies to."""
    quote = alignment.quote
    if any(at in alignment.quoted for at in quote.negations[negation]):
        return True
    if quote.words[negation].low == "without":
        return False
    clause = [word for word in quote.content if word.clause == quote.words[negation].clause]
    repeated = sum(word.at in alignment.quoted for word in clause)
    return bool(clause) and repeated / len(clause) >= _LEAST_SHARE


def _matched_clauses(alignment: Alignment, clause: int) -> frozenset[int]:
    return frozenset(
        pair.quote.clause for pair in alignment.pairs if pair.quote is not None and pair.claim.clause == clause
    )


def _opposites(alignment: Alignment) -> Iterable[Turn]:
    aligned = {pair.quote.at for pair in alignment.pairs if pair.quote and pair.match >= Match.SYNONYM}
    for pair in alignment.pairs:
        if pair.match == Match.OPPOSITE and pair.quote is not None and pair.quote.at not in aligned:
            yield Turn("both", Doubt.OPPOSITE, _matched_clauses(alignment, pair.claim.clause) | {pair.quote.clause})


def _opposites_in_clause(alignment: Alignment) -> Iterable[Turn]:
    """Yield the words whose own clause of the quote has an opposite, although another clause has the same word.

    `The ceiling is the higher of the two` takes `higher` from the clause about another ceiling.
    """
    for pair in alignment.pairs:
        if pair.quote is None or pair.match != Match.SAME or not opposites(pair.claim.stem):
            continue
        mates = [
            other.quote.clause
            for other in alignment.pairs
            if other.quote and other.claim.clause == pair.claim.clause and other is not pair
        ]
        if len(mates) < _MATES or pair.quote.clause in mates:
            continue
        main = max(set(mates), key=mates.count)
        here = {
            word.stem for word in alignment.quote.content if word.clause == main and word.at not in alignment.quoted
        }
        if opposites(pair.claim.stem) & here:
            yield Turn("both", Doubt.OPPOSITE, frozenset({main}))


_MATES = 2  # other words of the clause that the quote has


def _negative_verbs(alignment: Alignment) -> Iterable[Turn]:
    same = [pair for pair in alignment.pairs if pair.match >= Match.SYNONYM]
    turned = {pair.claim.at for pair in alignment.pairs if pair.match == Match.OPPOSITE}
    for word in _verbs(alignment.claim, {pair.claim.at for pair in same} | turned):
        yield Turn("claim", Doubt.NEGATION, _matched_clauses(alignment, word.clause), False)
    done = {pair.quote.at for pair in alignment.pairs if pair.quote and pair.match >= Match.OPPOSITE}
    for word in _verbs(alignment.quote, done):
        clause = [other for other in alignment.quote.content if other.clause == word.clause and other is not word]
        if any(other.at in alignment.quoted for other in clause):
            repeated = sum(other.at in alignment.quoted for other in clause)
            yield Turn("quote", Doubt.NEGATION, frozenset({word.clause}), repeated >= _SURE_SHARE * len(clause))


def _verbs(reading: Reading, done: set[int]) -> Iterable[Word]:
    return (word for word in reading.words if word.low in NEGATIVE_VERBS and word.at not in done)
