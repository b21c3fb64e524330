"""PDF pages with tables."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tests.reading.examples import Example, rows
from tests.reading.prose import prose
from tests.reading.sheet import BODY, BOLD, LEFT, TOP, Sheet, pdf

_LEFTS = (72.0, 190.0, 290.0, 390.0)
_HEADERS = ("Port", "Spring", "Summer", "Winter")
_CELLS = (
    ("Aldmoor", "4 boats", "9 boats", "1 boat"),
    ("Brackley", "3 boats", "7 boats", "2 boats"),
    ("Corby", "6 boats", "8 boats", "5 boats"),
)
_FARES = (
    ("Adult", "40", "52", "31"),
    ("Pupil", "20", "26", "15"),
    ("Bicycle", "8", "11", "6"),
    ("Lorry", "95", "120", "88"),
)


def _grid(sheet: Sheet, cells: Sequence[Sequence[str]], top: float, leading: float = 16) -> float:
    for number, row in enumerate(cells):
        sheet.row(row, _LEFTS, top + leading * number)
    return top + leading * len(cells)


def _read(*cells: Sequence[str]) -> str:
    return " ".join(cell for row in cells for cell in row if cell)


def _one_header(sheet: Sheet) -> None:
    top = sheet.paragraph(prose(0, 3), TOP)
    sheet.row(_HEADERS, _LEFTS, top + 10, BOLD)
    top = _grid(sheet, _CELLS, top + 26)
    sheet.paragraph(prose(3, 2), top + 10)


def _plain_header(sheet: Sheet) -> None:
    sheet.row(("Ticket", "Monday", "Sunday", "Holiday"), _LEFTS, TOP)
    top = _grid(sheet, _FARES, TOP + 16)
    sheet.paragraph(prose(6, 3), top + 10)


def _two_headers(sheet: Sheet) -> None:
    sheet.words("Boats in the years of the plan", 242, TOP, BOLD, 10)
    sheet.canvas.line(190, 842 - TOP - 3, 430, 842 - TOP - 3)
    sheet.row(("Port", "2030", "2031", "2032"), _LEFTS, TOP + 14, BOLD)
    _grid(sheet, _CELLS, TOP + 32)


def _spanning(sheet: Sheet) -> None:
    sheet.words("High season", 228, TOP, BOLD, 10)
    sheet.words("Low season", 390, TOP, BOLD, 10)
    sheet.row(("Ticket", "Weekday", "Sunday", "Any day"), _LEFTS, TOP + 14, BOLD)
    _grid(sheet, _FARES, TOP + 32)


def _no_header(sheet: Sheet) -> None:
    top = sheet.paragraph("The office is open at these hours:", TOP)
    for number, (day, hours) in enumerate((("Monday", "8 to 12"), ("Tuesday", "9 to 15"), ("Thursday", "14 to 19"))):
        sheet.row((day, hours, "", ""), _LEFTS, top + 16 * number)


def _title_row(sheet: Sheet) -> None:
    sheet.words("Weekly prices of the pier", LEFT, TOP, BOLD, 10)
    sheet.row(("", "This week", "Last week", "Year ago"), _LEFTS, TOP + 16, BOLD)
    sheet.words("Fish (crowns a kilo)", LEFT, TOP + 34, BOLD, 10)
    top = _grid(sheet, (("Aldmoor", "1.35", "1.38", "1.27"), ("Brackley", "1.38", "1.40", "1.28")), TOP + 50)
    sheet.words("Oil (crowns a litre)", LEFT, top + 4, BOLD, 10)
    _grid(sheet, (("Aldmoor", "2.85", "2.99", "2.70"), ("Brackley", "2.90", "3.47", "2.95")), top + 20)


def _title_beside(sheet: Sheet) -> None:
    """The title of the table is on the baseline of a later row of the page head, as in reports of markets."""
    sheet.words("Weekly fuel report", LEFT, TOP, BOLD, 12)
    sheet.words("Friday, 24 February 2032", 390, TOP, BODY, 10)
    sheet.row(("", "This week", "Last week", "Year ago"), _LEFTS, TOP + 14, BOLD)
    sheet.words("Diesel", 62, TOP + 30, BOLD, 10)
    _grid(
        sheet,
        (("Aldmoor", "1.85", "1.88", "1.77"), ("Brackley", "1.88", "1.90", "1.78"), ("Corby", "1.80", "1.82", "1.70")),
        TOP + 46,
    )


def _right_aligned(sheet: Sheet) -> None:
    rights = (240.0, 340.0, 440.0)
    for number, row in enumerate((("Ticket", "Monday", "Sunday", "Holiday"), *_FARES)):
        font = BODY if number else BOLD
        sheet.words(row[0], LEFT, TOP + 16 * number, font, 10)
        for cell, right in zip(row[1:], rights, strict=True):
            sheet.right(cell, right, TOP + 16 * number, font, 10)


def _empty_cells(sheet: Sheet) -> None:
    sheet.row(_HEADERS, _LEFTS, TOP, BOLD)
    _grid(
        sheet,
        (
            ("Aldmoor", "", "9 boats", "1 boat"),
            ("Brackley", "3 boats", "", "2 boats"),
            ("Corby", "6 boats", "8 boats", ""),
        ),
        TOP + 16,
    )


def _wrapped(sheet: Sheet) -> None:
    sheet.row(("Offence", "Fine"), (72.0, 300.0), TOP, BOLD)
    top = TOP + 20
    for offence, fine in _OFFENCES:
        left = sheet.paragraph(offence, top, 72, 180, size=10)
        top = max(left, sheet.paragraph(fine, top, 300, 180, size=10)) + 4


_OFFENCES = (
    ("Leaving a gate open where goats graze on the dunes", "Thirty crowns, and the cost of catching each goat"),
    ("Mooring at the pier of the pilots without their consent", "Ninety crowns for each hour that has begun"),
    ("Selling bait after dusk", "Ten crowns"),
)


def _two_pages(sheet: Sheet) -> None:
    sheet.row(_HEADERS, _LEFTS, 740, BOLD)
    _grid(sheet, _CELLS[:1], 756)
    sheet.turn_page()
    sheet.row(_HEADERS, _LEFTS, TOP, BOLD)
    top = _grid(sheet, _CELLS[1:], TOP + 16)
    sheet.paragraph(prose(30, 3), top + 12)


def _next_page(sheet: Sheet) -> None:
    sheet.row(_HEADERS, _LEFTS, 720, BOLD)
    _grid(sheet, _CELLS[:2], 736)
    sheet.turn_page()
    top = _grid(sheet, (*_CELLS[2:], ("Denholm", "2 boats", "4 boats", "3 boats")), TOP)
    sheet.paragraph(prose(33, 3), top + 12)


def _column_by_column(sheet: Sheet) -> None:
    for column, left in enumerate(_LEFTS):
        for number, row in enumerate((_HEADERS, *_CELLS)):
            sheet.words(row[column], left, TOP + 16 * number, BODY if number else BOLD, 10)


def _ruled(sheet: Sheet) -> None:
    for number in range(5):
        sheet.canvas.line(66, 842 - TOP + 12 - 16 * number, 470, 842 - TOP + 12 - 16 * number)
    for left in (66, 184, 284, 384, 470):
        sheet.canvas.line(left, 842 - TOP + 12, left, 842 - TOP - 52)
    sheet.row(_HEADERS, _LEFTS, TOP, BOLD)
    _grid(sheet, _CELLS, TOP + 16)


def _example(name: str, draw: Callable[[Sheet], None], text: str, table: Sequence[object], **more: object) -> Example:
    return Example(name, "PDF: tables", ".pdf", pdf(draw), text, rows=table, **more)  # type: ignore[arg-type]


_PLAN = (
    "Port",
    "Boats in the years of the plan 2030",
    "Boats in the years of the plan 2031",
    "Boats in the years of the plan 2032",
)
_SEASONS = ("Ticket", "High season Weekday", "High season Sunday", "Low season Any day")
_WEEKS = ("", "This week", "Last week", "Year ago")
_FISH = (("Aldmoor", "1.35", "1.38", "1.27"), ("Brackley", "1.38", "1.40", "1.28"))
_OIL = (("Aldmoor", "2.85", "2.99", "2.70"), ("Brackley", "2.90", "3.47", "2.95"))
_DIESEL = (("Aldmoor", "1.85", "1.88", "1.77"), ("Brackley", "1.88", "1.90", "1.78"), ("Corby", "1.80", "1.82", "1.70"))
_GAPS = (
    ("Aldmoor", "", "9 boats", "1 boat"),
    ("Brackley", "3 boats", "", "2 boats"),
    ("Corby", "6 boats", "8 boats", ""),
)
_LAST = (*_CELLS, ("Denholm", "2 boats", "4 boats", "3 boats"))
_FARE_HEADERS = ("Ticket", "Monday", "Sunday", "Holiday")
_HOURS = (("Monday", "8 to 12"), ("Tuesday", "9 to 15"), ("Thursday", "14 to 19"))

EXAMPLES = [
    _example(
        "a bold header", _one_header, " ".join([prose(0, 3), _read(*_CELLS), prose(3, 2)]), rows(_HEADERS, *_CELLS)
    ),
    _example("a plain header", _plain_header, " ".join([_read(*_FARES), prose(6, 3)]), rows(_FARE_HEADERS, *_FARES)),
    _example("two header rows", _two_headers, _read(*_CELLS), rows(_PLAN, *_CELLS)),
    _example("headers over two columns", _spanning, _read(*_FARES), rows(_SEASONS, *_FARES)),
    _example("no header", _no_header, f"The office is open at these hours: {_read(*_HOURS)}", rows(("", ""), *_HOURS)),
    _example(
        "a title and labels between rows",
        _title_row,
        " ".join(
            ["Weekly prices of the pier Fish (crowns a kilo)", _read(*_FISH), "Oil (crowns a litre)", _read(*_OIL)]
        ),
        rows(_WEEKS, *_FISH, *_OIL),
    ),
    _example(
        "a title and a date above the header",
        _title_beside,
        " ".join(["Weekly fuel report Friday, 24 February 2032 Diesel", _read(*_DIESEL)]),
        rows(_WEEKS, *_DIESEL),
    ),
    _example("figures aligned at the right", _right_aligned, _read(*_FARES), rows(_FARE_HEADERS, *_FARES)),
    _example("empty cells", _empty_cells, _read(*_GAPS), rows(_HEADERS, *_GAPS)),
    _example("wrapped cells", _wrapped, _read(*_OFFENCES), rows(("Offence", "Fine"), *_OFFENCES)),
    _example(
        "a header on each of two pages", _two_pages, " ".join([_read(*_CELLS), prose(30, 3)]), rows(_HEADERS, *_CELLS)
    ),
    _example(
        "a header on the first page only", _next_page, " ".join([_read(*_LAST), prose(33, 3)]), rows(_HEADERS, *_LAST)
    ),
    _example("drawn column by column", _column_by_column, _read(*_CELLS), rows(_HEADERS, *_CELLS)),
    _example("ruled", _ruled, _read(*_CELLS), rows(_HEADERS, *_CELLS)),
]
