"""Turns the cells of a table into rows of text, each under the names of its columns."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence

from rag.sources.blocks import Block, Kind, row
from rag.sources.cells import Cell, Line
from rag.text import one_line

_FEW = 2  # columns


def read_rows(lines: Sequence[Line], headers: Container[int]) -> Iterator[tuple[Block, str]]:
    """Yield each row as a block, with the words of its cells. `headers` has the numbers of the header rows.

    The names of the columns are the words of all header rows above them. A header row below other rows begins new
    names. A row of one cell over all columns names the rows after it, and becomes a paragraph.
    """
    width = max(map(len, lines), default=0)
    names = [""] * width
    heads: list[str] = []  # header rows without a row below
    body = False
    for number, line in enumerate(lines):
        words = [one_line(cell.text) for cell in line]
        if width > 1 and line and line[0].columns >= width:
            yield from ((Block(words[0]), words[0]),) if words[0] else ()
        elif number in headers:
            names, body = [""] * width if body else names, False
            names = [_joined(name, word) for name, word in zip(names, [*words, *[""] * width], strict=False)]
            heads.append(row([], words))
        elif text := _text(names, words, line):
            heads, body = [], True
            yield Block(text, Kind.ROW), "".join(words)
    yield from ((Block(text, Kind.ROW), text) for text in heads if text)


def _text(names: Sequence[str], words: Sequence[str], cells: Line) -> str:
    """Return a row as text. A cell alone in a row of many columns is a remark, and stands under no name."""
    if len(cells) > _FEW and cells[0].columns > len(cells) // 2 and not any(words[cells[0].columns :]):
        return words[0]
    if not any(names) and len(cells) == 2 and cells[0].header and not cells[1].header:
        return row(words[:1], words[1:])
    return named_row(names, words, cells)


def named_row(names: Sequence[str], words: Sequence[str], cells: Sequence[Cell]) -> str:
    """Return a row as text. A cell over several columns stands under the names of all of them, once.

    `words` are those of `cells`, and `names` are those of their columns, empty if the columns have none.
    """
    if all(cell.columns == 1 for cell in cells):
        return row(names if any(names) else [], words)
    merged: list[str] = []
    shown: list[str] = []
    place = 0
    while place < len(words):
        columns = max(1, min(cells[place].columns, len(words) - place))
        merged.append(" ".join(dict.fromkeys(filter(None, names[place : place + columns]))))
        shown.append(words[place])
        place += columns
    return row(merged if any(names) else [], shown)


def _joined(name: str, word: str) -> str:
    return name if word in ("", name) else f"{name} {word}".strip()
