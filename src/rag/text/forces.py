"""Find the words of a sentence that oblige, advise, allow or forbid something, and those that negate."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, fields
from functools import lru_cache

from rag.text.languages import DEFAULT, known
from rag.text.phrases import MODULES, phrases_of
from rag.text.phrases.model import Force
from rag.types import Span

NEGATION = "negation"
"""The class of words that negate. Every other class is a modality."""

BANNED = "banned"
"""The class of words that forbid."""

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


@dataclass(frozen=True, slots=True)
class Stance:
    """What a sentence obliges, advises or allows, and whether it denies it. What it bans is not allowed."""

    modality: frozenset[str]
    denied: bool

    def agrees(self, other: Stance) -> bool:
        """Return whether both deny or neither does, with the same modality. `You pay` agrees with `You must pay`."""
        return self.denied == other.denied and (
            self.modality == other.modality or not (self.modality and other.modality)
        )


@lru_cache(maxsize=4096)
def stance(text: str, language: str | None = None) -> Stance:
    """Return the stance of a sentence. If its language is unknown, words of all languages count."""
    languages = (DEFAULT, *MODULES) if language is None else (language,)
    found = {force for each in languages for force, _ in forces(text, each)}
    denied, modality = NEGATION in found, found - {NEGATION}
    if BANNED in found:
        return Stance(frozenset({"may"}), not denied)
    return Stance(frozenset(modality), denied)


@lru_cache(maxsize=len(MODULES) + 1)
def _pattern(language: str) -> re.Pattern[str]:
    words = phrases_of(language).force if language in MODULES else _ENGLISH
    classes = "|".join(f"(?P<{one.name}>{getattr(words, one.name)})" for one in fields(words))
    return re.compile(rf"(?<!\w)(?:{classes})(?!\w)", re.IGNORECASE)
