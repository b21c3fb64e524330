"""Finds the words that a language model quotes in the passage that it names."""

from __future__ import annotations

import re

from rag.types import Hit, Span


def locate(quote: str, hit: Hit) -> Span | None:
    """Return the span of a quote in its document, or None if the passage does not contain it.

    White space may differ, because models write line breaks as spaces. A quote has whole words.
    """
    words = quote.split()
    if not words:
        return None
    pattern = r"\s+".join(map(re.escape, words))
    found = re.search(rf"(?<!\w){pattern}(?!\w)", hit.text)
    return Span(*found.span()).shift(hit.span.start) if found else None
