"""Render the blocks of a text as HTML. The content of the elements together is exactly the text.

Only the names above the columns of a table are repeated. `ui/blocks.js` renders the same elements in the source pane.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from html import escape
from itertools import groupby, pairwise, takewhile
from typing import TypeAlias

from rag.text.blocks import BlockKind, DocumentBlock, TableRow
from rag.text.provisions import CrossReference
from rag.types import Span

_HIGHEST_LEVEL = 2
_DEEPEST_LEVEL = 6

_Part: TypeAlias = tuple[Span, bool]
"""A part of the text, and whether it is hidden: it is in the text but not on the page."""


@dataclass(frozen=True, slots=True)
class _Link:
    """The words at `span` link to the element with the id `target`."""

    span: Span
    target: str


def render_blocks(
    text: str,
    blocks: Sequence[DocumentBlock],
    quoted: Span | None = None,
    title: str | None = None,
    references: Sequence[CrossReference] = (),
) -> str:
    """Return the blocks of a text as HTML. The text at `quoted` is in `mark` elements, the first with the id `quote`.

    A first block that only repeats `title` is hidden, unless its words are quoted. `references` are links to the blocks
    at which their provisions begin, whose ids are `at-` and their offset.
    """
    writer = _Writer(text, quoted, title, _links(blocks, references))
    starts = [*(block.span.start for block in blocks), len(text)]
    following = zip(blocks, starts[1:], strict=True)
    rendered = []
    for is_list, group in groupby(following, lambda pair: pair[0].kind is BlockKind.ITEM):
        elements = "".join(writer.block(block, after) for block, after in group)
        rendered.append(f'<ul role="list">{elements}</ul>' if is_list else elements)
    return "".join(rendered)


@dataclass(slots=True)
class _Writer:
    """Writes elements in the order of the text, and remembers whether a mark was written."""

    text: str
    quoted: Span | None
    title: str | None = None
    links: Sequence[_Link] = ()
    targets: frozenset[str] = field(init=False)
    marked: bool = field(default=False)

    def __post_init__(self) -> None:
        self.targets = frozenset(one.target for one in self.links)

    def block(self, block: DocumentBlock, after: int) -> str:
        """Return a block and the line breaks up to `after`, where the next block begins."""
        if block.kind is BlockKind.TABLE:
            return self._table(block, after)
        name, attributes = ("li", _item(block)) if block.kind is BlockKind.ITEM else ("p", _paragraph(block))
        content: list[_Part] = [(Span(block.span.start, block.span.end), False)]
        marker = ""
        if block.kind is BlockKind.ITEM:
            before, content = (Span(block.span.start, block.words), block.bullet), [(_rest(block), False)]
            if block.bullet:
                content = [before, *content]
            else:
                marker = f'<span class="marker">{self._words([before])}</span>'
        inner, outer = self._gap(block.span.end, after)
        words = self._words([*content, *inner])
        words = f"{marker}<span>{words}</span>" if name == "li" else words
        attributes += self._quoted_class(block.span.start, after) or self._hidden_title(block)
        attributes += f' id="{_id(block)}"' if _id(block) in self.targets else ""
        return f"<{name}{attributes}>{words}</{name}>{outer}"

    def _table(self, table: DocumentBlock, after: int) -> str:
        width = max([len(table.columns), *(cell.column + cell.columns for row in table.rows for cell in row.cells)])
        names = "".join(f'<th scope="col">{escape(name)}</th>' for name in table.columns)
        quoted = self._quoted_class(table.span.start, after)
        head = f"<tr{quoted}>{names}</tr>" if names else ""
        bounds = [*(row.span.start for row in table.rows), after]
        rows = [(row, self._row(row, end, width)) for row, (_, end) in zip(table.rows, pairwise(bounds), strict=True)]
        head += "".join(words for row, words in rows if row.header)
        body = "".join(words for row, words in rows if not row.header)
        head = f"<thead>{head}</thead>" if head else ""
        table_element = f"<table>{head}<tbody>{body}</tbody></table>"
        return f'<div class="table" role="group" aria-label="Table" tabindex="0" data-t>{table_element}</div>'

    def _row(self, row: TableRow, after: int, width: int) -> str:
        """Return a row. The column names and the punctuation between cells are hidden at the start of the next cell."""
        cells: list[str] = []
        place, shown = 0, row.span.start
        name = "th" if row.header else "td"
        for number, cell in enumerate(row.cells, start=1):
            cells += ["<td></td>"] * (cell.column - place)
            parts: list[_Part] = [(Span(shown, cell.span.start), True), (cell.span, False)]
            place, shown = cell.column + cell.columns, cell.span.end
            if number == len(row.cells):
                parts.append((Span(shown, after), True))
            attributes = f' colspan="{cell.columns}"' if cell.columns > 1 else ""
            attributes += ' scope="col"' if row.header else ""
            cells.append(f"<{name}{attributes}>{self._words(parts)}</{name}>")
        cells += ["<td></td>"] * (width - place)
        return f"<tr{self._quoted_class(row.span.start, after)}>{''.join(cells)}</tr>"

    def _clipped(self, parts: Sequence[_Part], low: int, high: int) -> Iterator[str]:
        """Yield the parts of the text between two offsets, with their links."""
        for span, hidden in parts:
            start, end = max(span.start, low), max(min(span.end, high), low, span.start)
            if start < end:
                yield f"<span hidden>{escape(self.text[start:end])}</span>" if hidden else self._linked(start, end)

    def _linked(self, start: int, end: int) -> str:
        """Return words with the links in them."""
        written = ""
        first = bisect_right(self.links, start, key=lambda one: one.span.end)
        for one in takewhile(lambda link: link.span.start < end, self.links[first:]):
            inner = Span(max(one.span.start, start), min(one.span.end, end))
            written += escape(self.text[start : inner.start])
            written += f'<a href="#{one.target}">{escape(inner.of(self.text))}</a>'
            start = inner.end
        return written + escape(self.text[start:end])

    def _gap(self, start: int, end: int) -> tuple[list[_Part], str]:
        """Return the line breaks after a block: as a part of the block if they are quoted, else as they are."""
        gap = Span(start, end)
        return ([(gap, True)], "") if self._is_quoted(gap) else ([], gap.of(self.text))

    def _is_quoted(self, span: Span) -> bool:
        return self.quoted is not None and self.quoted.start < span.end and self.quoted.end > span.start

    def _quoted_class(self, start: int, end: int) -> str:
        return ' class="quoted"' if self._is_quoted(Span(start, end)) else ""

    def _hidden_title(self, block: DocumentBlock) -> str:
        return " hidden" if block.span.start == 0 and block.span.of(self.text) == self.title else ""

    def _words(self, parts: Sequence[_Part]) -> str:
        """Return parts that follow each other, with the quoted words in one mark."""
        quoted = self.quoted or Span(len(self.text), len(self.text))
        before, inside, after = (
            "".join(self._clipped(parts, low, high))
            for low, high in ((0, quoted.start), (quoted.start, quoted.end), (quoted.end, len(self.text)))
        )
        if not inside:
            return before + after
        identity = "" if self.marked else ' id="quote"'
        self.marked = True
        return f"{before}<mark{identity}>{inside}</mark>{after}"


def _links(blocks: Sequence[DocumentBlock], references: Sequence[CrossReference]) -> list[_Link]:
    """Return the links of references. A table has no id, so a reference to a part of one has no link."""
    starts = [block.span.start for block in blocks]
    found = ((one.span, blocks[bisect_right(starts, one.target.start) - 1]) for one in references)
    return [_Link(span, _id(block)) for span, block in found if block.kind is not BlockKind.TABLE]


def _id(block: DocumentBlock) -> str:
    return f"at-{block.span.start}"


def _rest(item: DocumentBlock) -> Span:
    return Span(item.words, item.span.end)


def _item(block: DocumentBlock) -> str:
    bullet = " data-bullet" if block.bullet else ""
    return f' aria-level="{min(block.level, _DEEPEST_LEVEL)}"{bullet}'


def _paragraph(block: DocumentBlock) -> str:
    if block.kind is BlockKind.HEADING:
        return f' role="heading" aria-level="{min(_HIGHEST_LEVEL + block.level - 1, _DEEPEST_LEVEL)}"'
    return ' data-kind="footnote"' if block.kind is BlockKind.FOOTNOTE else ""
