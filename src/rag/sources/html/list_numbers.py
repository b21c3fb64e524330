"""Gives list items the numbers and letters that a browser shows (HTML, the attributes of `ol` and `li`)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from rag.sources.html.styled import LIST_MARK, LIST_TYPE
from rag.sources.numerals import letters
from rag.text.roman import roman

if TYPE_CHECKING:
    from lxml.etree import _Element

_TYPES = {
    "lower-alpha": "a",
    "lower-latin": "a",
    "upper-alpha": "A",
    "upper-latin": "A",
    "lower-roman": "i",
    "upper-roman": "I",
    "lower-greek": "α",
    "decimal": "1",
    "decimal-leading-zero": "01",
}
_GREEK = "αβγδεζηθικλμνξοπρστυφχψω"
_BULLETS = ("circle", "disc", "square")
_OWN_LABEL = re.compile(r"\s*+(?:\(\w{1,5}\)|\(?\w{1,3}[.)]|§|[•·▪◦‣–—]\s)\s*+\S")


def markers(element: _Element, items: Sequence[_Element]) -> Iterator[str]:
    """Yield the marker of each item of a list: `-`, or a number or letter with a full stop."""
    counted = any(item.get(LIST_MARK) for item in items)
    if element.tag != "ol" and not counted and _style(element) not in _TYPES:
        yield from ("" if _OWN_LABEL.match("".join(item.itertext())) else "-" for item in items)
        return
    step = -1 if element.get("reversed") is not None else 1
    number = _integer(element.get("start"), len(items) if step < 0 else 1)
    kind = _kind(element)
    for item in items:
        number = _integer(item.get("value"), number)
        own = _TYPES.get(_style(item), _style(item)) or item.get("type") or kind
        yield _counted(item, number) or _marker(number, own)
        number += step


def _kind(element: _Element) -> str:
    """Return the type of a list as HTML writes it: `1`, `a`, `A`, `i` or `I`; `none` if the page shows no numbers."""
    style = _style(element)
    return _TYPES.get(style, style) or element.get("type") or "1"


def _style(element: _Element) -> str:
    """Return the type of the markers by the styles of the page."""
    return element.get(LIST_TYPE) or ""


def _counted(item: _Element, number: int) -> str:
    """Return the marker that the page writes before an item with a counter, or nothing."""
    form = item.get(LIST_MARK)
    if not form:
        return ""
    before, kind, after = form.split("|")
    return f"{before}{shown(number, _TYPES.get(kind, '1'))}{after}".strip()


def _marker(number: int, kind: str) -> str:
    if kind == "none":
        return ""
    return "-" if kind in _BULLETS else f"{shown(number, kind)}."


def shown(number: int, kind: str) -> str:
    """Return a number in one of the types `1`, `01`, `a`, `A`, `i`, `I` and `α`."""
    if kind == "01":
        return f"{number:02d}"
    if kind == "α" and 0 < number <= len(_GREEK):
        return _GREEK[number - 1]
    if kind in "aA" and number > 0:
        return letters(number).upper() if kind == "A" else letters(number)
    if kind in "iI" and 0 < number < 4000:
        return roman(number).upper() if kind == "I" else roman(number)
    return str(number)


def _integer(value: str | None, default: int) -> int:
    return int(value) if re.fullmatch(r"\s*-?\d{1,9}\s*", value or "") and value else default
