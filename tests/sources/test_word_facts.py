"""A Word document has a title, an author and a date that a librarian would accept."""

from __future__ import annotations

from pathlib import Path

import docx
import pytest

from rag.types import Reference
from tests.sources.parsing import document
from tests.sources.word_parts import core, p, run, style, word

_STYLES = style("Title", "Title") + style("H1", "heading 1", '<w:outlineLvl w:val="0"/>')
_BODY = p("Harbour rules", style="Title") + p("Scope", style="H1") + p("They cover all ports.")


def _reference(path: Path, body: str = _BODY, **properties: str) -> Reference:
    return document(path / "harbour-24.docx", word(body, core(**properties), styles=_STYLES)).reference


def test_good_properties_are_kept(tmp_path: Path) -> None:
    found = _reference(
        tmp_path, title="Rules of the harbour", author="Obi, Ada; Ben Ito", created="2031-05-04T09:00:00Z"
    )
    assert (found.title, found.author) == ("Rules of the harbour", "Obi, Ada; Ben Ito")


@pytest.mark.parametrize(
    "poor",
    ["", "Microsoft Word - draft", "Microsoft Word - final.doc", "10811.exe", "Document1", "untitled", "wp_2024-7",
     r"C:\texts\rules.doc", "Rules final v3.docx", "PowerPoint Presentation", "title", "Annual budget of the council"],
)  # fmt: skip
def test_the_title_page_stands_in_for_a_poor_title(tmp_path: Path, poor: str) -> None:
    assert _reference(tmp_path, title=poor).title == "Harbour rules"


def test_a_section_is_no_title(tmp_path: Path) -> None:
    body = p("1. Scope", style="H1") + p("They cover all ports.")
    assert _reference(tmp_path, body).title == "Harbour 24"
    body = p("Article II Scope", style="H1") + p("They cover all ports.")
    assert _reference(tmp_path, body).title == "Harbour 24"


def test_the_largest_words_of_the_first_page_are_the_title(tmp_path: Path) -> None:
    body = p("Port of Aldmoor") + p(run("Harbour rules", '<w:sz w:val="44"/>')) + p("They cover all ports.") * 3
    assert _reference(tmp_path, body).title == "Harbour rules"


@pytest.mark.parametrize(
    "poor",
    [
        "python-docx",
        "Microsoft Office User",
        "Windows User",
        "Apache POI",
        "user1",
        "Admin",
        "LibreOffice 7",
        "-",
        "HP",
    ],
)
def test_a_program_is_no_author(tmp_path: Path, poor: str) -> None:
    assert _reference(tmp_path, author=poor).author is None
    assert _reference(tmp_path, author=f"{poor};Ada Obi").author == "Ada Obi"


@pytest.mark.parametrize(
    "name", ["Office of the Mayor", "Della Userman", "Ann Word", "Department of Ports", "UN", "李明"]
)
def test_names_that_look_like_programs_are_authors(tmp_path: Path, name: str) -> None:
    assert _reference(tmp_path, author=name).author == name


@pytest.mark.parametrize(
    ("created", "date"),
    [("2021-05-04T09:00:00Z", "2021-05-04"), ("2013-12-23T23:15:00Z", None), ("1601-01-01T00:00:00Z", None),
     ("3021-01-01T00:00:00Z", None), ("soon", None)],
)  # fmt: skip
def test_dates_of_libraries_and_of_the_future_are_no_dates(tmp_path: Path, created: str, date: str | None) -> None:
    assert _reference(tmp_path, created=created).published == date


@pytest.mark.parametrize(
    ("words", "date"),
    [("4 May 2022", "2022-05-04"), ("Adopted on 4 May 2022", "2022-05-04"), ("May 2022.", "2022-05"),
     ("Last update: 2022-05-04", "2022-05-04"), ("2022", "2021-01-02"), ("In force since 4 May 2022", "2021-01-02")],
)  # fmt: skip
def test_a_date_that_stands_alone_on_the_title_page_wins(tmp_path: Path, words: str, date: str) -> None:
    body = p("Harbour rules", style="Title") + p(words) + p("They cover all ports.")
    assert _reference(tmp_path, body, created="2021-01-02T00:00:00Z").published == date


def test_the_defaults_of_python_docx_are_no_facts(tmp_path: Path) -> None:
    made = docx.Document()
    made.add_paragraph("Leave is a right.")
    made.save(str(tmp_path / "leave-rules.docx"))
    found = document(tmp_path / "leave-rules.docx").reference
    assert (found.title, found.author, found.published) == ("Leave rules", None, None)
