"""Rows of a PDF table keep their headers and the places of their cells."""

from __future__ import annotations

from pathlib import Path

from tests.sources.parsing import document
from tests.sources.test_pdf import _BODY, _BOLD, _PROSE, Words, _save, _stack

_LEFTS = (72.0, 200.0, 300.0, 400.0)


def _row(cells: list[str], top: float, font: tuple[str, float] = _BODY) -> list[Words]:
    return [(cell, left, top, font) for cell, left in zip(cells, _LEFTS, strict=False) if cell]


def test_bold_headers_name_the_cells_and_an_empty_cell_stays_empty(tmp_path: Path) -> None:
    table = [
        *_row(["Port", "Spring", "Summer", "Winter"], 200, _BOLD),
        *_row(["Aldmoor", "4 boats", "9 boats", "1 boat"], 214),
        *_row(["Brackley", "", "7 boats", "2 boats"], 228),
    ]
    found = document(_save(tmp_path / "a.pdf", [[*_stack(_PROSE, 100), *table]]))
    assert found.text.split("\n\n")[-1] == (
        "Port: Aldmoor; Spring: 4 boats; Summer: 9 boats; Winter: 1 boat.\n"
        "Port: Brackley; Summer: 7 boats; Winter: 2 boats."
    )


def test_two_header_rows_give_one_name_and_a_header_over_two_columns_belongs_to_both(tmp_path: Path) -> None:
    table = [
        ("Port", 72.0, 200.0, _BOLD),
        ("Boats in the years of the plan", 200.0, 200.0, _BOLD),
        *_row(["", "Spring", "Summer"], 214, _BOLD),
        *_row(["Aldmoor", "4", "9"], 228),
        *_row(["Brackley", "3", "7"], 242),
    ]
    found = document(_save(tmp_path / "a.pdf", [[*_stack(_PROSE, 100), *table]]))
    assert found.text.split("\n\n")[-1].splitlines()[0] == (
        "Port: Aldmoor; Boats in the years of the plan Spring: 4; Boats in the years of the plan Summer: 9."
    )


def test_a_label_between_rows_keeps_the_headers_and_the_next_page_has_them_too(tmp_path: Path) -> None:
    first = [
        *_row(["", "This week", "Last week"], 200, _BOLD),
        *_row(["Fish"], 214, _BOLD),
        *_row(["Aldmoor", "1.35", "1.38"], 228),
        *_row(["Oil"], 242, _BOLD),
        *_row(["Aldmoor", "2.85", "2.99"], 256),
    ]
    second = [*_row(["Brackley", "2.80", "2.90"], 120), *_row(["Corby", "2.70", "2.75"], 134)]
    found = document(_save(tmp_path / "a.pdf", [[*_stack(_PROSE, 100), *first], second]))
    assert found.text.split("\n\n")[1:] == [
        "Fish",
        "Aldmoor; This week: 1.35; Last week: 1.38.",
        "Oil",
        "Aldmoor; This week: 2.85; Last week: 2.99.\nBrackley; This week: 2.80; Last week: 2.90.\n"
        "Corby; This week: 2.70; Last week: 2.75.",
    ]
    assert found.text[found.pages[1] :].startswith("Brackley")


def test_the_wrapped_text_of_a_cell_is_joined(tmp_path: Path) -> None:
    table = [
        *_row(["Port", "Boats"], 200, _BOLD),
        *_row(["Aldmoor", "Four in spring, and nine in"], 220),
        *_row(["", "summer"], 233),
        *_row(["Brackley", "Three"], 253),
    ]
    found = document(_save(tmp_path / "a.pdf", [[*_stack(_PROSE, 100), *table]]))
    assert found.text.endswith(
        "Port: Aldmoor; Boats: Four in spring, and nine in summer.\nPort: Brackley; Boats: Three."
    )
