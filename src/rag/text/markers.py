"""Takes the first words of a sentence; says how its list or its law numbers it, and which number follows which."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

_BULLETS = "-*•‣◦▪▫·●○■□►▶✓✔–—"
_MARKER = re.compile(
    rf"""
    (?: (?P<bullet> [{_BULLETS}] )
      | (?P<section> (?:§{{1,2}}|Art(?:icle|\.)|Sec(?:tion|\.)|Rule|Clause|Regulation)\s?\d+[A-Za-z]?(?:\.\d+)*[.:]?
          | \d{{1,3}}(?:\.\d{{1,3}}){{1,4}}\.? )
      | (?P<number> \d{{1,3}}[.)] | \d{{1,3}}\s?[a-z]\. )
      | (?P<bracketed> \(\d{{1,3}}\s?[A-Za-z]?\) )
      | (?P<roman> \(?[ivx]{{1,5}}[.)] )
      | (?P<letter> \(?[a-z]{{1,2}}\) | \([a-z]\s[a-z]\) | [a-z]\. )
      | (?P<capital> \(?[A-Z][.)] )
    ) (?= \s )
    """,
    re.VERBOSE,
)


class Numbering(StrEnum):
    """How an item is marked; items marked alike that follow each other are one list."""

    BULLET = "bullet"
    SECTION = "section"
    NUMBER = "number"
    BRACKETED = "bracketed"
    ROMAN = "roman"
    LETTER = "letter"
    CAPITAL = "capital"


_FIRST = {Numbering.ROMAN: "i", Numbering.LETTER: "a", Numbering.CAPITAL: "A"}


@dataclass(frozen=True, slots=True)
class Marker:
    """The mark an item begins with, as it is written, and its kind."""

    written: str
    numbering: Numbering

    @property
    def label(self) -> str:
        """The mark without its brackets and stops."""
        return self.written.strip("(). ")

    @property
    def first(self) -> bool:
        """Whether a list begins with it."""
        return self.label == _FIRST.get(self.numbering, "1")


def marker(text: str) -> Marker | None:
    """Return the mark that `text` begins with, if it has one and words follow it."""
    match = _MARKER.match(text)
    if match is None or match.lastgroup is None:
        return None
    return Marker(match[0], Numbering(match.lastgroup))


def as_letter(mark: Marker, previous: Marker) -> Marker:
    """Return a roman numeral as the letter it is where it follows one: (i) after (h), (v) after (u)."""
    follows = len(mark.label) == 1 and previous.label[:1] == chr(ord(mark.label) - 1)
    return Marker(mark.written, Numbering.LETTER) if follows and previous.numbering is Numbering.LETTER else mark
