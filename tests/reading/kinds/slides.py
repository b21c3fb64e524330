"""Slides."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pptx import Presentation
from pptx.util import Inches

from tests.reading.examples import Example, rows
from tests.reading.prose import sentences

_S = sentences(30, 40)
_TITLE, _CONTENT, _COMPARISON, _TITLE_ONLY = 0, 1, 4, 5
_PORTS = (("Port", "Spring", "Summer"), ("Aldmoor", "4", "9"), ("Brackley", "3", "7"))


def _deck(build: Callable[[Any], None]) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        deck = Presentation()
        deck.core_properties.author = "Ada Obi"
        deck.core_properties.created = datetime.datetime(2021, 5, 4)  # noqa: DTZ001 - python-pptx writes no zone
        build(deck)
        deck.save(str(path))

    return write


def _slide(deck: Any, layout: int, title: str) -> Any:
    slide = deck.slides.add_slide(deck.slide_layouts[layout])
    slide.shapes.title.text = title
    return slide


def _box(slide: Any, text: str, left: float, top: float) -> None:
    box = slide.shapes.add_textbox(Inches(left), Inches(top), Inches(3.5), Inches(0.5))
    box.text_frame.text = text


def _talk(deck: Any) -> None:
    _slide(deck, _TITLE, "Harbour policy").placeholders[1].text = "Ministry of ports"
    slide = _slide(deck, _CONTENT, "Goals")
    frame = slide.placeholders[1].text_frame
    frame.text = _S[0]
    for text in _S[1:3]:
        frame.add_paragraph().text = text
    slide.notes_slide.notes_text_frame.text = _S[3]
    hidden = _slide(deck, _CONTENT, "Unshown slide")
    hidden._element.set("show", "0")


def _columns(deck: Any) -> None:
    slide = _slide(deck, _COMPARISON, "Rules")
    for place, text in ((1, "Old rules"), (2, _S[4]), (3, "New rules"), (4, _S[5])):
        slide.placeholders[place].text = text
    other = _slide(deck, _TITLE_ONLY, "Steps")
    for text, left, top in ((_S[8], 5, 4), (_S[7], 0.8, 5), (_S[6], 0.8, 2), ("Outside", -9, 3)):
        _box(other, text, left, top)


def _table(deck: Any) -> None:
    slide = _slide(deck, _TITLE_ONLY, "Fees")
    table = slide.shapes.add_table(3, 3, Inches(1), Inches(2), Inches(6), Inches(2)).table
    for number, line in enumerate(_PORTS):
        for column, words in enumerate(line):
            table.cell(number, column).text = words
    _box(slide, _S[9], 1, 6)


EXAMPLES = [
    Example(
        "titles, items, notes and a hidden slide", "PowerPoint", ".pptx", _deck(_talk),
        " ".join(["Harbour policy Ministry of ports Goals", *_S[0:3], "Notes", _S[3]]),
        headings=["Harbour policy", "Goals", "Notes"],
        numbers=[("-", text) for text in _S[0:3]],
        unread=["Unshown"],
        facts={"title": "Harbour policy", "author": "Ada Obi", "published": "2021-05-04"},
    ),
    Example(
        "two columns, and boxes by their place", "PowerPoint", ".pptx", _deck(_columns),
        " ".join(["Rules Old rules", _S[4], "New rules", _S[5], "Steps", *_S[6:9]]),
        headings=["Rules", "Steps"],
        unread=["Outside"],
    ),
    Example(
        "a table", "PowerPoint", ".pptx", _deck(_table), f"Fees Aldmoor 4 9 Brackley 3 7 {_S[9]}",
        headings=["Fees"],
        rows=rows(*_PORTS),
    ),
]  # fmt: skip
