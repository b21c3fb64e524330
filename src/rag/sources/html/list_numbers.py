"""Gives list items the numbers and letters that a browser shows (HTML, the attributes of `ol` and `li`)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from rag.sources.numerals import letters, roman

if TYPE_CHECKING:
    from lxml.etree import _Element

_TYPES = {
    "lower-alpha": "a",
    "lower-latin": "a",
    "upper-alpha": "A",
    "upper-latin": "A",
    "lower-roman": "i",
    "upper-roman": "I",
    "decimal": "1",
}
_STYLE = re.compile(r"list-style(?:-type)?\s*+:[^;]{0,80}?\b(none|" + "|".join(_TYPES) + r")\b", re.IGNORECASE)
_OWN_LABEL = re.compile(r"\s*(?:\(\w{1,5}\)|\(?\w{1,3}[.)]|§)\s*\S")


def markers(element: _Element, items: Sequence[_Element]) -> Iterator[str]:
    """Yield the marker of each item of a list: `-`, or a number or letter with a full stop."""
    if element.tag != "ol":
        yield from ("" if _OWN_LABEL.match("".join(item.itertext())) else "-" for item in items)
        return
    step = -1 if element.get("reversed") is not None else 1
    number = _integer(element.get("start"), len(items) if step < 0 else 1)
    kind = _kind(element)
    for item in items:
        number = _integer(item.get("value"), number)
        own = item.get("type") or kind
        yield "" if own == "none" else f"{_shown(number, own)}."
        number += step


def _kind(element: _Element) -> str:
    """Return the type of a list as HTML writes it: `1`, `a`, `A`, `i` or `I`; `none` if the page shows no numbers."""
    style = _STYLE.search(element.get("style") or "")
    if style:
        return _TYPES.get(style[1].lower(), "none")
    return element.get("type") or "1"


def _shown(number: int, kind: str) -> str:
    if kind in "aA" and number > 0:
        return letters(number).upper() if kind == "A" else letters(number)
    if kind in "iI" and 0 < number < 4000:
        return roman(number).upper() if kind == "I" else roman(number)
    return str(number)


def _integer(value: str | None, default: int) -> int:
    return int(value) if re.fullmatch(r"\s*-?\d{1,9}\s*", value or "") and value else default
