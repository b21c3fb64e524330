"""Decide which rule of a section an exception belongs to, so that the exception of a neighbouring rule stays there.

An exception belongs to the sentence before it that it resembles most: it repeats words of the rule, and changes a
figure, a duty or a permission.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from rag.answer.checks.forces import BANNED, FREE_FROM, forces
from rag.answer.checks.quantities import Quantity
from rag.answer.checks.words import read
from rag.text.exception_forms import excepts, may_limit, refers_to_rule

LEAST = 0.22
"""The least resemblance of an exception to its rule, from 0 to about 1.5."""

USUAL = 0.75
"""The closeness of a sentence that neither favours nor speaks against an exception."""

_CLOSENESS = 1.5  # weight of the closeness
_MOST_CLOSE = 0.2
_NEARLY = 0.8
_ASKED = 0.3  # added for the rule that answers the question, if the sentence is close to the question too
_FIGURE = 0.25  # added if both state a figure of one kind, and the figures differ
_OPPOSED = 0.2  # added if one obliges or forbids what the other frees from or allows
_LESS_WORDED = 0.1  # more resemblance that a sentence without clear words of an exception needs
_RULE = 0.08  # added for a sentence that obliges, allows, forbids or states a figure
_NEXT = 0.04  # added for the sentence directly before
_LONG = 6  # sentences of a section whose topic joins no exception to a rule
_REPEATED = 0.4  # of its sentences
_NEAR = 3  # sentences between a rule and an exception without clear words
_PAST = re.compile(
    r"\b(?:was|were|had|did|rose|fell|lost|began|took|kept|became|stayed|started|received|decided|upheld|gave)\b"
    r"|\b(?:1[5-9]|20)\d\d\b",
    re.IGNORECASE,
)
_PRESENT = re.compile(
    r"\b(?:must|(?-i:may)|shall|can|cannot|needs?|is|are|appl(?:y|ies)|do|does|pays?)\b", re.IGNORECASE
)
_MONTH = re.compile(r"(?<!^)\bMay\b")
_NEGATIONS = frozenset({"not", "no", "never", "cannot"})
_ADDS = frozenset({"also", "therefore", "thus", "hence"})  # words of a sentence that adds to a rule or follows from it
_NO_VALUES = frozenset({"label", "ordinal"})
_OPPOSITES = (
    ({"must", BANNED}, {"may", FREE_FROM}),
    ({"must"}, {BANNED}),
    ({"may"}, {BANNED, "must"}),
)

Idf = Callable[[str], float]


@dataclass(frozen=True, slots=True)
class Asked:
    """The place of the rule that answers the question, and how close a sentence is to the question.

    `closeness` is the MaxSim of the sentence with the question, as a share of that of the rule. `announced` is true if
    the sentence stands under a heading such as `Exceptions`. `topic` has the stems of the title and headings: a section
    repeats them everywhere, so a word of the topic joins no exception to a rule.
    """

    rule: int = -1
    closeness: float = USUAL
    announced: bool = False
    topic: frozenset[str] = frozenset()

    @property
    def close(self) -> bool:
        """Whether the sentence is nearly as close to the question as the rule."""
        return self.closeness >= _NEARLY


@dataclass(frozen=True, slots=True)
class _Resemblance:
    """How an exception resembles a rule. `predicate` is true if it repeats more than the subject of the rule."""

    score: float
    predicate: bool
    turned: bool


@dataclass(frozen=True, slots=True)
class _Traits:
    """The parts of a sentence that are compared. Each sentence is compared with all the sentences before it."""

    words: Mapping[str, float]  # their weights without idf, by their stems, without quantities
    stems: frozenset[str]  # also of quantities
    values: tuple[Quantity, ...]
    forces: frozenset[str]
    negated: bool
    denies: bool

    @property
    def may_turn(self) -> bool:
        """Whether it may state another figure, duty or permission than another sentence."""
        return bool(self.values or self.forces or self.denies)


@lru_cache(maxsize=4096)
def _traits(sentence: str) -> _Traits:
    reading = read(sentence)
    content = reading.content
    values = [word.quantity for word in reading.quantities if word.quantity and word.quantity.kind not in _NO_VALUES]
    return _Traits(
        {word.stem: 0.3 if word.light else 1.0 for word in content if word.quantity is None},
        frozenset(word.stem for word in content),
        tuple(values),
        frozenset(forces(_MONTH.sub("", reading.text))),
        bool(reading.negations),
        bool(reading.lows & _NEGATIONS),
    )


def owner(sentences: tuple[str, ...], number: int, idf: Idf, asked: Asked | None = None) -> int | None:
    """Return the place of the rule that a sentence limits; None if it states no exception to a sentence before it.

    `sentences` are those of one section, in order.
    """
    candidate, asked = sentences[number], asked or Asked()
    noun = refers_to_rule(candidate)
    if noun is not None:
        return _referred(sentences, number, noun, idf)
    worded = asked.announced or excepts(candidate)
    if _narrates(candidate) or not (worded or may_limit(candidate) or _traits(candidate).may_turn):
        return None
    topic = _repeated(sentences, asked.topic)
    best, place = _Resemblance(0.0, predicate=False, turned=False), 0
    for at, rule in enumerate(sentences[:number]):
        found = _resemblance(rule, candidate, idf, topic)
        more = _NEXT * (at == number - 1) + _ASKED * (asked.close and at == asked.rule)
        found = replace(found, score=found.score + more)
        if found.score >= best.score:
            best, place = found, at
    if worded:
        limits = best.predicate or asked.close or asked.closeness >= USUAL
    else:
        limits = number - place <= _NEAR and _may_except(candidate, best, asked)
    limits = limits and _rules(sentences[place])
    score = best.score + min(_MOST_CLOSE, _CLOSENESS * (asked.closeness - USUAL))
    least = LEAST if worded else LEAST + _LESS_WORDED
    return _rule_of(sentences, place, idf) if limits and score >= least else None


def is_step(rule: str, candidate: str) -> bool:
    """Return whether a sentence without clear words of an exception states another figure than a rule.

    Several such sentences of one section are no exceptions but the steps of a scale: of fines, fees or periods.
    """
    return not excepts(candidate) and _differs_in_figure(_traits(rule), _traits(candidate))


def _may_except(candidate: str, found: _Resemblance, asked: Asked) -> bool:
    """Return whether a sentence without clear words of an exception may be one: it turns a rule, or limits it."""
    if read(candidate).lows & _ADDS:
        return False
    if found.turned:
        return found.predicate or asked.close
    return found.predicate and may_limit(candidate)


@lru_cache(maxsize=16)  # each sentence of a section asks for the same
def _repeated(sentences: tuple[str, ...], topic: frozenset[str]) -> frozenset[str]:
    """Return the stems of the topic that a long section repeats in most of its sentences."""
    if len(sentences) < _LONG:
        return frozenset()
    stems = [_traits(sentence).stems for sentence in sentences]
    return frozenset(stem for stem in topic if sum(stem in one for one in stems) >= _REPEATED * len(stems))


def _narrates(candidate: str) -> bool:
    """Return whether a sentence tells what happened, and states no rule."""
    return _PAST.search(candidate) is not None and _PRESENT.search(candidate) is None


def _referred(sentences: tuple[str, ...], number: int, noun: str, idf: Idf) -> int | None:
    """Return the nearest sentence before with the noun that an exception repeats, or else the nearest rule."""
    wanted = read(noun).content[-1:] if noun else []
    for place in range(number - 1, -1, -1):
        if wanted and wanted[0].stem in _traits(sentences[place]).stems:
            return _rule_of(sentences, place, idf)
    rules = (place for place in range(number - 1, -1, -1) if _rules(sentences[place]))
    place = next(rules, number - 1)
    return _rule_of(sentences, place, idf) if number else None


def _rule_of(sentences: tuple[str, ...], place: int, idf: Idf) -> int:
    """Return the rule that the sentence at `place` is itself an exception to, or else `place`."""
    if refers_to_rule(sentences[place]) is None:
        return place
    found = owner(sentences, place, idf)
    return place if found is None else found


def _resemblance(rule: str, candidate: str, idf: Idf, topic: frozenset[str]) -> _Resemblance:
    one, other = _traits(rule), _traits(candidate)
    shared = one.words.keys() & other.words.keys()
    figure, opposed = _differs_in_figure(one, other), _opposed(one, other)
    if not shared and not figure:
        return _Resemblance(0.0, predicate=False, turned=opposed)
    weight = sum(_weight(stem, other.words, idf) for stem in shared)
    lesser = min(sum(_weight(stem, words, idf) for stem in words) for words in (one.words, other.words)) or 1.0
    subject = {next(iter(one.words), "")} & {next(iter(other.words), "")}
    score = weight / lesser + _FIGURE * figure + _OPPOSED * opposed + _RULE * _rules(rule)
    return _Resemblance(score, bool(shared - subject - topic), figure or opposed)


def _weight(stem: str, words: Mapping[str, float], idf: Idf) -> float:
    return words[stem] * (1.0 + min(idf(stem), 6.0) / 6.0)


def _differs_in_figure(one: _Traits, other: _Traits) -> bool:
    """Return whether both state a figure of one kind, and the second one's is not in the first."""
    return any(
        value.kind == known.kind and value.unit == known.unit and not value.same_value(known)
        for value in other.values
        for known in one.values
    )


def _rules(sentence: str) -> bool:
    traits = _traits(sentence)
    return bool(traits.values or traits.forces - {"might", "will"}) and not _narrates(read(sentence).text)


def _opposed(one: _Traits, other: _Traits) -> bool:
    if other.denies and not one.negated:
        return True
    return any(
        (one.forces & left and other.forces & right) or (one.forces & right and other.forces & left)
        for left, right in _OPPOSITES
    )
