"""Parse list markers: the bullet, number, letter or section sign that a list item or an article begins with."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from rag.text.roman import first_numerals

_BULLETS = "-*•‣◦▪▫·●○■□►▶➢➤✓✔–—"
# Some PDFs have no space after the marker of an item: "(a)Reports on risks", but "(s)he" is a word.
ATTACHED = r"(?:(?<=\([a-zA-Z\d]\))(?!he\b)|(?<=\([ivx\d]{2}\))|(?<=\([iv]{3}\)))[^\W\d_]{2}"
_MARKER = re.compile(
    rf"""
    (?: (?P<bullet> [{_BULLETS}] )
      | (?P<section> (?:§{{1,2}}|Art(?:icle|\.)|Sec(?:tion|\.)|Rule|Clause|Regulation)\s?\d+[A-Za-z]?(?:\.\d+)*[.:]?
          | \d{{1,3}}(?:\.\d{{1,3}}){{1,4}}\.? | [A-Z]\d{{1,2}}\. )
      | (?P<number> \d{{1,3}}[.)] | \d{{1,3}}\s?[a-z]\. )
      | (?P<bracketed> \(\d{{1,3}}\s?[A-Za-z]?\) )
      | (?P<roman> \(?[ivx]{{1,5}}[.)] )
      | (?P<letter> \(?[a-z]{{1,2}}\) | \([a-z]\s[a-z]\) | [a-z]\. )
      | (?P<capital> \(?[A-Z][.)] )
    ) (?= \s | {ATTACHED} )
    """,
    re.VERBOSE,
)


class Numbering(StrEnum):
    """The numbering style of a marker. Consecutive items with one style belong to one list."""

    BULLET = "bullet"
    SECTION = "section"
    NUMBER = "number"
    BRACKETED = "bracketed"
    ROMAN = "roman"
    LETTER = "letter"
    CAPITAL = "capital"


_LAST_NUMBER = re.compile(r"((?:.*\.)?[A-Z]?)(\d+)")
_ROMANS = dict(pairwise(first_numerals(20)))
_FIRST = {Numbering.ROMAN: "i", Numbering.LETTER: "a", Numbering.CAPITAL: "A"}


@dataclass(frozen=True, slots=True)
class Marker:
    """The marker of a list item: its text, and its numbering style."""

    written: str
    numbering: Numbering

    @property
    def label(self) -> str:
        """The marker without brackets and full stops."""
        return self.written.strip("(). ")

    def alike(self, other: Marker) -> bool:
        """Return whether both may mark items of one list: `3.` is not an item of a list with `1)` and `2)`."""
        same_stop = self.numbering is not Numbering.NUMBER or self.written[-1:] == other.written[-1:]
        return self.numbering is other.numbering and same_stop

    def follows(self, other: Marker) -> bool:
        """Return whether this marker is the next one of a list: `(c)` after `(b)`, `4.3` after `4.2`."""
        return self.numbering is other.numbering and _next(other) == self.label

    @property
    def first(self) -> bool:
        """Whether it marks the first item of a list."""
        return self.label == _FIRST.get(self.numbering, "1")


def _next(mark: Marker) -> str | None:
    """Return the label after that of a marker; None if there is none, or if the style has no order."""
    if found := _LAST_NUMBER.fullmatch(mark.label):
        return f"{found[1]}{int(found[2]) + 1}"
    if mark.numbering is Numbering.ROMAN:
        return _ROMANS.get(mark.label)
    ordered = mark.numbering in {Numbering.LETTER, Numbering.CAPITAL} and len(mark.label) == 1
    return chr(ord(mark.label) + 1) if ordered and mark.label not in "zZ" else None


def marker(text: str) -> Marker | None:
    """Return the marker at the start of `text`; None if there is none, or if nothing follows it."""
    match = _MARKER.match(text)
    if match is None or match.lastgroup is None:
        return None
    return Marker(match[0], Numbering(match.lastgroup))


def as_letter(mark: Marker, previous: Marker) -> Marker:
    """Read a roman numeral as a letter if the previous marker is the letter before it: (i) after (h), (v) after (u)."""
    follows = len(mark.label) == 1 and previous.label[:1] == chr(ord(mark.label) - 1)
    return Marker(mark.written, Numbering.LETTER) if follows and previous.numbering is Numbering.LETTER else mark
