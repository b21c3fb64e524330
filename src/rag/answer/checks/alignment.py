"""Align the words of a claim with the words of its quote: equal stems, synonyms, opposites, names and similar words."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from rag.answer.checks.lexicon import derived_opposite, opposites, synonyms
from rag.answer.checks.names import same_name
from rag.answer.checks.words import Reading, Word
from rag.protocols import Scores

SIMILAR = 0.5
"""The least cosine of two token vectors for words that the lexicon does not know as synonyms."""

Kinds: TypeAlias = NDArray[np.int64]
"""How each word of a claim matches each word of a quote, as `Match`, shape (claim words, quote words)."""


class Match(IntEnum):
    """How a word of the claim matches a word of the quote, the strongest last."""

    NONE = 0
    SIMILAR = 1
    OPPOSITE = 2
    SYNONYM = 3
    SAME = 4


@dataclass(frozen=True, slots=True)
class Pair:
    """A word of the claim with its word of the quote; `quote` is None if there is none."""

    claim: Word
    quote: Word | None
    match: Match
    cosine: float = 0.0


@dataclass(frozen=True, slots=True)
class Alignment:
    """The words of a claim with their words in a quote."""

    claim: Reading
    quote: Reading
    pairs: tuple[Pair, ...]

    def of(self, at: int) -> Pair | None:
        """Return the pair of the claim's word at place `at`."""
        return next((pair for pair in self.pairs if pair.claim.at == at), None)

    @property
    def quoted(self) -> frozenset[int]:
        """The places of the words of the quote that a word of the claim matches."""
        return frozenset(pair.quote.at for pair in self.pairs if pair.quote is not None)


def align(claim: Reading, quote: Reading, cosines: Scores | None) -> Alignment:
    """Align each content word of the claim with the best word of the quote.

    Among equal matches, prefer the one whose neighbours match too, so that a word that the quote repeats is aligned in
    the right clause.
    """
    table = np.array([[matches(one, other) for other in quote.words] for one in claim.words], np.int64)
    table = table.reshape(len(claim.words), len(quote.words))
    context = _context(claim, quote, table)
    pairs = [_pair(word, quote, table, context, cosines) for word in claim.content]
    same = {pair.quote.at: pair.claim.stem for pair in pairs if pair.quote is not None and pair.match == Match.SAME}
    return Alignment(claim, quote, tuple(_unless_taken(pair, same) for pair in pairs))


def _unless_taken(pair: Pair, same: dict[int, str]) -> Pair:
    """Return the pair without its quote word if another claim word is that word: `inspected by the inspectorate`."""
    word = pair.quote
    if word is None or pair.match in (Match.SAME, Match.OPPOSITE) or word.at not in same:
        return pair
    alike = pair.match == Match.SYNONYM and word.stem in synonyms(pair.claim.stem)
    return pair if alike else Pair(pair.claim, None, Match.NONE, min(pair.cosine, SIMILAR))


def _pair(word: Word, quote: Reading, table: Kinds, context: Scores, cosines: Scores | None) -> Pair:
    if not len(quote.words):
        return Pair(word, None, Match.NONE)
    row = table[word.at]
    ranks = row + 0.1 * context[word.at]
    best = int(ranks.argmax())
    kind = Match(int(row[best]))
    near = [] if cosines is None else [other.at for other in quote.words if other.content and other.quantity is None]
    closest = max(near, key=lambda at: cosines[word.at, at], default=-1) if cosines is not None else -1
    cosine = float(cosines[word.at, closest]) if cosines is not None and closest >= 0 else 0.0
    if kind > Match.NONE:
        return Pair(word, quote.words[best], kind, 1.0 if kind != Match.OPPOSITE else cosine)
    if cosine >= SIMILAR and word.quantity is None and not _is_name(word):
        return Pair(word, quote.words[closest], Match.SIMILAR, cosine)
    return Pair(word, None, Match.NONE, cosine)


def _is_name(word: Word) -> bool:
    return word.name and word.at > 0


def _context(claim: Reading, quote: Reading, table: Kinds) -> Scores:
    """Return the share of matching neighbours of each pair of words, shape of `table`."""
    matched = (table >= Match.SYNONYM).astype(np.float32)
    score = np.zeros_like(matched)
    clauses = np.array([word.clause for word in quote.words])
    own = np.array([word.clause for word in claim.words])
    for at in range(len(claim.words)):
        mates = matched[own == own[at]].max(axis=0, initial=0.0) if len(quote.words) else score[at]
        for clause in {*clauses.tolist()}:
            here = clauses == clause
            score[at, here] = mates[here].sum()
    for step in (-2, -1, 1, 2):
        score[_inside(-step), _inside(-step)] += 0.5 * matched[_inside(step), _inside(step)]
    top = score.max(initial=1.0)
    return score / (top or 1.0)


def _inside(step: int) -> slice:
    """Return the places that are still in the sentence `step` words further."""
    return slice(step, None) if step > 0 else slice(None, step)


def matches(one: Word, other: Word) -> Match:
    """Return how two words match without their context."""
    if one.quantity is not None or other.quantity is not None:
        if one.quantity is None or other.quantity is None:
            return Match.NONE
        return Match.SAME if one.quantity.same_value(other.quantity) else Match.NONE
    if one.low == other.low or one.stem == other.stem:
        return Match.SAME
    if not (one.content and other.content):
        return Match.NONE
    if same_name(one, other):
        return Match.SAME
    match = _related(one.stem, other.stem)
    derived = match == Match.SYNONYM and other.stem not in synonyms(one.stem)
    return Match.SIMILAR if derived and _is_person(one) != _is_person(other) else match


@lru_cache(maxsize=1 << 16)
def _related(one: str, other: str) -> Match:
    """Return how two different stems match."""
    if other in opposites(one) or derived_opposite(one, other):
        return Match.OPPOSITE
    return Match.SYNONYM if other in synonyms(one) or _same_root(one, other) else Match.NONE


def _is_person(word: Word) -> bool:
    """Return whether a word may mean a person who acts: `applicant`, `inspector`."""
    return word.low.removesuffix("s").endswith(("ant", "er", "or", "ist", "ee"))


def _same_root(one: str, other: str) -> bool:
    """Return whether two long stems begin alike: `government` and `governmental`, `transfer` and `transferr`."""
    shared = min(len(one), len(other))
    return shared >= 5 and one[: shared - 1] == other[: shared - 1] and abs(len(one) - len(other)) <= 4
