"""Finds the list or the table rows that a statement quotes, so that it is shown as the document shows them.

A statement is one line: it joins the items of a list with semicolons, and the rows of a table with spaces. The quotes
of its citations still have the lines and the markers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rag.text.blocks.finding import BlockKind, DocumentBlock, find_blocks
from rag.text.blocks.named_tables import read_named_table
from rag.text.normalisation import one_line
from rag.types import Span

_DANGLING = re.compile(r"(?<!\s)(?:\s*+[;,.])?+(?:\s++(?:and/or|and|or))?+\s*+\Z")
_NAMED = re.compile(r"\A(?>.*?[^:;|]: ).*?; [^:;|]{1,80}: | \| ")
"""A line with two names of columns, or with bars between its cells."""


def find_quoted_blocks(text: str, quotes: Sequence[str]) -> list[DocumentBlock]:
    """Return the blocks of the statement `text` if it quotes a list or rows of a table; else nothing.

    `quotes` are those of its citations. The spans of the blocks count from the start of the statement.
    """
    found = _table(text, quotes) or _items(text, quotes)
    if not found:
        return []
    before, after = Span(0, found[0].span.start), Span(found[-1].span.end, len(text))
    return [*_paragraph(text, before), *found, *_paragraph(text, after)]


def _paragraph(text: str, span: Span) -> Iterator[DocumentBlock]:
    words = span.of(text)
    if words.strip():
        start = span.start + len(words) - len(words.lstrip())
        yield DocumentBlock(BlockKind.PARAGRAPH, Span(start, start + len(words.strip())))


def _table(text: str, quotes: Sequence[str]) -> list[DocumentBlock]:
    """Return the rows that a statement quotes, as a table."""
    lines = [one_line(line) for quote in quotes for line in quote.split("\n") if _NAMED.search(line)]
    if not lines:
        return []
    rows = list(_found(text, lines)) or list(_split(text))
    table = read_named_table([row.of(text) for row in rows], quoted=True)
    if table is None or len(table.rows) < len(rows):
        return []
    placed = tuple(row.shift(span.start) for row, span in zip(table.rows, rows, strict=True))
    return [DocumentBlock(BlockKind.TABLE, Span(rows[0].start, rows[-1].end), columns=table.columns, rows=placed)]


def _found(text: str, lines: Sequence[str]) -> Iterator[Span]:
    """Yield the spans of lines that follow each other in a statement."""
    end: int | None = None
    for line in lines:
        start = text.find(line, end or 0)
        if start < 0 or (end is not None and text[end:start].strip()):
            return
        end = start + len(line)
        yield Span(start, end)


def _split(text: str) -> Iterator[Span]:
    """Yield the rows of a statement that consists of rows, which all begin with the name of the first column."""
    name = text.partition(": ")[0]
    starts = [0, *(match.end() for match in re.finditer(rf"\. (?={re.escape(name)}: )", text))]
    for start, end in zip(starts, [*(start - 1 for start in starts[1:]), len(text)], strict=True):
        yield Span(start, end)


def _items(text: str, quotes: Sequence[str]) -> list[DocumentBlock]:
    """Return the items that a statement quotes, as a list."""
    found: list[tuple[DocumentBlock, Span, int]] = []
    end = 0
    for quote in quotes:
        if "\n" not in quote and found == []:
            continue
        placed = _placed(text, quote, end)
        found += placed
        end = placed[-1][1].end if placed else end
    if len(found) < 2:
        return []
    ends = [*(span.start for _, span, _ in found[1:]), _end(text, found[-1][1].end)]
    lowest = min(item.level for item, _, _ in found)
    return [
        DocumentBlock(
            BlockKind.ITEM,
            Span(span.start, span.start + len(text[span.start : after].rstrip())),
            item.level - lowest + 1,
            words,
            item.bullet or words == span.start,
        )
        for (item, span, words), after in zip(found, ends, strict=True)
    ]


def _placed(text: str, quote: str, start: int) -> list[tuple[DocumentBlock, Span, int]]:
    """Return the items of a quote with their spans in a statement; none if it lacks one of them.

    The number is the offset in the statement at which the words of the item begin, after its marker.
    """
    found = []
    for item in _items_of(quote):
        marker = one_line(quote[item.span.start : item.words])
        words = _DANGLING.sub("", one_line(quote[item.words : item.span.end]))
        place = text.find(f"{marker} {words}", start) if marker else -1
        begin = place if place >= 0 else text.find(words, start)
        if begin < 0 or not words:
            return []
        first = begin + len(marker) + 1 if place >= 0 else begin
        start = first + len(words)
        found.append((item, Span(begin, start), first))
    return found


def _items_of(quote: str) -> list[DocumentBlock]:
    """Return the list items of a quote. It may begin after the marker of its first item."""
    blocks = find_blocks(quote)
    first = blocks[0] if blocks else None
    items = [block for block in blocks if block.kind is BlockKind.ITEM]
    if items and first is not None and first.kind is BlockKind.PARAGRAPH and not first.span.of(quote).endswith(":"):
        between = quote[first.span.end : items[0].span.start]
        if between == "\n":
            span = first.span
            items = [DocumentBlock(BlockKind.ITEM, span, items[0].level, span.start, bullet=True), *items]
    return items


def _end(text: str, end: int) -> int:
    """Return the end of the last item with its full stop."""
    return end + 1 if text[end : end + 1] in (".", ";") else end
