"""Finds the words of a quotation in a document: the same words in order, whatever their case and punctuation.

If a document has other words, the most similar run of its words is found, with the differences (Ratcliff and Obershelp,
as in `difflib`).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property

from rag.answer.texts.results import Change
from rag.types import Span

_WORD = re.compile(r"\w+")
_ELLIPSIS = re.compile(r"\.\.\.|…")
"""Spaces and brackets around it stay with the parts: they are no words."""

_WIDEST_GAP = 3_000
"""Characters that an ellipsis may leave out."""


@dataclass(frozen=True)
class Words:
    """A text as words, to search in."""

    text: str

    @cached_property
    def _matches(self) -> list[re.Match[str]]:
        return list(_WORD.finditer(self.text))

    @cached_property
    def words(self) -> list[str]:
        """The words, case folded."""
        return [match.group().casefold() for match in self._matches]

    @cached_property
    def _joined(self) -> str:
        return f" {' '.join(self.words)} "

    @cached_property
    def _places(self) -> list[int]:
        """The place of each word in `_joined`."""
        places, at = [], 1
        for word in self.words:
            places.append(at)
            at += len(word) + 1
        return places

    def span(self, first: int, last: int) -> Span:
        """Return the span from the word with number `first` to the word `last`, both included."""
        return Span(self._matches[first].start(), self._matches[last].end())

    def runs(self, words: Sequence[str]) -> Iterator[tuple[int, int]]:
        """Yield the numbers of the first and the last word of each run of these words."""
        needle = f" {' '.join(words)} "
        at = self._joined.find(needle)
        while at >= 0:
            first = bisect_right(self._places, at + 1) - 1
            yield first, first + len(words) - 1
            at = self._joined.find(needle, at + 1)


def find(quotation: str, document: Words, near: int = 0) -> Span | None:
    """Return the span of a quotation in a document: the one nearest to `near` of several. None if there is none."""
    parts = [Words(part).words for part in _ELLIPSIS.split(quotation)]
    parts = [part for part in parts if part]
    if not parts:
        return None
    found = [span for run in document.runs(parts[0]) if (span := _continued(document, run, parts[1:]))]
    return min(found, key=lambda span: abs(span.start - near), default=None)


def _continued(document: Words, run: tuple[int, int], parts: Sequence[Sequence[str]]) -> Span | None:
    """Return the span of a run and of the parts that follow it after ellipses; None if one does not follow."""
    first, last = run
    for part in parts:
        following = next((other for other in document.runs(part) if other[0] > last), None)
        if following is None or document.span(last, following[0]).end - document.span(last, last).end > _WIDEST_GAP:
            return None
        last = following[1]
    return document.span(first, last)


def changes(was: str, became: str) -> tuple[Change, ...]:
    """Return the words of a quotation that a document has in another form, in order."""
    one, other = Words(was), Words(became)
    matcher = SequenceMatcher(None, one.words, other.words, autojunk=False)
    return tuple(
        Change(_between(one, a, b), _between(other, c, d))
        for kind, a, b, c, d in matcher.get_opcodes()
        if kind != "equal"
    )


def similarity(one: str, other: str) -> float:
    """Return the similarity of the words of two texts, from 0 to 1."""
    return SequenceMatcher(None, Words(one).words, Words(other).words, autojunk=False).ratio()


def _between(words: Words, first: int, end: int) -> str:
    return words.span(first, end - 1).of(words.text) if end > first else ""
