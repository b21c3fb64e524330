"""Recognise English sentences that lean on words before them: `It applies to boats`, `as stated in such letter`."""

from __future__ import annotations

import re

from rag.text.sentence_roles import refers_back

# Adverbs that open a sentence which says something without the sentence before it.
_ADVERB = re.compile(
    r"(?:However|Nevertheless|Nonetheless|Otherwise|Therefore|Thus|Hence|Consequently|Accordingly)\b,? ?"
)
_SUCH = re.compile(
    r"\b(?:by|for|from|in|of|on|to|under|with|any|all|no|such) such (?P<an>an? )?(?P<noun>[a-z]{3,})\b(?! as\b)"
    r"|^Such (?P<first>[a-z]{3,})\b(?! as\b)"
)
_NO_NOUN = frozenset("as case cases circumstances event events manner form time times other terms conditions".split())  # noqa: SIM905
_POINTS_BACK = re.compile(
    r"\b(?:the (?:above|foregoing|aforesaid|said|latter|former)\b(?! (?:part|half|years?|phrase|taxpayer))"
    r"|aforesaid|aforementioned"
    r"|(?:mentioned|described|listed|referred to|stated|specified|set out) above\b)",
    re.IGNORECASE,
)
_ITEM_WITHOUT_LEAD = re.compile(r"(?:[-*•]|\(?(?:[a-z]{1,2}|[ivx]{1,5}|\d{1,2})[.)]) ?[a-z]")
_STEM = 5  # letters of a noun that two of its forms share


def leans(words: str) -> bool:
    """Return whether a sentence cannot be understood without the words before it."""
    rest = _ADVERB.sub("", words, count=1)
    if _ITEM_WITHOUT_LEAD.match(words) or refers_back(rest[:1].upper() + rest[1:]):
        return True
    return _POINTS_BACK.search(words) is not None or bool(such_things(words))


def such_things(words: str) -> list[str]:
    """Return the nouns after `such` that a sentence does not name earlier: `review` in `the results of such review`."""
    return [such["noun"] or such["first"] for such in _SUCH.finditer(words) if _without_noun(words, such)]


def _without_noun(words: str, such: re.Match[str]) -> bool:
    """Return whether the thing after `such` is not named earlier in the sentence."""
    noun = such["noun"] or such["first"]
    return noun not in _NO_NOUN and noun[:_STEM] not in words[: such.start()].lower()
