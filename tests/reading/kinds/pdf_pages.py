"""PDF pages of running text: notes, headings, lists, stamps and hidden text."""

from __future__ import annotations

from collections.abc import Callable

from tests.reading.examples import Example
from tests.reading.prose import prose, sentences
from tests.reading.sheet import BODY, BOLD, ITALIC, LEFT, TOP, WIDTH, Sheet, broken, pdf


def _footnotes(sheet: Sheet) -> None:
    words = sentences(10, 6)
    lines = broken(" ".join(words[:3]), WIDTH)
    top = sheet.lines(lines, LEFT, TOP)
    right = sheet.words(broken(words[2], WIDTH)[-1], LEFT, top)
    sheet.words("1", right, top - 4, size=7)
    sheet.paragraph(" ".join(words[3:]), top + 26)
    sheet.words("1", LEFT, 760, size=6)
    sheet.paragraph(prose(50, 1), 763, LEFT + 5, size=8)


def _footnote_first(sheet: Sheet) -> None:
    sheet.words("1", LEFT, 760, size=6)
    sheet.paragraph(prose(51, 1), 763, LEFT + 5, size=8)
    top = sheet.paragraph(prose(12, 4), TOP)
    right = sheet.words("The ordinance covers the harbour.", LEFT, top)
    sheet.words("1", right, top - 4, size=7)


def _superscripts(sheet: Sheet) -> None:
    top = sheet.paragraph(prose(20, 2), TOP)
    right = sheet.words("A basin holds at least 10", LEFT, top)
    right = sheet.words("6", right, top - 4, size=7)
    right = sheet.words(" litres, and a hall covers 400 m", right, top)
    right = sheet.words("2", right, top - 4, size=7)
    sheet.words(" of floor.", right, top)
    sheet.paragraph(prose(22, 3), top + 20)


def _running_heads(sheet: Sheet) -> None:
    for page in range(4):
        sheet.words("Harbour ordinance 2031", LEFT, 40, ITALIC, 9)
        sheet.paragraph(prose(6 * page, 6), TOP)
        sheet.words(f"Page {page + 1} of 4", 270, 815, size=9)
        sheet.turn_page()


def _chapter_heads(sheet: Sheet) -> None:
    for page in range(6):
        sheet.words(("Ferries", "Schools")[page // 3], LEFT, 40, ITALIC, 9)
        sheet.right(str(11 + page), 523, 40, size=9)
        sheet.paragraph(prose(4 * page, 4), TOP)
        sheet.turn_page()


def _line_numbers(sheet: Sheet) -> None:
    for number, line in enumerate(broken(prose(24, 9), WIDTH), start=1):
        top = TOP + 14 * number
        sheet.right(str(number), 60, top, size=8)
        sheet.words(line, LEFT, top)


def _drop_cap(sheet: Sheet) -> None:
    text = prose(6, 5)
    beside = broken(text[1:], 400)[:2]
    rest = text[1 + len(" ".join(beside)) :].strip()
    sheet.words(text[0], LEFT, TOP + 14, BOLD, 34)
    sheet.lines(beside, LEFT + 27, TOP)
    sheet.paragraph(rest, TOP + 28)


def _run_in_headings(sheet: Sheet) -> None:
    top = TOP
    for name, start in (("Ferries.", 0), ("Waste.", 6), ("Schools.", 12)):
        lines = broken(f"{name} {prose(start, 3)}", WIDTH)
        right = sheet.words(name, LEFT, top, BOLD)
        sheet.words(lines[0][len(name) :], right, top)
        top = sheet.lines(lines[1:], LEFT, top + 13.2) + 8


def _wide_lines(sheet: Sheet) -> None:
    top = sheet.paragraph(prose(33, 6), TOP, leading=2.0)
    sheet.paragraph(prose(39, 6), top + 22, leading=2.0)


def _hyphens(sheet: Sheet) -> None:
    top = sheet.paragraph(f"The neighbourhood has its own inspectorate. {prose(44, 2)}", TOP)
    words = [
        "Whoever administers the neigh-",
        "bourhood must publish the regu-",
        "lations of the inspec-",
        "torate each year.",
    ]
    top = sheet.lines(words, LEFT, top) + 8
    sheet.paragraph(prose(46, 3), top)


def _bullets(sheet: Sheet) -> None:
    top = sheet.paragraph("A permit needs these documents:", TOP)
    for text in sentences(36, 4):
        sheet.words("•", LEFT + 10, top)
        top = sheet.paragraph(text, top, LEFT + 24, WIDTH - 24)
    sheet.paragraph(prose(40, 2), top)


def _numbered(sheet: Sheet) -> None:
    top = sheet.paragraph("The office decides in this order:", TOP)
    for number, text in enumerate(sentences(44, 4), start=1):
        sheet.words(f"{number}.", LEFT + 10, top)
        top = sheet.paragraph(text, top, LEFT + 28, WIDTH - 28)


def _lettered(sheet: Sheet) -> None:
    top = sheet.paragraph("3. The authority refuses a permit if:", TOP)
    for letter, text in zip("abc", sentences(48, 3), strict=True):
        top = sheet.paragraph(f"({letter}) {text}", top, LEFT + 20, WIDTH - 20)
        if letter == "b":
            for numeral, inner in zip(("i", "ii"), sentences(52, 2), strict=True):
                top = sheet.paragraph(f"({numeral}) {inner}", top, LEFT + 40, WIDTH - 40)


def _clauses(sheet: Sheet) -> None:
    top = TOP
    for number, text in enumerate(sentences(14, 6), start=1):
        sheet.words(f"4.{number}", LEFT, top)
        top = sheet.paragraph(text, top, LEFT + 40, WIDTH - 40)


def _headings(sheet: Sheet) -> None:
    sheet.words("Ordinance on the harbour", LEFT, TOP, BOLD, 20)
    top = TOP + 40
    for name, start in (("1 Scope", 0), ("2 Fares", 3), ("3 Closing days", 6)):
        sheet.words(name, LEFT, top, BOLD, 14)
        top = sheet.paragraph(prose(start, 3), top + 22) + 12


def _articles(sheet: Sheet) -> None:
    top = TOP
    for number, name, start in ((1, "Subject matter", 20), (2, "Definitions", 23), (3, "Duties of owners", 26)):
        sheet.words(f"Article {number}", 270, top, ITALIC)
        sheet.words(name, 262, top + 16, BOLD)
        top = sheet.paragraph(prose(start, 3), top + 38) + 8


def _stamp(sheet: Sheet) -> None:
    sheet.paragraph(prose(30, 10), TOP)
    sheet.canvas.saveState()
    sheet.canvas.translate(160, 380)
    sheet.canvas.rotate(45)
    sheet.canvas.setFont(BOLD, 60)
    sheet.canvas.setFillGray(0.8)
    sheet.canvas.drawString(0, 0, "DRAFT")
    sheet.canvas.restoreState()


def _side_stamp(sheet: Sheet) -> None:
    sheet.canvas.saveState()
    sheet.canvas.translate(30, 300)
    sheet.canvas.rotate(90)
    sheet.canvas.setFont(BODY, 8)
    sheet.canvas.drawString(0, 0, "Downloaded from the register on Sunday")
    sheet.canvas.restoreState()
    sheet.paragraph(prose(40, 10), TOP)


def _hidden(sheet: Sheet) -> None:
    top = sheet.paragraph(prose(42, 4), TOP)
    sheet.canvas.saveState()
    words = sheet.canvas.beginText(LEFT, 842 - top)
    words.setFont(BODY, 11)
    words.setTextRenderMode(3)
    words.textLine("An indexing robot alone meets these syllables.")
    sheet.canvas.drawText(words)
    sheet.canvas.restoreState()
    sheet.paragraph("Nobody sees crumbs of one point.", top + 20, size=1)
    sheet.paragraph(prose(46, 4), top + 30)


def _cropped(sheet: Sheet) -> None:
    sheet.canvas.setCropBox((50, 50, 545, 792))
    sheet.words("Printer marks: cyan magenta slug", 60, 20, size=9)
    sheet.words("Trim sheet seventeen", 300, 830, size=9)
    sheet.paragraph(prose(5, 9), TOP)


def _turned(sheet: Sheet) -> None:
    sheet.canvas.setPageRotation(90)
    sheet.canvas.translate(595, 0)
    sheet.canvas.rotate(90)
    for number, line in enumerate(broken(prose(8, 8), 600)):
        sheet.canvas.setFont(BODY, 11)
        sheet.canvas.drawString(80, 500 - 14 * number, line)


def _contents(sheet: Sheet) -> None:
    sheet.words("Contents", LEFT, TOP, BOLD, 14)
    for number, name in enumerate(("Scope", "Fares", "Closing days", "Appeals"), start=1):
        sheet.words(f"{number} {name} " + "." * (60 - len(name)) + f" {3 * number}", LEFT, TOP + 10 + 16 * number)
    sheet.turn_page()
    sheet.paragraph(prose(10, 8), TOP)


def _crossing(sheet: Sheet) -> None:
    lines = broken(prose(13, 12), WIDTH)
    half = len(lines) // 2
    sheet.lines(lines[:half], LEFT, 700 - 13.2 * half)
    sheet.words("7", 295, 815, size=9)
    sheet.turn_page()
    sheet.lines(lines[half:], LEFT, TOP)
    sheet.words("8", 295, 815, size=9)


def _letter(sheet: Sheet) -> None:
    sheet.lines(["Harbour office of Aldmoor", "4 Quay Street", "Aldmoor"], LEFT, 60, size=10)
    sheet.right("12 May 2031", 523, 130)
    sheet.paragraph("Dear Ms Brandt,", 160)
    top = sheet.paragraph(prose(50, 4), 185)
    top = sheet.paragraph(prose(54, 3), top)
    sheet.lines(["Yours sincerely,", "Ada Obi"], LEFT, top + 10)


def _example(name: str, draw: Callable[[Sheet], None], text: str, **more: object) -> Example:
    return Example(name, "PDF: running text", ".pdf", pdf(draw), text, **more)  # type: ignore[arg-type]


_LETTERED = sentences(48, 3)
_INNER = sentences(52, 2)

EXAMPLES = [
    _example(
        "a footnote",
        _footnotes,
        " ".join([prose(10, 3), broken(sentences(12, 1)[0], WIDTH)[-1], prose(13, 3), "1", prose(50, 1)]),
    ),
    _example(
        "a footnote that the file draws first",
        _footnote_first,
        " ".join([prose(12, 4), "The ordinance covers the harbour. 1", prose(51, 1)]),
    ),
    _example(
        "raised figures",
        _superscripts,
        f"{prose(20, 2)} A basin holds at least 10⁶ litres, and a hall covers 400 m² of floor. {prose(22, 3)}",
    ),
    _example(
        "running heads and page numbers", _running_heads, prose(0, 24), unread=["Harbour ordinance 2031", "Page 2 of 4"]
    ),
    _example("running heads of chapters", _chapter_heads, prose(0, 24), unread=["Ferries", "Schools"]),
    _example("line numbers", _line_numbers, prose(24, 9)),
    _example("a large first letter", _drop_cap, prose(6, 5)),
    _example(
        "headings in the line",
        _run_in_headings,
        " ".join(["Ferries.", prose(0, 3), "Waste.", prose(6, 3), "Schools.", prose(12, 3)]),
    ),
    _example("lines with a blank line between them", _wide_lines, prose(33, 12)),
    _example(
        "words divided at line ends",
        _hyphens,
        " ".join(
            [
                "The neighbourhood has its own inspectorate.",
                prose(44, 2),
                "Whoever administers the neighbourhood must publish the regulations of the inspectorate each year.",
                prose(46, 3),
            ]
        ),
    ),
    _example("bullets", _bullets, " ".join(["A permit needs these documents:", prose(36, 6)])),
    _example(
        "numbered items",
        _numbered,
        " ".join(["The office decides in this order:", *(f"{n}. {one}" for n, one in enumerate(sentences(44, 4), 1))]),
        numbers=[(f"{n}.", one) for n, one in enumerate(sentences(44, 4), 1)],
    ),
    _example(
        "letters and numerals",
        _lettered,
        " ".join(
            [
                "3. The authority refuses a permit if: (a)",
                _LETTERED[0],
                "(b)",
                _LETTERED[1],
                "(i)",
                _INNER[0],
                "(ii)",
                _INNER[1],
                "(c)",
                _LETTERED[2],
            ]
        ),
        numbers=[
            ("3.", "The authority"),
            *((f"({a})", one) for a, one in zip("abc", _LETTERED, strict=True)),
            ("(i)", _INNER[0]),
            ("(ii)", _INNER[1]),
        ],
    ),
    _example(
        "numbers of clauses in a column of their own",
        _clauses,
        " ".join(f"4.{n} {one}" for n, one in enumerate(sentences(14, 6), 1)),
        numbers=[(f"4.{n}", one) for n, one in enumerate(sentences(14, 6), 1)],
    ),
    _example(
        "headings with numbers",
        _headings,
        " ".join(
            ["Ordinance on the harbour 1 Scope", prose(0, 3), "2 Fares", prose(3, 3), "3 Closing days", prose(6, 3)]
        ),
        headings=["Ordinance on the harbour", "1 Scope", "2 Fares", "3 Closing days"],
        facts={"title": "Ordinance on the harbour"},
    ),
    _example(
        "articles with titles",
        _articles,
        " ".join(
            [
                "Article 1 Subject matter",
                prose(20, 3),
                "Article 2 Definitions",
                prose(23, 3),
                "Article 3 Duties of owners",
                prose(26, 3),
            ]
        ),
        headings=["Article 1 Subject matter", "Article 2 Definitions", "Article 3 Duties of owners"],
    ),
    _example("a stamp across the page", _stamp, prose(30, 10)),
    _example("a note along the margin", _side_stamp, prose(40, 10)),
    _example("text without ink or of one point", _hidden, prose(42, 8), unread=["indexing robot", "crumbs"]),
    _example("text outside the page", _cropped, prose(5, 9), unread=["Printer marks", "Trim sheet"]),
    _example("a turned page", _turned, prose(8, 8)),
    _example("a table of contents", _contents, prose(10, 8), unread=["Closing days .", "Appeals"]),
    _example("a paragraph over two pages", _crossing, prose(13, 12)),
    _example(
        "a letter",
        _letter,
        " ".join(
            [
                "Harbour office of Aldmoor 4 Quay Street Aldmoor 12 May 2031 Dear Ms Brandt,",
                prose(50, 7),
                "Yours sincerely, Ada Obi",
            ]
        ),
    ),
    Example(
        "properties of the file",
        "PDF: running text",
        ".pdf",
        pdf(_crossing, title="Rules for ferries", author="Ada Obi"),
        prose(13, 12),
        facts={"title": "Rules for ferries", "author": "Ada Obi"},
    ),
]
