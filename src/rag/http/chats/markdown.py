"""Escapes text of documents for chat clients, which show it as Markdown (CommonMark and GitHub's extensions)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.text.blocks import BlockKind, DocumentBlock
from rag.types import Span

_MARKS = re.compile(
    r"\\(?=[!-/:-@\[-`{-~])|[`*\[\]~|]|<(?=[A-Za-z/!?])|&(?=#?\w{1,31};)|(?<![^\W_])_|_(?![^\W_])|\$(?=\$)|(?<=\$)\$"
)
_LINE_START = re.compile(r"^([^\S\n]*+)(?:([#>=]|[-+](?=[\s-]|\Z))|(\d{1,9})([.)])(?=\s|\Z))", re.MULTILINE)
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")


def escape(text: str) -> str:
    """Return `text` so that Markdown shows it as it is: without links, images, HTML, emphasis, headings and lists.

    A web address stays, because it stands in the document. Many clients make a link of it.
    """
    marked = _MARKS.sub(lambda match: f"\\{match[0]}", text)
    return _LINE_START.sub(lambda match: f"{match[1]}{match[3] or ''}\\{match[2] or match[4]}", marked)


def unescape(text: str) -> str:
    """Return Markdown without backslashes before punctuation."""
    return _ESCAPED.sub(r"\1", text)


def write_blocks(text: str, blocks: Sequence[DocumentBlock]) -> str:
    """Return the blocks of a text in Markdown: lists with their levels, and tables with a header row."""
    written = ""
    previous: BlockKind | None = None
    for block in blocks:
        joined = block.kind is previous is BlockKind.ITEM
        written += ("\n" if joined else "\n\n") if written else ""
        written += _write_block(text, block)
        previous = block.kind
    # Words after a table would be another row.
    return f"{written}\n\n" if previous is BlockKind.TABLE else written


def _write_block(text: str, block: DocumentBlock) -> str:
    if block.kind is BlockKind.TABLE:
        return _write_table(text, block)
    if block.kind is BlockKind.ITEM:
        words = Span(block.words, block.span.end) if block.bullet else block.span
        return f"{'  ' * (block.level - 1)}- {escape(words.of(text))}"
    return escape(block.span.of(text))


def _write_table(text: str, table: DocumentBlock) -> str:
    """Return a table in the syntax of GitHub. A cell over several columns stands in the first of them."""
    rows = [list(table.columns)]
    for row in table.rows:
        cells = {cell.column: cell.span.of(text) for cell in row.cells}
        rows.append([cells.get(column, "") for column in range(len(table.columns))])
    lines = ["| " + " | ".join(map(escape, row)) + " |" for row in rows]
    return "\n".join([lines[0], "|" + " --- |" * len(table.columns), *lines[1:]])
