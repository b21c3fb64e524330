"""English words of policy texts: stems, words of one meaning, opposites, and classes of words.

The word lists are data: `synonyms.txt`, `opposites.txt` and `irregular.txt`.
"""

from __future__ import annotations

from rag.answer.checks.lexicon.classes import (
    DEGREES,
    FUNCTION,
    LIGHT,
    MODALS,
    NEGATIONS,
    NEGATIVE_VERBS,
    PARTIAL,
    UNIVERSAL,
)
from rag.answer.checks.lexicon.phrases import plain_phrases
from rag.answer.checks.lexicon.relations import derived_opposite, is_verb, opposites, synonyms
from rag.answer.checks.lexicon.stems import is_irregular, stem

__all__ = [
    "DEGREES",
    "FUNCTION",
    "LIGHT",
    "MODALS",
    "NEGATIONS",
    "NEGATIVE_VERBS",
    "PARTIAL",
    "UNIVERSAL",
    "derived_opposite",
    "is_irregular",
    "is_verb",
    "opposites",
    "plain_phrases",
    "stem",
    "synonyms",
]
