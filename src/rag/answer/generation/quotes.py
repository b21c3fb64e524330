"""Finds the words that a language model quotes in the passage that it names."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Sequence

from rag.text import normalise
from rag.types import Hit, Span

_MARKS = "\"“”„«»‚‘’' …"
_OMITTED = re.compile(r"(?<!\s)\s*+(?:\[\s*+(?:\.\.\.|…)\s*+\]|\.\.\.|…)\s*+")
_ALIKE = {character: f"[{re.escape(group)}]" for group in ("'’‘ʼ", '"“”„', "-‐‑–—") for character in group}


def located(quotes: Iterable[tuple[int, str]], hits: Sequence[Hit]) -> tuple[tuple[tuple[int, Span], ...], bool]:
    """Return the spans of the quotes that their passages contain, each once, and whether another quote is not there.

    A quote is a pair: the number of its passage, and its words. An empty quote is no quote.
    """
    found: dict[tuple[int, Span], None] = {}
    misquoted = False
    for number, quote in quotes:
        for part in _parts(quote):
            span = locate(part, hits[number])
            misquoted |= span is None
            found |= {(number, span): None} if span else {}
    return tuple(found), misquoted


def locate(quote: str, hit: Hit) -> Span | None:
    """Return the span of a quote in its document, or None if the passage does not contain it.

    White space and the forms of quotation marks, apostrophes and dashes may differ. A quote has whole words.
    """
    words = quote.split()
    if not words:
        return None
    pattern = r"\s+".join("".join(_ALIKE.get(one, re.escape(one)) for one in word) for word in words)
    found = re.search(rf"(?<!\w){pattern}(?!\w)", hit.text)
    return Span(*found.span()).shift(hit.span.start) if found else None


def _parts(quote: str) -> Iterator[str]:
    """Yield the parts of a quote between dots that stand for omitted words, without marks around the whole."""
    for part in _OMITTED.split(normalise(html.unescape(quote)).strip(_MARKS)):
        if words := part.strip(_MARKS):
            yield words
