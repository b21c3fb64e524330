"""Reword a question that was refused, with the words that its evidence has for the same things.

A question often has words of everyday speech: `Who talks to the press?` The text says who `speaks` to the `media`. The
question is then asked once more with the words of the sentence that has most of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from rag.answer.checks.lexicon import stem
from rag.text import term_spans
from rag.text.languages import DEFAULT, known
from rag.types import Hit, Span

WORDS = "everyday.txt"
"""The file in this package with words of everyday speech, and the words of policy texts for them."""

_LEAST_SHARE = 0.5  # of the question's words in a sentence, once it is reworded
_LEAST_HELD = 2  # words or phrases of the question in a sentence; a single one proves nothing
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")


@dataclass(frozen=True, slots=True)
class Reworded:
    """A question with other words. `changes` has each word or phrase of the user with the word in its place."""

    question: str
    changes: tuple[tuple[str, str], ...]

    def is_answered_by(self, statement: str) -> bool:
        """Return whether a statement has all words that were put into the question."""
        return frozenset(_key(statement)).issuperset(stem(word) for _, word in self.changes)


def reworded(question: str, evidence: Sequence[Hit]) -> Reworded | None:
    """Return an English question in the words of the sentence that then has most of its words, or None.

    Evidence in other languages is left out.
    """
    asked = [*_asked(question)]
    best: tuple[float, int] = (0.0, 0)
    found: Mapping[Span, str] = {}
    for number, words in enumerate(_sentences(evidence)):
        changes = {one.span: word for one in asked if (word := one.replaced_by(words))}
        holding = [one for one in asked if one.span in changes or one.is_in(words)]
        held = sum(one.weight for one in holding)
        if changes and len(holding) >= _LEAST_HELD and (held, -number) > best:
            best, found = (held, -number), changes
    if not found or best[0] < _LEAST_SHARE * sum(one.weight for one in asked):
        return None
    return _with(question, found)


@dataclass(frozen=True, slots=True)
class _Asked:
    """A word or phrase of the question with its stems, and the words of policy texts that it may stand for."""

    span: Span
    stems: tuple[str, ...]
    meant: tuple[str, ...]

    @property
    def weight(self) -> int:
        """The number of its words."""
        return len(self.stems)

    def is_in(self, words: frozenset[str]) -> bool:
        """Return whether a sentence with these stems has the word."""
        return words.issuperset(self.stems)

    def replaced_by(self, words: frozenset[str]) -> str | None:
        """Return the word of a sentence with these stems in place of this one; None if it has no such word."""
        return None if self.is_in(words) else next((one for one in self.meant if stem(one) in words), None)


def with_meant_words(question: str) -> str:
    """Return the question with all words of policy texts that its words may stand for, to search with."""
    return " ".join((question, *(word for one in _asked(question) for word in one.meant)))


def _asked(question: str) -> Iterator[_Asked]:
    """Yield the words and phrases of a question, without stop words."""
    taken: list[Span] = []
    for match in _phrases().finditer(question):
        taken.append(Span(match.start(), match.end()))
        yield _Asked(taken[-1], _key(match[0]), _everyday()[_key(match[0])])
    for _, span in term_spans(question, DEFAULT):
        if not any(map(span.overlaps, taken)):
            own = _key(span.of(question))
            yield _Asked(span, own, _everyday().get(own, ()))


def _sentences(evidence: Sequence[Hit]) -> Iterator[frozenset[str]]:
    """Yield the stems of each quotable sentence of the evidence and its headings."""
    for hit in evidence:
        if known(hit.language) != DEFAULT:
            continue
        for one in hit.quotable:
            quoted = map(hit.quote, (*one.leads, one.span, *one.items, *one.tails))
            yield _stems(" ".join((hit.reference.title, *hit.heading, *quoted)))


def _with(question: str, changes: Mapping[Span, str]) -> Reworded:
    written = question
    for span in sorted(changes, reverse=True):
        written = f"{written[: span.start]}{changes[span]}{written[span.end :]}"
    ordered = tuple((span.of(question), changes[span]) for span in sorted(changes))
    return Reworded(written, ordered)


@lru_cache(maxsize=1024)  # refused questions have the same passages again and again
def _stems(text: str) -> frozenset[str]:
    return frozenset(_key(text))


def _key(text: str) -> tuple[str, ...]:
    return tuple(stem(word.lower().replace("’", "'")) for word in _WORD.findall(text))


@lru_cache(maxsize=1)
def _everyday() -> dict[tuple[str, ...], tuple[str, ...]]:
    """Return the words of policy texts for the stems of each word or phrase of everyday speech."""
    found: dict[tuple[str, ...], tuple[str, ...]] = {}
    for said, meant in _lines():
        found[_key(said)] = tuple(dict.fromkeys((*found.get(_key(said), ()), *meant.split())))
    return found


@lru_cache(maxsize=1)
def _phrases() -> re.Pattern[str]:
    """Return the pattern of the phrases of everyday speech that have several words."""
    several = sorted((said for said, _ in _lines() if " " in said), key=len, reverse=True)
    escaped = "|".join(re.escape(one).replace("'", "['’]").replace(r"\ ", r"\s") for one in several)
    return re.compile(rf"\b(?:{escaped})\b", re.IGNORECASE)


@lru_cache(maxsize=1)
def _lines() -> tuple[tuple[str, str], ...]:
    text = files("rag.answer").joinpath(WORDS).read_text(encoding="utf-8")
    pairs = (line.partition(" | ") for line in text.splitlines() if line and not line.startswith("#"))
    return tuple((said, meant) for said, _, meant in pairs)
