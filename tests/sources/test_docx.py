"""Word documents keep headings, lists and tables in the order of the body."""

from __future__ import annotations

import datetime
from pathlib import Path

import docx

from tests.sources.reads import document, outline, reason


def _save(path: Path) -> None:
    word = docx.Document()
    word.core_properties.title, word.core_properties.author = "Leave rules", "Ada Obi"
    word.core_properties.created = datetime.datetime(2022, 6, 5, 12, tzinfo=datetime.UTC)
    word.add_heading("Leave", 0)
    word.add_paragraph("Staff accrue twenty days.")
    word.add_heading("Sick leave", 2)
    word.add_paragraph("Tell your manager.", style="List Bullet")
    word.add_paragraph("First", style="List Number")
    word.add_paragraph("Second", style="List Number")
    table = word.add_table(2, 2)
    for cell, text in zip(
        (cell for row in table.rows for cell in row.cells), ["Grade", "Days", "A", "20"], strict=True
    ):
        cell.text = text
    word.add_paragraph("The end.")
    word.save(str(path))


def test_structure_and_properties_are_read(tmp_path: Path) -> None:
    _save(tmp_path / "a.docx")
    found = document(tmp_path / "a.docx")
    assert outline(found) == [(1, "Leave"), (2, "Sick leave")]
    assert found.text.split("\n\n") == [
        "Leave",
        "Staff accrue twenty days.",
        "Sick leave",
        "- Tell your manager.\n1. First\n2. Second",
        "Grade: A; Days: 20.",
        "The end.",
    ]
    reference = found.reference
    assert (reference.title, reference.author, reference.published) == ("Leave rules", "Ada Obi", "2022-06-05")


def test_what_is_no_word_document_says_so(tmp_path: Path) -> None:
    assert "not a Word document" in reason(tmp_path / "a.docx", b"PK\x03\x04 broken")
