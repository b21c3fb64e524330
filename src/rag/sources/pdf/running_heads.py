"""Removes running heads, page numbers and tables of contents."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import product

from rag.sources.pdf.columns import is_title
from rag.sources.pdf.lines import Line

_MARGIN = 0.12  # of the height of a page
_NEAR_PAGES, _NEAR_REPEATS = 4, 2
"""How many other pages repeat a running head, and how near they are."""

_MOST_EDGE_ROWS = 4
_MOST_NUMBERS = 3
_NEXT_ROW = 2.0  # the drop to the next row of a table, as a multiple of the height of the letters
_Key = tuple[str, int, tuple[tuple[int, int], ...]]
_NUMBER_ALONE = re.compile(
    r"[-–—\s]*(?:(?:page|p\.)\s*)?(?:\d{1,4}|[ivxl]{1,6})(?:\s*(?:/|of|von|de)\s*\d{1,4})?[-–—\s]*", re.I
)
_LEADERS = re.compile(r"(?:(?<!\.)(?<!\. )(?:\. ?){4,}+|(?<!…)(?<!…\s)(?:…\s?){2,}+|(?<!-)-{4,}+)\s*+\d{1,4}$")
_CONTENTS = re.compile(r"(?:table of )?contents|summary of contents", re.IGNORECASE)
_ENTRY = re.compile(r".*\D\s\d{1,4}")
_TAIL = 3  # lines at the end of a page that still belong to the table of contents above them


def without_running_heads(pages: Sequence[Sequence[Line]], heights: Sequence[float]) -> list[list[Line]]:
    """Return the lines of each page without page numbers, and without lines that the margins of many pages repeat.

    Two lines count as equal if they differ only in numbers that count the pages. The headers of a table at the top of a
    page stay. A line at the edge of a page is also a running head if some of the next pages repeat it, because a
    chapter has its own.
    """
    margins = [_margin(page, height) for page, height in zip(pages, heights, strict=True)]
    repeats: Counter[_Key] = Counter(key for margin in margins for key in {key for one in margin for key in _keys(one)})
    shift = _page_number_shift(margins)
    heads_of: dict[str, list[int]] = defaultdict(list)
    for number, margin in enumerate(margins):
        for head in {_head(line, shift) for line in margin}:
            heads_of[head].append(number)
    enough = max(2, min(len(pages), 3), 0.3 * len(pages))
    kept = []
    for number, (page, margin) in enumerate(zip(pages, margins, strict=True)):
        edge = {id(line) for line in _edge(page, heads_of, number, shift)}
        heads = {
            id(line)
            for line in margin
            if max(repeats[key] for key in _keys(line)) >= enough
            or (id(line) in edge and not _NUMBER_ALONE.fullmatch(line.text))
        }
        rest = [line for line in page if id(line) not in heads]
        kept.append([line for line in rest if not _is_page_number(line, rest, margin, shift)])
    return kept


def _edge(page: Sequence[Line], places: Mapping[str, Sequence[int]], number: int, shift: int | None) -> Iterator[Line]:
    """Yield the lines from the top and from the foot of a page that near pages repeat, up to the first other line."""
    for downwards in (True, False):
        rest = sorted(page, key=lambda line: line.bottom, reverse=downwards)
        for _ in range(_MOST_EDGE_ROWS):
            row = [line for line in rest if line.beside(rest[0])]  # empty if no line is left
            if not row or any(is_title(line.text) for line in row) or not _all_repeated(row, places, number, shift):
                break
            yield from row
            rest = [line for line in rest if not line.beside(row[0])]


def _all_repeated(row: Sequence[Line], places: Mapping[str, Sequence[int]], number: int, shift: int | None) -> bool:
    """Return whether near pages repeat all pieces of a row but numbers. A row of a table has other cells too."""
    return all(
        _NUMBER_ALONE.fullmatch(one.text) or _near_pages(places.get(_head(one, shift), ()), number) for one in row
    )


def _head(line: Line, shift: int | None) -> str:
    """Return the text of a line without the number of its page, and its height in steps of 4 points."""
    text = line.text if shift is None else re.sub(rf"\b{line.page + shift}\b", "", line.text)
    return f"{round(line.bottom / 4)} {text}"


def _near_pages(places: Sequence[int], number: int) -> bool:
    return sum(0 < abs(other - number) <= _NEAR_PAGES for other in places) >= _NEAR_REPEATS


def _is_page_number(line: Line, page: Sequence[Line], margin: Sequence[Line], shift: int | None) -> bool:
    """Return whether a line is a page number: it counts the pages, or it stands alone on its baseline."""
    if not any(line is other for other in margin) or not _NUMBER_ALONE.fullmatch(line.text):
        return False
    if shift is not None and _number(line) == line.page + shift:
        return True
    return not any(line.beside(other) or _marks(line, other) for other in page if other is not line)


def _marks(number: Line, note: Line) -> bool:
    """Return whether a number is the raised mark of a footnote at its right."""
    return abs(number.bottom - note.bottom) < 0.6 * note.size and 0 <= note.left - number.right < note.size


def _page_number_shift(margins: Sequence[Sequence[Line]]) -> int | None:
    """Return the difference between printed page numbers and those of the file, if several pages share it."""
    numbers = [(line, _number(line)) for margin in margins for line in margin if _NUMBER_ALONE.fullmatch(line.text)]
    shifts = Counter(shift for shift, _ in {(number - line.page, line.page) for line, number in numbers if number})
    shift, times = shifts.most_common(1)[0] if shifts else (0, 0)
    return shift if times >= _NEAR_REPEATS else None


def _number(line: Line) -> int | None:
    match = re.search(r"\d{1,4}", line.text)
    return int(match[0]) if match else None


def in_margin(line: Line, height: float) -> bool:
    """Return whether a line is near the top or the foot of a page of this height."""
    return line.bottom < _MARGIN * height or line.bottom + line.size > (1 - _MARGIN) * height


def _keys(line: Line) -> list[_Key]:
    """Return the text and the place of a line, with each number either as it is or less the number of the page.

    Lines of two pages share a key if their numbers are equal or count the pages. Of many numbers, all are as they are.
    """
    text, place = re.sub(r"\d+", "#", line.text.lower()), round(line.bottom / 4)
    numbers = [int(one) for one in re.findall(r"\d{1,9}", line.text)]
    choices = ((one, one - line.page) if len(numbers) <= _MOST_NUMBERS else (one,) for one in numbers)
    return [(text, place, chosen) for chosen in product(*map(_distinct, choices))]


def _distinct(choices: Sequence[int]) -> list[tuple[int, int]]:
    return list(enumerate(choices))


def _margin(page: Sequence[Line], height: float) -> list[Line]:
    """Return the lines at the top and the foot of a page, without the headers of a table."""
    margin = [line for line in page if in_margin(line, height)]
    cells = _header_cells(page, margin)
    return [line for line in margin if id(line) not in cells]


def _header_cells(page: Sequence[Line], margin: Sequence[Line]) -> set[int]:
    """Return the `id()` of the pieces in the margin that are headers of a table: rows of it follow in their columns."""
    found: set[int] = set()
    for line in sorted(margin, key=lambda one: one.bottom):  # upwards, because a row of groups may be above the headers
        row = [one for one in margin if one.beside(line)]
        below = [one for one in page if 0.5 < (line.bottom - one.bottom) / line.size < _NEXT_ROW]
        over = sum(any(one.left < two.right and two.left < one.right for two in below) for one in row)
        groups = len(row) > 1 and any(id(one) in found for one in below)
        if groups or (len(row) > 2 and over > 2 and len(below) > 2):
            found |= {id(one) for one in row}
    return found


def without_contents(lines: Sequence[Line]) -> list[Line]:
    """Return `lines` without tables of contents, because their entries are not evidence for an answer."""
    kept = [line for line in lines if not _LEADERS.search(line.text)]
    pages: dict[int, list[Line]] = defaultdict(list)
    for line in kept:
        pages[line.page].append(line)
    return [line for page in _outside(list(pages.values())) for line in page]


def _outside(pages: list[list[Line]]) -> Iterator[list[Line]]:
    """Yield the lines of each page that are outside a table of contents. A table may cover several pages."""
    within = False
    for page in pages:
        start = next((n for n, line in enumerate(page) if _CONTENTS.fullmatch(line.text)), None)
        if start is None and not within:
            yield page
            continue
        rest = page[start or 0 :]
        end = _end_of_contents(rest)
        within = end > 0 and end == len(rest)
        yield [*page[: start or 0], *rest[end:]]


def _end_of_contents(lines: list[Line]) -> int:
    """Return how many of the first `lines` belong to a table of contents. It has at least three entries."""
    entries = [n for n, line in enumerate(lines) if _ENTRY.fullmatch(line.text)]
    if len(entries) < 3 or len(entries) < 0.4 * (entries[-1] + 1):
        return 1 if lines and _CONTENTS.fullmatch(lines[0].text) else 0
    end = entries[-1] + 1
    return len(lines) if len(lines) - end <= _TAIL else end
