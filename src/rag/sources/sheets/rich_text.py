"""Joins the runs of a text in a cell, without the runs that are struck out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.sources.office import first
from rag.sources.raised import raised
from rag.sources.sheets.styles import is_struck
from rag.sources.xml.safe import name_of

if TYPE_CHECKING:
    from lxml.etree import _Element


def plain(element: _Element) -> str:
    """Return the text of a shared or inline string. Superscripts stay apart from figures."""
    text = ""
    for child in element:
        name = name_of(child)
        if name == "t":
            text += child.text or ""
        elif name == "r":
            text += _run(child, text)
    return text


def _run(run: _Element, before: str) -> str:
    properties, content = first(run, "rPr"), first(run, "t")
    words = (content.text or "") if content is not None else ""
    if is_struck(properties):
        return ""
    place = first(properties, "vertAlign") if properties is not None else None
    if place is not None and place.get("val") == "superscript" and words.strip():
        return raised(words.strip().removesuffix(")"), before)
    return words
