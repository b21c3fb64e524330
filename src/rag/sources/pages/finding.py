"""Finds the words of a quote on the pages of a file, also if its words are on another page than its text says."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from rag.sources.pages.alignment import SEED, Folded
from rag.sources.pages.boxes import Box, Shown, quote_boxes

_BACK = 6
"""The most pages between a row of a table and the headers of its columns, which only the first page may show."""

_MOST_LOST = 0.3
"""If more of the letters of a quote are missing, the quote is looked for on other pages as a whole."""

_LEAST_FOUND = 0.9
"""The least part of the letters of a rest that must be on another page."""


@dataclass(frozen=True, slots=True)
class PageText:
    """The text of page `page` in the document, and the half-open span `[start, end)` of the quote in it."""

    page: int
    text: str
    start: int
    end: int


@dataclass(slots=True)
class Found:
    """The boxes of a quote by page, and the part of its letters that were found, in [0, 1]."""

    boxes: dict[int, list[Box]] = field(default_factory=dict)
    share: float = 0.0


def find(shown: Callable[[int], Shown], count: int, texts: Sequence[PageText]) -> Found:
    """Find a quote on a file of `count` pages. `shown` returns the characters of a page, whose number is from 1."""
    found, letters, missing = Found(), 0, 0
    for one in texts:
        quote, length = one.text[one.start : one.end], _length(one.text[one.start : one.end])
        boxes, rests = quote_boxes(shown(one.page), one.text, one.start, one.end)
        lost = sum(_length(one.text[start:end]) for start, end in rests)
        letters += length
        if lost > _MOST_LOST * length and _find_rest(found, shown, quote, _others(one.page, count)) < lost:
            continue
        _add(found, one.page, boxes)
        for start, end in rests:
            missing += _find_rest(found, shown, one.text[start:end], _others(one.page, count))
    found.share = 1 - missing / letters if letters else 0.0
    return found


def _find_rest(found: Found, shown: Callable[[int], Shown], rest: str, pages: Iterator[int]) -> int:
    """Find words that are not on the page of their text. Return the number of letters that are on no page."""
    length = _length(rest)
    if length < SEED:
        return length
    for page in pages:
        boxes, lost = quote_boxes(shown(page), rest, 0, len(rest))
        left = sum(_length(rest[start:end]) for start, end in lost)
        if left <= (1 - _LEAST_FOUND) * length:
            _add(found, page, boxes)
            return left
    return length


def _others(page: int, count: int) -> Iterator[int]:
    """Yield the pages near another one: first its neighbours, because reading order may differ at a page break."""
    near = (page + 1, *range(page - 1, page - 1 - _BACK, -1))
    return (one for one in near if 1 <= one <= count)


def _add(found: Found, page: int, boxes: Sequence[Box]) -> None:
    if boxes:
        kept = found.boxes.setdefault(page, [])
        kept += [box for box in boxes if box not in kept]


def _length(text: str) -> int:
    return len(Folded(text).text)
