"""Excel files: visible cells as their formats show them, each row under the names of its columns."""

from __future__ import annotations

import datetime
import io
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill

from rag.sources.sheets import sheet
from rag.types import Document
from tests import hostile
from tests.sources.parsing import document, outline, reason
from tests.sources.sheets import changed, excel

_ROWS: list[list[object]] = [["Port", "Spring", "Summer"], ["Aldmoor", 4, 9], ["Brackley", 3, 7], ["Cray", 5, 6]]
_SHEET = "xl/worksheets/sheet1.xml"


def _read(tmp_path: Path, rows: list[list[object]], change: Any = lambda sheet: None) -> Document:
    return document(tmp_path / "a.xlsx", excel(rows, change))


def _lines(found: Document) -> list[str]:
    return found.text.split("\n\n")[-1].split("\n")


def test_each_row_is_a_line_under_the_name_of_its_sheet(tmp_path: Path) -> None:
    found = _read(tmp_path, _ROWS)
    assert outline(found) == [(2, "Fees")]
    assert found.text.startswith(
        "Fees\n\nPort: Aldmoor; Spring: 4; Summer: 9.\nPort: Brackley; Spring: 3; Summer: 7.\n"
    )
    assert (found.reference.title, found.metadata["format"]) == ("A", "xlsx")


def test_title_rows_two_header_rows_and_merged_cells(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["Fees of 2024"], ["Source: ministry"], [], ["Vessel", "Fee", None, "Since"], [None, 2023, 2024, None],
        ["Trawler", 40, 44, "May"], [None, 41, 45, "June"], ["Ferry", 12, 13, "May"], ["All", "free", None, "July"],
    ]  # fmt: skip
    merged = ("A1:D1", "B4:C4", "A4:A5", "D4:D5", "A6:A7", "B9:C9")
    found = _read(tmp_path, rows, lambda sheet: [sheet.merge_cells(area) for area in merged])
    assert outline(found) == [(2, "Fees"), (3, "Fees of 2024")]
    assert found.reference.title == "Fees of 2024"
    assert _lines(found) == [
        "Vessel: Trawler; Fee 2023: 40; Fee 2024: 44; Since: May.",
        "Vessel: Trawler; Fee 2023: 41; Fee 2024: 45; Since: June.",
        "Vessel: Ferry; Fee 2023: 12; Fee 2024: 13; Since: May.",
        "Vessel: All; Fee 2023 Fee 2024: free; Since: July.",
    ]


def test_numbers_and_dates_have_their_format(tmp_path: Path) -> None:
    def formats(sheet: Any) -> None:
        for place, code in (("B2", '#,##0.00 "€"'), ("C2", "0.0%"), ("D2", "d mmm yyyy"), ("E2", "mm-dd-yy")):
            sheet[place].number_format = code

    day = datetime.date(2024, 3, 5)
    found = _read(tmp_path, [["Port", "Fee", "Share", "Since", "Until"], ["Aldmoor", 1240.5, 0.256, day, day]], formats)
    assert _lines(found) == ["Port: Aldmoor; Fee: 1,240.50 €; Share: 25.6%; Since: 5 Mar 2024; Until: 2024-03-05."]


def test_hidden_rows_columns_and_sheets_and_comments_are_left_out(tmp_path: Path) -> None:
    def hide(sheet: Any) -> None:
        sheet.row_dimensions[3].hidden = True
        sheet.column_dimensions["C"].hidden = True
        sheet["A2"].comment = Comment("Secret remark", "Ada")
        other = sheet.parent.create_sheet("Other")
        other.append(["Secret words"])
        other.sheet_state = "veryHidden"

    assert _read(tmp_path, _ROWS, hide).text == "Fees\n\nPort: Aldmoor; Spring: 4.\nPort: Cray; Spring: 5."


def test_struck_out_and_white_words_are_left_out(tmp_path: Path) -> None:
    def style(sheet: Any) -> None:
        sheet["B2"].font = Font(strike=True)
        sheet["B3"].font = Font(color="FFFFFFFF")
        sheet["B4"].font = Font(color="FFFFFFFF")
        sheet["B4"].fill = PatternFill("solid", fgColor="FF003366")

    assert _lines(_read(tmp_path, _ROWS, style)) == [
        "Port: Aldmoor; Summer: 9.",
        "Port: Brackley; Summer: 7.",
        "Port: Cray; Spring: 5; Summer: 6.",
    ]


def test_a_formula_has_its_stored_value(tmp_path: Path) -> None:
    rows: list[list[object]] = [["Port", "Fee"], ["Aldmoor", "=1+1"], ["Cray", "=2+2"]]
    raw = changed(excel(rows), _SHEET, lambda xml: xml.replace("<f>1+1</f><v></v>", "<f>1+1</f><v>2</v>"))
    found = document(tmp_path / "a.xlsx", raw)
    assert _lines(found) == ["Port: Aldmoor; Fee: 2.", "Port: Cray."]
    assert found.metadata["uncomputed_formulas"] == 1


def test_shared_strings_lose_struck_out_runs_and_keep_exponents_apart(tmp_path: Path) -> None:
    made = io.BytesIO()
    with xlsxwriter.Workbook(made) as book:
        sheet, struck, above = book.add_worksheet("Fees"), book.add_format(), book.add_format()
        struck.set_font_strikeout()
        above.set_font_script(1)
        sheet.write_row(0, 0, ["Port", "Fee", "Days"])
        sheet.write_row(1, 2, [5])
        sheet.write_row(2, 2, [6])
        sheet.write_string(1, 0, "Aldmoor")
        sheet.write_rich_string(1, 1, "about ", struck, "30 ", "10", above, "6", " crowns")
        sheet.write_string(2, 0, "Cray")
        sheet.write_formula(2, 1, "=20+20", value=40)
    assert _lines(document(tmp_path / "a.xlsx", made.getvalue())) == [
        "Port: Aldmoor; Fee: about 10^6 crowns; Days: 5.",
        "Port: Cray; Fee: 40; Days: 6.",
    ]


def test_tables_that_the_author_marked_have_their_header_row(tmp_path: Path) -> None:
    rows: list[list[object]] = [["North", "open"], ["South", "open"], ["open", "open"]]
    found = _read(tmp_path, [["Region", "open"], *rows], lambda sheet: setattr(sheet.auto_filter, "ref", "A1:B4"))
    assert _lines(found)[0] == "Region: North; open: open."


def test_two_tables_and_the_notes_between_them(tmp_path: Path) -> None:
    rows: list[list[object]] = [*_ROWS, [], ["Note: early figures."], [], ["Quay", "Depth"], ["A", 4.5], ["B", 6]]
    parts = _read(tmp_path, rows).text.split("\n\n")
    assert parts[2:] == ["Note: early figures.", "Quay: A; Depth: 4.5.\nQuay: B; Depth: 6."]


def test_several_sheets_are_sections(tmp_path: Path) -> None:
    def add(sheet: Any) -> None:
        other = sheet.parent.create_sheet("Quays")
        for row in (["Title row"], ["Quay", "Depth"], ["A", 4]):
            other.append(row)
        sheet.parent.create_sheet("Empty")

    found = _read(tmp_path, _ROWS, add)
    assert outline(found) == [(2, "Fees"), (2, "Quays"), (3, "Title row")]
    assert found.reference.title == "A"


def test_properties_are_metadata_but_not_those_of_programs(tmp_path: Path) -> None:
    def describe(sheet: Any) -> None:
        sheet.parent.properties.title = "Fees of harbours"
        sheet.parent.properties.creator = "Ada Obi"
        sheet.parent.properties.created = datetime.datetime(2021, 5, 4)  # noqa: DTZ001

    found = _read(tmp_path, _ROWS, describe).reference
    assert (found.title, found.author, found.published) == ("Fees of harbours", "Ada Obi", "2021-05-04")
    assert _read(tmp_path, _ROWS).reference.author is None


def test_the_size_that_a_sheet_claims_does_not_matter(tmp_path: Path) -> None:
    end = '<row r="1048576"><c r="XFD1048576"/></row></sheetData>'
    end += '<mergeCells><mergeCell ref="E1:XFD1048576"/></mergeCells>'
    raw = changed(excel(_ROWS), _SHEET, lambda xml: xml.replace('ref="A1:C4"', 'ref="A1:XFD1048576"'))
    raw = changed(raw, _SHEET, lambda xml: xml.replace("</sheetData>", end))
    assert len(_lines(document(tmp_path / "a.xlsx", raw))) == 3


def test_the_number_of_cells_is_limited(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheet, "MOST_CELLS", 5)
    assert "holds more than 5 cells" in reason(tmp_path / "a.xlsx", excel(_ROWS))


@pytest.mark.parametrize("part", [_SHEET, "xl/workbook.xml", "xl/styles.xml"])
def test_entities_are_not_expanded(tmp_path: Path, part: str) -> None:
    raw = changed(excel(_ROWS), part, lambda xml: hostile.DOCTYPE.format("") + xml.rpartition("?>")[2])
    assert "DOCTYPE" in reason(tmp_path / "a.xlsx", raw)


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "is encrypted, or in an older format"),
        (b"no", "is not an Excel workbook"),
        (hostile.zipped({"a.txt": b"x"}), "is not an Excel workbook"),
    ],
)
def test_other_files_are_refused(tmp_path: Path, raw: bytes, words: str) -> None:
    assert words in reason(tmp_path / "a.xlsx", raw)


def test_a_workbook_without_cells_is_empty(tmp_path: Path) -> None:
    assert "holds no text" in reason(tmp_path / "a.xlsx", excel([]))
