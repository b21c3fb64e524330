"""PDF pages with columns, boxes and notes beside the text."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tests.reading.examples import Example
from tests.reading.prose import prose, sentences
from tests.reading.sheet import BOLD, LEFT, TOP, Sheet, broken, pdf

_TWO, _THREE = (72.0, 310.0), (50.0, 220.0, 390.0)


def _columns(
    sheet: Sheet, texts: list[str], lefts: tuple[float, ...], width: float, top: float, size: float = 10
) -> float:
    """Draw one text in each column, and return the lowest baseline."""
    return max(sheet.paragraph(text, top, left, width, size=size) for text, left in zip(texts, lefts, strict=True))


def _row_by_row(sheet: Sheet, texts: list[str], lefts: tuple[float, ...], width: float, top: float) -> None:
    """Draw the first line of each column, then the second of each, as some programs do."""
    columns = [broken(text, width, size=10) for text in texts]
    for number in range(max(map(len, columns))):
        for column, left in zip(columns, lefts, strict=True):
            if number < len(column):
                sheet.words(column[number], left, top + 12 * number, size=10)


def _two(sheet: Sheet) -> None:
    _columns(sheet, [prose(0, 8), prose(8, 8)], _TWO, 210, TOP)


def _two_by_rows(sheet: Sheet) -> None:
    _row_by_row(sheet, [prose(16, 8), prose(24, 8)], _TWO, 210, TOP)


def _three(sheet: Sheet) -> None:
    _columns(sheet, [prose(32, 6), prose(38, 6), prose(44, 6)], _THREE, 150, TOP)


def _three_by_rows(sheet: Sheet) -> None:
    _row_by_row(sheet, [prose(1, 6), prose(7, 6), prose(13, 6)], _THREE, 150, TOP)


def _headline(sheet: Sheet) -> None:
    sheet.words("How the town moves between its shores", LEFT, TOP, BOLD, 18)
    _columns(sheet, [prose(20, 6), prose(26, 6)], _TWO, 210, TOP + 30)


def _bands(sheet: Sheet) -> None:
    top = _columns(sheet, [prose(30, 4), prose(34, 4)], _TWO, 210, TOP)
    top = sheet.paragraph(prose(38, 2), top + 14)
    _columns(sheet, [prose(40, 4), prose(44, 4)], _TWO, 210, top + 14)


def _paragraphs(sheet: Sheet) -> None:
    for left, start in zip(_TWO, (2, 10), strict=True):
        top = TOP
        for number in range(4):
            top = sheet.paragraph(prose(start + 2 * number, 2), top, left, 210, size=10)


def _pages(sheet: Sheet) -> None:
    _columns(sheet, [prose(0, 8), prose(8, 8)], _TWO, 210, TOP)
    sheet.turn_page()
    _columns(sheet, [prose(16, 8), prose(24, 8)], _TWO, 210, TOP)


def _sidebar(sheet: Sheet) -> None:
    top = TOP
    for start in (3, 6, 9, 12):
        top = sheet.paragraph(prose(start, 3), top, LEFT, 300)
    sheet.canvas.rect(390, 842 - TOP - 130, 140, 140)
    sheet.paragraph(prose(50, 2), TOP + 10, 398, 125, size=8)


def _margin_notes(sheet: Sheet) -> None:
    top = TOP
    for number, note in enumerate(("Fares", "Delays", "Fog")):
        sheet.words(note, 40, top, size=8)
        top = sheet.paragraph(prose(2 + 3 * number, 3), top, 110, 400)


def _columns_with_headings(sheet: Sheet) -> None:
    for left, start, names in zip(_TWO, (6, 27), (("Waste", "Compost"), ("Music", "Bicycles")), strict=True):
        top = TOP
        for number, name in enumerate(names):
            sheet.words(name, left, top, BOLD, 12)
            top = sheet.paragraph(prose(start + 3 * number, 3), top + 16, left, 210, size=10) + 6


def _uneven(sheet: Sheet) -> None:
    _columns(sheet, [prose(5, 9), prose(14, 3)], _TWO, 210, TOP)


def _example(name: str, draw: Callable[[Sheet], None], text: str, headings: Sequence[str] = ()) -> Example:
    return Example(name, "PDF: columns", ".pdf", pdf(draw), text, headings)


EXAMPLES = [
    _example("two columns", _two, prose(0, 16)),
    _example("two columns drawn row by row", _two_by_rows, prose(16, 16)),
    _example("three columns", _three, prose(32, 18)),
    _example("three columns drawn row by row", _three_by_rows, prose(1, 18)),
    _example(
        "a headline above two columns",
        _headline,
        "How the town moves between its shores " + prose(20, 12),
        headings=["How the town moves between its shores"],
    ),
    _example("columns, a full line, and columns", _bands, prose(30, 18)),
    _example("paragraphs in two columns", _paragraphs, prose(2, 16)),
    _example("columns on two pages", _pages, prose(0, 32)),
    _example("a box at the side", _sidebar, " ".join([prose(3, 12), prose(50, 2)])),
    _example("notes in the margin", _margin_notes, prose(2, 9)),
    _example(
        "headings inside columns",
        _columns_with_headings,
        " ".join(["Waste", prose(6, 3), "Compost", prose(9, 3), "Music", prose(27, 3), "Bicycles", prose(30, 3)]),
        headings=["Waste", "Compost", "Music", "Bicycles"],
    ),
    _example("columns of different lengths", _uneven, " ".join(sentences(5, 12))),
]
