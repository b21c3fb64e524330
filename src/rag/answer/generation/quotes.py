"""Finds the words that a language model quotes in the passage that it names."""

from __future__ import annotations

import re

from rag.types import Hit, Span


def locate(quote: str, hit: Hit) -> Span | None:
    """Return the span of a quote in its document, or None if the passage does not contain it.

    White space may differ, because models write line breaks as spaces.
    """
    words = quote.split()
    if not words:
        return None
    found = re.search(r"\s+".join(map(re.escape, words)), hit.text)
    return Span(*found.span()).shift(hit.span.start) if found else None
