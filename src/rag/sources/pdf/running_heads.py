"""Removes running heads, page numbers and tables of contents."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from rag.sources.pdf.lines import Line

_MARGIN = 0.12  # of the height of a page
_NUMBER_ALONE = re.compile(
    r"[-–—\s]*(?:(?:page|p\.)\s*)?(?:\d{1,4}|[ivxl]{1,6})(?:\s*(?:/|of|von|de)\s*\d{1,4})?[-–—\s]*", re.I
)
_LEADERS = re.compile(r"(?:\.{4,}|(?:\. ?){4,}|…{2,})\s*\d{1,4}$")
_CONTENTS = re.compile(r"(?:table of )?contents|summary of contents", re.IGNORECASE)
_ENTRY = re.compile(r".*\D\s+\d{1,4}")
_TAIL = 3  # lines at the end of a page that still belong to the table of contents above them


def without_running_heads(pages: Sequence[Sequence[Line]], heights: Sequence[float]) -> list[list[Line]]:
    """Return the lines of each page without page numbers, and without lines that the margins of many pages repeat.

    Two lines count as equal if they differ only in digits.
    """
    margins = [[line for line in page if _in_margin(line, height)] for page, height in zip(pages, heights, strict=True)]
    repeated = Counter(key for margin in margins for key in {_key(line) for line in margin})
    enough = max(2, min(len(pages), 3), 0.3 * len(pages))
    dropped = [
        {line for line in margin if repeated[_key(line)] >= enough or _NUMBER_ALONE.fullmatch(line.text)}
        for margin in margins
    ]
    return [[line for line in page if line not in out] for page, out in zip(pages, dropped, strict=True)]


def _in_margin(line: Line, height: float) -> bool:
    return line.bottom < _MARGIN * height or line.bottom + line.size > (1 - _MARGIN) * height


def _key(line: Line) -> tuple[str, int]:
    return re.sub(r"\d+", "", line.text.lower()), round(line.bottom / 4)


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
