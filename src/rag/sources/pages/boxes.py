"""Finds the boxes around the words of a quote on one page."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from rag.sources.pages.alignment import Folded, aligned
from rag.sources.pdf.characters import HYPHEN

Box = tuple[float, float, float, float]
"""Left, bottom, right and top in points, from the lower left corner of the page as a reader sees it."""

Range = tuple[int, int]

_SAME_LINE = 0.5
"""The least part of the height of the lower box that two boxes on one line share."""

_HYPHENS = ("-", "\xad", "‐", HYPHEN)
_BREAK = 4
"""The most characters from the last letter of a line that ends with a hyphen to the first letter of the next line."""

_WIDEST_GAP = 2.0
"""The widest space between two words in one box, as a multiple of the height of the letters."""


@dataclass(frozen=True, slots=True)
class Shown:
    """The characters of a page, and a function that returns the box of the character with an index."""

    text: Sequence[str]
    box: Callable[[int], Box]


def quote_boxes(page: Shown, text: str, start: int, end: int) -> tuple[list[Box], list[Range]]:
    """Return the boxes of the words `text[start:end]` on a page, and the ranges of `text` that are not there.

    A box has the words of one line. The boxes are in the order of the text.
    """
    found = {n: place for n, place in aligned(text, page.text).items() if start <= n < end}
    missing = [n + start for n in Folded(text[start:end]).places if n + start not in found]
    _add_punctuation(found, page, text, start, end)
    places = list(dict.fromkeys(place for _, place in sorted(found.items())))
    return [_around(page, run) for run in _runs(page, places)], list(_ranges(text, missing))


def _add_punctuation(found: dict[int, int], page: Shown, text: str, start: int, end: int) -> None:
    """Add the punctuation that the text and the page both have beside a letter that was found."""
    for order, step in ((range(start, end), -1), (range(end - 1, start - 1, -1), 1)):
        for n in order:
            beside = found.get(n + step)
            if n in found or beside is None or not 0 <= beside - step < len(page.text):
                continue
            if not text[n].isspace() and page.text[beside - step] == text[n]:
                found[n] = beside - step


def _ranges(text: str, indexes: Sequence[int]) -> Iterator[Range]:
    """Yield the half-open ranges of the indexes. Nothing but spaces and punctuation is between those of one range."""
    begun = last = None
    for index in indexes:
        if last is not None and begun is not None and Folded(text[last + 1 : index]).text:
            yield begun, last + 1
            begun = None
        begun = index if begun is None else begun
        last = index
    if begun is not None and last is not None:
        yield begun, last + 1


def _runs(page: Shown, places: Sequence[int]) -> Iterator[list[int]]:
    """Divide the places of characters into the runs that get a box each."""
    silent = set(range(len(page.text))) - set(Folded(page.text).places)
    box = _turned(page.box) if _runs_down(page, places) else page.box
    run: list[int] = []
    for place in places:
        if run:
            last = run[-1]
            between = range(last + 1, place)
            if place < last or not silent.issuperset(between) or not _on_one_line(box(last), box(place)):
                if 0 < len(between) < _BREAK and page.text[last + 1] in _HYPHENS:
                    run.append(last + 1)
                yield run
                run = []
        run.append(place)
    if run:
        yield run


def _runs_down(page: Shown, places: Sequence[int]) -> bool:
    """Return whether most characters are above or below the one before, because the page or its text is turned."""
    down = 0
    for last, place in pairwise(places):
        if place == last + 1:
            left, bottom, right, top = page.box(last)
            next_left, next_bottom, next_right, next_top = page.box(place)
            across = abs(next_left + next_right - left - right)
            down += 1 if abs(next_bottom + next_top - bottom - top) > across else -1
    return down > 0


def _turned(box: Callable[[int], Box]) -> Callable[[int], Box]:
    def turned(index: int) -> Box:
        left, bottom, right, top = box(index)
        return bottom, left, top, right

    return turned


def _on_one_line(one: Box, two: Box) -> bool:
    """Return whether two characters are on one line, with at most some spaces between them."""
    left, bottom, right, top = one
    next_left, next_bottom, next_right, next_top = two
    height = min(top - bottom, next_top - next_bottom)
    shared = min(top, next_top) - max(bottom, next_bottom)
    gap = max(next_left - right, left - next_right)
    return shared >= _SAME_LINE * height and gap <= _WIDEST_GAP * max(height, 1.0)


def _around(page: Shown, run: Sequence[int]) -> Box:
    boxes = [page.box(place) for place in run]
    return (
        min(left for left, _, _, _ in boxes),
        min(bottom for _, bottom, _, _ in boxes),
        max(right for _, _, right, _ in boxes),
        max(top for _, _, _, top in boxes),
    )
