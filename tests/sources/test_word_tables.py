"""The tables of a Word document: each cell stands under the names of its columns."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.sources.parsing import document
from tests.sources.word_parts import cell, definition, level, numbers, p, row, run, style, table, word

_HEAD = "<w:tblHeader/>"
_BELOW = "<w:vMerge/>"
_DOWN = '<w:vMerge w:val="restart"/>'


def _wide(columns: int) -> str:
    return f'<w:gridSpan w:val="{columns}"/>'


def _lines(path: Path, *rows: str, **parts: str) -> list[str]:
    return document(path / "a.docx", word(table(*rows), **parts)).text.splitlines()


@pytest.mark.parametrize("properties", [_HEAD, ""])
def test_two_header_rows_are_joined(tmp_path: Path, properties: str) -> None:
    lines = _lines(
        tmp_path,
        row(cell("Vessel", properties=_DOWN), cell("Fee", properties=_wide(2)), properties=properties),
        row(cell(properties=_BELOW), "2023", "2024", properties=properties),
        row("Trawler", "40", "44"),
        row("Yacht", "", "25"),
    )
    assert lines == ["Vessel: Trawler; Fee 2023: 40; Fee 2024: 44.", "Vessel: Yacht; Fee 2024: 25."]


def test_a_wide_header_above_figures_is_one_header_row(tmp_path: Path) -> None:
    lines = _lines(
        tmp_path, row("Vessel", cell("Fee", properties=_wide(2))), row("Trawler", "40", "44"), row("A", "1", "2")
    )
    assert lines == ["Vessel: Trawler; Fee: 40; Fee: 44.", "Vessel: A; Fee: 1; Fee: 2."]


def test_merged_cells_and_rows_over_all_columns(tmp_path: Path) -> None:
    lines = _lines(
        tmp_path,
        row("Port", "Season", "Boats", properties=_HEAD),
        row(cell("Northern ports", properties=_wide(3))),
        row(cell("Aldmoor", properties=_DOWN), "spring", "4"),
        row(cell(properties=_BELOW), cell("closed", properties=_wide(2))),
        row("2", properties='<w:gridBefore w:val="2"/>'),
    )
    assert lines == [
        "Northern ports",
        "",
        "Port: Aldmoor; Season: spring; Boats: 4.",
        "Port: Aldmoor; Season Boats: closed.",
        "Boats: 2.",
    ]


def test_a_title_row_stands_above_the_header(tmp_path: Path) -> None:
    lines = _lines(
        tmp_path, row(cell("Table 1: Boats", properties=_wide(2))), row("Port", "Boats"), row("Aldmoor", "4")
    )
    assert lines == ["Table 1: Boats", "", "Port: Aldmoor; Boats: 4."]


def test_a_caption_stays_beside_its_table(tmp_path: Path) -> None:
    body = p("Table 1: Boats", style="C") + table(row("Port", "Boats"), row("Aldmoor", "4")) + p("End.")
    found = document(tmp_path / "a.docx", word(body, styles=style("C", "caption"))).text
    assert found == "Table 1: Boats\n\nPort: Aldmoor; Boats: 4.\n\nEnd."


def test_names_in_the_first_column_name_the_values(tmp_path: Path) -> None:
    bold = cell(p(run("Owner", "<w:b/>"))), cell(p(run("Port", "<w:b/>")))
    assert _lines(tmp_path, row(bold[0], "Ada"), row(bold[1], "Aldmoor")) == ["Owner: Ada", "Port: Aldmoor"]
    assert _lines(tmp_path, row("Owner:", "Ada"), row("Port:", "Aldmoor")) == ["Owner: Ada", "Port: Aldmoor"]


def test_figures_in_the_first_row_are_no_names(tmp_path: Path) -> None:
    assert _lines(tmp_path, row("Aldmoor", "4"), row("Brackley", "3")) == ["Aldmoor | 4", "Brackley | 3"]
    years = _lines(tmp_path, row("Port", "2023"), row("Brackley", "2030"))
    assert years == ["Port: Brackley; 2023: 2030."]


def test_numbers_in_the_first_column_number_the_text(tmp_path: Path) -> None:
    lists = definition(1, level(0, "decimal", "%1.")) + numbers(1, of=1)
    numbered = row(cell(p(number=(1, 0))), "The office keeps a register.")
    rows = row("1.", "The office keeps a register."), row("(a)", "It lists all of the boats.")
    assert _lines(tmp_path, *rows) == ["1. The office keeps a register.", "(a) It lists all of the boats."]
    assert _lines(tmp_path, numbered, numbered, numbering=lists) == [
        "1. The office keeps a register.",
        "2. The office keeps a register.",
    ]
    assert _lines(tmp_path, row("No.", "Text of the rule"), rows[0], numbering=lists) == [
        "No.: 1.; Text of the rule: The office keeps a register."
    ]


def test_a_table_that_arranges_a_page_is_read_as_text(tmp_path: Path) -> None:
    heading = '<w:outlineLvl w:val="1"/>'
    inner = table(row("Port", "Boats"), row("Aldmoor", "4"))
    page = cell(p("Scope", properties=heading), p("It covers ports."), inner, p("End."))
    found = document(tmp_path / "a.docx", word(table(row(page, cell("Aside.")), row("Left.", "Right."))))
    assert found.text.split("\n\n") == [
        "Scope", "It covers ports.", "Port: Aldmoor; Boats: 4.", "End.", "Aside.", "Left.", "Right.",
    ]  # fmt: skip


def test_lists_and_paragraphs_in_a_cell(tmp_path: Path) -> None:
    lists = definition(1, level(0, "bullet", "·"), level(1, "lowerLetter", "(%2)")) + numbers(1, of=1)
    duties = cell(p("Pay:"), p("fees", number=(1, 0)), p("dues", number=(1, 0)), p("late", number=(1, 1)))
    lines = _lines(tmp_path, row("Who", "Duties"), row("Owner", duties), numbering=lists)
    assert lines == ["Who: Owner; Duties: Pay: • fees • dues (a) late."]


def test_cells_in_content_controls_and_insertions(tmp_path: Path) -> None:
    control = f"<w:sdt><w:sdtPr/><w:sdtContent>{cell('4')}</w:sdtContent></w:sdt>"
    inserted = f"<w:tr><w:trPr><w:ins w:id='1'/></w:trPr>{cell('Aldmoor')}{control}</w:tr>"
    assert _lines(tmp_path, row("Port", "Boats"), inserted) == ["Port: Aldmoor; Boats: 4."]


def test_a_claim_of_a_million_columns_is_harmless(tmp_path: Path) -> None:
    lines = _lines(tmp_path, row("Port", "Boats"), row("Aldmoor", cell("4", properties=_wide(999_999))))
    assert lines[-1].startswith("Port: Aldmoor; Boats: 4")


def test_a_table_with_nothing_below_its_names_keeps_them(tmp_path: Path) -> None:
    assert _lines(tmp_path, row("Port", "Boats"), row("", "")) == ["Port | Boats"]
