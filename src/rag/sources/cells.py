"""Turns the cells of a table into rows of text, each under the names of its columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag.sources.blocks import Block, Kind, row
from rag.text import one_line

_FEW = 2  # columns


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell: its words, whether it names a column, and how many columns it covers."""

    words: str
    header: bool = False
    columns: int = 1


@dataclass(frozen=True, slots=True)
class Line:
    """The cells of one row, one for each column: a merged cell stands in each place that it covers.

    `header` tells that the row belongs to the head of the table.
    """

    cells: Sequence[Cell]
    header: bool = False


def read_lines(lines: Sequence[Line]) -> Iterator[tuple[Block, str]]:
    """Yield each row as a block, with the words of its cells.

    The names of the columns are the words of all header rows above them. A row of one cell over all columns names the
    rows after it, and becomes a paragraph.
    """
    width = max((len(line.cells) for line in lines), default=0)
    names = [""] * width
    heads: list[str] = []
    body = False
    for line in lines:
        words = [one_line(cell.words) for cell in line.cells]
        if width > 1 and line.cells and line.cells[0].columns >= width:
            yield from ((Block(words[0]), words[0]),) if words[0] else ()
        elif not body and (line.header or all(cell.header for cell in line.cells)):
            names = [_joined(name, word) for name, word in zip(names, [*words, *[""] * width], strict=False)]
            heads.append(row([], words))
        elif text := _text(names, words, line.cells):
            body = True
            yield Block(text, Kind.ROW), "".join(words)
    if not body:  # the names of columns are all that the table says
        yield from ((Block(text, Kind.ROW), text) for text in heads if text)


def _text(names: Sequence[str], words: Sequence[str], cells: Sequence[Cell]) -> str:
    """Return a row as text. A cell over several columns stands under the names of all of them, once.

    A cell alone in a row of many columns is a remark, and stands under no name.
    """
    if len(cells) > _FEW and cells[0].columns > len(cells) // 2 and not any(words[cells[0].columns :]):
        return words[0]
    merged: list[str] = []
    shown: list[str] = []
    place = 0
    while place < len(words):
        columns = max(1, min(cells[place].columns, len(words) - place))
        merged.append(" ".join(dict.fromkeys(filter(None, names[place : place + columns]))))
        shown.append(words[place])
        place += columns
    return row(merged, shown) if any(names) else row([], shown)


def _joined(name: str, word: str) -> str:
    return name if word in ("", name) else f"{name} {word}".strip()
