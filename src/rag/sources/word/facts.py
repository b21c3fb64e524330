"""The facts about a Word document: its properties, and the title that its first page shows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rag.sources.blocks import Block, Facts
from rag.sources.properties import judged
from rag.sources.xml.safe import name_of, words

if TYPE_CHECKING:
    from lxml.etree import _Element

_NAMES = {
    "title": "title",
    "creator": "author",
    "created": "published",
    "language": "language",
    "subject": "subject",
    "keywords": "keywords",
    "category": "category",
}


def facts(properties: _Element | None, blocks: Sequence[Block], title_page: str | None, stem: str) -> Facts:
    """Return the facts in the part of a file with its properties, judged by the text; `stem` names the file."""
    found: Facts = {}
    for one in properties if properties is not None else ():
        if (name := _NAMES.get(name_of(one))) and words(one):
            found[name] = words(one)
    return judged(found, blocks, title_page, stem)
