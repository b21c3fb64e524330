"""Check that a claim keeps the conditions and exceptions of its quote, and adds none."""

from __future__ import annotations

import re

from rag.answer.checks.alignment import Alignment, Match
from rag.answer.checks.forces import forces
from rag.types import Doubt

_EXCEPTION = re.compile(
    r"\b(?:unless|except(?:ing)?|other than|apart from|provided(?: that)?|providing that|subject to|as long as"
    r"|so long as"
    r"|on condition|only (?:if|when|where|after|with|by|for|to)|if)\b",
    re.IGNORECASE,
)
_EXCEPTS = re.compile(r"unless|except|other than|apart from", re.IGNORECASE)
_EXCEPTED = re.compile(
    r"\b(?:unless|except\w*|other than|apart from|only|outside|save|requires?|needs?"
    r"|but (?=(?:in|for|on|at|with|the)\b)|but not)",
    re.IGNORECASE,
)
_COORDINATOR = re.compile(r"[;:]|\b(?:and|but)\b")
_WHEN = re.compile(r"\b(?:when|where|once)\b", re.IGNORECASE)
_KEPT = re.compile(
    r"\b(?:unless|except|other than|apart from|provided|subject to|as long as|so long as|condition|only|if|when"
    r"|where|once"
    r"|without|not|for|after|in case|upon)\b",
    re.IGNORECASE,
)
_ADDED = re.compile(r"\b(?:even if|even when|regardless|unless|except|if|provided that)\b", re.IGNORECASE)
_RELATIVE = re.compile(r"\b(?:whether|who|whose|which|that)\b", re.IGNORECASE)
_OVERRIDES = re.compile(
    r"\b(?:even (?:for|in|with|at|on)|even if|even when|even though|regardless|irrespective|no matter)\b",
    re.IGNORECASE,
)
_CLAUSE_END = re.compile(r"[,;:()]|\Z")


def check_conditions(alignment: Alignment) -> Doubt | None:
    """Return the doubt if a condition was dropped, added or overridden."""
    claim, quote = alignment.claim.text, alignment.quote.text
    includes = re.search(r"\bincluding\b", claim) and not re.search(r"\bincluding\b", quote) and _EXCEPTS.search(quote)
    if includes or (_OVERRIDES.search(claim) and not _OVERRIDES.search(quote)):
        return Doubt.CONDITION
    if (
        (added := _ADDED.search(claim))
        and not _repeated(alignment, added)
        and not (_EXCEPTION.search(quote) or _WHEN.search(quote) or _RELATIVE.search(quote))
    ):
        return Doubt.CONDITION
    patterns = [_EXCEPTION, _WHEN] if forces(quote) else [_EXCEPTION]
    for pattern in patterns:
        for match in pattern.finditer(quote):
            if not _kept(alignment, match):
                return Doubt.CONDITION
    return None


def _repeated(alignment: Alignment, match: re.Match[str]) -> bool:
    """Return whether the quote has almost all words of a condition of the claim, as another kind of phrase."""
    end = _CLAUSE_END.search(alignment.claim.text, match.end())
    assert end is not None
    inside = [pair for pair in alignment.pairs if match.end() <= pair.claim.span.start < end.start()]
    return bool(inside) and all(pair.match >= Match.SIMILAR or pair.claim.light for pair in inside)


def _kept(alignment: Alignment, match: re.Match[str]) -> bool:
    """Return whether the claim has a word of the condition, or does not say what the condition is for."""
    end = _CLAUSE_END.search(alignment.quote.text, match.end())
    assert end is not None
    inside = [word for word in alignment.quote.content if match.end() <= word.span.start < end.start()]
    if not inside:
        return True
    if not _main_clause_claimed(alignment, match, end.start()):
        return True
    repeated = sum(word.at in alignment.quoted for word in inside)
    denied = len(alignment.claim.negations) > len(alignment.quote.negations)
    if _EXCEPTS.match(match[0]) and not (_EXCEPTED.search(alignment.claim.text) or denied):
        return False
    if repeated and _KEPT.search(alignment.claim.text):
        return True
    return repeated >= max(1, len(inside) // 2)


def _main_clause_claimed(alignment: Alignment, match: re.Match[str], end: int) -> bool:
    """Return whether the claim repeats a word of the clause that the condition limits."""
    text = alignment.quote.text
    start = max((found.end() for found in _COORDINATOR.finditer(text, 0, match.start())), default=0)
    before = [word for word in alignment.quote.content if start <= word.span.start < match.start()]
    main = before or [word for word in alignment.quote.content if word.span.start >= end]
    return 2 * sum(word.at in alignment.quoted for word in main) >= len(main)
