"""Spreadsheets and files of records."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import openpyxl

from tests.reading.examples import Example, file, rows
from tests.reading.prose import sentences
from tests.sources.sheets import ods_cell, ods_row, opendocument

_S = sentences(20, 30)
_DAY = datetime.date(2031, 5, 4)
_PORTS = (("Port", "Spring", "Summer"), ("Aldmoor", "4", "9"), ("Brackley", "3", "7"))
_READ = "Aldmoor 4 9 Brackley 3 7"


def _excel(build: Callable[[Any], None]) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        book = openpyxl.Workbook()
        book.properties.creator = "Ada Obi"
        book.properties.created = datetime.datetime(2021, 5, 4)  # noqa: DTZ001 - openpyxl writes no zone
        book.active.title = "Fees"
        build(book.active)
        book.save(str(path))

    return write


def _add(sheet: Any, lines: Sequence[Sequence[object]]) -> None:
    for line in lines:
        sheet.append([int(cell) if isinstance(cell, str) and cell.isdecimal() else cell for cell in line])


def _headed(sheet: Any) -> None:
    _add(
        sheet, [["Fees in 2031"], [f"Source: {_S[0]}"], [], ["Vessel", "Fee", None, "Share"], [None, 2030, 2031, None]]
    )
    _add(
        sheet, [["Trawler", 1240.5, 1344, 0.256], ["Ferry", 12, 13, 0.1], ["Yacht", 1, 2, 0.3], [], [f"Note: {_S[1]}"]]
    )
    for area in ("A1:D1", "B4:C4", "A4:A5", "D4:D5"):
        sheet.merge_cells(area)
    for number in (6, 7):
        sheet.cell(number, 2).number_format = sheet.cell(number, 3).number_format = '#,##0.00 "€"'
        sheet.cell(number, 4).number_format = "0.0%"
    sheet.row_dimensions[8].hidden = True


def _several(sheet: Any) -> None:
    _add(sheet, _PORTS)
    other = sheet.parent.create_sheet("Quays")
    _add(other, [["Quay", "Since", "Depth", "Draft"], ["North", _DAY, "6", "secret"], ["South", _DAY, "8", "secret"]])
    for number in (2, 3):
        other.cell(number, 2).number_format = "d mmmm yyyy"
    other.column_dimensions["D"].hidden = True
    hidden = sheet.parent.create_sheet("Drafts")
    _add(hidden, [["Unseen words"]])
    hidden.sheet_state = "hidden"


_SEMICOLONS = "\n".join(
    ["Gebühren der Häfen", "", "Hafen;Frühling;Sommer", "Aldmoor;4,5;9,0", "Bräckley;3,0;7,5", ""]
).encode("cp1252")
_QUOTED = "\n".join(
    [
        "Name,Rule,Days",
        f'"Obi, Ada","{_S[2]}',
        f'{_S[3]}",4',
        f'"Cole, Ben","{_S[4]} ""Twice."" {_S[5]}",9',
        f'"Dent, Cy",{_S[6]},12',
    ]
)
_GROUPS = "Vessel\tFee\t\tQuota\t\n\t2030\t2031\t2030\t2031\nTrawler\t40\t44\t5\t6\nFerry\t12\t13\t1\t2\n"
_GROUP_ROWS = rows(
    ("Vessel", "Fee 2030", "Fee 2031", "Quota 2030", "Quota 2031"),
    ("Trawler", "40", "44", "5", "6"),
    ("Ferry", "12", "13", "1", "2"),
)
_ODS = opendocument(
    f'<table:table table:name="Fees">{ods_row("Fees of 2031")}'
    + ods_row(ods_cell("Port"), ods_cell("Fee", 'table:number-columns-spanned="2"'), "<table:covered-table-cell/>")
    + ods_row('<table:table-cell/>', "Spring", "Summer")
    + "".join(ods_row(*line) for line in _PORTS[1:])
    + ods_row("Cray", "5", "secret", attributes='table:visibility="collapse"')
    + "</table:table>"
)  # fmt: skip

EXAMPLES = [
    Example(
        "a title, semicolons and decimal commas", "CSV", ".csv", file(_SEMICOLONS),
        "Gebühren der Häfen Aldmoor 4,5 9,0 Bräckley 3,0 7,5",
        headings=["Gebühren der Häfen"],
        rows=rows(("Hafen", "Frühling", "Sommer"), ("Aldmoor", "4,5", "9,0"), ("Bräckley", "3,0", "7,5")),
    ),
    Example(
        "quoted fields", "CSV", ".csv", file(_QUOTED),
        f'Obi, Ada {_S[2]} {_S[3]} 4 Cole, Ben {_S[4]} "Twice." {_S[5]} 9 Dent, Cy {_S[6]} 12',
        rows=rows(("Name", "Days"), ("Obi, Ada", "4"), ("Cole, Ben", "9"), ("Dent, Cy", "12")),
    ),
    Example(
        "two header rows", "CSV", ".tsv", file(_GROUPS), "Trawler 40 44 5 6 Ferry 12 13 1 2", rows=_GROUP_ROWS
    ),
    Example(
        "titles, merged headers and number formats", "Excel", ".xlsx", _excel(_headed),
        f"Fees Fees in 2031 Source: {_S[0]} Trawler 1,240.50 € 1,344.00 € 25.6% Ferry 12.00 € 13.00 € 10.0% "
        f"Note: {_S[1]}",
        headings=["Fees", "Fees in 2031"],
        rows=rows(
            ("Vessel", "Fee 2030", "Fee 2031", "Share"),
            ("Trawler", "1,240.50 €", "1,344.00 €", "25.6%"),
            ("Ferry", "12.00 €", "13.00 €", "10.0%"),
        ),
        unread=["Yacht"],
        facts={"title": "Fees in 2031", "author": "Ada Obi", "published": "2021-05-04"},
    ),
    Example(
        "several sheets, dates and hidden parts", "Excel", ".xlsx", _excel(_several),
        f"Fees {_READ} Quays North 4 May 2031 6 South 4 May 2031 8",
        headings=["Fees", "Quays"],
        rows=[
            *rows(_PORTS[0], *_PORTS[1:]),
            *rows(("Quay", "Since", "Depth"), ("North", "4 May 2031", "6"), ("South", "4 May 2031", "8")),
        ],
        unread=["secret", "Unseen"],
    ),
    Example(
        "merged headers and a hidden row", "OpenDocument sheet", ".ods", file(_ODS), f"Fees Fees of 2031 {_READ}",
        headings=["Fees", "Fees of 2031"],
        rows=rows(("Port", "Fee Spring", "Fee Summer"), *_PORTS[1:]),
        unread=["secret"],
    ),
]  # fmt: skip
