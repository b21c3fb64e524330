"""Recognise `not ... unless` and `only if`, which say the same."""

from __future__ import annotations

import re

from rag.answer.checks.words import Reading

_ONLY_IF = re.compile(
    r"\bonly (?:if|when|after|once|with|where|by|in)\b"
    r"|\brequires?\b|\bneeds?\b|\bnecessary\b|\bsubject to\b|\bdepends?\b",
    re.IGNORECASE,
)


def unless_not(one: Reading, other: Reading) -> bool:
    """Return whether one sentence says `not ... unless` and the other one `only if`."""
    limits = _ONLY_IF.search(other.text) and not other.negations
    return (
        bool(limits)
        and len([at for at in one.negations if one.words[at].low != "without"]) == 1
        and bool(one.lows & {"unless", "until", "without", "except", "out"})
    )
