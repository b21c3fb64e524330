"""OpenDocument spreadsheets: the visible cells, with the words that the file stores for each."""

from __future__ import annotations

from pathlib import Path

from tests.sources.parsing import document, outline, reason
from tests.sources.sheets import ods_cell, ods_row, opendocument

_EMPTY = '<table:table-cell table:number-columns-repeated="1023"/>'
_COVERED = "<table:covered-table-cell/>"


def test_titles_headers_merged_cells_and_repeated_rows(tmp_path: Path) -> None:
    head = ods_row(
        ods_cell("Port", 'table:number-rows-spanned="2"'), ods_cell("Fee", 'table:number-columns-spanned="2"'), _COVERED
    )
    rows = (
        ods_row("Fees of 2024", _EMPTY),
        ods_row(_EMPTY),
        f"<table:table-header-rows>{head}{ods_row(_COVERED, 'Spring', 'Summer')}</table:table-header-rows>",
        ods_row("Aldmoor", "4 €", "9 €"),
        ods_row("Cray", ods_cell("3 €", 'table:number-columns-repeated="2"')),
        ods_row(_EMPTY, attributes='table:number-rows-repeated="1048570"'),
    )
    meta = "<dc:title>Fees</dc:title><meta:initial-creator>Ada Obi</meta:initial-creator>"
    meta += "<meta:creation-date>2031-05-04T10:00:00</meta:creation-date>"
    raw = opendocument(f'<table:table table:name="Fees">{"".join(rows)}</table:table>', meta=meta)
    found = document(tmp_path / "a.ods", raw)
    assert outline(found) == [(2, "Fees"), (3, "Fees of 2024")]
    assert found.text.endswith(
        "\n\nPort: Aldmoor; Fee Spring: 4 €; Fee Summer: 9 €.\nPort: Cray; Fee Spring: 3 €; Fee Summer: 3 €."
    )
    reference = found.reference
    assert (reference.title, reference.author, reference.published) == ("Fees", "Ada Obi", "2031-05-04")


def test_an_account_is_no_author_and_a_file_name_no_title(tmp_path: Path) -> None:
    meta = "<dc:title>fees_2024.xls</dc:title><meta:initial-creator>admin</meta:initial-creator>"
    table = f'<table:table table:name="Fees">{ods_row("Port", "Fee")}{ods_row("Cray", "3 €")}</table:table>'
    reference = document(tmp_path / "port-fees.ods", opendocument(table, meta=meta)).reference
    assert (reference.title, reference.author) == ("Port fees", None)


def test_hidden_parts_and_remarks_are_left_out(tmp_path: Path) -> None:
    remark = "<office:annotation><text:p>Secret</text:p></office:annotation>"
    remark = f"<table:table-cell>{remark}<text:p>Cray<text:s/>Bay</text:p></table:table-cell>"
    rows = (
        '<table:table-column/><table:table-column table:visibility="collapse"/><table:table-column/>',
        ods_row("Port", "Secret", "Fee"),
        ods_row(remark, "Secret", "4"),
        ods_row("Brackley", "Secret", "5", attributes='table:visibility="filter"'),
        ods_row("Aldmoor", "Secret", "6"),
    )
    style = (
        '<style:style style:name="h" style:family="table"><style:table-properties table:display="false"/></style:style>'
    )
    other = f'<table:table table:name="Other" table:style-name="h">{ods_row("Secret")}</table:table>'
    raw = opendocument(f'<table:table table:name="Fees">{"".join(rows)}</table:table>{other}', style)
    assert document(tmp_path / "a.ods", raw).text == "Fees\n\nPort: Cray Bay; Fee: 4.\nPort: Aldmoor; Fee: 6."


def test_a_cell_that_is_repeated_without_end_is_refused(tmp_path: Path) -> None:
    cell = ods_cell("x", 'table:number-columns-repeated="16384"')
    row = ods_row(cell, attributes='table:number-rows-repeated="1000000"')
    raw = opendocument(f'<table:table table:name="Fees">{row}</table:table>')
    assert "holds more than 1,000,000 cells" in reason(tmp_path / "a.ods", raw)


def test_other_files_are_refused(tmp_path: Path) -> None:
    assert "zip archive" in reason(tmp_path / "a.ods", b"no")
