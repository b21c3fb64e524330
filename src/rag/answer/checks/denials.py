"""Find the negations of a sentence that another one expresses without a negation: `pays no fee` and `is free`."""

from __future__ import annotations

from rag.answer.checks.forces import frees
from rag.answer.checks.listing import group
from rag.answer.checks.words import Reading, Word

_COSTS = group("charge charges cost costs fee fees payment")
_FREEING = group("waive waives waived waiver voluntary voluntarily optional escape escapes spared released excused")
"""Words that free from a duty and are no negation to the checks."""

_UNPAID = group("unpaid voluntary")
_LIMITS = group("maximum limit limits limited ceiling cap capped minimum only")
_COMPLEMENTS = {">": ("<=", ""), "<": (">=", "")}
_REACH = 6  # words between a negation and the figure that it bounds


def expressed(one: Reading, other: Reading) -> frozenset[int]:
    """Return the places of the negations of `one` that `other` expresses by other words."""
    found: set[int] = set()
    if "free" in other.lows:
        found |= {at for at, scope in one.negations.items() if _names(one, scope, _COSTS)}
    if other.lows & _FREEING:
        found |= {at for at in one.negations if _of_payment(one, at)} | frees(one)
    if other.lows & _UNPAID:
        found |= {at for at in one.negations if one.words[at].low == "nothing"}
    return frozenset(found | {at for at in one.negations if _bounds(one, at, other)})


def _names(reading: Reading, scope: tuple[int, ...], words: frozenset[str]) -> bool:
    return any(reading.words[at].low in words for at in scope[:1])


def _of_payment(reading: Reading, at: int) -> bool:
    """Return whether a negation follows `pay`: `pay no fine`."""
    return at > 0 and reading.words[at - 1].low in ("pay", "pays", "paid", "owe", "owes")


def _bounds(one: Reading, at: int, other: Reading) -> bool:
    """Return whether a negation only bounds a figure: `none may have more than two` and `a limit of two`."""
    figures = [word for word in one.words[at + 1 : at + 1 + _REACH] if word.quantity is not None]
    return bool(figures) and any(_complement(figures[0], word, other) for word in other.quantities)


def _complement(figure: Word, word: Word, other: Reading) -> bool:
    assert figure.quantity is not None
    assert word.quantity is not None
    bounds = _COMPLEMENTS.get(figure.quantity.bound, ())
    if word.quantity.bound not in bounds or not figure.quantity.same_value(word.quantity):
        return False
    denied = any(negation < word.at <= negation + _REACH for negation in other.negations)
    return not denied and (bool(word.quantity.bound) or bool(other.lows & _LIMITS))
