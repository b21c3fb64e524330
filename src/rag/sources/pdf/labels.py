"""Finds the printed numbers of pages: in the page labels of the file, or else in the margins."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from rag.sources.pdf.lines import Line
from rag.sources.pdf.running_heads import in_margin
from rag.text import normalise
from rag.text.roman import first_numerals, roman

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument

_LONGEST = 12
"""Characters. A longer label is the name of a file or of a chapter."""

_LEAST_PAGES = 3
"""How many pages must print numbers that count on, before they are believed."""

_MOST_APART = 3
"""How many pages without a number may lie between two pages of one count."""

_NUMBER = re.compile(
    r"(?:(?:page|p\.|seite|página|pagina)\s*)?[-–—|\s]{0,4}(?P<number>\d{1,4}|[ivxl]{1,7}|[IVXL]{1,7})"
    r"(?:\s*(?:/|of|von|de|sur)\s*\d{1,4})?[-–—|\s]{0,4}",
    re.IGNORECASE,
)
_NUMERALS = first_numerals(89)  # those with the letters of _NUMBER


def labels_in(document: PdfDocument) -> list[str]:
    """Return the page label of each page in the file, or "" if it has none that can be shown."""
    found = (" ".join(normalise(document.get_page_label(number)).split()) for number in range(len(document)))
    return [label if len(label) <= _LONGEST else "" for label in found]


def printed_numbers(given: Sequence[str], pages: Sequence[Sequence[Line]], heights: Sequence[float]) -> dict[int, str]:
    """Return the printed number of each page by its number in the file, without those that are equal.

    `given` are the labels in the file, `pages` the lines of each page with its margins, and `heights` are in points.
    """
    labels = {number: label for number, label in enumerate(given, start=1) if label}
    if all(label == str(number) for number, label in labels.items()):
        labels = _counted(
            (number, value, form)
            for number, (lines, height) in enumerate(zip(pages, heights, strict=True), start=1)
            for value, form in _in_margins(lines, height)
        )
    return {number: label for number, label in labels.items() if label != str(number)}


def _in_margins(lines: Sequence[Line], height: float) -> Iterator[tuple[int, str]]:
    """Yield the numbers that stand alone in the margins of a page, and the form of each."""
    for line in lines:
        match = _NUMBER.fullmatch(line.text) if in_margin(line, height) else None
        if match is None:
            continue
        written = match["number"]
        if written.isdigit():
            yield int(written), "1"
        elif written.lower() in _NUMERALS and written in (written.lower(), written.upper()):
            yield _NUMERALS.index(written.lower()) + 1, "i" if written.islower() else "I"


def _counted(numbers: Iterable[tuple[int, int, str]]) -> dict[int, str]:
    """Return the numbers of the pages that count on, also of the pages between them that print none."""
    counts: dict[tuple[int, str], set[int]] = defaultdict(set)
    for page, value, form in numbers:
        counts[value - page, form].add(page)
    labels: dict[int, str] = {}
    for (shift, form), found in sorted(counts.items(), key=lambda one: len(one[1])):
        for run in _runs(sorted(found)):
            if len(run) >= _LEAST_PAGES:
                labels.update((page, _written(page + shift, form)) for page in range(run[0], run[-1] + 1))
    return labels


def _runs(pages: Sequence[int]) -> Iterator[Sequence[int]]:
    starts = [0, *(n for n, (one, two) in enumerate(pairwise(pages), 1) if two - one > _MOST_APART + 1), len(pages)]
    return (pages[start:end] for start, end in pairwise(starts))


def _written(value: int, form: str) -> str:
    if form == "1":
        return str(value)
    return roman(value) if form == "i" else roman(value).upper()
