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
        ("<ol reversed start=10><li>Moor.<li value=5>Pay.<li>Go.</ol>", "10. Moor.\n5. Pay.\n4. Go."),
        (
            "<ol><li>Moor.<ol type=a><li>Fast.<ol type=i><li>Now.</ol></ol><li>Pay.</ol>",
            "1. Moor.\na. Fast.\ni. Now.\n2. Pay.",
        ),
        ("<ol><li>Moor.</li><ol type=a><li>Fast.</li></ol><li>Pay.</li></ol>", "1. Moor.\na. Fast.\n2. Pay."),
        ("<style>.r {list-style-type: upper-roman}</style><ol class=r><li>Moor.<li>Pay.</ol>", "I. Moor.\nII. Pay."),
        ("<style>ol.n li {list-style: none}</style><ol class=n><li>(x) Moor.</ol>", "(x) Moor."),
        (
            "<style>.c li::before {content: '(' counter(i, lower-alpha) ')'}</style><ol class=c><li>Moor.<li>Pay.</ol>",
            "(a) Moor.\n(b) Pay.",
        ),
        ("<ul style='list-style-type: decimal'><li>Moor.<li>Pay.</ul>", "1. Moor.\n2. Pay."),
        ("<ol style='list-style: lower-greek'><li>Moor.</ol>", "α. Moor."),
        ("<ol style='list-style: decimal-leading-zero'><li>Moor.</ol>", "01. Moor."),
        ("<ol><li>Moor.<li><del>Dive.</del><li>Pay.</ol>", "1. Moor.\n3. Pay."),
        ("<ol><li><h3>Fees</h3><p>Pay.</p></ol>", "1. Fees\n\nPay."),
        ("<ul><li>• Moor.<li>– Pay.</ul>", "- Moor.\n- Pay."),
        ("<li>Moor.<li>Pay.", "- Moor.\n- Pay."),
    ],
)
def test_items_have_the_numbers_that_a_browser_shows(tmp_path: Path, page: str, expected: str) -> None:
    assert text(tmp_path, page) == expected


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ("<tr><td><b>Port</b><td><b>Warden</b><tr><td>Ayr<td>Ada", "Port: Ayr; Warden: Ada."),
        ("<tr><td>Port<td>May<td>June<tr><td>Ayr<td>4<td>5<tr><td>Cray<td>6<td>7",
         "Port: Ayr; May: 4; June: 5.\nPort: Cray; May: 6; June: 7."),
        ("<tr><td rowspan=2>Boat<td colspan=2>Fee<tr><td>2031<td>2032<tr><td>Yawl<td>7<td>8<tr><td>Punt<td>3<td>4",
         "Boat: Yawl; Fee 2031: 7; Fee 2032: 8.\nBoat: Punt; Fee 2031: 3; Fee 2032: 4."),
        ("<tr><td>Port<td>Ayr<tr><td>Warden<td>Ada", "Port | Ayr\nWarden | Ada"),
        ("<tr><th>Port<td>Ayr<tr><th>Warden<td>Ada", "Port: Ayr.\nWarden: Ada."),
        ("<tr><th>Port<th>Fee<tr><td>Ayr<td>4<tbody><tr><th>Quay<th>Depth<tr><td>B<td>5",
         "Port: Ayr; Fee: 4.\nQuay: B; Depth: 5."),
        ("<tr><th>Port<th>Warden<tr><th>Ayr<th>Ada", "Port | Warden\nAyr | Ada"),
        ("<tr><th>Port<th>Fee<tr><td>Ayr<td>4<tr><th>Sum<th>4", "Port: Ayr; Fee: 4.\nSum | 4"),
        ("<tr><th>Port<th>May<th>June<tr><td colspan=2>Closed.<td>", "Closed."),
        ("<tr><td>(a)<td>a barge;<tr><td>(b)<td>a raft.", "(a) a barge;\n(b) a raft."),
        ("<tr><td>•<td>a barge<tr><td>•<td>a raft", "- a barge\n- a raft"),
    ],
)  # fmt: skip
def test_a_table_without_marked_headers(tmp_path: Path, rows: str, expected: str) -> None:
    assert text(tmp_path, f"<table>{rows}</table>") == expected


def test_elements_with_the_roles_of_a_table_are_one(tmp_path: Path) -> None:
    rows = (("columnheader", "Port", "Fee"), ("cell", "Ayr", "4"))
    cells = ("".join(f"<span role={role}>{one}</span>" for one in words) for role, *words in rows)
    table = "".join(f"<div role=row>{row}</div>" for row in cells)
    assert text(tmp_path, f"<div role=table>{table}</div>") == "Port: Ayr; Fee: 4."


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


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        ("<dl><dt>Berth<dt>Quay<dd>A place.<dd>Another.</dl>", "Berth, Quay: A place.\n\nAnother."),
        ("<dl><div><dt>Fee</dt><dd>4</dd></div><div><dt>Due</dt><dd>May</dd></div></dl>",
         "Fee: 4\n\nDue: May"),
        ("<dl><dt>(a)<dd>boats <dl><dt>(i)<dd>yawls</dl><dt>(b)<dd>rafts</dl>", "(a) boats\n(i) yawls\n(b) rafts"),
    ],
)  # fmt: skip
def test_terms_may_have_no_end_or_several_definitions(tmp_path: Path, page: str, expected: str) -> None:
    assert text(tmp_path, page) == expected


def test_a_term_that_is_a_number_marks_an_item(tmp_path: Path) -> None:
    assert (
        text(tmp_path, "<dl><dt>1.</dt><dd>a barge,</dd><dt>2.</dt><dd>a raft.</dd></dl>") == "1. a barge,\n2. a raft."
    )


def test_preformatted_text_is_read_as_a_text_file(tmp_path: Path) -> None:
    fee = "The fee for every barge that calls at the pier in the summer"
    act = f"SECTION 1. FEES.\n\n    {fee}\nis 7 crowns.\n\n    It is due in May."
    expected = f"SECTION 1. FEES.\n\n{fee} is 7 crowns.\n\nIt is due in May."
    assert text(tmp_path, f"<pre>{act}</pre>") == expected


def test_line_breaks_and_page_marks_of_preformatted_text(tmp_path: Path) -> None:
    assert text(tmp_path, "<pre>One.<br><br>Two.</pre>") == "One.\n\nTwo."
    act = "SEC. 1. The fee for every barge is due\n\n[[Page 5]]\n\nin May of each year.\n\n[[Page 6]]\n\nThe end."
    assert (
        text(tmp_path, f"<pre>{act}</pre>")
        == "SEC. 1. The fee for every barge is due\nin May of each year.\n\nThe end."
    )


def test_a_page_inside_a_form_is_read(tmp_path: Path) -> None:
    assert text(tmp_path, "<form><h1>Fees</h1><p>Seven crowns.</p><input></form>") == "Fees\n\nSeven crowns."


def test_a_fragment_is_read(tmp_path: Path) -> None:
    assert document(tmp_path / "a.html", "<p>The toll is 4 crowns.</p>").text == "The toll is 4 crowns."


def test_the_text_after_the_end_of_the_page_is_read(tmp_path: Path) -> None:
    page = "<html><body><p>One.</p></body></html><html><body><p>Two.</p></body></html>"
    assert document(tmp_path / "a.html", page).text == "One.\n\nTwo."


def test_words_of_a_long_page_outside_its_main_part_are_left_out(tmp_path: Path) -> None:
    prose = "<p>Every barge that calls at the pier pays the fee before it leaves, and shows the receipt.</p>"
    links = "".join(f"<li><a href='/{n}'>Other page number {n} of this site</a></li>" for n in range(60))
    article = f"<article><h1>Fees</h1>{prose * 5}<ol type=a><li>{prose}</ol></article>"
    found = text(tmp_path, f"<div class='menu sidebar'><ul>{links}</ul></div>{article}")
    assert "Other page" not in found
    assert "a. Every barge" in found
