"""PDF gives whole words in reading order on the right page, without running heads."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from rag.sources.documents import parse
from rag.types import Document
from tests.sources.parsing import document, outline, reason

_BODY, _BOLD = ("Times-Roman", 11.0), ("Times-Bold", 11.0)
_PROSE = [
    "The council decides every spring how many days of leave are granted to",
    "the members of its staff. It publishes the figure in June of each year.",
]

Words = tuple[str, float, float, tuple[str, float]]


def _save(path: Path, pages: Sequence[Sequence[Words]], title: str = "", author: str = "") -> Path:
    canvas = Canvas(str(path), pagesize=A4)
    canvas.setTitle(title)
    canvas.setAuthor(author)
    for page in pages:
        for text, left, top, (font, size) in page:
            canvas.setFont(font, size)
            canvas.drawString(left, A4[1] - top, text)
        canvas.showPage()
    canvas.save()
    return path


def _stack(lines: Sequence[str], top: float, left: float = 72, font: tuple[str, float] = _BODY) -> list[Words]:
    """Return lines with positions, one under the other. An empty line leaves a gap between paragraphs."""
    return [(line, left, top + 13 * number, font) for number, line in enumerate(lines) if line]


def test_lines_become_paragraphs_and_divided_words_are_joined(tmp_path: Path) -> None:
    lines = [*_PROSE, "", "The regula-", "tion of each high-risk case is public. Every high-", "risk case is heard."]
    assert document(_save(tmp_path / "a.pdf", [_stack(lines, 100)])).text.split("\n\n") == [
        " ".join(_PROSE),
        "The regulation of each high-risk case is public. Every high-risk case is heard.",
    ]


def test_a_paragraph_may_cross_a_page_break_and_the_pages_are_known(tmp_path: Path) -> None:
    pages = [
        _stack([*_PROSE, "It also publishes the names of those who"], 100),
        _stack(["were sent on leave last year."], 72),
    ]
    found = document(_save(tmp_path / "a.pdf", pages))
    assert found.text.endswith("the names of those who were sent on leave last year.")
    assert "\n" not in found.text
    assert found.text[found.pages[1] :] == "were sent on leave last year."


def test_running_heads_and_page_numbers_are_removed(tmp_path: Path) -> None:
    numerals = ["One", "Two", "Three", "Four"]
    pages = [
        [
            ("Leave rules, 2023 edition", 72, 40, _BODY),
            *_stack([f"{numeral} day is a day too little."], 200),
            (f"Page {number} of 4", 280, 810, _BODY),
        ]
        for number, numeral in enumerate(numerals, start=1)
    ]
    found = document(_save(tmp_path / "a.pdf", pages))
    assert found.text == "\n\n".join(f"{numeral} day is a day too little." for numeral in numerals)
    assert [found.text[start:].split()[0] for start in found.pages] == numerals


def test_headings_are_recognised_by_size_weight_and_label(tmp_path: Path) -> None:
    page = [
        ("Leave Regulation", 72, 80, ("Times-Bold", 20.0)),
        ("CHAPTER II", 250, 120, _BODY),
        ("GENERAL RULES", 240, 140, _BOLD),
        ("Article 5", 260, 170, _BODY),
        ("Prohibited practices", 240, 190, _BOLD),
        *_stack([*_PROSE, *_PROSE], 220),
        ("Exceptions", 72, 300, _BOLD),
        *_stack(["This follows from", "Article 5 of the Regulation on leave."], 320),
    ]
    found = document(_save(tmp_path / "a.pdf", [page]))
    assert outline(found) == [
        (1, "Leave Regulation"),
        (2, "CHAPTER II GENERAL RULES"),
        (3, "Article 5 Prohibited practices"),
        (4, "Exceptions"),
    ]
    assert found.text.endswith("This follows from Article 5 of the Regulation on leave.")


def test_a_separate_numbered_line_is_a_heading(tmp_path: Path) -> None:
    lines = [
        "1.2 Leave without pay",
        "",
        *_PROSE,
        "",
        "1.3 Sick leave",
        "",
        "See 1.2, and in",
        "1.3 Days of the rules.",
    ]
    found = document(_save(tmp_path / "a.pdf", [_stack(lines, 100)]))
    assert outline(found) == [(1, "1.2 Leave without pay"), (1, "1.3 Sick leave")]


def test_list_items_and_recitals_begin_new_blocks(tmp_path: Path) -> None:
    lines = ["(1) Leave is a right.", "(2) It is paid, as", "the law asks.", "Staff bring:", "(a) a form;", "• a pen."]
    found = document(_save(tmp_path / "a.pdf", [_stack(lines, 100)]))
    assert (
        found.text == "(1) Leave is a right.\n\n(2) It is paid, as the law asks. Staff bring:\n\n(a) a form;\n- a pen."
    )


def test_tables_become_rows_of_cells(tmp_path: Path) -> None:
    grid = [("Grade", "Days", 200.0), ("A", "20", 213.0), ("B", "25", 226.0)]
    cells = [(text, left, top, _BODY) for one, two, top in grid for text, left in ((one, 72.0), (two, 300.0))]
    found = document(_save(tmp_path / "a.pdf", [[*_stack(_PROSE, 100), *cells]]))
    assert found.text.endswith("\n\nGrade: A; Days: 20.\nGrade: B; Days: 25.")


def _marked(marks: Sequence[str], lines: Sequence[str], top: float) -> list[Words]:
    """Return lines with their marks in a column to the left of them. An empty mark has a line that goes on."""
    placed: list[Words] = []
    for number, (mark, line) in enumerate(zip(marks, lines, strict=True)):
        placed += [(text, left, top + 13 * number, _BODY) for text, left in ((mark, 72.0), (line, 130.0)) if text]
    return placed


def test_clauses_with_their_numbers_in_a_column_are_items_and_no_table(tmp_path: Path) -> None:
    clauses = [
        "lawfully perform the duties;",
        "devote your time to the duties during",
        "normal hours;",
        "pay the fees.",
    ]
    marked = _marked(["3.1", "3.2", "", "3.3"], clauses, 139)
    found = document(_save(tmp_path / "clauses.pdf", [[*_stack(_PROSE, 100), *marked]]))
    assert "3.2 devote your time to the duties during normal hours;" in found.text
    assert found.text.endswith("\n3.3 pay the fees.")
    assert " | " not in found.text


def test_bullets_in_a_column_are_items_and_no_table(tmp_path: Path) -> None:
    marked = _marked(["•", "•"], ["Remove barriers", "Cut prices"], 139)
    found = document(_save(tmp_path / "bullets.pdf", [[*_stack(_PROSE, 100), *marked]]))
    assert found.text.endswith("\n\n- Remove barriers\n- Cut prices")


def test_a_table_of_contents_is_removed_and_a_blank_to_fill_in_is_kept(tmp_path: Path) -> None:
    contents = ["CONTENTS", "Scope of the rules 2", "Sick leave 3", "Travel ............ 4", "The end 5"]
    found = document(_save(tmp_path / "a.pdf", [_stack(contents, 100), _stack([*_PROSE, "Days granted: ______"], 100)]))
    assert found.text == " ".join([*_PROSE, "Days granted: ______"])
    assert found.pages == (0, 0)


def test_two_columns_over_several_pages_are_read_one_after_the_other(tmp_path: Path) -> None:
    def columns(old: Sequence[str], new: Sequence[str], top: float) -> list[Words]:
        return [*_stack(old, top), *_stack(new, top, 320, ("Times-BoldItalic", 11.0))]

    titles = [("Text proposed by the Commission", 90.0, 130.0, _BODY), ("Amendment", 390.0, 130.0, _BODY)]
    one = [("Amendment 7", 72.0, 100.0, _BOLD), *titles, *columns(["(1) Leave shall"], ["(1) Paid leave shall"], 160)]
    two = [
        *columns(["be granted."], ["be granted to all."], 72),
        ("Amendment 8", 72.0, 150.0, _BOLD),
        *_stack(_PROSE, 200),
    ]
    found = document(_save(tmp_path / "a.pdf", [one, two]))
    assert found.text.split("\n\n")[:5] == [
        "Amendment 7",
        "Text proposed by the Commission",
        "(1) Leave shall be granted.",
        "Amendment",
        "(1) Paid leave shall be granted to all.",
    ]
    assert [level for level, _ in outline(found)] == [1, 2, 2, 1]
    assert found.text[found.pages[1] :].startswith("be granted to all.")


@pytest.mark.parametrize(
    ("given", "title"),
    [("Rules on leave", "Rules on leave"), ("Microsoft Word - a.doc", "Leave"), ("L1.P65", "Leave"), ("", "Leave")],
)
def test_the_title_property_is_used_unless_it_is_a_placeholder(tmp_path: Path, given: str, title: str) -> None:
    page = [("Leave", 72, 80, ("Times-Bold", 20.0)), *_stack(_PROSE, 120)]
    found = document(_save(tmp_path / "a.pdf", [page], title=given, author="Ada Obi"))
    assert (found.reference.title, found.reference.author) == (title, "Ada Obi")


def test_the_title_ranks_above_numbered_headings_of_its_size(tmp_path: Path) -> None:
    large = ("Times-Bold", 18.0)
    page = [("Rules on leave", 72, 80, large), ("1. Scope", 72, 120, large), *_stack(_PROSE, 150)]
    found = document(_save(tmp_path / "a.pdf", [page], title="(anonymous)"))
    assert outline(found) == [(1, "Rules on leave"), (2, "1. Scope")]
    assert found.reference.title == "Rules on leave"


def test_a_gap_in_only_one_line_does_not_make_a_table(tmp_path: Path) -> None:
    page = [
        ("1.", 72, 100, _BODY),
        ("Leave is", 110, 100, _BODY),
        ("granted on", 200, 100, _BODY),
        ("request.", 72, 113, _BODY),
    ]
    assert document(_save(tmp_path / "a.pdf", [page])).text == "1. Leave is granted on request."


def test_a_url_divided_by_a_line_end_is_joined(tmp_path: Path) -> None:
    lines = ["The form is at https://example.org/staff/leave/forms/abs", "ence-form.pdf", "https://example.org/travel"]
    text = document(_save(tmp_path / "a.pdf", [_stack(lines, 100)])).text
    assert text == "The form is at https://example.org/staff/leave/forms/absence-form.pdf\n\nhttps://example.org/travel"


def test_scanned_encrypted_and_damaged_files_are_refused_with_the_reason(tmp_path: Path) -> None:
    assert "scan without a text layer" in reason(_save(tmp_path / "a.pdf", [[]]))
    canvas = Canvas(str(tmp_path / "b.pdf"), encrypt="secret")
    canvas.drawString(72, 700, "Hidden.")
    canvas.save()
    assert "is encrypted" in reason(tmp_path / "b.pdf")
    assert "not a PDF" in reason(tmp_path / "c.pdf", b"%PDF-1.7 broken")


def test_files_can_be_parsed_by_many_threads(tmp_path: Path) -> None:
    paths = [_save(tmp_path / f"{number}.pdf", [_stack([*_PROSE, f"Day {number}."], 100)] * 3) for number in range(8)]
    with ThreadPoolExecutor(8) as pool:
        records = list(pool.map(lambda path: next(parse(path)).content, paths))
    assert [isinstance(one, Document) and one.text.rpartition("Day ")[2] for one in records] == [
        f"{n}." for n in range(8)
    ]
