"""Word documents."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path
from typing import Any

import docx

from tests.reading.examples import Example, rows
from tests.reading.prose import sentences

_S = sentences(10, 20)


def _document(build: Callable[[Any], None], title: str = "", author: str = "") -> Callable[[Path], None]:
    def write(path: Path) -> None:
        document = docx.Document()
        document.core_properties.title = title
        document.core_properties.author = author
        document.core_properties.created = datetime.datetime(2031, 5, 4, tzinfo=datetime.UTC).replace(tzinfo=None)
        build(document)
        document.save(str(path))

    return write


def _headings(document: Any) -> None:
    document.add_heading("Harbour rules", 0)
    document.add_heading("Scope", 1)
    document.add_paragraph(f"{_S[0]} {_S[1]}")
    document.add_heading("Fares", 1)
    document.add_heading("Pupils", 2)
    document.add_paragraph(f"{_S[2]} {_S[3]}")


def _table(document: Any) -> None:
    document.add_paragraph(_S[4])
    table = document.add_table(rows=3, cols=3)
    for number, row in enumerate((("Port", "Spring", "Summer"), ("Aldmoor", "4", "9"), ("Brackley", "3", "7"))):
        for cell, words in zip(table.rows[number].cells, row, strict=True):
            cell.text = words
    document.add_paragraph(_S[5])


def _written_numbers(document: Any) -> None:
    document.add_paragraph("The office asks for:")
    for letter, text in zip("abc", _S[6:9], strict=True):
        document.add_paragraph(f"({letter}) {text}")
    for text in _S[9:11]:
        document.add_paragraph(text, style="List Bullet")


EXAMPLES = [
    Example(
        "headings and properties",
        "Word",
        ".docx",
        _document(_headings, "Harbour rules", "Ada Obi"),
        " ".join(["Harbour rules Scope", *_S[0:2], "Fares Pupils", *_S[2:4]]),
        headings=["Harbour rules", "Scope", "Fares", "Pupils"],
        facts={"title": "Harbour rules", "author": "Ada Obi"},
    ),
    Example(
        "a table",
        "Word",
        ".docx",
        _document(_table),
        f"{_S[4]} Aldmoor 4 9 Brackley 3 7 {_S[5]}",
        rows=rows(("Port", "Spring", "Summer"), ("Aldmoor", "4", "9"), ("Brackley", "3", "7")),
    ),
    Example(
        "written letters and bullets",
        "Word",
        ".docx",
        _document(_written_numbers),
        " ".join(["The office asks for: (a)", _S[6], "(b)", _S[7], "(c)", _S[8], *_S[9:11]]),
        numbers=[(f"({letter})", text) for letter, text in zip("abc", _S[6:9], strict=True)],
    ),
]
