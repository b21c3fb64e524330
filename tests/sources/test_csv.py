"""CSV and TSV files: delimiter and encoding are found, and each record stands under the names of its columns."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.sources.sheets import sheet
from tests.sources.parsing import document, outline, reason

_FEES = "Vessel{0}Fee 2023{0}Fee 2024\nTrawler{0}40{0}44\nFerry{0}12{0}13\n"
_READ = "Vessel: Trawler; Fee 2023: 40; Fee 2024: 44.\nVessel: Ferry; Fee 2023: 12; Fee 2024: 13."


def _text(path: Path, content: str | bytes) -> str:
    return document(path, content).text


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(tmp_path: Path, delimiter: str) -> None:
    assert _text(tmp_path / "a.csv", _FEES.format(delimiter)) == _READ


def test_decimal_commas_are_no_delimiters(tmp_path: Path) -> None:
    found = _text(tmp_path / "a.csv", "Port;Fee;Share\nAldmoor;40,5;2,5\nBrackley;12,0;7,5\n")
    assert found == "Port: Aldmoor; Fee: 40,5; Share: 2,5.\nPort: Brackley; Fee: 12,0; Share: 7,5."


def test_the_first_line_of_excel_may_state_the_delimiter(tmp_path: Path) -> None:
    assert _text(tmp_path / "a.csv", "sep=#\n" + _FEES.format("#")) == _READ


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_the_encoding_is_found(tmp_path: Path, encoding: str) -> None:
    content = "Straße;Bürger;Fläche\nHauptstraße;12;3,5\nAm Köhler;7;4,5\n"
    found = _text(tmp_path / "a.csv", content.encode(encoding))
    assert found.startswith("Straße: Hauptstraße; Bürger: 12; Fläche: 3,5.\n")


def test_quoted_fields_hold_delimiters_line_breaks_and_quotation_marks(tmp_path: Path) -> None:
    content = 'Name,Role,Place\r\n"Obi, Ada","Minister\r\nof ports","Pier ""B"""\r\n"Cole, Ben",Clerk,Quay\r\n'
    first, _ = _text(tmp_path / "a.csv", content).split("\n")
    assert first == 'Name: Obi, Ada; Role: Minister of ports; Place: Pier "B".'


def test_a_quotation_mark_that_is_never_closed_is_a_character(tmp_path: Path) -> None:
    content = 'id\tname\tnote\n1\tAda\t5" pipe\n2\tBen\t"open\n3\tCy\tfine\n'
    assert _text(tmp_path / "a.tsv", content).count("\n") == 2


def test_titles_and_remarks_around_the_table_are_no_rows(tmp_path: Path) -> None:
    table = "Port,Spring,Summer,Autumn,Winter\nAldmoor,1,2,3,4\nCray,3,4,,6\n"
    content = f"Fees of harbours\nSource,Ministry\n\n{table}\nNote: early figures.\n"
    found = document(tmp_path / "a.csv", content)
    assert (found.reference.title, outline(found)) == ("Fees of harbours", [(1, "Fees of harbours")])
    assert found.text.split("\n\n") == [
        "Fees of harbours",
        "Source: Ministry",
        "Port: Aldmoor; Spring: 1; Summer: 2; Autumn: 3; Winter: 4.\nPort: Cray; Spring: 3; Summer: 4; Winter: 6.",
        "Note: early figures.",
    ]


@pytest.mark.parametrize(
    "content",
    [
        "Aldmoor,harbour,open\nBrackley,pier,closed\nCray,harbour,open\n",
        "Aldmoor,40,2019-04-01\nBrackley,12,2020-04-01\n",
        "ada@example.org,Ada,Quay\nben@example.org,Ben,Pier\n",
    ],
)
def test_a_first_row_of_values_is_no_header(tmp_path: Path, content: str) -> None:
    assert " | " in _text(tmp_path / "a.csv", content).split("\n")[0]


def test_years_may_name_columns(tmp_path: Path) -> None:
    found = _text(tmp_path / "a.csv", "Country,1990,2000\nVeldmark,5,7\nOstra,6,..\n")
    assert found == "Country: Veldmark; 1990: 5; 2000: 7.\nCountry: Ostra; 1990: 6; 2000: .."


def test_two_header_rows_are_joined(tmp_path: Path) -> None:
    found = _text(tmp_path / "a.csv", "Vessel,Fee,,Quota,\n,2023,2024,2023,2024\nTrawler,40,44,5,6\nFerry,12,13,1,2\n")
    assert found.startswith("Vessel: Trawler; Fee 2023: 40; Fee 2024: 44; Quota 2023: 5; Quota 2024: 6.")


def test_a_row_of_units_belongs_to_the_header(tmp_path: Path) -> None:
    found = _text(tmp_path / "a.csv", "Port,Catch,Value\n,(t),(EUR)\nAldmoor,40,44\nCray,12,13\n")
    assert found.startswith("Port: Aldmoor; Catch (t): 40; Value (EUR): 44.")


def test_a_form_becomes_labels_with_values(tmp_path: Path) -> None:
    found = _text(tmp_path / "a.csv", "Name:,Harbour fund\nFounded:,1998\nHead:,Ada Obi\n")
    assert found == "Name: Harbour fund.\nFounded: 1998.\nHead: Ada Obi."


def test_the_number_of_cells_is_limited(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheet, "MOST_CELLS", 5)
    assert "holds more than 5 cells" in reason(tmp_path / "a.csv", _FEES.format(","))


def test_one_long_row_among_short_ones_is_refused(tmp_path: Path) -> None:
    content = "x," * 10_000 + "\n" + "a,b\n" * 3_000
    assert "has a row of 10,001 fields" in reason(tmp_path / "a.csv", content)


def test_a_row_of_too_many_fields_is_refused(tmp_path: Path) -> None:
    assert "has a row of more than 16,384 fields" in reason(tmp_path / "a.csv", "," * 20_000)
