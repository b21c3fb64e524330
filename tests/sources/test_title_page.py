"""The title, the authors, the date and the language of a PDF are those that a librarian would note."""

from __future__ import annotations

from pathlib import Path

import pytest
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from rag.sources.blocks import Facts
from rag.sources.plausible import is_author, is_title, plausible
from tests.sources.parsing import document
from tests.sources.test_pdf import _PROSE


def _file(path: Path, title_page: list[tuple[str, float]], **properties: str) -> Path:
    """Save a title page of lines with their sizes, and a page of prose."""
    canvas = Canvas(str(path), pagesize=A4)
    for name, value in properties.items():
        getattr(canvas, f"set{name.title()}")(value)
    top = 720.0
    for text, size in title_page:
        canvas.setFont("Helvetica-Bold" if size > 14 else "Helvetica", size)
        canvas.drawString(72, top, text)
        top -= 1.3 * size if size > 14 else 34
    canvas.showPage()
    canvas.setFont("Times-Roman", 11)
    for number, line in enumerate(_PROSE * 12):
        canvas.drawString(72, 720 - 13 * number, line)
    canvas.save()
    return path


_COVER = [
    ("Rules on the Leave of", 22.0),
    ("Members and Staff", 22.0),
    ("Ada Obi and Ben J. Cruz*", 11.0),
    ("May 2019", 11.0),
]


@pytest.mark.parametrize(
    "given",
    [
        "",
        "10811.exe",
        "untitled",
        "Microsoft Word - draft.doc",
        "leave_2019-05",
        "KM_C224e",
        "Annual budget 2009",
        "Rules on the Leave",
    ],
)
def test_a_poor_title_gives_way_to_the_largest_lines_of_the_title_page(tmp_path: Path, given: str) -> None:
    found = document(_file(tmp_path / "a.pdf", _COVER, title=given)).reference
    assert found.title == "Rules on the Leave of Members and Staff"


def test_the_name_of_the_file_and_headings_of_parts_are_no_titles(tmp_path: Path) -> None:
    lines = [("Preface", 22.0), ("This report describes the leave of all members of the staff of the port.", 11.0)]
    assert document(_file(tmp_path / "leave-rules.pdf", lines, title="leave-rules")).reference.title == "Leave rules"


def test_a_good_title_stays(tmp_path: Path) -> None:
    found = document(_file(tmp_path / "a.pdf", _COVER, title="Rules on Leave, Second Edition")).reference
    assert found.title == "Rules on Leave, Second Edition"


@pytest.mark.parametrize("given", ["", "hmurray", "u0170132", "Canon iR-ADV C5535", "Administrator", "Ada Obi"])
def test_authors_on_the_title_page_replace_a_poor_or_incomplete_property(tmp_path: Path, given: str) -> None:
    assert document(_file(tmp_path / "a.pdf", _COVER, author=given)).reference.author == "Ada Obi, Ben J. Cruz"


def test_other_forms_of_authors(tmp_path: Path) -> None:
    def author(lines: list[str], given: str = "") -> str | None:
        cover = [("Rules on Leave", 22.0), *((line, 11.0) for line in lines)]
        return document(_file(tmp_path / "a.pdf", cover, author=given)).reference.author

    assert author(["Prepared by: Office of Personnel"]) == "Office of Personnel"
    assert author(["Mina Chowdhury1", "University of Aldmoor"]) == "Mina Chowdhury"
    assert author(["Ministry of Labour and Ports Authority"]) is None
    assert author(["North Harbour, South Harbour and West Pier"]) is None
    assert author(["UNICEF"], "UNICEF") == "UNICEF"
    assert author(["Council of Aldmoor"], "Petra Ann Novak") == "Petra Ann Novak"


def test_the_date_on_the_title_page_is_used_if_it_is_earlier(tmp_path: Path) -> None:
    def published(*lines: str) -> str | None:
        cover = [("Rules on Leave", 22.0), *((line, 11.0) for line in lines)]
        return document(_file(tmp_path / "a.pdf", cover)).reference.published

    created = published()
    assert created is not None
    assert len(created) == 10
    assert published("May 2019") == "2019-05"
    assert published("Published: 3 May 2019") == "2019-05-03"
    assert published("Created 2012") == "2012"
    assert published("3 May 2019", "Revised: 1 June 2020") == created  # unclear which
    assert published("Valid until 3 May 2019") == created
    assert published(created[:4]) == created


def test_facts_of_programs_are_left_out_in_formats_that_programs_fill_in() -> None:
    facts: Facts = {"title": "Microsoft Word - a.doc", "author": "Microsoft Office User", "published": "2019"}
    assert plausible(facts, "docx") == {"published": "2019"}
    assert plausible(facts, "markdown") == facts
    assert all(map(is_title, ["Constitution", "民法", "Act No. 30 of 1988", "Scanning of Documents", "Report 2020"]))
    assert not any(
        map(
            is_title,
            ["TA", "M1.P65", "Document1", "Slide 1", "C:\\docs\\a", "fw4_2021", "---", "PowerPoint Presentation"],
        )
    )
    assert all(map(is_author, ["WHO", "Li Wei", "Scanlon, Ann", "Office of Personnel", "Teste, A."]))
    assert not any(
        map(is_author, ["unknown", "Xerox WorkCentre 7845", "user1", "scanner", "a.docx", "Acrobat PDFMaker 9"])
    )


def test_figures_have_no_language(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    canvas = Canvas(str(path), pagesize=A4)
    for row in range(30):
        for column in range(5):
            canvas.drawString(72 + 90 * column, 720 - 14 * row, f"{(row * 7919 + column * 104729) % 99991}.50")
    canvas.save()
    assert document(path).language is None
