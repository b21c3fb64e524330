"""Writes superscripts and subscripts so that they do not join the figure before them."""

from __future__ import annotations

import re

_EXPONENTS = str.maketrans("0123456789-−n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁻ⁿ")
_UNIT = re.compile(r"(?<![^\W\d_])(?:[a-zA-Zµ]|[cdhkmµn]m|ft|in|yd|mi|ha|CO|sec)\Z")
_EXPONENT = re.compile(r"[\d−n-]+")
_MARKS = re.compile(r"\[\d{1,3}\]|[*†‡]{1,3}|\d{1,3}(?:[,–-]\s?\d{1,3})+")
_LONG_NUMBER = re.compile(r"\d(?:\d\d|[.,]\d)\Z")


def raised(words: str, before: str) -> str:
    """Return a superscript that follows the text `before`: an exponent, or the end of an ordinal number.

    A number after a word or a full stop is the mark of a footnote, and is left out.
    """
    if _MARKS.fullmatch(words) and before[-1:].strip() and not before[-1:].isdigit():
        return ""
    if re.fullmatch(r"[a-z]", words) and _LONG_NUMBER.search(before):
        return ""
    if not _EXPONENT.fullmatch(words):
        return words
    if before[-1:].isdigit():
        return f"^{words}"
    if _UNIT.search(before):
        return words.translate(_EXPONENTS)
    return "" if before and (before[-1].isalpha() or before[-1] in ".,;:!?”\"'’)") else words


def lowered(words: str, before: str) -> str:
    """Return a subscript that follows the text `before`."""
    return f"_{words}" if before[-1:].isdigit() and words[:1].isdigit() else words
