"""Puts a two-column comparison, such as a proposal and its amendment, into reading order: one column after the other.

The columns continue over several pages. The order in the file would alternate between the two texts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from rag.sources.pdf.lines import Line

_LEFT_TITLE = re.compile(
    r"(?:Text proposed by|Text amended|Present text|Current text|Existing text|Draft|Motion for)\b.*"
)
_RIGHT_TITLE = re.compile(r"(?:Amendment|Amended text|Proposed text|Amending act)\b.*")
_ENDS = re.compile(r"(?:Amendment|AMENDMENT) \d+.*")


@dataclass(frozen=True, slots=True)
class Flow:
    """Lines in reading order. If they are a column, `title` is its title."""

    lines: Sequence[Line]
    title: Line | None = None


@dataclass(slots=True)
class _Columns:
    """The two columns of a comparison, while their lines are collected."""

    left_title: Line
    right_title: Line
    left: list[Line] = field(default_factory=list)
    right: list[Line] = field(default_factory=list)

    def take(self, line: Line, middle: float) -> None:
        (self.right if line.left >= middle else self.left).append(line)

    def flows(self) -> Iterator[Flow]:
        for title, lines in ((self.left_title, self.left), (self.right_title, self.right)):
            if lines:
                yield Flow(lines, title)


def flows(lines: Sequence[Line], widths: Sequence[float]) -> Iterator[Flow]:
    """Yield the lines of a document in reading order."""
    columns: _Columns | None = None
    plain: list[Line] = []
    for number, line in enumerate(lines):
        opening = _opening(lines, number)
        if opening is not None or (columns is not None and _ENDS.fullmatch(line.text) and line.bold):
            yield from _flows_of(columns, plain)
            columns, plain = opening, []
        if columns is None:
            plain.append(line)
        elif line is not columns.left_title and line is not columns.right_title:
            columns.take(line, widths[line.page - 1] / 2)
    yield from _flows_of(columns, plain)


def is_title(text: str) -> bool:
    """Return whether a text can be the title of a column."""
    return bool(_LEFT_TITLE.fullmatch(text) or _RIGHT_TITLE.fullmatch(text))


def compares(lines: Sequence[Line]) -> bool:
    """Return whether the titles of two columns are side by side in `lines`."""
    return any(_opening(lines, number) is not None for number in range(len(lines)))


def _flows_of(columns: _Columns | None, plain: list[Line]) -> Iterator[Flow]:
    if plain:
        yield Flow(plain)
    if columns is not None:
        yield from columns.flows()


def _opening(lines: Sequence[Line], number: int) -> _Columns | None:
    """Return new columns if the titles of two columns are side by side at `number`."""
    pair = lines[number : number + 2]
    if len(pair) < 2 or not pair[0].beside(pair[1]):
        return None
    matched = _LEFT_TITLE.fullmatch(pair[0].text) and _RIGHT_TITLE.fullmatch(pair[1].text)
    return _Columns(pair[0], pair[1]) if matched else None
