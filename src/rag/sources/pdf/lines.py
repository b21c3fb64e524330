"""Extracts pieces of lines from a PDF page with PDFium, with their position, size and weight."""

from __future__ import annotations

import ctypes
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from statistics import median
from typing import TYPE_CHECKING

from rag.sources.unwrap import visible_hyphens
from rag.text import normalise

if TYPE_CHECKING:
    from pypdfium2 import PdfTextPage

_HYPHEN = "\x02"
"""PDFium joins two lines at a hyphen, and returns this character for the hyphen. `page_lines` divides them again."""

_GAP = 1.0
"""A gap that separates two columns or cells, as a multiple of the height of the letters."""

_RULE = re.compile(r"[-_–—=*. ]{3,}")
_FORCE_BOLD = 1 << 18
_HEAVY = 700


@dataclass(frozen=True, slots=True)
class Line:
    """A run of words on one baseline. Positions are in points from the lower left corner of the page.

    If a line is merged from several pieces, `cells` are the pieces.
    """

    text: str
    page: int
    left: float
    right: float
    bottom: float
    size: float
    bold: bool = False
    cells: tuple[Line, ...] = ()

    def aligned(self, other: Line) -> bool:
        """Return whether both have the same number of cells, and each pair of cells is aligned left or right."""
        return len(self.cells) == len(other.cells) and all(
            min(abs(one.left - two.left), abs(one.right - two.right)) < 0.5 * self.size
            for one, two in zip(self.cells, other.cells, strict=True)
        )

    def beside(self, other: Line) -> bool:
        """Return whether both are on the same baseline of the same page."""
        return self.page == other.page and abs(self.bottom - other.bottom) < 0.35 * max(self.size, other.size)


def page_lines(page: PdfTextPage, number: int) -> Iterator[Line]:
    """Yield the pieces of lines on a page, in the order in which the file draws them."""
    text = _Page(page, number)
    run: list[int] = []
    for index, character in enumerate(text.characters):
        if run and (character in "\r\n" or text.begins_piece(run, index)):
            yield from text.line(run)
            run = []
        if character not in "\r\n":
            run.append(index)
        if character == _HYPHEN:
            yield from text.line(run)
            run = []
    yield from text.line(run)


class _Page:
    """The characters of one page, with their boxes and fonts."""

    def __init__(self, page: PdfTextPage, number: int) -> None:
        import pypdfium2.raw as pdfium

        self.pdfium = pdfium
        self.page = page
        self.number = number
        self.characters = [chr(pdfium.FPDFText_GetUnicode(page, index)) for index in range(page.count_chars())]

    def begins_piece(self, run: list[int], index: int) -> bool:
        """Return whether the character at `index`, after a space, is in another column or line than `run`."""
        if not self.characters[run[-1]].isspace() or self.characters[index].isspace():
            return False
        before = next((earlier for earlier in reversed(run) if not self.characters[earlier].isspace()), None)
        if before is None:
            return False
        left, bottom, right, top = self.box(before)
        next_left, next_bottom, _, next_top = self.box(index)
        height = max(top - bottom, next_top - next_bottom)
        return next_left - right > _GAP * height or next_left < left - height or next_top < bottom

    def line(self, run: list[int]) -> Iterator[Line]:
        """Yield the line of the characters in `run`, unless it is blank or only a rule."""
        seen = [index for index in run if not self.characters[index].isspace()]
        text = visible_hyphens("".join(self.characters[index] for index in run).replace(_HYPHEN, "-"))
        text = normalise(text)
        if not seen or not text or _RULE.fullmatch(text):
            return
        sample = [seen[(len(seen) - 1) * part // 4] for part in range(5)]
        boxes = [self.box(index) for index in sample]
        yield Line(
            text=" ".join(text.split()),
            page=self.number,
            left=boxes[0][0],
            right=boxes[-1][2],
            bottom=min(bottom for _, bottom, _, _ in boxes),  # the lowest: a footnote begins with a raised number
            size=median(top - bottom for _, bottom, _, top in boxes),  # the median, because a bullet may be larger
            bold=sum(map(self.bold, sample)) >= 4,  # of 5, because one may be the mark of a footnote
        )

    def box(self, index: int) -> tuple[float, float, float, float]:
        box = self.pdfium.FS_RECTF()
        self.pdfium.FPDFText_GetLooseCharBox(self.page, index, box)
        return box.left, box.bottom, box.right, box.top

    def bold(self, index: int) -> bool:
        name, flags = ctypes.create_string_buffer(128), ctypes.c_int()
        self.pdfium.FPDFText_GetFontInfo(self.page, index, name, len(name), flags)
        marked = any(word in name.value.lower() for word in (b"bold", b"black", b"heavy"))
        return (
            marked or bool(flags.value & _FORCE_BOLD) or self.pdfium.FPDFText_GetFontWeight(self.page, index) >= _HEAVY
        )


def rows(lines: Sequence[Line]) -> list[Line]:
    """Merge neighbouring pieces on one baseline into a line; the pieces become its cells."""
    whole: list[Line] = []
    for line in lines:
        last = whole[-1] if whole else None
        if last is not None and last.beside(line) and line.left >= last.right:
            whole[-1] = _merged(last, line)
        else:
            whole.append(line)
    return whole


def _merged(left: Line, right: Line) -> Line:
    cells = (*(left.cells or (left,)), right)
    longest = max(cells, key=lambda cell: len(cell.text))
    text = " ".join(cell.text for cell in cells)
    bold = all(cell.bold for cell in cells)
    return replace(left, text=text, right=right.right, cells=cells, bold=bold, size=longest.size)
