"""Writes the words of an inline element, so that exponents, footnote marks and numbers stay apart from their word."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rag.sources.html.elements import CONTAINERS, inside, is_skipped, tag
from rag.sources.raised import lowered, raised

if TYPE_CHECKING:
    from lxml.etree import _Element

_NOTE_MARK = re.compile(r"\[?\(?(?:\d{1,3}|[a-zA-Z]{1,2}\d{0,4}|[*†‡§¶#]{1,3})\)?\]?")
_NOTE_ROLES = frozenset({"doc-noteref", "doc-backlink"})
_NOTE_CLASS = re.compile(
    r"(?i)\b(?:foot|end)?note(?:[-_]?(?:ref|mark|anchor|call))|\breference\b|CommentaryLink|noteref"
)
# A class such as `LegP1No`, `num` or `list-label`, which the style of the page sets apart from the text after it.
_LABEL_CLASS = re.compile(
    r"(?:^|[\s_-])(?=[^\W_]*+(?:$|[\s_-]))(?:[^\W_]*(?:No|[nN]um(?:ber)?|[eE]num[^\W_]*|[mM]arker)|[lL]abel)(?![^\W_])"
    r"|P\dNo\b"
)
_LABEL = re.compile(r"(?:(?:Art(?:icle|ikel)?|Sec(?:tion)?)\.?\s|§\s?)?[\[(]?\w{1,5}(?:\.\w{1,3}){0,3}[.)\]]?")
_CHANGE_MARK = re.compile(r"ChangeDelimiter|CommentaryLink")


def words_of(element: _Element, before: str = "") -> str:
    """Return `before` followed by the words of `element`. White space is collapsed, and `br` is a line break."""
    name = tag(element)
    if is_skipped(element) or _CHANGE_MARK.search(element.get("class") or ""):
        return before
    if name == "br":
        return f"{before}\n"
    if name in ("sup", "sub"):
        return before + (_raised(element, before) if name == "sup" else _lowered(element, before))
    if name in CONTAINERS:
        return f"{before} {_content(element, '')} "
    return _spaced(element, before, _content(element, before)[len(before) :])


def _content(element: _Element, before: str) -> str:
    words = before + inside(element.text)
    for child in element:
        words = words_of(child, words) + inside(child.tail)
    return words


def _raised(element: _Element, before: str) -> str:
    """Return the words of a superscript: an exponent, the end of an ordinal number, or nothing for a footnote mark."""
    words = _content(element, "").strip()
    if not words or _is_note(element, words):
        return ""
    if _is_numerator(element, words):
        return f" {words}" if before[-1:].isdigit() else words
    return raised(words, before)


def _is_numerator(element: _Element, words: str) -> bool:
    """Tell whether a superscript and the subscript after it are a fraction."""
    below = element.getnext()
    slash = (element.tail or "").strip() in ("/", "⁄", "∕")
    return words.isdigit() and slash and below is not None and tag(below) == "sub"


def _lowered(element: _Element, before: str) -> str:
    return lowered(_content(element, "").strip(), before)


def _is_note(element: _Element, words: str) -> bool:
    """Tell whether a superscript is the mark of a footnote: a short link within the page, or marked as one."""
    if not _NOTE_MARK.fullmatch(words):
        return False
    around = [element, *element.iterdescendants("a"), *element.iterancestors("a")]
    return any(
        (tag(one) == "a" and (one.get("href") or "").startswith("#"))
        or one.get("role") in _NOTE_ROLES
        or _NOTE_CLASS.search(one.get("class") or "")
        for one in around
    )


def _spaced(element: _Element, before: str, words: str) -> str:
    """Append the words, after a space if the page shows one between a number and the text after it."""
    previous = element.getprevious()
    touching = before[-1:].strip() and words[:1].strip() and previous is not None and not (previous.tail or "")
    if touching and _is_label(previous):
        return f"{before} {words}"
    return before + words


def _is_label(element: _Element | None) -> bool:
    if element is None or not _LABEL_CLASS.search(element.get("class") or ""):
        return False
    return _LABEL.fullmatch("".join(element.itertext()).strip()) is not None
