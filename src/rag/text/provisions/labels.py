"""Reads the labels of provisions: their order, and which marks of a line are numbers of a list."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from rag.text.roman import first_numerals

Key: TypeAlias = tuple[tuple[int, str], ...]
"""The place of a label in the order of its kind: 5 < 5a < 5b < 6, and 3.2 < 3.10."""

_ROMAN = {numeral: number for number, numeral in enumerate(first_numerals(200), start=1)}
_PARTS = re.compile(r"(\d+)([a-z]*)", re.IGNORECASE)
_CODE = re.compile(r"([LRDA])\.?\s?\*?(?=\d)")  # of an article of a French code, such as `L. 123-4`


class Style(StrEnum):
    """The numbering of a list item: `1`, `a`, `i`, `A`, `I`, `3.1`, or the `1°` of French law."""

    NUMBER = "number"
    LETTER = "letter"
    ROMAN = "roman"
    CAPITAL = "capital"
    CAPITAL_ROMAN = "capital roman"
    DEGREE = "degree"
    DOTTED = "dotted"


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark at the start of a line: its label, and the characters around it, such as `()` or `.`.

    `end` is the offset of the words after it.
    """

    label: str
    around: str
    end: int

    @property
    def styles(self) -> tuple[Style, ...]:
        """The styles that it may have. `i` is a letter after `h` and a roman numeral otherwise."""
        if self.around.endswith("°"):
            return (Style.DEGREE,)
        if "." in self.label:
            return (Style.DOTTED,)
        if self.label[0].isdigit():
            return (Style.NUMBER,)
        upper = self.label[0].isupper()
        roman = (Style.CAPITAL_ROMAN if upper else Style.ROMAN,) if self.label.lower() in _ROMAN else ()
        return (Style.CAPITAL if upper else Style.LETTER, *roman)


_MARK = re.compile(
    r"[^\S\n]*(?:"
    r"(?P<dotted>\d{1,3}(?:\.\d{1,3}){1,3})\.?(?=[^\S\n])"
    r"|\((?P<bracketed>\d{1,3}\s?[A-Za-z]{0,2}|[a-z]{1,2}|[ivxl]{1,6}|[A-Z]{1,2}|[IVX]{1,5})\)"
    r"|(?P<half>\d{1,3}[a-z]?|[a-z]{1,2}|[ivxl]{1,6}|[A-Z])\)"
    r"|(?P<stopped>\d{1,3}[A-Za-z]{0,2}|[a-z]|[ivxl]{1,6}|[A-Z]|[IVXL]{1,5})\.(?![\d.])"
    r"|(?P<degree>\d{1,2}(?:bis|ter)?)°)"
    r"[.—–-]{0,2}(?P<after>[^\S\n]+(?=\S)|(?=[—–(“‘«„]|[^\W\d_]{2}))"
)
_SPLIT = re.compile(r"[^\S\n]*[—–-]?[^\S\n]*")  # between two marks of one line, as in `12.—(1)`


def mark_at(text: str, start: int, end: int) -> Mark | None:
    """Return the mark of a list item at `start`; None if there is none, or if no words follow it."""
    found = _MARK.match(text, start, end)
    if found is None or found.end() >= end or found.lastgroup is None:
        return None
    label, around = next(
        (found[name], around)
        for name, around in (("dotted", ""), ("bracketed", "()"), ("half", ")"), ("stopped", "."), ("degree", "°"))
        if found[name]
    )
    return Mark(label.replace(" ", ""), around, found.end())


def marks_at(text: str, start: int, end: int) -> list[tuple[int, Mark]]:
    """Return the marks that follow each other at `start`, each with its offset: `12.—(1)`, `(2) (a)`."""
    found: list[tuple[int, Mark]] = []
    while (mark := mark_at(text, start, end)) is not None and len(found) < 4:
        found.append((start + len(text[start : mark.end]) - len(text[start : mark.end].lstrip()), mark))
        gap = _SPLIT.match(text, mark.end, end)
        start = gap.end() if gap and text[gap.end() : gap.end() + 1] == "(" else mark.end
        if text[start : start + 1] != "(":
            break
    return found


def number_of(label: str, style: Style) -> Key:
    """Return the place of a label among the labels of a style."""
    if style in (Style.ROMAN, Style.CAPITAL_ROMAN):
        return ((_ROMAN[label.lower()], ""),)
    if style in (Style.LETTER, Style.CAPITAL):
        return ((_letters(label.lower()), ""),)
    return key_of(label)


def _letters(label: str) -> int:
    """Return 1 for `a`, 27 for `aa`, and also for `za`, which is inserted after `z`."""
    if len(label) == 1:
        return ord(label) - ord("a") + 1
    if len(set(label)) == 1:
        return 26 * (len(label) - 1) + _letters(label[0])
    return 1000 + 26 * (ord(label[0]) - ord("a")) + ord(label[-1]) - ord("a")


def key_of(label: str) -> Key:
    """Return the place of a label of digits, parts and letters, such as `5a`, `3.2` or `L. 123-4`."""
    return tuple((int(digits), letters.lower()) for digits, letters in _PARTS.findall(label))


def roman_value(label: str) -> int | None:
    """Return the value of a roman numeral in capitals; None if it is none."""
    return _ROMAN.get(label.lower()) if label.isupper() else None


def normal(label: str) -> str:
    """Return a label as it is compared: `L. 123-4` as `l123-4`, `(3A)` as `3a`, `3.` as `3`."""
    return _CODE.sub(r"\1", label.strip().strip("().°").strip()).replace(" ", "").lower()


def follows(one: Key, other: Key) -> bool:
    """Return whether `other` comes directly after `one`: 4 or 3a after 3, 4 after 3b."""
    (number, letters), (next_number, next_letters) = one[-1], other[-1]
    if one[:-1] != other[:-1]:
        return False
    if next_number == number + 1:
        return next_letters in ("", "a")
    return next_number == number and next_letters > letters


def is_first(key: Key) -> bool:
    """Return whether a label is the first one of a list."""
    return key == ((1, ""),)
