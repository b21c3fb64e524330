"""Complete the question word at the end of an English question: `Why was the toll raised, and when?`"""

from __future__ import annotations

import re

_AUXILIARIES = "is|are|was|were|do|does|did|can|could|may|might|must|should|shall|will|would|has|have|had"
_TAIL = re.compile(
    r"(?P<first>.*?[^\s,]),?\s++(?:and|or)\s++(?:if\s++so,?\s++)?"
    r"(?P<word>(?:(?:by|for|from|to|with|since|until|after|under|in|on|at)\s++)?"
    r"(?:when|where|why|how|whom|how\s++(?:much|often|long|many|soon)|(?:what|which)(?:\s++\w++)?))\W*\Z",
    re.IGNORECASE,
)
_OPENS = re.compile(
    rf"\W*(?:(?:how\s+(?:much|often|long|soon)|why|when|where|how|whom)\s+)?(?P<aux>{_AUXILIARIES})\s+(?P<rest>.+)",
    re.IGNORECASE,
)
_LEAST_WORDS = 3  # of the rest that both questions share


def with_tail(question: str) -> tuple[str, str] | None:
    """Return both questions, the second one with the words of the first: `When was the toll raised?`

    Return None if a question has no such end, or if it does not begin with a verb or a question word before a verb.
    """
    match = _TAIL.fullmatch(question.strip())
    opens = _OPENS.fullmatch(match["first"]) if match else None
    if match is None or opens is None or len(opens["rest"].split()) < _LEAST_WORDS:
        return None
    word = match["word"]
    return f"{match['first']}?", f"{word[0].upper()}{word[1:]} {opens['aux'].lower()} {opens['rest']}?"
