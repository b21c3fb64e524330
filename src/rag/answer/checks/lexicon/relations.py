"""Tell which English words mean the same and which contradict each other."""

from __future__ import annotations

from functools import lru_cache

from rag.answer.checks.lexicon.files import lines
from rag.answer.checks.lexicon.stems import stem


def _groups(name: str) -> list[frozenset[str]]:
    return [frozenset(stem(word) for word in line.split()) for line in lines(name)]


@lru_cache(maxsize=1)
def _synonyms() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for alike in _groups("synonyms.txt"):
        for word in alike:
            found.setdefault(word, set()).update(alike)
    return {word: frozenset(others) for word, others in found.items()}


@lru_cache(maxsize=1)
def _opposites() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for line in lines("opposites.txt"):
        sides = [frozenset(stem(word) for word in side.split()) for side in line.split("|")]
        for one, other in ((sides[0], sides[1]), (sides[1], sides[0])):
            for word in one:
                found.setdefault(word, set()).update(other - one)
    return {word: frozenset(others) for word, others in found.items()}


@lru_cache(maxsize=1)
def _verbs() -> frozenset[str]:
    return frozenset(stem(word) for line in lines("verbs.txt") for word in line.split())


def is_verb(word: str) -> bool:
    """Return whether the stem `word` may be a verb."""
    return word in _verbs()


def synonyms(word: str) -> frozenset[str]:
    """Return the stems that may replace the stem `word`."""
    return _synonyms().get(word, frozenset())


def opposites(word: str) -> frozenset[str]:
    """Return the stems that contradict the stem `word`."""
    return _opposites().get(word, frozenset())


_PREFIXES = ("un", "in", "im", "ir", "il", "non", "dis")


def derived_opposite(one: str, other: str) -> bool:
    """Return whether one stem is the other one with a negating prefix: `unlawful` and `lawful`."""
    long, short = (one, other) if len(one) > len(other) else (other, one)
    return len(short) >= 3 and any(long == prefix + short for prefix in _PREFIXES)
