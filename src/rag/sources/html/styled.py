"""Writes into a page the effects of its styles and roles that change the reading: raised words, list types, tables."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, TypeAlias

from rag.sources.html.elements import tag

if TYPE_CHECKING:
    from lxml.etree import _Element

_Style: TypeAlias = Mapping[str, str]

LIST_TYPE = "rag-list-type"
"""The attribute of a list or an item with the type of its markers by the styles of the page."""

LIST_MARK = "rag-list-mark"
"""The attribute of an item with the form of its marker, such as `(lower-alpha)`, by the counters of the page."""

BEFORE = "before"
"""The name under which the styles of an element hold the words that the page writes before it."""

_COUNTER = re.compile(
    r"""(?:["'](?P<before>[^"']{0,20})["']\s*)?counter\([\w-]{1,40}(?:,\s*(?P<kind>[\w-]{1,30}))?\)(?:\s*["'](?P<after>[^"']{0,20})["'])?"""
)
_ROLES = {
    "cell": "td",
    "columnheader": "th",
    "gridcell": "td",
    "grid": "table",
    "row": "tr",
    "rowheader": "th",
    "table": "table",
}
_PLAIN = frozenset(("a", "b", "div", "em", "font", "i", "li", "ol", "p", "section", "small", "span", "strong", "ul"))
_RAISED = {"super": "sup", "text-top": "sup", "sub": "sub"}
_LIST_STYLE = re.compile(
    r"\b(none|disc|circle|square|decimal-leading-zero|decimal|(?:lower|upper)-(?:alpha|latin|roman|greek))\b"
)


def apply_styles(styles: Mapping[_Element, _Style]) -> None:
    """Make superscripts and subscripts of words that styles raise or lower, and note the types of lists."""
    for element, style in styles.items():
        if (raised := _RAISED.get(style.get("vertical-align", ""))) and tag(element) in ("a", "font", "small", "span"):
            element.tag = raised
        counter = _COUNTER.fullmatch(style.get(BEFORE, "")) if tag(element) == "li" else None
        if counter:
            element.set(LIST_MARK, "|".join(counter[part] or "" for part in ("before", "kind", "after")))
        stated = _LIST_STYLE.search(style.get("list-style-type") or style.get("list-style") or "")
        if stated and tag(element) in ("li", "ol", "ul"):
            element.set(LIST_TYPE, stated[1])


def apply_roles(tree: _Element) -> None:
    """Make tables of elements that are tables only by their roles."""
    for element in tree.iter():
        made = _ROLES.get(element.get("role") or "") if tag(element) in _PLAIN else None
        if made:
            element.tag = made


def close_terms(tree: _Element) -> None:
    """End each `dt` and `dd` at the next one. Authors may omit the end tags, and lxml then puts one into the other."""
    for element in list(tree.iter("dt", "dd")):
        outer = element.getparent()
        if tag(outer) in ("dt", "dd"):
            for moved in reversed([element, *element.itersiblings()]):
                outer.addnext(moved)
