"""The result of parsing one document."""

from __future__ import annotations

from dataclasses import dataclass

from rag.errors import UnreadableSource
from rag.types import Document


@dataclass(frozen=True, slots=True)
class Begun:
    """The parser begins the member number `number` of a file, from 0. `key` is the key of its record."""

    key: str
    number: int


@dataclass(frozen=True, slots=True)
class Record:
    """A document, or the reason why parsing failed. `key` is its path, or `path#name` if its file holds several.

    If the file holds several, `line` is the line of this one, from 1, and `raw` has its own bytes if the parser gives
    them.
    """

    key: str
    content: Document | UnreadableSource
    line: int | None = None
    raw: bytes | None = None
