"""For all readers of word processor files: blocks with their look, footnotes, and typed labels of lists."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rag.sources.blocks import Block, Kind
from rag.sources.patterns import ITEM

_BULLET = re.compile(r"(?:[•●▪◦‣■□◆❖►▶➢➤✓✔·–—-]\s+|o\t\s*)(?=\S)")
_LABEL = re.compile(
    r"(\(?(?:\d{1,3}(?:\.\d{1,3}){0,4}[.)]{0,2}|(?:[a-zA-Z]{1,2}|[ivxlIVXL]{1,6})[.)]{1,2}))\t\s*(?=\S)"
)
_CONTENTS = re.compile(
    r"(?:table of )?contents|inhalt(?:sverzeichnis|sübersicht)?|table des matières|sommaire|índice|indice|sommario"
    r"|inhoud(?:sopgave)?|содержание|оглавление|目录|目次",
    re.IGNORECASE,
)
_PROSE_WORDS = 14  # a longer "heading" that ends like a sentence is a numbered paragraph
_MOST_HEADING_WORDS = 40


@dataclass(frozen=True, slots=True)
class Shown:
    """A block with its look: `size` in half points, whether it is bold, and whether it has the style of a title."""

    block: Block
    size: int = 0
    bold: bool = False
    titled: bool = False


def with_notes(blocks: Iterable[Shown], found: list[Block]) -> Iterator[Shown]:
    """Yield blocks, and the footnotes of each after it, or after its list or table.

    The iterable adds footnotes to `found` while it makes blocks, and this function removes them.
    """
    waiting: list[Block] = []
    previous: Block | None = None
    for shown in blocks:
        if previous is not None and not _goes_on(previous, shown.block):
            yield from map(Shown, waiting)
            waiting = []
        waiting += found
        found.clear()
        previous = shown.block
        yield shown
    yield from map(Shown, [*waiting, *found])
    found.clear()


def _goes_on(previous: Block, block: Block) -> bool:
    """Tell whether a list or a table goes on, or a heading is about to get its text."""
    same = previous.kind is block.kind and block.kind in (Kind.ITEM, Kind.ROW)
    return same or previous.kind is Kind.HEADING


def written(text: str) -> Block:
    """Return a paragraph without an automatic number; one with a typed bullet or label is a list item."""
    if bullet := _BULLET.match(text):
        return Block(f"- {text[bullet.end() :]}", Kind.ITEM)
    if (typed := _LABEL.match(text)) and "\t" not in text[typed.end() :]:
        return Block(f"{typed[1]} {text[typed.end() :]}", Kind.ITEM)
    return Block(text, Kind.ITEM if ITEM.match(text) else Kind.PARAGRAPH)


def names_contents(text: str) -> bool:
    """Tell whether a text is only the heading of a table of contents."""
    return _CONTENTS.fullmatch(text) is not None


def is_prose(text: str) -> bool:
    """Tell whether a text in the style of a heading is a paragraph."""
    words = len(text.split())
    return words > _MOST_HEADING_WORDS or (words > _PROSE_WORDS and text.endswith((".", ";", ":", ",")))
