"""Find the line of a title page that names the authors: `By Ann Lee and Bo Ek`, `Authors: A. Lee, B. Ek`."""

from __future__ import annotations

import re

from rag.types import Span

LONGEST = 3_000
"""Characters at the beginning of a text in which the line is looked for."""

_NAME = r"[A-ZÀ-ÞА-Я][\w’'-]{0,30}\.?"
_PART = rf"(?:{_NAME}|de|del|della|di|da|dos|van|von|der|den|la|le|al|bin|ter)"
_NAMES = (
    rf"(?:(?:Dr|Prof|Mr|Mrs|Ms|Sir|Dame)\.? )?{_NAME}(?: {_PART}){{1,5}}"
    rf"(?:(?:, | and | & |, and |; ){_NAME}(?: {_PART}){{1,5}}){{0,20}}"
)
_LABELS = (
    r"(?i:authors?|author\(s\)|editors?|autor(?:in|en|innen|es|a|as)?|verfasser(?:in)?|auteure?s?|autrice|autore|autori|"
    r"автор(?:ы)?)"
)
_BYLINE = re.compile(
    r"^[^\S\n]*(?:(?:(?i:(?:written|prepared|edited|compiled|drafted) by|by)|"
    rf"(?:{_LABELS})\s?:|(?:{_LABELS})(?= [A-Z]))"
    rf"[^\S\n]+{_NAMES})[^\S\n]*\.?[^\S\n]*$",
    re.MULTILINE,
)


def byline(text: str) -> Span | None:
    """Return the line near the beginning of a text that names its authors; None if there is none."""
    match = _BYLINE.search(text[:LONGEST])
    if match is None:
        return None
    start = match.start() + len(match[0]) - len(match[0].lstrip())
    return Span(start, match.start() + len(match[0].rstrip()))
