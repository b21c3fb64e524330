"""Find how two sentences contradict each other in a language beside English, by the words that rules know there.

Both must have the same words, but for a figure, a day, or the words that oblige, allow, forbid or negate. So there are
few false alarms, and contradictions in other words are missed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rag.answer.checks.contradiction import edition
from rag.answer.checks.one_subject import Passage
from rag.answer.marks import ChangeKind, Mark, marks
from rag.text import terms
from rag.text.forces import Stance, stance
from rag.text.phrases import covers
from rag.text.tokenization import is_stop_word
from rag.types import Difference, Period

_WORD = re.compile(r"[^\W\d_]+")
_FEWEST = 2
"""Terms that both sentences have besides what differs."""

_SHORTEST = 4
"""Letters of a word that may be a part of a longer one: `Fischerei` in `Fischereiordnung`."""


@dataclass(frozen=True, slots=True)
class _Said:
    """The terms of a sentence without its marks, the values of the marks of each kind, and its stance."""

    terms: frozenset[str]
    values: Mapping[ChangeKind, Counter[object]]
    stance: Stance


def difference(one: Passage, other: Passage, language: str, *, akin: bool) -> Difference | None:
    """Return how two sentences in `language` contradict each other; None if they do not, or if that is not sure.

    If it is known that the documents are `akin`, as of one jurisdiction, their titles may name other things.
    """
    if edition(one.title) == edition(other.title):
        return None
    first, second = _read(one.text, language), _read(other.text, language)
    if len(first.terms & second.terms) < _FEWEST or _missing(first, second, one, other, language):
        return None
    if not _about_one_thing(one, other, language, akin=akin):
        return None
    return _only_difference(first, second)


@lru_cache(maxsize=1024)  # a sentence is compared with many others
def _read(text: str, language: str) -> _Said:
    found = marks(text, language)
    return _Said(
        frozenset(terms(_without(text, found), language)),
        {kind: Counter(mark.value for mark in found if mark.kind is kind) for kind in ChangeKind},
        stance(text, language),
    )


def _without(text: str, found: Sequence[Mark]) -> str:
    parts, place = list[str](), 0
    for mark in found:
        parts.append(text[place : mark.span.start])
        place = mark.span.end
    return " ".join([*parts, text[place:]])


def _missing(first: _Said, second: _Said, one: Passage, other: Passage, language: str) -> bool:
    """Return whether a sentence has a word that the other one lacks, with the title and headings above it."""
    above, below = frozenset(terms(one.around, language)), frozenset(terms(other.around, language))
    return bool(first.terms - second.terms - below) or bool(second.terms - first.terms - above)


def _about_one_thing(one: Passage, other: Passage, language: str, *, akin: bool) -> bool:
    """Return whether neither the titles nor the headings name different things, such as places or groups."""
    under = [_names_more(" ".join(mine.headings), theirs, language) for mine, theirs in ((one, other), (other, one))]
    if akin:
        return not all(under)
    return not (any(under) or _names_more(one.title, other, language) or _names_more(other.title, one, language))


def _names_more(name: str, other: Passage, language: str) -> bool:
    """Return whether a title or heading has a word that is nowhere in the other document and names no kind of text."""
    there = f"{other.around}\n{other.document}".casefold()
    known, words = frozenset(terms(there, language)), frozenset(_WORD.findall(there))
    naming = (word for word in _naming(name, language) if not known.issuperset(terms(word, language)))
    return not all(_begins(word, words) for word in naming)


def _naming(name: str, language: str) -> Iterator[str]:
    """Yield the words of a title or heading that are neither stop words nor a kind of text."""
    for match in _WORD.finditer(name):
        word = match[0].casefold()
        if not is_stop_word(word, language) and not covers(lambda of: of.succession.kind, [language], word):
            yield word


def _begins(word: str, others: Collection[str]) -> bool:
    """Return whether a word is the beginning of a compound."""
    return len(word) >= _SHORTEST and any(other.startswith(word) for other in others)


def _only_difference(one: _Said, other: _Said) -> Difference | None:
    figures, days = (_changed(one, other, kind) for kind in (ChangeKind.FIGURE, ChangeKind.DATE))
    match figures, days:
        case ([], []), ([], []):
            return _of_stances(one.stance, other.stance) if one.stance != other.stance else None
        case ([mine], [theirs]), ([], []) if one.stance == other.stance and _units(mine) == _units(theirs):
            return Difference.FIGURE
        case ([], []), ([mine], [theirs]) if one.stance == other.stance and _are_days_of_a_year(mine, theirs):
            return Difference.DATE
    return None


def _changed(one: _Said, other: _Said, kind: ChangeKind) -> tuple[list[object], list[object]]:
    """Return the values of one kind that only the first sentence has, and those that only the second one has."""
    mine, theirs = one.values[kind], other.values[kind]
    return list((mine - theirs).elements()), list((theirs - mine).elements())


def _units(figure: object) -> tuple[object, bool]:
    """Return the currency of a figure, and whether it is a share of a hundred."""
    assert isinstance(figure, tuple)
    numbers, signs = figure
    return signs, any(number.endswith("%") for number in numbers)


def _are_days_of_a_year(one: object, other: object) -> bool:
    """Return whether two dates are days of one year. Rules for different years may differ."""
    assert isinstance(one, Period)
    assert isinstance(other, Period)
    return one.first == one.last and other.first == other.last and one.first.year == other.first.year


def _of_stances(one: Stance, other: Stance) -> Difference | None:
    """Return how two stances differ. What must not be is banned in some languages and only free in others: None."""
    if one.modality == other.modality:
        return Difference.NEGATION
    by_modality = {stance.modality: stance.denied for stance in (one, other)}
    obliges, advises, allows = (by_modality.get(frozenset({modality})) for modality in ("must", "should", "may"))
    if obliges is not False:
        return None
    if allows is not None:
        return Difference.NEGATION if allows else Difference.MODALITY
    return Difference.MODALITY if advises is False else None
