"""What every format is read into, blocks and facts, and how blocks become text with exact offsets."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import accumulate
from typing import TypeAlias

from rag.text import normalise
from rag.types import Heading, Span

Facts: TypeAlias = dict[str, object]
"""What a file says of itself, by canonical name; values are whatever the format held."""

LEVELS = 9
LONGEST_HEADING = 500
"""Characters; what is longer is text, however it is marked."""


class Kind(StrEnum):
    """What a block is to its reader."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ITEM = "item"
    ROW = "row"


@dataclass(frozen=True, slots=True)
class Block:
    """One unit of layout. `turns` are the offsets in `text` at which another page begins, with its number."""

    text: str
    kind: Kind = Kind.PARAGRAPH
    level: int = 0
    page: int = 1
    turns: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """What one format reader made of one document; `pages` is 0 where the format has none."""

    blocks: Sequence[Block]
    facts: Facts = field(default_factory=dict)
    pages: int = 0


@dataclass(frozen=True, slots=True)
class Layout:
    """The canonical text of a document and the structure that points into it."""

    text: str
    headings: tuple[Heading, ...]
    pages: tuple[int, ...]


def heading(text: str, level: int, page: int = 1) -> Block:
    """Return a heading block: its words on one line, its level within bounds; of too many words, a paragraph."""
    words = " ".join(text.split())
    if len(words) > LONGEST_HEADING:
        return Block(words, page=page)
    return Block(words, Kind.HEADING, max(1, min(level, LEVELS)), page)


def row(headers: Sequence[str], cells: Sequence[str]) -> str:
    """Return a table row as a line that can be quoted alone."""
    pairs = [(header.rstrip(":"), cell) for header, cell in zip(headers, cells, strict=False) if cell]
    if len(headers) < len(cells) or not any(header for header, _ in pairs):
        return " | ".join(cell for cell in cells if cell)
    line = "; ".join(f"{header}: {cell}" if header else cell for header, cell in pairs)
    return line if line.endswith((".", "!", "?")) else f"{line}."


def table(rows: Sequence[Sequence[str]], headed: bool = True) -> Iterator[Block]:
    """Yield the rows of a table; the first, where `headed`, names the cells of the others."""
    cleaned = [[" ".join(cell.split()) for cell in cells] for cells in rows]
    headed = headed and len(cleaned) > 1 and len(cleaned[0]) > 1
    headers = cleaned[0] if headed else []
    for cells in cleaned[headed:]:
        if line := row(headers, cells):
            yield Block(line, Kind.ROW)


def assemble(blocks: Iterable[Block], pages: int = 0) -> Layout:
    """Join blocks into canonical text; what lies in it is measured on blocks already normalised."""
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
        _mark_ends(ends, block, start, length)
    joined = "".join(pieces)
    assert all(heading.span.of(joined) == heading.title for heading in headings)
    return Layout(joined, tuple(headings), _page_starts(ends, joined))


def _gap(previous: Block | None, block: Block) -> str:
    same = previous is not None and previous.kind is block.kind and block.kind in (Kind.ITEM, Kind.ROW)
    return "\n" if same else "\n\n"


def _mark_ends(ends: list[int], block: Block, start: int, end: int) -> None:
    """Note for each page that `block` lies on where its last words so far end."""
    if not ends:
        return
    page = block.page
    for offset, following in block.turns:
        ends[page - 1] = start + len(normalise(block.text[:offset]))
        page = following
    ends[page - 1] = end


def _page_starts(ends: Sequence[int], text: str) -> tuple[int, ...]:
    """Return where each page begins: after the last words of all the pages before it.

    Reading order may lead back to an earlier page, as where two columns run on side by side over several pages;
    then a page begins where the earlier ones are done with.
    """
    starts = [0, *accumulate(ends, max)][: len(ends)]
    return tuple(_skip_space(text, start) for start in starts)


def _skip_space(text: str, start: int) -> int:
    while start < len(text) and text[start].isspace():
        start += 1
    return start
