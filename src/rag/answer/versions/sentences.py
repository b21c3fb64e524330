"""The sentences of a document, as a comparison reads them: their words, their marks, and the headings above them."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Self

from rag.answer.marks import ChangeKind, Mark, marks
from rag.text import one_line, sentences
from rag.text.markers import marker
from rag.text.tokenization import pieces
from rag.types import Document, Span


@dataclass(frozen=True)
class Sentence:
    """A sentence of a document, at `span` of its canonical text. Spans of its parts count from its start."""

    text: str
    span: Span
    language: str | None

    @cached_property
    def marks(self) -> list[Mark]:
        """The figures, dates, references, and words of force and negation."""
        return marks(self.text, self.language)

    @cached_property
    def tokens(self) -> list[Span]:
        """The words and marks of the sentence. A date or an amount with its unit is one token."""
        found: list[Span] = []
        place = 0
        for mark in self.marks:
            found += (span.shift(place) for span in pieces(self.text[place : mark.span.start]))
            found.append(mark.span)
            place = mark.span.end
        return [*found, *(span.shift(place) for span in pieces(self.text[place:]))]

    def between(self, first: int, end: int) -> Span:
        """Return the span of the tokens `[first, end)`. It may be empty."""
        if first < end:
            return Span(self.tokens[first].start, self.tokens[end - 1].end)
        place = self.tokens[first - 1].end if first else 0
        return Span(place, place)

    def values_in(self, span: Span) -> Counter[tuple[ChangeKind, object]]:
        """Return the kinds and values of the marks in a span."""
        return Counter((mark.kind, mark.value) for mark in self.marks if span.contains(mark.span))


class Sentences:
    """The sentences of a document in their order. `keys` has their words on one line each, to compare."""

    def __init__(self, document: Document, spans: list[Span]) -> None:
        self.document, self.spans = document, spans
        self.keys = [one_line(span.of(document.text)) for span in spans]
        self._starts = [heading.span.start for heading in document.headings]
        self._paths = list(_heading_paths(document))

    @classmethod
    def of(cls, document: Document, part: Span | None = None) -> Self:
        """Split a document, or a part of it. A blank line ends a sentence, so each block is split alone."""
        spans, start = list[Span](), part.start if part else 0
        for block in (part.of(document.text) if part else document.text).split("\n\n"):
            spans += (span.shift(start) for span in sentences(block, document.language))
            start += len(block) + 2
        return cls(document, spans)

    def __len__(self) -> int:
        return len(self.spans)

    def __getitem__(self, at: int) -> Sentence:
        return Sentence(self.spans[at].of(self.document.text), self.spans[at], self.document.language)

    def words(self, at: int) -> set[str]:
        """Return the different words of a sentence, case folded, without its own number, which other changes shift."""
        key = self.keys[at]
        numbered = marker(key)
        return words_of(key[len(numbered.written) :] if numbered else key)

    def is_heading(self, at: int) -> bool:
        """Return whether a sentence is a heading."""
        above = bisect_right(self._starts, self.spans[at].start)
        return above > 0 and self._starts[above - 1] == self.spans[at].start

    def heading(self, at: int) -> tuple[str, ...]:
        """Return the titles of the headings above a sentence, the highest level first; a heading is above itself.

        Before the first sentence, there are none.
        """
        above = bisect_right(self._starts, self.spans[at].start) if at >= 0 else 0
        return self._paths[above - 1] if above else ()


def words_of(text: str) -> set[str]:
    """Return the different words of a text, case folded."""
    folded = text.casefold()
    return {word for span in pieces(folded) if (word := span.of(folded))[0].isalnum()}


def _heading_paths(document: Document) -> Iterator[tuple[str, ...]]:
    path: list[tuple[int, str]] = []
    for heading in document.headings:
        path = [*((level, title) for level, title in path if level < heading.level), (heading.level, heading.title)]
        yield tuple(title for _, title in path)
