"""Turns the elements of a web page into blocks, as a reader sees them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from rag.sources.blocks import Block, Kind, heading
from rag.sources.html.elements import CONTAINERS, LABEL, inside, is_block, is_skipped, tag
from rag.sources.html.list_numbers import markers
from rag.sources.html.tables import is_layout, read_table
from rag.sources.html.words import words_of
from rag.sources.plain import preformatted

if TYPE_CHECKING:
    from lxml.etree import _Element

_HEADING = re.compile(r"h([1-6])")
_LONGEST_TERM = 80  # characters; a longer `dt` is a paragraph of its own
_BULLET = re.compile(r"\A[•·▪◦‣–—]\s++")
_ENDS, _ONE_LINE, _BLANK = ".:;!?—", "\n", "\n\n"
_PAGE_MARK = re.compile(r"(?<=\n)[ \t]*+\[\[Page [^\]\n]{1,60}\]\][ \t]*+(?=\n|\Z)")


@dataclass(frozen=True, slots=True)
class Read:
    """A block with its words as the page holds them, without list numbers and column names."""

    block: Block
    words: str


def read_blocks(element: _Element) -> list[Read]:
    """Return a block for each block element in `element`, and a paragraph for the text between two of them."""
    return list(_with_labels(_blocks(element)))


def _blocks(element: _Element) -> Iterator[Read]:
    name = tag(element)
    if match := _HEADING.fullmatch(name):
        yield from _heading(element, int(match[1]))
    elif name == "table" and not is_layout(element):
        yield from (Read(block, words) for block, words in read_table(element))
    elif name in ("ul", "ol", "menu", "dir"):
        yield from _list(element)
    elif name == "li":
        yield from _marked(_mixed(element), "-")
    elif name == "dl":
        yield from _definitions(element)
    elif name in ("pre", "listing", "xmp"):
        yield from (Read(block, block.text) for block in preformatted(_preformatted(element)))
    elif not is_skipped(element):
        yield from _mixed(element)


def _heading(element: _Element, level: int) -> Iterator[Read]:
    words = words_of(element).strip()
    if words:
        yield Read(heading(words, level), words)


def _preformatted(element: _Element) -> str:
    """Return the lines of a `pre` element, without the marks of printed pages that govinfo puts between them."""
    for line_break in element.iter("br"):
        line_break.tail = f"\n{line_break.tail or ''}"
    before, *after = re.split(_PAGE_MARK, "".join(element.itertext()))
    for part in after:
        goes_on = before.rstrip()[-1:] not in _ENDS and part.lstrip()[:1].islower()
        before = f"{before.rstrip()}{_ONE_LINE if goes_on else _BLANK}{part.lstrip(_ONE_LINE)}"
    return before


def _mixed(element: _Element) -> Iterator[Read]:
    """Yield the blocks in `element`, and a paragraph for each run of text and inline elements between them."""
    if _is_menu(element):
        return
    words = inside(element.text)
    for child in element:
        if is_block(child):
            yield from _paragraph(words)
            yield from _blocks(child)
            words = ""
        else:
            words = words_of(child, words)
        words += inside(child.tail)
    yield from _paragraph(words)


def _paragraph(words: str) -> Iterator[Read]:
    if text := "\n".join(line.strip(" ") for line in words.strip().split("\n")):
        yield Read(Block(text), text)


def _list(element: _Element) -> Iterator[Read]:
    items = [child for child in element if tag(child) == "li"]
    marks = markers(element, items)
    for child in element:
        if tag(child) == "li":
            yield from _marked(_mixed(child), next(marks))
        elif tag(child) in CONTAINERS:  # a list or a paragraph between the items
            yield from _blocks(child)


def _marked(blocks: Iterable[Read], marker: str) -> Iterator[Read]:
    """Yield the blocks of a list item: its paragraphs as items, the first one with the marker, as is a heading."""
    for one in blocks:
        if one.block.kind is Kind.HEADING and marker.strip("-"):
            yield replace(one, block=heading(f"{marker} {one.block.text}", one.block.level))
            marker = ""
        elif one.block.kind is Kind.PARAGRAPH:
            text = _BULLET.sub("- ", one.block.text) if not marker.strip("-") else one.block.text
            yield replace(one, block=Block(text if text != one.block.text else f"{marker} {text}".strip(), Kind.ITEM))
            marker = ""
        else:
            yield one


def _definitions(element: _Element) -> Iterator[Read]:
    """Yield each term together with its definition; a term that is only a label is the marker of an item."""
    term = ""
    for child in element.iter("dt", "dd"):
        if next(child.iterancestors("dl"), None) is not element:
            continue
        if tag(child) == "dt":
            words = words_of(child).strip()
            term = f"{term}, {words}" if term and words else term or words
            continue
        yield from _defined(term, list(_mixed(child)))
        term = ""
    yield from _paragraph(term)


def _defined(term: str, blocks: list[Read]) -> Iterator[Read]:
    if term and LABEL.fullmatch(term):
        yield from _marked(blocks, term)
        return
    if term and blocks and blocks[0].block.kind is Kind.PARAGRAPH and len(term) <= _LONGEST_TERM:
        first, words = blocks[0].block.text, term.rstrip(":")
        separator = " " if term.endswith(("?", ".", "!")) else ": "
        yield Read(Block(f"{words}{separator}{first}"), f"{term}{first}")
        blocks = blocks[1:]
    else:
        yield from _paragraph(term)
    yield from blocks


def _with_labels(blocks: Iterable[Read]) -> Iterator[Read]:
    """Join a paragraph that is only a label, such as `(a)`, to the paragraph after it. Both are then one item."""
    following = [*blocks, None]
    joined = False
    for one, after in pairwise(following):
        if joined or one is None:
            joined = False
            continue
        label = one.block.kind is Kind.PARAGRAPH and LABEL.fullmatch(one.block.text)
        if label and after is not None and after.block.kind is Kind.PARAGRAPH:
            marker = "-" if len(one.block.text) == 1 else one.block.text
            yield Read(Block(f"{marker} {after.block.text}", Kind.ITEM), one.words + after.words)
            joined = True
        else:
            yield one


def _is_menu(element: _Element) -> bool:
    """Tell whether an element without blocks holds nothing but links, at least two: a menu, or the path to the page."""
    links = list(element.iter("a"))
    if len(links) < 2 or any(map(is_block, element)):
        return False
    outside = words_of(element)
    for link in links:
        outside = outside.replace(words_of(link).strip(), "", 1)
    return not any(map(str.isalnum, outside))
