"""Divides canonical text into blocks: by its line breaks, the markers of its lines, and its headings."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from rag.text.blocks.lists import ListLevels
from rag.text.blocks.named_tables import read_named_table
from rag.text.blocks.tables import TableRow, read_barred_table
from rag.text.markers import Marker, Numbering, marker
from rag.types import Heading, Span

_PARAGRAPH = re.compile(r"[^\n]+(?:\n[^\n]+)*")
_LINE = re.compile(r"[^\n]+")
_LONGEST_MARKER = 40  # characters that are read for the marker of a line
_FOOTNOTE = re.compile(r"\[\^?[\w*]{1,4}\]:? \S|[*†‡]{1,3} ?[^\W\d_]|\[?\d{1,3}\]? [A-Z][^\n]*(?:\(OJ |\b[Ii]bid\b)")


class BlockKind(StrEnum):
    """The kind of a block of a document."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ITEM = "item"
    FOOTNOTE = "footnote"
    TABLE = "table"


@dataclass(frozen=True, slots=True)
class DocumentBlock:
    """A block at `span` of the canonical text.

    `level` is the level of a heading or of a list item, from 1. The marker of an item goes from the start of `span` to
    `words`, where its words begin. `bullet` is true if the marker is no number or letter. A table has `rows`, and
    `columns` has the names that its rows repeat; it is empty if the table has no names or a header row.
    """

    kind: BlockKind
    span: Span
    level: int = 0
    words: int = 0
    bullet: bool = False
    columns: tuple[str, ...] = ()
    rows: tuple[TableRow, ...] = ()


def find_blocks(text: str, headings: Sequence[Heading] = (), window: Span | None = None) -> list[DocumentBlock]:
    """Return the blocks of a canonical text in their order. Only line breaks stand between them.

    With a `window`, return the blocks and rows that have words in it. Their spans end where the window ends.
    """
    by_start = {heading.span.start: heading for heading in headings}
    shown = Span(0, len(text)) if window is None else window
    # A list does not go on below a heading, so nothing before the heading matters.
    before = bisect_right(headings, shown.start, key=lambda heading: heading.span.start)
    levels = ListLevels()
    found: list[DocumentBlock] = []
    for match in _PARAGRAPH.finditer(text, headings[before - 1].span.start if before else 0):
        if match.start() >= shown.end:
            break
        found += _blocks(text, Span(*match.span()), by_start, levels)
    return found if window is None else [one for block in found if (one := _clipped(block, window)) is not None]


def _clipped(block: DocumentBlock, window: Span) -> DocumentBlock | None:
    if not block.span.overlaps(window):
        return None
    if window.contains(block.span):
        return block
    rows = tuple(row for row in block.rows if window.contains(row.span))
    span = Span(max(block.span.start, window.start), min(block.span.end, window.end))
    if block.kind is not BlockKind.TABLE:
        return replace(block, span=span, words=min(max(block.words, span.start), span.end))
    if not rows:
        return None
    return replace(block, span=Span(rows[0].span.start, rows[-1].span.end), rows=rows)


def _blocks(text: str, paragraph: Span, headings: Mapping[int, Heading], levels: ListLevels) -> Iterator[DocumentBlock]:
    """Yield the blocks of lines that stand together."""
    lines = [Span(*line.span()) for line in _LINE.finditer(text, paragraph.start, paragraph.end)]
    number = 0
    while number < len(lines):
        heading = headings.get(lines[number].start)
        if heading is not None:
            levels.end()
            yield DocumentBlock(BlockKind.HEADING, heading.span, heading.level)
            number += 1
        elif table := _table(text, lines[number:]):
            levels.interrupt()
            yield table
            number += len(table.rows)
        else:
            last = number + 1
            while last < len(lines) and not _begins_block(text, lines[last:], headings):
                last += 1
            yield _text_block(text, Span(lines[number].start, lines[last - 1].end), levels)
            number = last


def _begins_block(text: str, lines: Sequence[Span], headings: Mapping[int, Heading]) -> bool:
    return lines[0].start in headings or _marker(text, lines[0]) is not None or _table(text, lines) is not None


def _table(text: str, lines: Sequence[Span]) -> DocumentBlock | None:
    """Return the table that begins at the first line; None if there is none."""
    words = lines[0].of(text)
    if ": " not in words and " | " not in words and "\t" not in words:
        return None
    written = [line.of(text) for line in lines]
    table = read_barred_table(written) or read_named_table(written)
    if table is None:
        return None
    rows = tuple(row.shift(line.start) for row, line in zip(table.rows, lines, strict=False))
    return DocumentBlock(BlockKind.TABLE, Span(rows[0].span.start, rows[-1].span.end), columns=table.columns, rows=rows)


def _text_block(text: str, span: Span, levels: ListLevels) -> DocumentBlock:
    """Return lines of text as a list item, a footnote or a paragraph."""
    mark = _marker(text, span)
    if mark is not None:
        words = span.start + len(mark.written)
        words += len(text[words : span.end]) - len(text[words : span.end].lstrip())
        bullet = mark.numbering is Numbering.BULLET
        return DocumentBlock(BlockKind.ITEM, span, levels.take(mark), words, bullet)
    if _FOOTNOTE.match(text, span.start, span.end):
        return DocumentBlock(BlockKind.FOOTNOTE, span)
    levels.interrupt()
    return DocumentBlock(BlockKind.PARAGRAPH, span)


def _marker(text: str, line: Span) -> Marker | None:
    """Return the marker of a list item; None for words such as `Article 5`, which belong to their sentence."""
    mark = marker(text[line.start : min(line.end, line.start + _LONGEST_MARKER)])
    return None if mark is None or (mark.numbering is Numbering.SECTION and not mark.written[0].isdigit()) else mark
