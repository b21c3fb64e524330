"""Word documents."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path
from typing import Any

import docx

from tests.reading.examples import Example, file, rows
from tests.reading.prose import sentences
from tests.sources import word_parts as parts

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


_LISTS = parts.definition(
    1, parts.level(0, "decimal", "%1."), parts.level(1, "lowerLetter", "(%2)"), parts.level(2, "lowerRoman", "(%3)")
) + parts.definition(2, parts.level(0, "upperRoman", "Article %1", extra='<w:pStyle w:val="H1"/>'))
_NUMBERS = _LISTS + parts.numbers(7, of=1) + parts.numbers(8, of=2)
_STYLES = (
    parts.style("Title", "Title")
    + parts.style("H1", "heading 1", '<w:numPr><w:numId w:val="8"/></w:numPr><w:outlineLvl w:val="0"/>')
    + parts.style("H2", "Abschnitt", '<w:outlineLvl w:val="1"/>')
    + parts.style("Own", "Clause", base="H2")
)


def _numbered() -> str:
    depths = [0, 0, 1, 1, 2, 0]
    first = parts.p("Register", style="H1") + "".join(
        parts.p(text, number=(7, depth)) for text, depth in zip(_S[0:6], depths, strict=True)
    )
    return first + parts.p("Fees", style="H1") + parts.p(_S[6], number=(7, 0))


def _changed() -> str:
    gone = "<w:del w:id='1'><w:r><w:delText>until the end of the week </w:delText></w:r></w:del>"
    words = _S[0].split()
    moved = f"<w:moveFrom>{parts.run(_S[1])}</w:moveFrom>"
    body = parts.p(f"{' '.join(words[:4])} ", gone, f"<w:ins>{parts.run(' '.join(words[4:]))}</w:ins>") + parts.p(moved)
    hidden = parts.run("nobody reads this remark", "<w:vanish/>") + parts.run("struck out for good", "<w:strike/>")
    return body + parts.p(f"{_S[2]} ", hidden) + parts.p(f"<w:moveTo>{parts.run(_S[1])}</w:moveTo>")


def _notes() -> str:
    mark = '<w:r><w:footnoteReference w:id="{}"/></w:r>'
    contents = parts.field(r" TOC \\o ", parts.run("Contents of the rules 12"))
    boxed = parts.box(parts.p(_S[9]))
    return (
        parts.p("Harbour rules", style="Title") + parts.p(contents) + parts.p("Scope", style="H2")
        + parts.p(_S[0], mark.format(1)) + parts.p(_S[1], boxed) + parts.p("Ports", style="Own")
        + parts.p(_S[2], mark.format(2)) + parts.p(_S[3])
    )  # fmt: skip


_NOTES = "".join(f'<w:footnote w:id="{n}">{parts.p(_S[n + 10])}</w:footnote>' for n in (1, 2))


def _two_headers() -> str:
    down, below = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"
    wide, head = '<w:gridSpan w:val="2"/>', "<w:tblHeader/>"
    merged = parts.row(parts.cell("Vessel", properties=down), parts.cell("Fee", properties=wide), properties=head)
    return parts.p(_S[0]) + parts.table(
        merged,
        parts.row(parts.cell(properties=below), "2023", "2024", properties=head),
        parts.row("Trawler", "40", "44"),
        parts.row(parts.cell("Yacht", properties=down), "20", ""),
        parts.row(parts.cell(properties=below), "", "25"),
    )


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
    Example(
        "automatic numbers of paragraphs and headings",
        "Word",
        ".docx",
        file(parts.word(_numbered(), styles=_STYLES, numbering=_NUMBERS)),
        f"Article I Register 1. {_S[0]} 2. {_S[1]} (a) {_S[2]} (b) {_S[3]} (i) {_S[4]} 3. {_S[5]}"
        f" Article II Fees 4. {_S[6]}",
        headings=["Article I Register", "Article II Fees"],
        numbers=list(zip(("1.", "2.", "(a)", "(b)", "(i)", "3.", "4."), _S[0:7], strict=True)),
    ),
    Example(
        "tracked changes and hidden text",
        "Word",
        ".docx",
        file(parts.word(_changed())),
        " ".join((_S[0], _S[2], _S[1])),
        unread=["until the end of the week", "nobody reads this remark", "struck out for good"],
    ),
    Example(
        "footnotes, a text box and contents",
        "Word",
        ".docx",
        file(
            parts.word(
                _notes(), parts.core("Microsoft Word - rules.doc", "python-docx"), styles=_STYLES, footnotes=_NOTES
            )
        ),
        " ".join(("Harbour rules Scope", _S[0], _S[11], _S[1], _S[9], "Ports", _S[2], _S[12], _S[3])),
        headings=["Harbour rules", "Scope", "Ports"],
        unread=["Contents of the rules"],
        facts={"title": "Harbour rules"},
    ),
    Example(
        "a table with two header rows",
        "Word",
        ".docx",
        file(parts.word(_two_headers())),
        f"{_S[0]} Trawler 40 44 Yacht 20 Yacht 25",
        rows=rows(
            ("Vessel", "Fee 2023", "Fee 2024"), ("Trawler", "40", "44"), ("Yacht", "20", ""), ("Yacht", "", "25")
        ),
    ),
]
