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


def test_a_cell_that_the_file_draws_as_a_whole_stays_in_its_row(tmp_path: Path) -> None:
    rows = [
        (["Small fishing boat", "with one mast"], ["Ten crowns in each month,", "paid at the harbour office"]),
        (["Ferry of the town", "with a licence"], ["None while it is run by the", "council of the town"]),
        (["Large sailing boat", "of a foreign flag"], ["Forty crowns in each month,", "paid before it leaves"]),
    ]
    page: list[Words] = [
        ("Vessel of any kind", 72.0, 200.0, _BOLD),
        ("Fee to be paid by the owner", 300.0, 200.0, _BOLD),
    ]
    for number, cells in enumerate(rows):
        for cell, left in zip(cells, (72.0, 300.0), strict=True):
            page += _stack(cell, 224 + 40 * number, left)
    found = document(_save(tmp_path / "a.pdf", [[*_stack(_PROSE, 100), *page]]))
    head = ("Vessel of any kind", "Fee to be paid by the owner")
    assert found.text.split("\n\n")[-1].splitlines() == [
        f"{head[0]}: {' '.join(left)}; {head[1]}: {' '.join(right)}." for left, right in rows
    ]


def test_headers_in_the_middle_of_two_columns_each_name_both(tmp_path: Path) -> None:
    table = [
        ("2021", 205.0, 200.0, _BOLD),
        ("2022", 325.0, 200.0, _BOLD),
        *[
            (name, left, 214.0, _BOLD)
            for name, left in zip(["Spring", "Autumn"] * 2, (180, 230, 300, 350), strict=True)
        ],
    ]
    for number in range(3):
        cells = (f"Port {number}", *(str(number + shift) for shift in range(4)))
        table += [
            (cell, left, 228.0 + 13 * number, _BODY) for cell, left in zip(cells, (72, 190, 240, 310, 360), strict=True)
        ]
    found = document(_save(tmp_path / "a.pdf", [[*_stack(_PROSE, 100), *table]]))
    assert found.text.endswith("Port 2; 2021 Spring: 2; 2021 Autumn: 3; 2022 Spring: 4; 2022 Autumn: 5.")


def test_the_header_of_row_numbers_is_left_out_and_a_row_after_an_odd_one_keeps_its_headers(tmp_path: Path) -> None:
    table = [
        *_row(["Sr. No.", "Record", "Kept for"], 200, _BOLD),
        *_row(["1", "Pay bills.", "3 years"], 214),
        *_row(["2", "Pass books.", "5 years"], 228),
        ("A record that is written over the edge of its own column", 72.0, 242.0, _BODY),
        *_row(["4", "Press books.", "8 years"], 256),
    ]
    found = document(_save(tmp_path / "a.pdf", [[*_stack(_PROSE, 100), *table]]))
    assert found.text.split("\n\n")[1:] == [
        "1; Record: Pay bills; Kept for: 3 years.\n2; Record: Pass books; Kept for: 5 years.",
        "A record that is written over the edge of its own column",
        "4; Record: Press books; Kept for: 8 years.",
    ]


def test_rows_and_headers_of_a_table_at_the_top_of_pages_are_no_running_heads(tmp_path: Path) -> None:
    def page(first: int) -> list[Words]:
        head = [(text, left, 60.0, _BOLD) for text, left in (("Boats", 180.0), ("Dues", 350.0))]
        years = zip(("Port", "2019", "2020", "2019", "2020"), (60.0, 150.0, 220.0, 320.0, 390.0), strict=True)
        head += [(text, left, 74.0, _BOLD) for text, left in years]
        cells = zip((60.0, 150.0, 220.0, 320.0, 390.0), ("Port {}", "{}1", "{}2", "{}3", "{}4"), strict=True)
        return [*head, *((t.format(first + n), x, 88.0 + 14 * n, _BODY) for x, t in cells for n in range(25))]

    rows = document(_save(tmp_path / "a.pdf", [page(1), page(26)])).text.split("\n")
    rows = [row for row in rows if row]
    assert len(rows) == 50
    assert rows[25] == "Port: Port 26; Boats 2019: 261; Boats 2020: 262; Dues 2019: 263; Dues 2020: 264."
