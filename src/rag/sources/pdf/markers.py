"""Recognises the marker of the next item of a list, even if the text before it has no stop."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.sources.pdf.lines import Line
from rag.text.roman import first_numerals

_MARK = re.compile(r"(\(?)(\d{1,3}|[a-z]{1,2}|[ivxl]{1,6}|[IVXL]{2,6}|[A-Z])([.)]{1,2})\s*\S")
_ROMAN = first_numerals(16)
_FIRST = ("1", "a", "A", "i", "I", "aa")
_LOOK_BACK, _LOOK_AHEAD = 12, 16


def follows(items: Sequence[Line], line: Line) -> bool:
    """Return whether `line` begins with the marker after that of one of the last `items`, at the same left edge."""
    found = _mark(line.text)
    if found is None:
        return False
    near = [item for item in items[-_LOOK_BACK:] if abs(item.left - line.left) < 0.8 * line.size]
    return any(found in _next(_mark(item.text)) for item in near)


def opens(lines: Sequence[Line], number: int) -> bool:
    """Return whether a line has the first marker of a list, and one of the next lines has the second one."""
    line = lines[number]
    found = _mark(line.text)
    if found is None or found[1] not in _FIRST:
        return False
    near = (
        other for other in lines[number + 1 : number + _LOOK_AHEAD] if abs(other.left - line.left) < 0.8 * line.size
    )
    return any(_mark(other.text) in _next(found) for other in near)


def _mark(text: str) -> tuple[str, str] | None:
    """Return the form and the value of the marker that a line begins with."""
    match = _MARK.match(text)
    return (match[1] + match[3], match[2]) if match else None


def _next(mark: tuple[str, str] | None) -> set[tuple[str, str]]:
    """Return the markers that may follow: the next number, letter or Roman numeral of the same form."""
    if mark is None:
        return set()
    form, value = mark
    following = set()
    if value.isdigit():
        following.add(str(int(value) + 1))
    elif value.lower() in _ROMAN[:-1]:
        numeral = _ROMAN[_ROMAN.index(value.lower()) + 1]
        following.add(numeral if value.islower() else numeral.upper())
    if len(set(value)) == 1 and value.isalpha() and value not in "zZ":
        following.add(chr(ord(value[0]) + 1) * len(value))
    return {(form, one) for one in following}
