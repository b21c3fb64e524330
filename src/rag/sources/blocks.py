"""The output of parsers (blocks and facts), and the function that joins blocks into text with exact offsets."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import accumulate
from typing import Protocol, TypeAlias

from rag.errors import UnreadableSource
from rag.text import normalise
from rag.types import Heading, PageNote, Span

Facts: TypeAlias = dict[str, object]
"""Metadata that a file gives about itself, by canonical name. A value has the type that the format gives it."""

LEVELS = 9
"""The number of heading levels."""

LONGEST_HEADING = 500
"""Characters. A longer heading becomes a paragraph."""


class Kind(StrEnum):
    """The kind of a block."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ITEM = "item"
    ROW = "row"


@dataclass(frozen=True, slots=True)
class Block:
    """A heading, a paragraph, a list item or a table row.

    `level` is the level of a heading, from 1. `page` is the number of the page on which the block begins, from 1.
    `page_breaks` are pairs: an offset in `text`, and the number of the page that begins there.
    """

    text: str
    kind: Kind = Kind.PARAGRAPH
    level: int = 0
    page: int = 1
    page_breaks: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Parsed:
    """The blocks and facts of one document; `pages` is the number of pages, or 0 if the format has none.

    `page_notes` has at most one note for each page, in their order.
    """

    blocks: Sequence[Block]
    facts: Facts = field(default_factory=dict)
    pages: int = 0
    page_notes: tuple[PageNote, ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """One record of a file that holds several.

    `name` is the id of the record, or its line number if it has no id. `content` is an error if it cannot be parsed.
    `raw` has the bytes of its line. Parsed as line `line` of a file of empty lines, they give the same record. None if
    the format has no such lines.
    """

    line: int
    name: str
    content: Parsed | UnreadableSource
    raw: bytes | None = None

    def parsed(self) -> Parsed:
        """Return the content. Raises UnreadableSource if there is an error instead."""
        if isinstance(self.content, UnreadableSource):
            raise self.content
        return self.content


class Parser(Protocol):
    """Parses a format in which a file is one document."""

    def __call__(self, raw: bytes, stem: str) -> Parsed:
        """Parse the bytes of a file that is not blank; `stem` is its name without suffix.

        Raises UnreadableSource if the bytes are not of the format. Its message is a sentence without its subject, such
        as "is encrypted; save a copy without a password.", because the caller puts the path before it.
        """
        ...


class RecordParser(Protocol):
    """Parses a format in which a file holds several records, one document each."""

    def __call__(self, raw: bytes, stem: str) -> Iterator[Entry]:
        """Yield the records. Raises UnreadableSource as `Parser` does, if the whole file is wrong."""
        ...


@dataclass(frozen=True, slots=True)
class Layout:
    """The canonical text of a document, its headings, and the offset at which each page begins."""

    text: str
    headings: tuple[Heading, ...]
    pages: tuple[int, ...]


def heading(text: str, level: int, page: int = 1) -> Block:
    """Return a heading as a block: its text on one line and its level within 1 to `LEVELS`.

    If the text is longer than `LONGEST_HEADING`, the block is a paragraph.
    """
    words = " ".join(text.split())
    if len(words) > LONGEST_HEADING:
        return Block(words, page=page)
    return Block(words, Kind.HEADING, max(1, min(level, LEVELS)), page)


def row(headers: Sequence[str], cells: Sequence[str]) -> str:
    """Return a table row as one line that makes sense without the rest of the table."""
    pairs = [(header.rstrip(":"), cell) for header, cell in zip(headers, cells, strict=False) if cell]
    if len(headers) < len(cells) or not any(header for header, _ in pairs):
        return " | ".join(cell for cell in cells if cell)
    line = "; ".join(f"{header}: {cell}" if header else cell for header, cell in pairs)
    return line if line.endswith((".", "!", "?")) else f"{line}."


def table(rows: Sequence[Sequence[str]], headed: bool = True) -> Iterator[Block]:
    """Yield the rows of a table as blocks. If `headed`, the first row holds the headers of the columns."""
    cleaned = [[" ".join(cell.split()) for cell in cells] for cells in rows]
    headed = headed and len(cleaned) > 1 and len(cleaned[0]) > 1
    headers = cleaned[0] if headed else []
    for cells in cleaned[headed:]:
        if line := row(headers, cells):
            yield Block(line, Kind.ROW)


def assemble(blocks: Iterable[Block], pages: int = 0) -> Layout:
    """Join blocks into canonical text. Each block is normalised first, so that the offsets stay exact."""
    pieces: list[str] = []
    headings: list[Heading] = []
    ends = [0] * pages
    length, previous = 0, None
    for block in blocks:
        text = normalise(block.text)
        if not text:
            continue
        gap = _gap(previous, block) if pieces else ""
        start = length + len(gap)
        if block.kind is Kind.HEADING:
            headings.append(Heading(Span(start, start + len(text)), block.level, text))
        pieces += [gap, text]
        length, previous = start + len(text), block
        _update_page_ends(ends, block, start, length)
    joined = "".join(pieces)
    assert all(heading.span.of(joined) == heading.title for heading in headings)
    return Layout(joined, tuple(headings), _page_starts(ends, joined))


def _gap(previous: Block | None, block: Block) -> str:
    same = previous is not None and previous.kind is block.kind and block.kind in (Kind.ITEM, Kind.ROW)
    return "\n" if same else "\n\n"


def _update_page_ends(ends: list[int], block: Block, start: int, end: int) -> None:
    """Move the end of each page on which `block` has words to the end of these words."""
    if not ends:
        return
    page = block.page
    for offset, following in block.page_breaks:
        ends[page - 1] = start + len(normalise(block.text[:offset]))
        page = following
    ends[page - 1] = end


def _page_starts(ends: Sequence[int], text: str) -> tuple[int, ...]:
    """Return where each page begins: after the last words of all earlier pages.

    Reading order may return to an earlier page, for example if two columns run side by side over several pages.
    """
    starts = [0, *accumulate(ends, max)][: len(ends)]
    return tuple(_skip_space(text, start) for start in starts)


def _skip_space(text: str, start: int) -> int:
    while start < len(text) and text[start].isspace():
        start += 1
    return start
