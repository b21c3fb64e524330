"""Extracts pieces of lines from a PDF page with PDFium, with their position, size and weight."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from statistics import median
from typing import TYPE_CHECKING

from rag.sources.pdf.characters import HYPHEN, Box, Characters
from rag.sources.unwrap import visible_hyphens
from rag.text import normalise

if TYPE_CHECKING:
    from pypdfium2 import PdfPage, PdfTextPage

GAP = 1.0
"""A gap that separates two columns or cells, as a multiple of the height of the letters."""

_SMALLEST = 2.2
"""Points. The height of the box of a letter of 2 points. Nobody can see smaller text."""

_RULE = re.compile(r"[-_–—=*. ]{3,}")
_BULLET = re.compile("[-*•●▪◦‣·–—➢➤❖✓\uf0b7\uf0a7\uf0d8]")
_BREAKS = ("\r", "\n")
_NUMBERS = re.compile(r"(?<!\d)\d{1,12}(?!\d)")
_SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(frozen=True, slots=True)
class Line:
    """A run of words on one baseline. Positions are in points from the lower left corner of the page.

    If a line is merged from several pieces, `cells` are the pieces. A line is `run_in` if it begins with a bold heading
    that ends with a stop, and goes on in the weight of the text. An `aside` is a line of a footnote,
    a note in the margin or a stamp.
    """

    text: str
    page: int
    left: float
    right: float
    bottom: float
    size: float
    bold: bool = False
    cells: tuple[Line, ...] = ()
    run_in: bool = False
    aside: bool = False

    def aligned(self, other: Line) -> bool:
        """Return whether both have the same number of cells, and each pair of cells is aligned left or right."""
        return len(self.cells) == len(other.cells) and all(
            min(abs(one.left - two.left), abs(one.right - two.right)) < 0.5 * self.size
            for one, two in zip(self.cells, other.cells, strict=True)
        )

    def beside(self, other: Line) -> bool:
        """Return whether both are on the same baseline of the same page."""
        return self.page == other.page and abs(self.bottom - other.bottom) < 0.35 * max(self.size, other.size)


def page_lines(page: PdfPage, words: PdfTextPage, number: int) -> Iterator[Line]:
    """Yield the visible pieces of lines on a page, in the order in which the file draws them."""
    characters = Characters(page, words)
    for whole in _runs(characters):
        run = _legible(characters, whole)
        line = _line(characters, run, number)
        if line is not None and _visible(characters, line, run):
            yield line


def _runs(characters: Characters) -> Iterator[list[int]]:
    """Yield the indexes of the characters of each piece."""
    run: list[int] = []
    after_space = False
    for index, character in enumerate(characters.text):
        space = character.isspace()
        if run and (character in _BREAKS or (after_space and not space and _begins_piece(characters, run, index))):
            yield run
            run = []
        if character not in _BREAKS:
            run.append(index)
        after_space = space
        if character == HYPHEN:  # a hyphen at the end of a line
            yield run
            run = []
    yield run


def _begins_piece(characters: Characters, run: list[int], index: int) -> bool:
    """Return whether the character at `index`, after a space, is in another column or line than `run`."""
    text = characters.text
    before = next((earlier for earlier in reversed(run) if not text[earlier].isspace()), None)
    if before is None:
        return False
    left, bottom, right, top = characters.box(before)
    next_left, next_bottom, _, next_top = characters.box(index)
    height = max(top - bottom, next_top - next_bottom)
    return next_left - right > GAP * height or next_left < left - height or next_top < bottom


def _line(characters: Characters, run: list[int], number: int) -> Line | None:
    """Return the line of the characters in `run`, or None if it is blank or only a rule."""
    seen = [index for index in run if not characters.text[index].isspace()]
    if not seen:
        return None
    sample = [seen[(len(seen) - 1) * part // 4] for part in range(5)]
    boxes = [characters.box(index) for index in sample]
    size = median(top - bottom for _, bottom, _, top in boxes)  # the median, because a bullet may be larger
    text = normalise(visible_hyphens(_text(characters, run, size).replace(HYPHEN, "-")))
    if not text or _RULE.fullmatch(text):
        return None
    bold = [characters.bold(sample[0]), characters.bold(sample[-1])]
    inside = [characters.bold(index) for index in sample[1:-1]] if any(bold) else []
    return Line(
        text=" ".join(text.split()),
        page=number,
        left=min(boxes[0][0], boxes[-1][0]),  # the last letter of Arabic text is at the left
        right=max(boxes[0][2], boxes[-1][2]),
        bottom=min(bottom for _, bottom, _, _ in boxes),  # the lowest: a footnote begins with a raised number
        size=size,
        bold=sum(bold + inside) >= 4 and (bold[-1] or not _run_in(characters, seen)),  # of 5, because one may be a mark
        run_in=bold[0] and not bold[-1] and _run_in(characters, seen),
        aside=len(seen) > 2 and text.isascii() and _turned(boxes[0], boxes[-1]),
    )


def _turned(first: Box, last: Box) -> bool:
    """Return whether a piece runs up, down or diagonally, as a stamp or a note along the margin does."""
    return abs(last[1] - first[1]) > 0.3 * abs(last[0] - first[0]) + (first[3] - first[1])


def _text(characters: Characters, run: list[int], size: float) -> str:
    """Return the text of a piece. A raised number becomes superscript digits on the word before it."""
    text = "".join(characters.text[index] for index in run)
    if len(text) != len(run):  # spaces were added to Arabic text
        return text
    for match in reversed(list(_NUMBERS.finditer(text))):
        start = _small_from(characters, run, match, size)
        if not 0 < match.end() - start <= 3:
            continue
        _, bottom, _, _ = characters.box(run[start])
        number = text[start : match.end()].translate(_SUPERSCRIPTS)
        before, after = text[:start], text[match.end() :]
        base = _baseline(characters, run, match.start(), match.end())
        if base is not None and bottom > base + 0.1 * size:
            text = f"{before.rstrip()}{number}{'' if before.strip() else ' '}{after}"
    return text


def _small_from(characters: Characters, run: list[int], number: re.Match[str], size: float) -> int:
    """Return the offset from which on the last digits of a number are small: an exponent, or the mark of a note."""
    start = number.end()
    while start > number.start():
        _, bottom, _, top = characters.box(run[start - 1])
        if top - bottom > 0.8 * size:
            break
        start -= 1
    return start


def _baseline(characters: Characters, run: list[int], start: int, end: int) -> float | None:
    """Return the bottom of the nearest letter before the offset `start`, or else from `end` on."""
    letters = [index for index in (*reversed(run[:start]), *run[end:]) if characters.text[index].isalpha()]
    return characters.box(letters[0])[1] if letters else None


def _run_in(characters: Characters, seen: list[int]) -> bool:
    """Return whether bold text ends with a stop within the line."""
    stops = [n for n, index in enumerate(seen[:-1]) if characters.text[index] in ".:"]
    return any(characters.bold(seen[n]) and not characters.bold(seen[n + 1]) for n in stops[:4])


def _legible(characters: Characters, run: list[int]) -> list[int]:
    """Return a run without the words that are too small to read or drawn without ink between others."""
    kept: list[int] = []
    hidden = False
    for place, index in enumerate(run):
        if characters.text[index].isspace():
            kept.append(index)
            continue
        if place == 0 or characters.text[run[place - 1]].isspace():
            _, bottom, _, top = characters.box(index)
            hidden = abs(top - bottom) < _SMALLEST or characters.invisible(index)
        if not hidden:
            kept.append(index)
    return kept


def _visible(characters: Characters, line: Line, run: list[int]) -> bool:
    """Return whether a piece is on the page, larger than 2 points, and drawn with ink or over a scan."""
    on_page = characters.shows((line.left + line.right) / 2, line.bottom + line.size / 2)
    return on_page and line.size >= _SMALLEST and not characters.invisible(run[0])


def rows(lines: Sequence[Line]) -> list[Line]:
    """Merge neighbouring pieces on one baseline into a line; the pieces become its cells."""
    whole: list[Line] = []
    for line in lines:
        last = whole[-1] if whole else None
        if last is not None and last.aside == line.aside and last.beside(line) and line.left >= last.right - 0.5:
            whole[-1] = merged(last, line)
        elif (place := _wrapped_header(whole, line)) is not None:
            row = merged(whole.pop(place), line)
            above = [one for one in whole[place:] if one.bottom > row.bottom]
            whole[place:] = [*above, row, *(one for one in whole[place:] if one.bottom <= row.bottom)]
        else:
            whole.append(line)
    return whole


def _wrapped_header(whole: Sequence[Line], line: Line) -> int | None:
    """Return the place of the row of a bold piece, if wrapped lines of bold cells are drawn between them."""
    for place in range(len(whole) - 2, max(-1, len(whole) - 4), -1):
        row, between = whole[place], whole[place + 1 :]
        apart = all(one.right <= line.left or one.left >= row.right for one in between)
        if not (line.bold and row.bold and apart and all(one.bold for one in between)):
            return None
        if row.beside(line) and row.right <= line.left:
            return place
    return None


def merged(left: Line, right: Line) -> Line:
    """Return two pieces on one baseline as one line. Without a gap between them, they are one cell."""
    cells = left.cells or (left,)
    bullet = _BULLET.fullmatch(cells[-1].text) is not None and right.left - cells[-1].right < 3 * right.size
    if bullet or right.left - left.right <= 0.5 * GAP * right.size:
        cells = (*cells[:-1], _joined(cells[-1], right))
    else:
        cells = (*cells, right)
    if len(cells) == 1:
        return cells[0]
    longest = max(cells, key=lambda cell: len(cell.text))
    text = " ".join(cell.text for cell in cells)
    bold = all(cell.bold for cell in cells)
    run_in = left.run_in or (left.bold and not bold and left.text.endswith((".", ":")))
    return replace(left, text=text, right=right.right, cells=cells, bold=bold, size=longest.size, run_in=run_in)


def _joined(left: Line, right: Line) -> Line:
    run_in = left.run_in or (left.bold and not right.bold and left.text.endswith((".", ":")))
    return replace(
        left,
        text=f"{left.text} {right.text}",
        right=right.right,
        size=max(left, right, key=lambda one: len(one.text)).size,
        bold=left.bold and right.bold,
        run_in=run_in,
    )
