"""Compare a parsed document with what a person reads."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.types import Document
from tests.reading.examples import Example, Row

_PIECE = re.compile(r"\w+|[^\w\s]")
_CELLS = re.compile(r"; | \| ")
_FEW_WORDS = 4
"""Words of an item that must follow its number."""


@dataclass(frozen=True, slots=True)
class Share:
    """How many of the things of one kind are right."""

    right: float = 0
    total: float = 0

    def __add__(self, other: Share) -> Share:
        return Share(self.right + other.right, self.total + other.total)

    @property
    def value(self) -> float:
        """The share from 0 to 1; 1 if there is nothing to read."""
        return self.right / self.total if self.total else 1.0


@dataclass(frozen=True, slots=True)
class Score:
    """The measures of one example."""

    order: Share = Share()
    cells: Share = Share()
    numbers: Share = Share()
    headings: Share = Share()
    unread: Share = Share()
    facts: Share = Share()

    def __add__(self, other: Score) -> Score:
        return Score(
            self.order + other.order, self.cells + other.cells, self.numbers + other.numbers,
            self.headings + other.headings, self.unread + other.unread, self.facts + other.facts,
        )  # fmt: skip


def score(example: Example, found: Document) -> Score:
    """Measure one parsed document."""
    text = found.text
    return Score(
        order=word_order(example.text, text),
        cells=_share([_in_place(row, header, cell, text) for row in example.rows for header, cell in row.cells]),
        numbers=_share([_numbered(number, words, text) for number, words in example.numbers]),
        headings=_headings(example.headings, [heading.title for heading in found.headings])
        if example.headings
        else Share(),
        unread=_share([words not in text for words in example.unread]),
        facts=_share([_fact(found, name) == value for name, value in example.facts.items()]),
    )


def _fact(found: Document, name: str) -> object:
    return found.language if name == "language" else getattr(found.reference, name)


def word_order(expected: str, read: str) -> Share:
    """Return the share of the expected words in the longest common subsequence of both texts.

    Words of both texts are compared in lower case, and marks of punctuation are left out.
    """
    one, two = _words(expected), _words(read)
    return Share(_common(one, two), len(one))


def _words(text: str) -> list[str]:
    return [piece for piece in _PIECE.findall(text.lower()) if piece[0].isalnum()]


def _common(one: Sequence[str], two: Sequence[str]) -> int:
    """Return the length of the longest common subsequence, by the bit vectors of Hyyrö (2004)."""
    places: dict[str, int] = {}
    for number, word in enumerate(one):
        places[word] = places.get(word, 0) | 1 << number
    full = (1 << len(one)) - 1
    row = full
    for word in two:
        matches = row & places.get(word, 0)
        row = ((row + matches) | (row - matches)) & full
    return len(one) - row.bit_count()


def _share(right: Sequence[bool]) -> Share:
    return Share(sum(right), len(right))


def _in_place(row: Row, header: str, cell: str, text: str) -> bool:
    """Return whether a line has the first cell of the row, and this cell right after its header."""
    first = row.cells[0][1]
    named = f"{header}: {cell}" if header else cell
    lines = [line.rstrip(".") for line in text.split("\n")]
    return any(first in line and named in _CELLS.split(line.removesuffix(".")) for line in lines)


def _numbered(number: str, words: str, text: str) -> bool:
    few = " ".join(words.split()[:_FEW_WORDS])
    return f"{number} {few}" in " ".join(text.split())


def _headings(expected: Sequence[str], found: Sequence[str]) -> Share:
    """Return the expected headings that are found, of all that are expected or found."""
    plain = [" ".join(_words(title)) for title in found]
    right = sum(" ".join(_words(title)) in plain for title in expected)
    return Share(right, len(expected) + max(0, len(plain) - right))
