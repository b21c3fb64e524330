"""Decide which of two contradicting documents goes first, by rank, date and specificity."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from rag.answer.retrieval import Query
from rag.text import terms
from rag.text.ranks import rank_of
from rag.types import DEFAULT_RANKS, Hit, Precedence


@dataclass(frozen=True, slots=True)
class Order:
    """The ranks of documents, the highest first, and the order in which rank, date and specificity decide."""

    ranks: Sequence[str]
    by: Sequence[Precedence]


DEFAULT_ORDER = Order(DEFAULT_RANKS, tuple(Precedence))


@dataclass(frozen=True, slots=True)
class Standing:
    """What decides between a passage and another one. A lower rank number is higher."""

    rank: int
    word: str
    published: str
    specific: float


def standing(
    hit: Hit, metadata: Mapping[str, object], query: Query, idf: Callable[[str], float], order: Order
) -> Standing:
    """Return the standing of a passage. It is the more specific, the more of the question its headings have."""
    rank, word = rank_of(metadata, hit.reference.title, order.ranks)
    weights = query.asked.weights(hit.language, idf)
    above = {*terms(" ".join((hit.reference.title, *hit.heading)), hit.language)}
    return Standing(rank, word, hit.reference.published or "", sum(weights[term] for term in weights.keys() & above))


def goes_first(one: Standing, other: Standing, order: Order) -> tuple[bool, Precedence | None]:
    """Return whether the first passage goes before the other one, and why; no reason if nothing decides."""
    for by in order.by:
        if (found := _compared(one, other, by)) != 0:
            return found > 0, by
    return True, None


def _compared(one: Standing, other: Standing, by: Precedence) -> float:
    """Return a positive number if the first goes before the other, a negative one if after, and 0 if this is open."""
    if by is Precedence.RANK:
        return other.rank - one.rank if one.word and other.word else 0
    if by is Precedence.SPECIFIC:
        return one.specific - other.specific
    shared = min(len(one.published), len(other.published))
    first, second = one.published[:shared], other.published[:shared]  # dates of any precision
    return (first > second) - (first < second)
