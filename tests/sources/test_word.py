"""Word documents keep headings, lists and tables in the order of the body."""

from __future__ import annotations

import datetime
from pathlib import Path

import docx
from docx.shared import Pt, RGBColor

from tests.hostile import DOCTYPE, paragraph, word
from tests.sources.parsing import document, outline, reason


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


def test_structure_and_properties_are_parsed(tmp_path: Path) -> None:
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


def test_a_file_that_is_not_a_word_document_is_refused(tmp_path: Path) -> None:
    assert "not a Word document" in reason(tmp_path / "a.docx", b"PK\x03\x04 broken")


def _cell(content: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{content}</w:tc>"


def _table(*rows: str) -> str:
    return f"<w:tbl>{''.join(f'<w:tr>{row}</w:tr>' for row in rows)}</w:tbl>"


def test_content_controls_links_and_insertions_are_text_and_deletions_are_not(tmp_path: Path) -> None:
    run = "<w:r><w:t xml:space='preserve'>{}</w:t></w:r>"
    changed = (
        f"<w:p>{run.format('Leave is ')}<w:del><w:r><w:delText>no </w:delText></w:r></w:del>"
        f"<w:moveFrom>{run.format('moved ')}</w:moveFrom><w:ins>{run.format('a ')}</w:ins>"
        f"<w:sdt><w:sdtContent>{run.format('statutory ')}</w:sdtContent></w:sdt>"
        f"<w:hyperlink><w:r><w:t>right</w:t><w:tab/><w:t>here.</w:t></w:r></w:hyperlink></w:p>"
    )
    control = f"<w:sdt><w:sdtPr/><w:sdtContent>{paragraph('It lasts a year.')}</w:sdtContent></w:sdt>"
    found = document(tmp_path / "a.docx", word(changed + control))
    assert found.text == "Leave is a statutory right\there.\n\nIt lasts a year."


def test_a_table_of_contents_is_not_text(tmp_path: Path) -> None:
    gallery = '<w:docPartObj><w:docPartGallery w:val="Table of Contents"/></w:docPartObj>'
    contents = f"<w:sdt><w:sdtPr>{gallery}</w:sdtPr><w:sdtContent>{paragraph('Leave 7')}</w:sdtContent></w:sdt>"
    assert document(tmp_path / "a.docx", word(contents + paragraph("Leave is a right."))).text == "Leave is a right."


def test_text_boxes_follow_their_paragraph_and_appear_once(tmp_path: Path) -> None:
    box = f"<w:txbxContent>{paragraph('Boxed.')}</w:txbxContent>"
    forms = (
        '<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
        f"<mc:Choice>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback></mc:AlternateContent>"
    )
    framed = f"<w:p><w:r><w:t>Leave is a right.</w:t></w:r><w:r>{forms}</w:r></w:p>"
    assert document(tmp_path / "a.docx", word(framed)).text == "Leave is a right.\n\nBoxed."


def test_a_table_inside_a_cell_becomes_text_of_the_cell(tmp_path: Path) -> None:
    inner = _table(_cell(paragraph("Twenty days.")))
    assert document(tmp_path / "a.docx", word(_table(_cell(inner)))).text == "Twenty days."


def test_a_cell_merged_downwards_is_repeated_in_each_row(tmp_path: Path) -> None:
    rows = (
        [_cell(paragraph(text)) for text in ("Grade", "Leave", "Days")],
        [_cell(paragraph("A"), '<w:vMerge w:val="restart"/>'), _cell(paragraph("annual")), _cell(paragraph("20"))],
        [_cell("<w:p/>", "<w:vMerge/>"), _cell(paragraph("sick")), _cell(paragraph("9"))],
    )
    found = document(tmp_path / "a.docx", word(_table(*map("".join, rows))))
    assert found.text == "Grade: A; Leave: annual; Days: 20.\nGrade: A; Leave: sick; Days: 9."


def test_a_document_that_declares_entities_is_refused(tmp_path: Path) -> None:
    content = word(paragraph("Leave &x; is a right."), before=DOCTYPE.format(""))
    assert "DOCTYPE" in reason(tmp_path / "a.docx", content)


def test_hidden_white_and_tiny_runs_are_left_out(tmp_path: Path) -> None:
    made = docx.Document()
    line = made.add_paragraph("Staff accrue twenty days")
    line.add_run(" of nothing").font.hidden = True
    line.add_run(" or never").font.color.rgb = RGBColor(255, 255, 255)
    line.add_run(" or always").font.size = Pt(1)
    line.add_run(" a year.").font.hidden = False
    cell = made.add_table(1, 1).rows[0].cells[0].paragraphs[0]
    cell.add_run("White on the ground of a table.").font.color.rgb = RGBColor(255, 255, 255)
    made.save(str(tmp_path / "a.docx"))
    text = document(tmp_path / "a.docx").text
    assert text == "Staff accrue twenty days a year.\n\nWhite on the ground of a table."
