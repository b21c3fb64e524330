"""Parses PowerPoint files: the visible slides in their order, each with its title as heading and its number as page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from rag.sources.blocks import Block, Kind, Parsed, heading
from rag.sources.office import Package
from rag.sources.slides.deck import Deck, Slide
from rag.sources.slides.shapes import Shape
from rag.sources.slides.tables import table_blocks
from rag.sources.slides.text import paragraphs
from rag.types import PageNote

_LONGEST_TITLE = 100  # characters of a text that takes the place of a missing title
_NOTES = "Notes"


def parse(raw: bytes, stem: str) -> Parsed:
    """Parse a .pptx file."""
    package = Package(raw, "a PowerPoint presentation", ".pptx")
    deck = Deck(package)
    found: list[Block] = []
    for number, slide in deck.slides():
        level = 2 if any(block.kind is Kind.HEADING for block in found) else 1
        found += [replace(block, page=number) for block in _blocks(slide, level)]
    pages = deck.count if found else 0
    notes = tuple(PageNote(number, f"slide {number}") for number in range(1, pages + 1))
    return Parsed(found, package.facts(), pages, notes)


def _blocks(slide: Slide, level: int) -> Iterator[Block]:
    """Yield the title of a slide, then its other shapes in reading order, then the notes of the speaker."""
    shapes = slide.shapes()
    title = next((shape for shape in shapes if shape.is_title and shape.words), None)
    blocks = [block for shape in shapes if shape is not title for block in _content(slide, shape)]
    if title is not None:
        yield heading(title.words, level)
    elif blocks and _may_be_title(blocks):
        first = blocks.pop(0)
        yield heading(first.text, level)
    yield from blocks
    notes = list(slide.notes())
    if notes:
        yield heading(_NOTES, level + 1)
        yield from notes


def _may_be_title(blocks: list[Block]) -> bool:
    first = blocks[0]
    return len(blocks) > 1 and first.kind is Kind.PARAGRAPH and _is_short(first.text)


def _is_short(text: str) -> bool:
    return len(text) <= _LONGEST_TITLE and "\n" not in text and not text.endswith((".", ":", ";", ",", "!", "?"))


def _content(slide: Slide, shape: Shape) -> Iterator[Block]:
    if shape.table is not None:
        yield from table_blocks(shape.table)
    elif shape.diagram:
        yield from slide.diagram(shape.diagram)
    else:
        yield from paragraphs(shape.body, slide.styles(shape))
