"""Read a sentence for the checks: its words, quantities and clauses, and the words that each negation applies to."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from rag.answer.checks.idioms import plain
from rag.answer.checks.lexicon import FUNCTION, LIGHT, MODALS, NEGATIONS, stem
from rag.answer.checks.listing import group
from rag.answer.checks.quantities import Quantity, quantities
from rag.types import Span

_TOKEN = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*|\d[\w.]*|[,;:()—–.!?|]")
_ABBREVIATION = re.compile(r"(?:[^\W\d_]\.){2,}")
_CLAUSE_WORDS = group(
    "and but or while whereas although though because when if unless which who that where so than since until against "
    "versus before after except"
)
_SPLIT = frozenset(",;()—–.!?|")
_ADVERBS = group("also yet ever always ordinarily normally only even still be been being have has had do does did")
LIGHT_STEMS = frozenset(map(stem, LIGHT))
_LONGEST_PHRASE = 4  # words of the noun phrase that a determiner negates
_ROW = re.compile(r"[^:;.]{1,60}: [^;]+; [^:;]{1,80}: ")


BE = group("is are was were be been being got gets")
"""The forms of `be` and `get` that make a passive."""

PARTICIPLES = group(
    "held paid given taken made sent told put set cut sold bought built found kept left lost won brought known shown "
    "seen written chosen driven struck upheld led met run spent read taught sought bound withdrawn borne sworn"
)
"""Irregular participles."""


@dataclass(slots=True)
class Word:
    """One word or quantity: `at` is its place among the words, `clause` the number of its clause.

    `bounding` is true for `older` in `older than 58`. `negator` is the place of the negation that applies to it, or -1.
    """

    text: str
    low: str
    stem: str
    at: int
    clause: int
    span: Span
    content: bool
    quantity: Quantity | None = None
    negator: int = -1
    bounding: bool = False

    @property
    def light(self) -> bool:
        """Whether a paraphrase may add the word, because it says little."""
        return self.quantity is None and (
            self.low in LIGHT or self.stem in LIGHT_STEMS or self.low.endswith("ly") or self.bounding
        )

    @property
    def name(self) -> bool:
        """Whether it may be a proper name: it has a capital letter."""
        return self.quantity is None and any(map(str.isupper, self.text))


@dataclass(frozen=True, slots=True)
class Reading:
    """A sentence as the checks read it. `negations` maps the place of a negation to the words that it negates."""

    text: str
    words: tuple[Word, ...]
    negations: dict[int, tuple[int, ...]] = field(default_factory=dict)

    @property
    def content(self) -> list[Word]:
        """The words that carry content, with the quantities."""
        return [word for word in self.words if word.content]

    @property
    def quantities(self) -> list[Word]:
        """The words that are quantities."""
        return [word for word in self.words if word.quantity]

    @property
    def lows(self) -> frozenset[str]:
        """All words in lower case."""
        return frozenset(word.low for word in self.words)


@lru_cache(maxsize=4096)
def read(text: str) -> Reading:
    """Read a sentence."""
    text = plain(text)
    found = quantities(text)
    by_start = {quantity.span.start: quantity for quantity in found}
    starts, following = iter(sorted(by_start)), -1
    words: list[Word] = []
    clause = place = 0
    while place < len(text):
        quantity = by_start.get(place)
        if quantity is not None:
            words.append(_quantity_word(quantity, text, len(words), clause))
            place = quantity.span.end
            continue
        while following <= place:
            following = next(starts, len(text))
        match = _ABBREVIATION.match(text, place, following) or _TOKEN.match(text, place, following)
        if match is None:
            place += 1
            continue
        token = match[0]
        place = match.end()
        if token in _SPLIT:
            clause += 1
        else:
            low = token.lower().replace("’", "'").removesuffix("'s").replace(".", "")
            joins = _joins_quantities(low, words, place, by_start) or _joins_names(low, words, text, place)
            clause += low in _CLAUSE_WORDS and not joins
            words.append(_word(token, low, len(words), clause, Span(match.start(), match.end())))
    for one, than, figure in zip(words, words[1:], words[2:], strict=False):
        one.bounding = than.low == "than" and figure.quantity is not None
    return Reading(text, tuple(words), _negations(words))


def _joins_quantities(low: str, words: Sequence[Word], place: int, by_start: dict[int, Quantity]) -> bool:
    """Return whether `and` stands between the two ends of a range: `between 2015 and 2019`."""
    ranged = low in ("and", "or") and bool(words) and words[-1].quantity is not None
    return ranged and any(place <= start <= place + 3 for start in by_start)


def _joins_names(low: str, words: Sequence[Word], text: str, place: int) -> bool:
    """Return whether `and` stands between two names: `Kazakhstan and Russia`."""
    following = text[place : place + 12].removeprefix(" the").strip()
    return low in ("and", "or") and bool(words) and words[-1].name and words[-1].at > 0 and following[:1].isupper()


def is_row(text: str) -> bool:
    """Return whether a quote is a table row: `Rate: 24 pence; From: 2018.`"""
    return _ROW.match(text) is not None


def _quantity_word(quantity: Quantity, text: str, at: int, clause: int) -> Word:
    surface = quantity.span.of(text)
    return Word(
        surface,
        surface.lower(),
        f"#{quantity.kind}:{quantity.value}:{quantity.unit}",
        at,
        clause,
        quantity.span,
        True,
        quantity,
    )


def _word(token: str, low: str, at: int, clause: int, span: Span) -> Word:
    acronym = len(low) > 1 and token.replace(".", "").removesuffix("'s").removesuffix("’s").isupper()
    content = acronym or (low not in FUNCTION and low not in NEGATIONS and len(low) > 1)
    return Word(token, low, stem(low), at, clause, span, content)


def _negations(words: Sequence[Word]) -> dict[int, tuple[int, ...]]:
    found: dict[int, tuple[int, ...]] = {}
    for word in words:
        if word.low in NEGATIONS and word.text != "Non":
            scope = _scope(words, word)
            found[word.at] = tuple(scope)
            for at in scope:
                words[at].negator = word.at
    return found


def _scope(words: Sequence[Word], negation: Word) -> list[int]:
    """Return the words that a negation applies to: the verb after `not`, or the noun phrase after `no`."""
    determiner = negation.low in ("no", "neither", "nor", "without", "none", "non", "lack", "lacks", "lacking")
    scope: list[int] = []
    clause = negation.clause
    for word in words[negation.at + 1 :]:
        if not scope and word.low in ("before", "after", "until"):
            clause = word.clause  # `not before 8 a.m.`
        ends = word.clause != clause and negation.low not in ("neither", "nor")
        if ends or len(scope) >= (_LONGEST_PHRASE if determiner else 1):
            break
        if word.low in _ADVERBS or word.low in MODALS or (word.low.endswith("ly") and not determiner):
            continue
        if not word.content:
            if scope and word.low != "to":  # `no right to enter` denies the entry too
                break
            continue
        scope.append(word.at)
    return scope


def is_passive(reading: Reading) -> bool:
    """Return whether a form of `be` stands before a participle."""
    return any(
        word.low in BE
        and any(
            other.low.endswith("ed") or other.low in PARTICIPLES for other in reading.words[word.at + 1 : word.at + 3]
        )
        for word in reading.words
    )
