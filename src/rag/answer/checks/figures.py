"""Check that each figure, date and time of a claim stands in its quote, for the same thing."""

from __future__ import annotations

from collections.abc import Sequence

from rag.answer.checks.alignment import Alignment, Match, matches
from rag.answer.checks.lexicon import stem
from rag.answer.checks.listing import group
from rag.answer.checks.quantities import Quantity, quantities
from rag.answer.checks.words import Reading, Word
from rag.types import Doubt

_OUT_OF = (("of",), ("out", "of"), ("of", "the"), ("out", "of", "the"))  # words between a part and its whole


_FAULTS = {
    "missing": Doubt.FIGURE,
    "rate": Doubt.FIGURE,
    "bound": Doubt.COMPARISON,
    "opposed": Doubt.TIME,
    "whole": Doubt.FIGURE,
    "attached": Doubt.FIGURE,
}
"""The doubt of each fault that a figure may have."""


def check_figures(alignment: Alignment, around: str) -> Doubt | None:
    """Return the doubt about a figure. A date or an article number may also stand in the title and headings."""
    found = next((fault for _, fault in figure_faults(alignment, around)), None)
    return _FAULTS[found] if found else _dropped_bound(alignment)


def figure_faults(alignment: Alignment, around: str) -> list[tuple[Word, str]]:
    """Return the figures of the claim that are wrong, each with its fault.

    A figure is `missing` from the quote, or has another `rate`, `bound` or `opposed` direction in time there. Or it is
    the `whole` of a part, or `attached` to another thing.
    """
    found = ((word, _fault(word, alignment, around)) for word in alignment.claim.quantities)
    return [(word, fault) for word, fault in found if fault]


def _fault(word: Word, alignment: Alignment, around: str) -> str:
    """Return the fault of a figure; empty if it has none."""
    assert word.quantity is not None
    same = [other for other in alignment.quote.quantities if _same(word.quantity, other)]
    same = same or [other for other in alignment.quote.quantities if _is_elliptic(word, other, alignment.quote)]
    if not same:
        return "" if _is_implied(word, alignment, around) else "missing"
    if not any(_same_unit_of_rate(word.quantity, other, alignment.quote) for other in same):
        return "rate"
    if not any(_same_bound(word.quantity, other, alignment) for other in same):
        return "bound"
    if all(_opposed(word.quantity, other) for other in same):
        return "opposed"
    if _is_whole(word, same, alignment):
        return "whole"
    return "attached" if _belongs_to_another(word, same, alignment) else ""


def _is_implied(word: Word, alignment: Alignment, around: str) -> bool:
    """Return whether a figure that the quote lacks follows from its words or stands in the headings."""
    assert word.quantity is not None
    headed = word.quantity.kind in ("date", "label") and any(map(word.quantity.same_value, quantities(around)))
    majority = _as_majority(word.quantity, alignment.quote)
    if word.quantity.kind == "count" and alignment.quote.lows & _COUNTING.get(word.quantity.value, frozenset()):
        return True
    return headed or majority or _between_years(word.quantity, alignment) or _counts_parts(word, alignment.claim)


_COUNTING: dict[object, frozenset[str]] = {
    1.0: frozenset({"once", "single"}),
    2.0: frozenset({"both", "either", "twice", "pair"}),
    0.5: frozenset({"halve", "halves", "halved", "halving", "evenly", "equally"}),
}
"""Words that say a small number."""


def _is_elliptic(word: Word, other: Word, quote: Reading) -> bool:
    """Return whether a bare number of the quote has the unit of another one: `six weeks and the following twenty`.

    A noun after the number would be another unit.
    """
    assert word.quantity is not None
    assert other.quantity is not None
    following = quote.words[other.at + 1 : other.at + 2]
    bare = not following or not following[0].content or following[0].clause != other.clause
    if not bare or other.quantity.kind != "count" or other.quantity.unit or word.quantity.kind in _UNLIKE_COUNTS:
        return False
    same_unit = any(
        one.quantity and (one.quantity.kind, one.quantity.unit) == (word.quantity.kind, word.quantity.unit)
        for one in quote.quantities
    )
    return same_unit and other.quantity.value in (word.quantity.written, word.quantity.value)


_UNLIKE_COUNTS = frozenset({"count", "date", "time", "label", "ordinal"})


def _is_whole(word: Word, same: Sequence[Word], alignment: Alignment) -> bool:
    """Return whether the claim has the whole without its part: `refused 3,912` for `refused 48 of 3,912`."""
    parts = [other for one in same for other in alignment.quote.quantities if _is_part(other, one, alignment.quote)]
    claimed = alignment.claim.quantities
    return bool(parts) and not any(_same(other.quantity, part) for other in claimed for part in parts if other.quantity)


def _is_part(part: Word, whole: Word, quote: Reading) -> bool:
    if not 1 < whole.at - part.at <= 1 + len(_OUT_OF[-1]):
        return False
    counts = part.quantity and whole.quantity and part.quantity.kind == whole.quantity.kind == "count"
    return bool(counts) and tuple(word.low for word in quote.words[part.at + 1 : whole.at]) in _OUT_OF


def _counts_parts(word: Word, claim: Reading) -> bool:
    """Return whether a figure only counts what the claim lists: `two parts, one of 15 and one of 30 minutes`."""
    following = claim.words[word.at + 1 : word.at + 2]
    return (
        word.quantity is not None and word.quantity.kind == "count" and bool(following) and following[0].low in _PARTS
    )


_LIGHT = frozenset(map(stem, group("get take have make give put")))
_PARTS = frozenset(
    [
        "parts",
        "ways",
        "kinds",
        "types",
        "groups",
        "steps",
        "cases",
        "options",
        "conditions",
        "things",
        "reasons",
        "instalments",
    ]
)


_EXTENTS = frozenset({"duration", "months", "length", "working days", "school days"})


def _same(quantity: Quantity, other: Word) -> bool:
    return other.quantity is not None and quantity.same_value(other.quantity)


def _as_majority(quantity: Quantity, quote: Reading) -> bool:
    return quantity.unit == "fraction" and quantity.value == 0.5 and quantity.bound == ">" and "majority" in quote.lows


def _between_years(quantity: Quantity, alignment: Alignment) -> bool:
    """Return whether a number of years lies between two years of the quote: `three years earlier`."""
    if quantity.kind != "months" or not alignment.claim.lows & {"earlier", "later", "after", "before"}:
        return False
    dates = [
        word.quantity.value for word in alignment.quote.quantities if word.quantity and word.quantity.kind == "date"
    ]
    years = [value[0] for value in dates if isinstance(value, tuple) and value[0]]
    return any(abs(abs(one - other) * 12 - quantity.written * 12) < 1 for one in years for other in years)


def _same_unit_of_rate(quantity: Quantity, other: Word, quote: Reading) -> bool:
    assert other.quantity is not None
    if not quantity.per or quantity.per == other.quantity.per:
        return True
    if not other.quantity.per and any(one.quantity and one.quantity.per == quantity.per for one in quote.quantities):
        return True  # `at least 300 and at most 1,800 euros a month`
    return not other.quantity.per and any(word.low.startswith(quantity.per[:4]) for word in quote.words)


def _same_bound(quantity: Quantity, other: Word, alignment: Alignment) -> bool:
    assert other.quantity is not None
    if quantity.bound == other.quantity.bound:
        return True
    # `within 3 months` and `at most 3 months`
    words = alignment.quote.lows | alignment.claim.lows
    bounds = {quantity.bound, other.quantity.bound}
    if bounds in _COMPLEMENTS and _denies(alignment.claim) != _denies(alignment.quote):
        return True  # `at least 60` and `less than 60 is unlawful`
    if bounds == {"", ">"} and "within" in words and _denies(alignment.claim) != _denies(alignment.quote):
        return True  # `within a year` and `not after more than a year`
    if bounds == {"", "<"}:
        return bool(words & _LIMITS)
    if bounds == {"", ">"} and quantity.kind in ("duration", "months") and "over" in words:
        return True  # `over 15 years` also means `during 15 years`
    lasting = quantity.kind in _EXTENTS and "within" in words
    if bounds == {"", "<="}:
        return lasting or bool(words & _LIMITS)
    return bounds == {"", ">="} and bool(words & _STARTS)


_COMPLEMENTS = ({">=", "<"}, {"<=", ">"})
_LIMITS = group("maximum ceiling cap capped limit limited limits top reach reaches longest")
_STARTS = group("minimum reached reach from onwards")
_DENYING = group("unlawful illegal forbidden prohibited banned prohibits forbids impossible refused excluded")


def _denies(reading: Reading) -> bool:
    return bool(reading.negations or reading.lows & _DENYING)


def _opposed(quantity: Quantity, other: Word) -> bool:
    assert other.quantity is not None
    return {quantity.relation, other.quantity.relation} == {"before", "after"}


def _belongs_to_another(word: Word, same: Sequence[Word], alignment: Alignment) -> bool:
    """Return whether the words around a figure stand around another figure of its kind in the quote."""
    assert word.quantity is not None
    kind, unit = word.quantity.kind, word.quantity.unit
    others = [
        other
        for other in alignment.quote.quantities
        if other.quantity and other.quantity.kind == kind and other.quantity.unit == unit and other not in same
    ]
    near = [
        one
        for one in alignment.claim.content
        if one.clause == word.clause and one is not word and one.stem not in _LIGHT
    ] or [one for one in alignment.claim.content if one.clause == word.clause - 1]  # `banned since 2010`
    if not others or not near:
        return False
    return _most(word, near, others, alignment.quote) > _most(word, near, same, alignment.quote)


def _most(word: Word, near: Sequence[Word], figures: Sequence[Word], quote: Reading) -> float:
    """Return how many words near the claim's figure stand in the clause of one of `figures`; nearer ones count more."""
    nearest = sorted(near, key=lambda one: abs(one.at - word.at))
    return max(
        sum(_in_clause(one, figure, quote) * _WEIGHT**rank for rank, one in enumerate(nearest)) for figure in figures
    )


_WEIGHT = 0.5  # of a word beside that of the next nearer one


def _in_clause(one: Word, figure: Word, quote: Reading) -> bool:
    here = [other for other in quote.content if other.clause == figure.clause and other is not figure]
    here = here or [other for other in quote.content if other.clause == figure.clause - 1]
    here += _antecedent(figure, quote)
    return any(matches(one, other) >= Match.SYNONYM for other in here)


def _antecedent(figure: Word, quote: Reading) -> list[Word]:
    """Return the noun that `them` means in `visited 37 offices and found delays in nine of them`."""
    following = [word.low for word in quote.words[figure.at + 1 : figure.at + 3]]
    if following not in (["of", "them"], ["of", "these"], ["of", "which"], ["of", "whom"]):
        return []
    before = [word for word in quote.quantities if word.at < figure.at]
    return [word for word in quote.words[before[-1].at + 1 : before[-1].at + 3] if word.content] if before else []


def _dropped_bound(alignment: Alignment) -> Doubt | None:
    """Return a doubt if the claim compares where the quote does not, or the other way round."""
    compares = alignment.quote.lows & (_COMPARING | {"than"})
    if "than" in alignment.claim.lows and not compares and not _than_figure(alignment.claim):
        return Doubt.COMPARISON
    if any(_less_of_more(alignment, at) for at in range(len(alignment.claim.words) - 1)):
        return Doubt.COMPARISON
    claimed, quoted = _turning(alignment.claim), _turning(alignment.quote)
    for turn, opposite in _TURNS:
        if claimed & turn and not quoted & turn and quoted & opposite and not claimed & opposite:
            return Doubt.COMPARISON
    return None


_COMPARING = group("below above under over beyond up down")


def _turning(reading: Reading) -> frozenset[str]:
    """Return the words of a sentence without the prepositions of place: `farmers below the dam`."""
    return frozenset(
        word.low
        for word in reading.words
        if word.low not in _COMPARING or any(one.quantity for one in reading.words[word.at + 1 : word.at + 4])
    )


def _than_figure(claim: Reading) -> bool:
    return all(
        any(word.quantity for word in claim.words[at + 1 : at + 3]) or word.low != "than"
        for at, word in enumerate(claim.words)
    )


def _less_of_more(alignment: Alignment, at: int) -> bool:
    """Return whether the claim says `less clear` where the quote says `clearer`."""
    word, following = alignment.claim.words[at : at + 2]
    if word.low not in ("less", "least") or alignment.quote.lows & {"less", "least"}:
        return False
    return any(other.stem == following.stem and other.low.endswith(("er", "est")) for other in alignment.quote.words)


_TURNS = [
    (frozenset(one.split()), frozenset(other.split()))
    for left, right in (
        ("more", "less fewer"),
        ("above over", "below under beneath"),
        ("inside within", "outside beyond"),
        ("most", "least fewest"),
    )
    for one, other in ((left, right), (right, left))
]
