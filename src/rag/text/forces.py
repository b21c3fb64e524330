"""Find the words of a sentence that oblige, advise, allow or forbid something, and those that negate."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields
from functools import lru_cache

from rag.text.languages import known
from rag.text.phrases import MODULES, phrases_of
from rag.text.phrases.model import Force
from rag.types import Span

NEGATION = "negation"
"""The class of words that negate. Every other class is a modality."""

_ENGLISH = Force(
    must=r"must|shall|ha(?:s|ve|d) to|needs? to|required?|requires|obliged?|obligatory|mandatory|compulsory|bound to",
    should=r"should|ought to|recommend(?:ed|s)?|advis(?:ed|able)|encouraged?",
    may=r"may|might|can|could|entitled?|allowed?|allows|permit(?:s|ted)?|free to|optional|voluntary|discretion",
    banned=r"forbid(?:s|den)?|prohibit(?:s|ed)?|banned|unlawful",
    negation=r"not|no|never|neither|nor|none|nobody|nothing|without|cannot|\w+n['’]t",
)


def forces(text: str, language: str | None = None) -> Iterator[tuple[str, Span]]:
    """Yield the words of force in a text in their order: the class of each, a field of `Force`, and its place.

    A text in a language without such words is read as English.
    """
    for match in _pattern(known(language)).finditer(text):
        assert match.lastgroup is not None
        yield match.lastgroup, Span(*match.span())


@lru_cache(maxsize=len(MODULES) + 1)
def _pattern(language: str) -> re.Pattern[str]:
    words = phrases_of(language).force if language in MODULES else _ENGLISH
    classes = "|".join(f"(?P<{one.name}>{getattr(words, one.name)})" for one in fields(words))
    return re.compile(rf"(?<!\w)(?:{classes})(?!\w)", re.IGNORECASE)
