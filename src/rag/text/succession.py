"""Find what a sentence says about its own document: that it replaces another text, or that it is replaced.

The patterns here are English. Texts in other languages are compared with the phrases of their language too.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from rag.text.phrases import compiled, phrases

KIND = (
    r"(?:text|act|law|regulations?|rules?|order|policy|guidance|guidelines?|document|directive|decree|notice|code|version|"
    r"edition|circular|standard|statute|ordinance|agreement|framework|page|publication|plan|procedure|manual)"
)
_ITSELF = rf"\b(?:this|these|the present)\s+(?:[\w-]+\s+){{0,3}}?{KIND}"
_REPLACES = re.compile(
    rf"{_ITSELF}\b(?:\s+\w+){{0,3}}?\s+(?:replaces?|supersedes?|repeals?|revokes?|cancels?)\s+(?:and\s+\w+\s+)?(?P<other>[^;]+)",
    re.IGNORECASE,
)
_REPEALED = re.compile(
    r"^\W*(?:\(?\w{1,4}[.)]\s+)?(?P<other>(?:The|Act|Regulation|Directive|Order|Rules)\b.{3,150}?)\s{1,4}(?:is|are)\s+(?:hereby\s+)?"
    r"(?:repealed|revoked|replaced by this|superseded by this|rescinded)\b",
)
_ENDED = re.compile(
    rf"{_ITSELF}\b(?:\s+\w+){{0,3}}?\s+(?:(?:has|have) been|was|were|is|are)\s+(?:now\s+|hereby\s+)?"
    r"(?:replaced|superseded|repealed|revoked|withdrawn|cancelled|rescinded|no longer (?:in force|valid|current))"
    r"(?:\s+(?:and\s+\w+\s+)?by\s+(?P<by>[^.;]+))?",
    re.IGNORECASE,
)

WORDS = ("replaces", "replaced", "supersedes", "repeals", "revokes", "withdrawn", "cancels", "rescinded", "longer")
"""Words of which each such sentence has one."""


@dataclass(frozen=True, slots=True)
class Succession:
    """A sentence about its document: the text that it replaces, or that it has ended and, if known, by which text."""

    replaces: str | None = None
    ended: bool = False
    by: str | None = None


def words_of_succession(language: str | None) -> tuple[str, ...]:
    """Return words of which each sentence about succession has one, in English and in `language`."""
    return (*WORDS, *(word for one in phrases((language,)) for word in one.succession.words.split()))


def succession(sentence: str, language: str | None = None) -> Succession | None:
    """Return what a sentence says about the succession of its document; None if it says nothing about it."""
    if match := _ENDED.search(sentence):
        return Succession(ended=True, by=match["by"])
    if match := _REPLACES.search(sentence) or _REPEALED.search(sentence):
        return Succession(replaces=match["other"].rstrip(". "))
    for one in phrases((language,)):
        words = one.succession
        if match := compiled(words.ended).search(sentence):
            return Succession(ended=True, by=match["by"])
        if match := compiled(words.replaces).search(sentence) or compiled(words.repealed).search(sentence):
            other: str = next(filter(None, match.groups()))
            return Succession(replaces=other.rstrip(". "))
    return None
