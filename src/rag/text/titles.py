"""Tell whether words name a document: by most words of its title, by its initials, or by its date and one word."""

from __future__ import annotations

import re

from rag.text.names import words_and_initials
from rag.text.periods import dates
from rag.text.tokenization import terms

_NAMED = 0.6
"""Words name a document if they have at least this share of the terms of its title."""


def names_title(words: str, title: str, language: str | None = None) -> bool:
    """Return whether words name a document in `language`: by most words of its title, or by its initials."""
    named, title_terms = set(terms(words, language)), set(terms(title, language))
    initials = {word.casefold() for word in re.findall(r"\b[A-Z]{2,8}\b", words)}
    share = len(named & title_terms) / max(1, len(title_terms))
    return share >= _NAMED or bool(initials & words_and_initials(title))


def names_earlier(words: str, title: str, published: str | None, later: str, language: str | None = None) -> bool:
    """Return whether words in a text titled `later` name an older text: by its title, or by its date and one word.

    A text with the same title is only named by its date.
    """
    if set(terms(words, language)) & set(terms(title, language)) and published in dates(words):
        return True
    return names_title(words, title) and title != later
