"""Lists, tables, definitions and preformatted text of a web page keep the numbers and names that a reader sees."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.sources.parsing import document, outline


def text(folder: Path, body: str) -> str:
    return document(folder / "page.html", f"<html><head><title>T</title></head><body>{body}</body></html>").text


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        ("<ol start=4><li>Moor.<li value=9>Pay.</ol>", "4. Moor.\n9. Pay."),
        ("<ol type=a><li>Moor.<li>Pay.</ol>", "a. Moor.\nb. Pay."),
        ("<ol type=I start=8><li>Moor.<li>Pay.</ol>", "VIII. Moor.\nIX. Pay."),
        ("<ol reversed><li>Moor.<li>Pay.</ol>", "2. Moor.\n1. Pay."),
        ("<ol style='list-style-type: lower-roman'><li>Moor.<li>Pay.</ol>", "i. Moor.\nii. Pay."),
        ("<ol style='list-style: none'><li>(1) Moor.<li>(2) Pay.</ol>", "(1) Moor.\n(2) Pay."),
        ("<ul><li>(a) Moor.<li>(b) Pay.</ul>", "(a) Moor.\n(b) Pay."),
        ("<ol type=a start=27><li>Moor.</ol>", "aa. Moor."),
    ],
)
def test_items_have_the_numbers_that_a_browser_shows(tmp_path: Path, page: str, expected: str) -> None:
    assert text(tmp_path, page) == expected


def test_two_header_rows_name_the_columns_together(tmp_path: Path) -> None:
    head = "<tr><th rowspan=2>Boat</th><th colspan=2>Fee</th></tr><tr><th>2031</th><th>2032</th></tr>"
    body = "<tr><td>Yawl</td><td>7</td><td>8</td></tr><tr><td>Punt</td><td></td><td>3</td></tr>"
    assert (
        text(tmp_path, f"<table>{head}{body}</table>")
        == "Boat: Yawl; Fee 2031: 7; Fee 2032: 8.\nBoat: Punt; Fee 2032: 3."
    )


def test_a_merged_cell_stands_in_each_of_its_rows(tmp_path: Path) -> None:
    rows = "<tr><th>Port</th><th>Boat</th></tr><tr><td rowspan=2>Ayr</td><td>Yawl</td></tr><tr><td>Punt</td></tr>"
    assert text(tmp_path, f"<table>{rows}</table>") == "Port: Ayr; Boat: Yawl.\nPort: Ayr; Boat: Punt."


def test_a_caption_and_a_row_over_all_columns_stand_before_their_rows(tmp_path: Path) -> None:
    rows = "<tr><th>Boat</th><th>Fee</th></tr><tr><td colspan=2>In winter</td></tr><tr><td>Yawl</td><td>7</td></tr>"
    found = text(tmp_path, f"<table><caption>Pier fees</caption>{rows}</table>")
    assert found == "Pier fees\n\nIn winter\n\nBoat: Yawl; Fee: 7."


def test_a_table_that_arranges_the_page_is_no_table(tmp_path: Path) -> None:
    cells = "<tr><td><a href=a>Home</a> <a href=b>Laws</a></td><td><h1>Buoys</h1><p>Red.</p><ul><li>Lit.</ul></td></tr>"
    found = document(tmp_path / "a.html", f"<html><body><table>{cells}</table></body></html>")
    assert found.text == "Buoys\n\nRed.\n\n- Lit."
    assert outline(found) == [(1, "Buoys")]


def test_a_label_in_a_cell_of_its_own_belongs_to_the_point_beside_it(tmp_path: Path) -> None:
    points = "".join(
        f"<table><tr><td>({label})</td><td><p>{words}</p></td></tr></table>"
        for label, words in (("a", "a barge;"), ("b", "a raft."))
    )
    assert text(tmp_path, f"<p>Exempt are:</p>{points}") == "Exempt are:\n\n(a) a barge;\n(b) a raft."


def test_a_term_stands_with_its_definition(tmp_path: Path) -> None:
    page = "<dl><dt>Barge</dt><dd>A flat boat.</dd><dt>Who pays?</dt><dd>The owner.</dd></dl>"
    assert text(tmp_path, page) == "Barge: A flat boat.\n\nWho pays? The owner."


def test_a_term_that_is_a_number_marks_an_item(tmp_path: Path) -> None:
    assert (
        text(tmp_path, "<dl><dt>1.</dt><dd>a barge,</dd><dt>2.</dt><dd>a raft.</dd></dl>") == "1. a barge,\n2. a raft."
    )


def test_preformatted_text_is_read_as_a_text_file(tmp_path: Path) -> None:
    fee = "The fee for every barge that calls at the pier in the summer"
    act = f"SECTION 1. FEES.\n\n    {fee}\nis 7 crowns.\n\n    It is due in May."
    expected = f"SECTION 1. FEES.\n\n{fee} is 7 crowns.\n\nIt is due in May."
    assert text(tmp_path, f"<pre>{act}</pre>") == expected


def test_a_page_inside_a_form_is_read(tmp_path: Path) -> None:
    assert text(tmp_path, "<form><h1>Fees</h1><p>Seven crowns.</p><input></form>") == "Fees\n\nSeven crowns."


def test_a_fragment_is_read(tmp_path: Path) -> None:
    assert document(tmp_path / "a.html", "<p>The toll is 4 crowns.</p>").text == "The toll is 4 crowns."


def test_words_of_a_long_page_outside_its_main_part_are_left_out(tmp_path: Path) -> None:
    prose = "<p>Every barge that calls at the pier pays the fee before it leaves, and shows the receipt.</p>"
    links = "".join(f"<li><a href='/{n}'>Other page number {n} of this site</a></li>" for n in range(60))
    article = f"<article><h1>Fees</h1>{prose * 5}<ol type=a><li>{prose}</ol></article>"
    found = text(tmp_path, f"<div class='menu sidebar'><ul>{links}</ul></div>{article}")
    assert "Other page" not in found
    assert "a. Every barge" in found
