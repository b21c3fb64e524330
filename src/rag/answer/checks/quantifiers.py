"""Check that a claim speaks of as many as its quote: all, most, some, few, only."""

from __future__ import annotations

from rag.answer.checks.alignment import Alignment
from rag.answer.checks.lexicon import DEGREES, PARTIAL, UNIVERSAL
from rag.answer.checks.listing import group
from rag.answer.checks.wording import FREE, kept_wording
from rag.answer.checks.words import Reading, Word
from rag.types import Doubt

_ONLY = frozenset({"only", "solely", "exclusively", "just", "merely", "alone"})
_ONLY_TOO = _ONLY | {"limited", "other", "unless", "until", "except", "not", "no"}
_NEGATED_ANY = frozenset({"any", "anyone", "anybody", "anything", "anytime"})
_DEGREE = {word: degree for degree, words in DEGREES.items() for word in words}
_SINGLE = frozenset({"each", "every", "all", "any"})


def check_quantifiers(alignment: Alignment) -> Doubt | None:
    """Return the doubt if a quantifier was added, dropped or changed."""
    free = kept_wording(alignment) < FREE
    changed = _changes_all(alignment) or (not free and (_changes_degree(alignment) or _changes_only(alignment)))
    return Doubt.QUANTIFIER if changed else None


def _changes_all(alignment: Alignment) -> bool:
    claim, quote = alignment.claim, alignment.quote
    claimed, quoted = _universal(claim, stated=True), _universal(quote)
    if (
        "every" in claim.lows
        and quote.lows & {"first", "second", "third", "last"}
        and not claim.lows & {"first", "last"}
    ):
        claimed |= {"every"}
    if quote.lows & {"full", "entire", "complete", "total"}:
        claimed -= {"fully", "entirely", "completely", "whole", "entire"}
    if claimed and not quoted and not quote.negations and "no" not in claim.lows:
        return True
    return _denies_all(claim) and not (_denies_all(quote) or quote.negations or quote.lows & _DENYING)


def _changes_degree(alignment: Alignment) -> bool:
    claim, quote = alignment.claim, alignment.quote
    if {"some", "few"} & claim.lows - quote.lows and quote.lows & _SINGLE and not _universal(claim):
        return True
    if _degrees(claim) - _degrees(quote) - {"some"}:
        return True
    return any(_dropped(word, alignment) for word in quote.words if word.low in PARTIAL or _is_more_than_half(word))


def _changes_only(alignment: Alignment) -> bool:
    claim, quote = alignment.claim, alignment.quote
    if not claim.lows & _ONLY_TOO and _limits_claim(alignment):
        return True
    return bool(claim.lows & _ONLY) and not quote.lows & _ONLY and not _before_figure(claim)


_DENYING = frozenset({"exempt", "free", "outside", "except", "nothing", "without", "prohibited", "forbidden", "banned"})


def _universal(reading: Reading, stated: bool = False) -> frozenset[str]:
    negated = bool(reading.negations) or bool({"if", "whether"} & reading.lows)
    return frozenset(
        word.low
        for word in reading.words
        if word.low in UNIVERSAL
        and not (negated and word.low in _NEGATED_ANY)
        and not (stated and _distributes(word, reading))
    )


def _distributes(word: Word, reading: Reading) -> bool:
    """Return whether a word such as `every` only says how often, or which ones: `every year`, `anyone who`."""
    following = reading.words[word.at + 1 : word.at + 2]
    if not following:
        return False
    if word.low in ("anyone", "anybody", "everyone"):
        return following[0].low in ("who", "whose", "of") or following[0].low.endswith("ing")
    if word.low == "all":
        return following[0].low in ("others", "other")
    return word.low in ("each", "every") and (
        following[0].quantity is not None or following[0].low in _TIMES or word.low == "each"
    )


_TIMES = group(
    "year month week day hour time january february march april may june july august september october "
    "november december monday tuesday wednesday thursday friday saturday sunday morning "
    "evening night spring summer autumn winter"
)


def _denies_all(reading: Reading) -> bool:
    """Return whether the sentence begins with `No applicant` or `Nobody`."""
    return bool(reading.words) and reading.words[0].low in ("no", "none", "nobody")


def _degrees(reading: Reading) -> set[str]:
    found = {_DEGREE[word.low] for word in reading.words if word.low in _DEGREE and not _superlative(word, reading)}
    return found | {"most" for word in reading.words if _is_more_than_half(word)}


def _superlative(word: Word, reading: Reading) -> bool:
    return word.low == "most" and word.at > 0 and reading.words[word.at - 1].low in ("the", "at")


def _is_more_than_half(word: Word) -> bool:
    quantity = word.quantity
    return quantity is not None and quantity.unit == "fraction" and quantity.value == 0.5 and quantity.bound == ">"


def _dropped(word: Word, alignment: Alignment) -> bool:
    """Return whether the claim speaks of the thing that a quantifier of the quote limits, without a quantifier."""
    if _superlative(word, alignment.quote):
        return False
    following = [
        other for other in alignment.quote.words[word.at + 1 :] if other.content and other.clause == word.clause
    ]
    limited = bool(following) and following[0].at in alignment.quoted
    kept = any(one.low in PARTIAL or one.quantity for one in alignment.claim.words)
    return limited and not kept


def _limits_claim(alignment: Alignment) -> bool:
    """Return whether the quote says `only` between two words of the claim."""
    words = alignment.quote.words
    for word in words:
        if word.low in _ONLY and word.at + 1 < len(words) and not words[word.at + 1].quantity:
            before = next((one for one in reversed(words[: word.at]) if one.content), None)
            after = next((one for one in words[word.at + 1 :] if one.content), None)
            near = after is not None and not after.quantity and after.at in alignment.quoted
            if near and (before is None or before.at in alignment.quoted):
                return True
    return False


def _before_figure(claim: Reading) -> bool:
    return any(
        word.low in _ONLY
        and any(
            other.quantity or other.low in ("a", "an", "once", "twice")
            for other in claim.words[word.at + 1 : word.at + 5]
        )
        for word in claim.words
    )
