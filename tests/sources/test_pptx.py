"""PowerPoint files: the visible slides, each with its title as heading and its number as page."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from pptx import Presentation
from pptx.util import Inches

from rag.types import Document
from tests import hostile
from tests.sources.parsing import document, outline, reason
from tests.sources.sheets import changed

_TITLE, _CONTENT, _COMPARISON, _TITLE_ONLY, _BLANK = 0, 1, 4, 5, 6
_A = "http://schemas.openxmlformats.org/drawingml/2006/main"


def slides(build: Callable[[Any], object]) -> bytes:
    deck = Presentation()
    build(deck)
    made = io.BytesIO()
    deck.save(made)
    return made.getvalue()


def _read(tmp_path: Path, build: Callable[[Any], object]) -> Document:
    return document(tmp_path / "a.pptx", slides(build))


def _slide(deck: Any, layout: int, title: str = "") -> Any:
    slide = deck.slides.add_slide(deck.slide_layouts[layout])
    if title:
        slide.shapes.title.text = title
    return slide


def _box(shapes: Any, text: str, left: float, top: float, width: float = 3) -> Any:
    box = shapes.add_textbox(Inches(left), Inches(top), Inches(width), Inches(0.4))
    box.text_frame.text = text
    return box


def test_titles_bullets_notes_and_pages(tmp_path: Path) -> None:
    def build(deck: Any) -> None:
        _slide(deck, _TITLE, "Harbour policy").placeholders[1].text = "Ministry of ports"
        slide = _slide(deck, _CONTENT, "Goals")
        frame = slide.placeholders[1].text_frame
        frame.text = "More piers"
        below = frame.add_paragraph()
        below.text, below.level = "by 2030", 1
        slide.notes_slide.notes_text_frame.text = "Say who pays."
        _slide(deck, _CONTENT, "Unshown")._element.set("show", "0")
        _slide(deck, _CONTENT, "End").placeholders[1].text = "Thanks"

    found = _read(tmp_path, build)
    assert outline(found) == [(1, "Harbour policy"), (2, "Goals"), (3, "Notes"), (2, "End")]
    assert found.text.split("\n\n")[1:5] == ["Ministry of ports", "Goals", "- More piers\n- by 2030", "Notes"]
    assert "Unshown" not in found.text
    assert [found.text[start:].split("\n")[0] for start in found.pages] == ["Harbour policy", "Goals", "End", "End"]
    assert [note.label for note in found.page_notes] == ["slide 1", "slide 2", "slide 3", "slide 4"]
    assert (found.reference.title, found.reference.author, found.reference.published) == ("Harbour policy", None, None)


def test_two_columns_are_read_one_after_the_other(tmp_path: Path) -> None:
    def build(deck: Any) -> None:
        slide = _slide(deck, _COMPARISON, "Rules")
        for place, text in ((1, "Old"), (2, "30 crowns"), (3, "New"), (4, "45 crowns")):
            slide.placeholders[place].text = text

    assert _read(tmp_path, build).text == "Rules\n\nOld\n\n- 30 crowns\n\nNew\n\n- 45 crowns"


def test_boxes_are_read_by_their_place_and_a_group_as_a_whole(tmp_path: Path) -> None:
    def build(deck: Any) -> None:
        slide = _slide(deck, _TITLE_ONLY, "Fees")
        _box(slide.shapes, "Last.", 1, 6)
        group = slide.shapes.add_group_shape()
        _box(group.shapes, "Third.", 5, 4)
        _box(group.shapes, "Second.", 1, 3.9)
        _box(slide.shapes, "First.", 1, 2)
        _box(slide.shapes, "Nobody sees this.", -9, 3)
        _box(slide.shapes, "Nor this.", 1, 3)._element.nvSpPr.cNvPr.set("hidden", "1")

    assert _read(tmp_path, build).text == "Fees\n\nFirst.\n\nSecond.\n\nThird.\n\nLast."


def test_tables_have_their_headers_and_merged_cells(tmp_path: Path) -> None:
    def build(deck: Any) -> None:
        table = _slide(deck, _TITLE_ONLY, "Fees").shapes.add_table(4, 3, 0, 0, Inches(6), Inches(2)).table
        rows = (("Port", "Fee", ""), ("", "Spring", "Summer"), ("Aldmoor", "4", "9"), ("Cray", "free", ""))
        for number, row in enumerate(rows):
            for column, words in enumerate(row):
                table.cell(number, column).text = words
        table.cell(0, 1).merge(table.cell(0, 2))
        table.cell(0, 0).merge(table.cell(1, 0))
        table.cell(3, 1).merge(table.cell(3, 2))

    assert _read(tmp_path, build).text == (
        "Fees\n\nPort: Aldmoor; Fee Spring: 4; Fee Summer: 9.\nPort: Cray; Fee Spring Fee Summer: free."
    )


def test_automatic_numbers_are_shown(tmp_path: Path) -> None:
    def build(deck: Any) -> None:
        frame = _slide(deck, _CONTENT, "Steps").placeholders[1].text_frame
        frame.text = "Ask"
        for text in ("Wait", "Pay"):
            frame.add_paragraph().text = text
        for paragraph, kind in zip(frame.paragraphs, ("alphaLcParenR", "alphaLcParenR", "romanUcPeriod"), strict=True):
            etree.SubElement(paragraph._p.get_or_add_pPr(), f"{{{_A}}}buAutoNum", type=kind)

    assert _read(tmp_path, build).text == "Steps\n\na) Ask\nb) Wait\nI. Pay"


def test_struck_out_words_are_left_out_and_exponents_stay_apart(tmp_path: Path) -> None:
    def build(deck: Any) -> None:
        frame = _box(_slide(deck, _TITLE_ONLY, "Fees").shapes, "", 1, 3).text_frame
        for text, name, value in (
            ("The fee is ", "", ""),
            ("30 ", "strike", "sngStrike"),
            ("10", "", ""),
            ("6", "baseline", "30000"),
        ):
            run = frame.paragraphs[0].add_run()
            run.text = text
            if name:
                run._r.get_or_add_rPr().set(name, value)

    assert _read(tmp_path, build).text == "Fees\n\nThe fee is 10^6"


def test_a_slide_without_a_title_has_its_first_short_text_as_heading(tmp_path: Path) -> None:
    def build(deck: Any) -> None:
        slide = _slide(deck, _BLANK)
        _box(slide.shapes, "The fee is 4 crowns.", 1, 3)
        _box(slide.shapes, "Fees of 2024", 1, 1)

    assert outline(_read(tmp_path, build)) == [(1, "Fees of 2024")]


def test_footers_dates_and_slide_numbers_are_left_out(tmp_path: Path) -> None:
    def build(deck: Any) -> None:
        slide = _slide(deck, _TITLE_ONLY, "Fees")
        for place in slide.slide_layout.placeholders:
            if place.placeholder_format.type is not None and place.placeholder_format.idx in (10, 11, 12):
                slide.shapes.clone_placeholder(place)
        for shape in slide.placeholders:
            if shape.placeholder_format.idx >= 10:
                shape.text = "Running words"
        _box(slide.shapes, "Four crowns.", 1, 3)

    assert _read(tmp_path, build).text == "Fees\n\nFour crowns."


def test_entities_are_not_expanded(tmp_path: Path) -> None:
    raw = slides(lambda deck: _slide(deck, _CONTENT, "Goals"))
    raw = changed(raw, "ppt/slides/slide1.xml", lambda xml: hostile.DOCTYPE.format("") + xml.partition("?>")[2])
    assert "DOCTYPE" in reason(tmp_path / "a.pptx", raw)


@pytest.mark.parametrize("raw", [b"no", hostile.zipped({"a.txt": b"x"})])
def test_other_files_are_refused(tmp_path: Path, raw: bytes) -> None:
    assert "is not a PowerPoint presentation" in reason(tmp_path / "a.pptx", raw)
