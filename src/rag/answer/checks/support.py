"""Check that the words and names of a claim stand in its quote, or mean the same as its words."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from rag.answer.checks.alignment import Alignment, Match, Pair, matches
from rag.answer.checks.lexicon import is_verb
from rag.answer.checks.names import abbreviated, initials, is_acronym
from rag.answer.checks.words import Reading, Word, is_row, read
from rag.types import Doubt

_CREDIT = {Match.SAME: 1.0, Match.SYNONYM: 1.0, Match.OPPOSITE: 0.7}
_HEADED = 0.9  # credit of a word that only the title and headings have
_FAINT = 0.35  # a smaller cosine says nothing
LEAST = 0.7
"""The least support of a claim, from 0 to 1."""


def check_names(alignment: Alignment, around: str, passage: str) -> Doubt | None:
    """Return the doubt if the claim names somebody that neither the quote nor the title and headings name."""
    for pair in alignment.pairs:
        word = pair.claim
        if (
            pair.match != Match.SAME
            and _is_name(word)
            and not (_named(word, alignment.quote, around) or _full_name(word, alignment, passage))
        ):
            return Doubt.NAME
    return Doubt.NAME if _names_another(alignment, around) else None


def _names_another(alignment: Alignment, around: str) -> bool:
    """Return whether the claim has a name that only the headings give, and the quote another one in its place."""
    headed = [
        pair.claim
        for pair in alignment.pairs
        if _is_name(pair.claim) and pair.match != Match.SAME and not _named(pair.claim, alignment.quote, "")
    ]
    others = [
        word
        for word in alignment.quote.content
        if _is_name(word)
        and word.at not in alignment.quoted
        and not word.quantity
        and word.low not in headings_of(around)
    ]
    return bool(headed and others)


def headings_of(around: str) -> frozenset[str]:
    """Return the words of the title and headings."""
    return read(around).lows


def support(alignment: Alignment, around: str, idf: Callable[[str], float]) -> float:
    """Return the share of the claim's words that the quote has, weighted by idf, from 0 to 1."""
    return _support(alignment.pairs, alignment, around, idf)


def words_support(alignment: Alignment, around: str, idf: Callable[[str], float]) -> float:
    """Return the support of the words without the figures, from 0 to 1."""
    return _support([pair for pair in alignment.pairs if not pair.claim.quantity], alignment, around, idf)


def _support(pairs: Sequence[Pair], alignment: Alignment, around: str, idf: Callable[[str], float]) -> float:
    headings = read(around)
    total = gained = 0.0
    for pair in pairs:
        weight = 1.0 + min(idf(pair.claim.stem), 6.0) / 6.0
        credit = _credit(pair, headings, alignment.quote, around)
        if _may_be_added(pair, credit, alignment.quote):
            weight *= _LIGHT
        total += weight
        gained += weight * credit
    return gained / total if total else 0.0


def has_foreign_words(alignment: Alignment, around: str) -> bool:
    """Return whether two words of the claim, or one of only a few words, have nothing like them in the quote."""
    headings = read(around)
    foreign = [
        pair
        for pair in alignment.pairs
        if not pair.claim.quantity
        and not pair.claim.light
        and not _may_be_added(pair, 0.0, alignment.quote)
        and _credit(pair, headings, alignment.quote, around) < _NOTHING_LIKE
    ]
    words = [pair for pair in alignment.pairs if not pair.claim.quantity and not _is_name(pair.claim)]
    has_figure = len(words) < len(alignment.pairs)
    few = len(words) <= _FEW and (not has_figure or is_row(alignment.quote.text))
    return len(foreign) >= (1 if few else 2 if len(words) <= _MANY else 3)


_MANY = 8  # words; a longer claim may have two that are unlike any other
_FEW = 4  # words; each of so few matters
_LIGHT = 0.25  # weight of a light word that the quote lacks
_NOTHING_LIKE = 0.36


def _may_be_added(pair: Pair, credit: float, quote: Reading) -> bool:
    """Return whether a paraphrase may have the word although the quote has nothing like it.

    A light word says little, and a table row has no verb.
    """
    return credit < _NOTHING_LIKE and (pair.claim.light or (is_row(quote.text) and is_verb(pair.claim.stem)))


def _credit(pair: Pair, headings: Reading, quote: Reading, around: str) -> float:
    if pair.match in _CREDIT:
        return _CREDIT[pair.match]
    if pair.claim.quantity is not None:
        return 0.0
    if pair.claim.low in ("majority", "most") and any(_is_majority(word) for word in quote.words):
        return 1.0
    if _is_name(pair.claim) and _named(pair.claim, quote, around):
        return 1.0
    if any(matches(pair.claim, other) >= Match.SYNONYM for other in headings.content):
        return _HEADED
    if pair.match == Match.SIMILAR:
        return min(1.0, 0.5 + pair.cosine)
    return pair.cosine * 0.8 if pair.cosine >= _FAINT else 0.0


def _is_majority(word: Word) -> bool:
    quantity = word.quantity
    return quantity is not None and quantity.unit == "fraction" and quantity.bound == ">" and quantity.value == 0.5


def _is_name(word: Word) -> bool:
    return word.name and (word.at > 0 or is_acronym(word.text))


def _named(word: Word, quote: Reading, around: str) -> bool:
    text = f"{quote.text}\n{around}"
    if abbreviated(word, text):
        return True
    if any(matches(word, other) == Match.SAME for other in read(around).content):
        return True
    if len(word.text) > 1 and not word.text.isupper():
        return _part_of_initials(word, quote)
    return False


def _full_name(word: Word, alignment: Alignment, passage: str) -> bool:
    """Return whether the quote has a part of a name that the passage gives in full: `the council` in the quote.

    The passage must not give the same part with another name.
    """
    for step in (-1, 1):
        other = alignment.of(word.at + step)
        if other is None or other.quote is None or other.match != Match.SAME or not other.claim.name:
            continue
        pattern = r"[A-Z][\w-]* {}" if step == 1 else r"{} [A-Z][\w-]*"
        found = set(re.findall(r"\b" + pattern.format(re.escape(other.claim.text)) + r"\b", passage))
        if {one.removeprefix("The ") for one in found} == {
            f"{word.text} {other.claim.text}" if step == 1 else f"{other.claim.text} {word.text}"
        }:
            return True
    return False


def _part_of_initials(word: Word, quote: Reading) -> bool:
    """Return whether the claim spells out initials of the quote. The claim's own long name must give them."""
    return any(
        other.text.replace(".", "").isupper() and len(other.low) > 1 and word.low[0] in other.low
        for other in quote.words
    )


def spelled(claim: str, quote: str) -> frozenset[str]:
    """Return the initials in the quote that the claim spells out."""
    return initials(claim) & {word.low for word in read(quote).words}
