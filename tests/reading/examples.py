"""The model of an example: a file, and what a person reads off it, written without the parser."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table as a person reads it: the header of each column, and the cell. A header may be empty."""

    cells: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Example:
    """A document that is made for this measurement, with what a person reads off it.

    `text` has the words in reading order, without the headers of tables, because a parser may repeat them in each row.
    `numbers` are the numbers of list items, each with the first words of the item. `unread` are words of the file that
    nobody reads as its text: running heads, deleted or hidden words, quoted e-mails.
    """

    name: str
    kind: str
    suffix: str
    write: Callable[[Path], None]
    text: str
    headings: Sequence[str] = ()
    numbers: Sequence[tuple[str, str]] = ()
    rows: Sequence[Row] = ()
    unread: Sequence[str] = ()
    facts: dict[str, str] = field(default_factory=dict)


def rows(headers: Sequence[str], *cells: Sequence[str]) -> list[Row]:
    """Return rows with these headers. An empty cell says nothing, so it is left out."""
    return [Row(tuple((h, c) for h, c in zip(headers, line, strict=True) if c)) for line in cells]


def file(content: str | bytes) -> Callable[[Path], None]:
    """Return a function that writes `content` to a path."""
    return lambda path: _write(path, content)


def _write(path: Path, content: str | bytes) -> None:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
