"""Says what of a passage may be quoted: its sentences and list items, each with what it needs to be understood."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rag.text import one_line, sentences, terms
from rag.types import Hit, Span

_FEWEST_WORDS = 4
_ITEM = re.compile(r"^(?:[-*•–]|\d{1,3}[.)]|\(?[a-z]{1,4}\))\s+")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of the evidence that may be quoted.

    `lead` is the sentence that introduces it where it is an item of a list. `met` is how well the question's words are
    met by its own (MaxSim), `coverage` how many of them, by idf, stand in it or in the title and headings above it, for
    what these say no sentence need repeat. `score` is what decides.
    """

    passage: int
    span: Span
    text: str
    terms: frozenset[str]
    lead: Span | None = None
    met: float = 0.0
    coverage: float = 0.0
    score: float = 0.0


def quotable(number: int, hit: Hit) -> list[tuple[int, Sentence]]:
    """Return the sentences of a passage that may be quoted, each with its number among all of them."""
    titles = {hit.reference.title, *hit.heading}
    found = []
    lead: Span | None = None
    for place, span in enumerate(sentences(hit.text)):
        words = span.of(hit.text)
        marker = _ITEM.match(words)
        if not marker:
            lead = span.shift(hit.span.start) if words.endswith(":") else None
        text = one_line(_ITEM.sub("", words))
        # A heading, a question and what only introduces are no answers.
        if one_line(words) in titles or len(text.split()) < _FEWEST_WORDS or text.endswith((":", "?")):
            continue
        own = Span(span.start + (marker.end() if marker else 0), span.end).shift(hit.span.start)
        sentence = Sentence(number, own, text, frozenset(terms(text)), lead if marker else None)
        found.append((place, sentence))
    return found
