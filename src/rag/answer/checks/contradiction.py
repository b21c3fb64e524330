"""Find how two sentences of different documents contradict each other: by a figure, a date, a modality or a negation.

Everything else must be equal. A word that only one of them has may name another subject, group, place or condition, so
the two are then no contradiction. A false alarm is worse than a missed one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from rag.answer.checks.forces import BANNED, FREE_FROM, forces
from rag.answer.checks.lexicon import is_verb, stem
from rag.answer.checks.listing import group
from rag.answer.checks.one_subject import Familiar, Passage, have_one_subject, without_references
from rag.answer.checks.quantity import Quantity
from rag.answer.checks.words import Reading, read
from rag.types import Difference

_LONGEST = 60  # words of a sentence that is compared
_NOUN = re.compile(r"(?<=\ba )permit\b|(?<=\bthe )permit\b|\bpermits?(?= (?:is|are|costs?|for)\b)", re.IGNORECASE)
_FREE = group("free exempt without")
_CONTRARY: Sequence[tuple[str, str, Difference]] = (
    ("may", BANNED, Difference.NEGATION),
    ("must", BANNED, Difference.NEGATION),
    ("must", FREE_FROM, Difference.MODALITY),
    ("must", "may", Difference.MODALITY),
    ("must", "should", Difference.MODALITY),
)
_FLIPPED = {">": "<=", ">=": "<", "<": ">=", "<=": ">"}
"""The bound of a forbidden value, as the bound of those that are allowed: `not higher than 120 metres`."""

_FURTHER = re.compile(
    r",? and (?P<verb>[a-z]{2,15}) (?:the|a|an|any|one|your|their|its|his|her|it|them|in|to|for)\b[^.;]*\.?\s*\Z"
)
_AT_TIME = re.compile(r"\b(?P<order>before|after)\s+(?:the|your|a|an)\s+(?P<event>\w+(?:\s+\w+)?)", re.IGNORECASE)


def contradiction(
    one: Passage, other: Passage, familiar: Familiar, *, akin: bool = False, close: bool = True
) -> Difference | None:
    """Return how two sentences contradict each other; None if they agree or speak of different things.

    `familiar` tells common words from rare names. If it is known that the documents are `akin`, as of one jurisdiction,
    their titles need not share a name. `close` is explained at `have_one_subject`.
    """
    one, other = without_references(one), without_references(other)
    found = _found(one, other, familiar, akin=akin, close=close)
    if found or not (read(one.text).quantities and read(other.text).quantities):
        return found
    short, shorter = _without_further_duty(one), _without_further_duty(other)
    if (short, shorter) == (one, other):
        return None
    found = _found(short, shorter, familiar, akin=akin, close=close)
    return found if found is Difference.FIGURE else None


@lru_cache(maxsize=1024)  # a sentence is compared with many others
def _without_further_duty(passage: Passage) -> Passage:
    """Return a sentence without the second thing that it demands: `You must give 60 days' notice and name a reason`."""
    further = _FURTHER.search(passage.text)
    if further is None or not is_verb(stem(further["verb"])):
        return passage
    return replace(passage, text=passage.text[: further.start()])


def _found(one: Passage, other: Passage, familiar: Familiar, *, akin: bool, close: bool) -> Difference | None:
    first, second = read(one.text), read(other.text)
    if max(len(first.words), len(second.words)) > _LONGEST or edition(one.title) == edition(other.title):
        return None
    if not have_one_subject(one, other, familiar, akin=akin, close=close):
        return None
    return _difference(first, second)


@lru_cache(maxsize=1024)
def edition(title: str) -> str:
    """Return a title without its figures: two editions differ only in the year."""
    return " ".join("".join(char for char in title if not char.isdigit()).casefold().split())


def _difference(one: Reading, other: Reading) -> Difference | None:
    if _opposite_times(one, other):
        return Difference.MODALITY
    mine, theirs = _values(one), _values(other)
    left = [value for value in mine if not any(value.same_value(known) for known in theirs)]
    right = [value for value in theirs if not any(value.same_value(known) for known in mine)]
    if not (left or right):
        return _of_forces(one, other)
    if bool(left) != bool(right):
        return _of_a_limited_right(one, other) if left else _of_a_limited_right(other, one)
    forced = [force for force in (_force(one), _force(other)) if force]
    bounded = frozenset({BANNED}) in forced and left[0].bound == right[0].bound != ""  # `no higher`, `not higher`
    agree = len({*forced}) < 2 and (bounded or _agree_in_polarity(one, other))
    return _of_values(left, right) if agree else None


def _of_a_limited_right(limited: Reading, other: Reading) -> Difference | None:
    """Return the difference if one sentence allows within a limit what the other one forbids without any."""
    allows = _force(limited) == frozenset({"may"}) and all(value.bound for value in _values(limited))
    return Difference.NEGATION if allows and _force(other) == frozenset({BANNED}) else None


def _opposite_times(one: Reading, other: Reading) -> bool:
    """Return whether one must be before an event and the other one may be after it."""
    mine, theirs = _times(one), _times(other)
    return any(theirs.get(event, order) != order for event, order in mine.items()) and bool(
        _force(one) or _force(other)
    )


def _times(reading: Reading) -> dict[str, str]:
    found = _AT_TIME.finditer(reading.text)
    return {" ".join(map(stem, match["event"].lower().split())): match["order"].lower() for match in found}


def _values(reading: Reading) -> list[Quantity]:
    found = [word.quantity for word in reading.quantities if word.quantity is not None]
    if _force(reading) != frozenset({BANNED}):
        return found
    return [replace(one, bound=_FLIPPED.get(one.bound, one.bound)) for one in found]


def _of_values(left: Sequence[Quantity], right: Sequence[Quantity]) -> Difference | None:
    """Return the difference if exactly one value differs, and both values cannot hold together."""
    if len(left) != 1 or len(right) != 1:
        return None
    [one], [other] = left, right
    if one.kind != other.kind or one.kind in ("label", "ordinal"):
        return None
    if one.kind == "date":
        return Difference.DATE if one.relation == other.relation and _as_precise(one, other) else None
    if (one.unit, one.per) != (other.unit, other.per) and not _adverbial(one, other):
        return None
    return None if _compatible(one, other) else Difference.FIGURE


def _adverbial(one: Quantity, other: Quantity) -> bool:
    """Return whether only one states a rate, which the other leaves to its words: `a day` in `the daily allowance`."""
    return one.unit == other.unit and not (one.per and other.per)


def _as_precise(one: Quantity, other: Quantity) -> bool:
    """Return whether two dates have the same parts, and the same year if both have one."""
    if not isinstance(one.value, tuple) or not isinstance(other.value, tuple):
        return False
    parts = [bool(part) for part in one.value] == [bool(part) for part in other.value]
    return parts and one.value[0] == other.value[0] and bool(one.value[1])


def _compatible(one: Quantity, other: Quantity) -> bool:
    """Return whether a bound of one value admits the other: `at least 20 days` and `26 days`."""
    return _admits(one, other) or _admits(other, one)


def _admits(bound: Quantity, value: Quantity) -> bool:
    if not bound.bound or bound.bound == value.bound:
        return False
    if isinstance(bound.value, tuple) or isinstance(value.value, tuple):
        return True
    if not value.bound:
        return value.value >= bound.value if bound.bound.startswith(">") else value.value <= bound.value
    return True


def _force(reading: Reading) -> frozenset[str]:
    text = _NOUN.sub("licence", reading.text)  # a permit allows nothing if it is required
    return frozenset(forces(text) - {"will", "might"}) & {"must", "may", BANNED, FREE_FROM, "should"}


def _agree_in_polarity(one: Reading, other: Reading) -> bool:
    return bool(one.negations) == bool(other.negations)


def _of_forces(one: Reading, other: Reading) -> Difference | None:
    mine, theirs = _force(one), _force(other)
    for left, right, difference in _CONTRARY:
        if (mine, theirs) in ((frozenset({left}), frozenset({right})), (frozenset({right}), frozenset({left}))):
            return difference
    plain = not (mine or theirs) and not ((one.lows | other.lows) & _FREE)
    return Difference.NEGATION if plain and not _agree_in_polarity(one, other) else None
