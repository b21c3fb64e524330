"""Writes superscripts and subscripts so that they do not join the figure before them."""

from __future__ import annotations

import re

_EXPONENTS = str.maketrans("0123456789-−n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁻ⁿ")
_UNIT = re.compile(r"(?<![^\W\d_])(?:[a-zA-Zµ]|[cdhkmµn]m|ft|in|yd|mi|ha|CO|sec)\Z")
_EXPONENT = re.compile(r"[\d−n-]+")


def raised(words: str, before: str) -> str:
    """Return a superscript that follows the text `before`: an exponent, or the end of an ordinal number.

    A number after a word or a full stop is the mark of a footnote, and is left out.
    """
    if not _EXPONENT.fullmatch(words):
        return words
    if before[-1:].isdigit():
        return f"^{words}"
    if _UNIT.search(before):
        return words.translate(_EXPONENTS)
    return "" if before[-1:].isalpha() or before[-1:] in ".,;:!?”\"'’)" else words


def lowered(words: str, before: str) -> str:
    """Return a subscript that follows the text `before`."""
    return f"_{words}" if before[-1:].isdigit() and words[:1].isdigit() else words
