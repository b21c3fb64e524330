"""The requests to a process that draws pages, and its replies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from rag.sources.pages.finding import PageText

SCALES = (1.0, 1.5, 2.0, 3.0, 4.0)
"""The pixels of an image for each point of a page. There are few, so that browsers find images in their caches."""

Fractions: TypeAlias = tuple[float, float, float, float]
"""Left, top, right and bottom of a box, from the upper left corner, as parts of the width and height of its page."""


@dataclass(frozen=True, slots=True)
class PageSize:
    """The width and height of a page in points, as a reader sees it: cropped and rotated."""

    width: float
    height: float


@dataclass(frozen=True, slots=True)
class PageBoxes:
    """The boxes of a quote on page `page`, from 1."""

    page: int
    boxes: tuple[Fractions, ...]


@dataclass(frozen=True, slots=True)
class FoundQuote:
    """The boxes of a quote, by page in ascending order, and the part of its letters that are in a box, in [0, 1]."""

    pages: tuple[PageBoxes, ...]
    share: float


@dataclass(frozen=True, slots=True)
class Drawn:
    """An image of a page in the format PNG."""

    png: bytes


@dataclass(frozen=True, slots=True)
class Measure:
    """Return the `PageSize` of each page of a file."""

    path: Path


@dataclass(frozen=True, slots=True)
class Draw:
    """Return page `page` of a file as `Drawn`, with `scale` pixels for each point."""

    path: Path
    page: int
    scale: float


@dataclass(frozen=True, slots=True)
class Find:
    """Return the `FoundQuote` of the marked words in `texts`.

    OCR reads the pages `scans`. `languages` are names that tesseract knows, and `seconds` is the time for all pages.
    `digest` changes with the bytes of the file.
    """

    path: Path
    digest: str
    texts: Sequence[PageText]
    scans: frozenset[int]
    languages: str | None
    seconds: float


Request: TypeAlias = Measure | Draw | Find
Reply: TypeAlias = tuple[PageSize, ...] | Drawn | FoundQuote
