"""PDF pages with columns, notes, run-in headings and lists are read in the order of a reader."""

from __future__ import annotations

from pathlib import Path

from reportlab.lib.pagesizes import A4
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from tests.reading.kinds import pdf_scripts
from tests.sources.parsing import document, outline
from tests.sources.test_pdf import _BODY, _BOLD, _PROSE, Words, _save, _stack

_FERRY = [
    "The ferry leaves the northern",
    "pier at seven every morning,",
    "and it carries up to ninety",
    "people and their bicycles.",
]
_BRIDGE = [
    "The bridge is closed to all",
    "lorries above eight tonnes,",
    "because its southern arch is",
    "older than the other arches.",
]
_TUNNEL = [
    "The tunnel was opened by the",
    "mayor in May, and pedestrians",
    "may use it at any hour of the",
    "night without a permit.",
]


def _row_by_row(columns: list[list[str]], lefts: list[float], top: float) -> list[Words]:
    """Return the lines of columns in the order in which some programs draw them: row after row."""
    stacks = [_stack(lines, top, left) for lines, left in zip(columns, lefts, strict=True)]
    return [words for row in zip(*stacks, strict=True) for words in row]


def test_two_columns_of_prose_are_read_one_after_the_other(tmp_path: Path) -> None:
    page = _row_by_row([_FERRY, _BRIDGE], [60, 320], 100)
    assert document(_save(tmp_path / "a.pdf", [page])).text == " ".join(_FERRY) + "\n\n" + " ".join(_BRIDGE)


def test_three_columns_below_a_heading_of_the_full_width_are_read_one_after_the_other(tmp_path: Path) -> None:
    head = ("How to cross the river on foot, by bicycle, by car or by lorry", 40.0, 80.0, ("Times-Bold", 18.0))
    page = [head, *_row_by_row([_FERRY, _BRIDGE, _TUNNEL], [40, 220, 400], 120)]
    paragraphs = [head[0], " ".join(_FERRY), " ".join(_BRIDGE), " ".join(_TUNNEL)]
    assert document(_save(tmp_path / "a.pdf", [page])).text == "\n\n".join(paragraphs)


def test_columns_above_and_below_a_line_of_the_full_width_are_two_bands(tmp_path: Path) -> None:
    middle = "All crossings are free of charge for everybody who lives within the walls of the town."
    page = [
        *_row_by_row([_FERRY, _BRIDGE], [60, 320], 100),
        (middle, 60.0, 180.0, _BODY),
        *_row_by_row([_TUNNEL, _PROSE_SHORT], [60, 320], 210),
    ]
    text = document(_save(tmp_path / "a.pdf", [page])).text
    paragraphs = [" ".join(lines) for lines in (_FERRY, _BRIDGE, [middle], _TUNNEL, _PROSE_SHORT)]
    assert text == "\n\n".join(paragraphs)


_PROSE_SHORT = [
    "A boat may be hired from the",
    "harbour office by any member",
    "of the club who can show the",
    "licence of a skipper.",
]


def test_a_footnote_follows_the_text_and_its_mark_is_removed(tmp_path: Path) -> None:
    note = [
        ("1", 72.0, 780.0, ("Times-Roman", 6.0)),
        ("Journal of the Council, page 4.", 77.0, 783.0, ("Times-Roman", 8.0)),
    ]
    mark = [("1", 343.0, 96.0, ("Times-Roman", 6.0))]
    text = [
        "The mayor signed the act on leave in the hall of the council",
        "on the first day of March. It entered into force in May.",
    ]
    found = document(_save(tmp_path / "a.pdf", [[*note, *_stack(text, 100), *mark, *_stack(_PROSE, 140)]]))
    assert found.text.split("\n\n") == [" ".join(text), " ".join(_PROSE), "1 Journal of the Council, page 4."]


def test_a_footnote_does_not_cut_a_sentence_that_crosses_the_page(tmp_path: Path) -> None:
    note = [("1 Journal of the Council, page 4.", 72.0, 783.0, ("Times-Roman", 8.0))]
    pages = [
        [*_stack([*_PROSE, "It also publishes the names of those who"], 100), *note],
        _stack(["were on leave."], 72),
    ]
    found = document(_save(tmp_path / "a.pdf", pages))
    assert "It also publishes the names of those who were on leave." in found.text
    assert found.text[found.pages[1] :] == "were on leave."
    assert found.text.startswith("1 Journal of the Council, page 4.")


def test_a_raised_number_is_joined_to_its_figure(tmp_path: Path) -> None:
    page = [
        ("The load is 10", 72.0, 100.0, _BODY),
        ("6", 139.0, 95.0, ("Times-Roman", 6.0)),
        (" newtons at most.", 142.0, 100.0, _BODY),
        *_stack(_PROSE, 140),
    ]
    assert document(_save(tmp_path / "a.pdf", [page])).text.startswith("The load is 10⁶ newtons at most.")


def test_a_side_note_in_the_margin_does_not_cut_a_sentence(tmp_path: Path) -> None:
    lines = [
        "No person shall carry on the business of a ferry without a licence that",
        "the harbour office has granted under this Act, and every licence shall",
        "be renewed in the month of March of each year by the person who holds it.",
    ]
    side = [("Licence of", 40.0, 100.0, ("Times-Roman", 7.0)), ("ferries.", 40.0, 108.0, ("Times-Roman", 7.0))]
    body = _stack(lines, 100, 130)
    found = document(_save(tmp_path / "a.pdf", [[body[0], side[0], body[1], side[1], body[2]]]))
    assert found.text.split("\n\n") == [" ".join(lines), "Licence of ferries."]


def test_a_run_in_heading_stays_with_its_sentence(tmp_path: Path) -> None:
    page = [
        *_stack(["The fare is paid on board."], 100),
        ("Bicycles.", 72.0, 113.0, _BOLD),
        ("A bicycle travels free of charge on all", 122.0, 113.0, _BODY),
        *_stack(["ferries except the first of the day."], 126),
        ("Dogs and other", 72.0, 139.0, _BOLD),
        ("animals.", 72.0, 152.0, _BOLD),
        ("A dog travels free of charge too.", 118.0, 152.0, _BODY),
    ]
    found = document(_save(tmp_path / "a.pdf", [page]))
    assert outline(found) == []
    assert found.text.split("\n\n") == [
        "The fare is paid on board.",
        "Bicycles. A bicycle travels free of charge on all ferries except the first of the day.",
        "Dogs and other animals. A dog travels free of charge too.",
    ]


def test_wide_spaced_lines_of_a_sentence_are_one_paragraph(tmp_path: Path) -> None:
    lines = ["The council decides every spring how many days of", "leave are granted to the members of its", "staff."]
    wide = [(line, 72.0, 300.0 + 27 * number, _BODY) for number, line in enumerate(lines)]
    found = document(_save(tmp_path / "a.pdf", [[*_stack([*_PROSE, *_PROSE], 100), *wide]]))
    assert found.text.split("\n\n")[-1] == " ".join(lines)


def test_items_without_stops_are_items_of_their_own(tmp_path: Path) -> None:
    lines = ["Staff bring", "a. the form for leave", "b. a letter of the", "doctor", "c. a pen"]
    found = document(_save(tmp_path / "a.pdf", [_stack(lines, 100)]))
    assert found.text == "Staff bring\n\na. the form for leave\nb. a letter of the doctor\nc. a pen"


def test_items_with_capital_roman_numerals_are_paragraphs_of_their_own(tmp_path: Path) -> None:
    lines = ["I. The zone keeps the", "register of records", "II. The branch sends", "the list", "III. The room is dry"]
    found = document(_save(tmp_path / "a.pdf", [_stack(lines, 100)]))
    assert [line for line in found.text.splitlines() if line] == [
        "I. The zone keeps the register of records",
        "II. The branch sends the list",
        "III. The room is dry",
    ]


def test_the_number_of_a_clause_is_no_cell_of_a_table(tmp_path: Path) -> None:
    lines = [
        "the right to be named as the author of the work;",
        "the right not to have the work named after",
        "another person; and",
        "the right to a copy.",
    ]
    numbers = [("44.1", 0), ("44.2", 1), ("44.3", 3)]
    page = [*_stack(["You keep:"], 87)]
    for place, line in enumerate(lines):
        page += [(number, 72.0, 100.0 + 13 * place, _BODY) for number, at in numbers if at == place]
        page.append((line, 110.0, 100.0 + 13 * place, _BODY))
    assert document(_save(tmp_path / "a.pdf", [page])).text == (
        "You keep:\n\n44.1 the right to be named as the author of the work;\n"
        "44.2 the right not to have the work named after another person; and\n44.3 the right to a copy."
    )


def test_a_large_first_letter_is_joined_to_its_word(tmp_path: Path) -> None:
    page = [
        ("T", 72.0, 122.0, ("Times-Roman", 34.0)),
        *_stack(["he ferry leaves the pier at", "seven every morning."], 107, 94),
    ]
    found = document(_save(tmp_path / "a.pdf", [[*page, *_stack(_PROSE, 160)]]))
    assert found.text.startswith("The ferry leaves the pier at seven every morning.")


def test_text_outside_the_page_box_and_invisible_text_are_left_out(tmp_path: Path) -> None:
    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=A4)
    canvas.setCropBox((0, 0, 300, A4[1]))
    canvas.drawString(72, 700, "The ferry leaves at seven.")
    canvas.drawString(320, 700, "Printer's mark.")
    canvas.drawString(72, 640, "", mode=0)
    hidden = canvas.beginText(72, 680)
    hidden.setTextRenderMode(3)
    hidden.textOut("Nobody sees these words.")
    canvas.drawText(hidden)
    canvas.setFont("Times-Roman", 1)
    canvas.drawString(72, 660, "Nobody can read these words.")
    canvas.save()
    assert document(tmp_path / "a.pdf").text == "The ferry leaves at seven."


def test_hidden_words_between_others_of_a_line_are_left_out(tmp_path: Path) -> None:
    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=A4)
    line = canvas.beginText(72, 700)
    for words, mode, size in [
        ("The ferry leaves ", 0, 12), ("not today ", 3, 12), ("at seven ", 0, 12),
        ("or never ", 0, 1), ("daily.", 0, 12),
    ]:  # fmt: skip
        line.setFont("Times-Roman", size)
        line.setTextRenderMode(mode)
        line.textOut(words)
    canvas.drawText(line)
    canvas.save()
    assert document(tmp_path / "a.pdf").text == "The ferry leaves at seven daily."


def test_running_heads_of_a_chapter_are_removed_and_years_at_the_top_of_a_table_are_kept(tmp_path: Path) -> None:
    chapters = ["Ferries"] * 4 + ["Bridges"] * 4 + ["Tunnels"] * 6
    pages = [
        [
            (f"Rules for {chapter}", 72, 40, _BODY),
            (str(number), 500, 40, _BODY),
            *_stack([f"Day {number} is free."], 300),
        ]
        for number, chapter in enumerate(chapters, start=1)
    ]
    years = [("Grade", 72.0, 70.0, _BOLD), ("2023", 200.0, 70.0, _BOLD), ("2024", 300.0, 70.0, _BOLD)]
    rows = [("A", 72.0, 83.0, _BODY), ("20", 200.0, 83.0, _BODY), ("21", 300.0, 83.0, _BODY)]
    more = [("B", 72.0, 96.0, _BODY), ("25", 200.0, 96.0, _BODY), ("26", 300.0, 96.0, _BODY)]
    pages[2] += [*years, *rows, *more]
    text = document(_save(tmp_path / "a.pdf", pages)).text
    assert "Rules for" not in text
    assert "Grade: A; 2023: 20; 2024: 21.\nGrade: B; 2023: 25; 2024: 26." in text


def test_a_stamp_along_the_margin_does_not_cut_a_sentence(tmp_path: Path) -> None:
    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=A4)
    canvas.setFont(*_BODY)
    canvas.drawString(72, 700, _PROSE[0])
    canvas.saveState()
    canvas.rotate(90)
    canvas.drawString(300, -40, "Received on the third of May")
    canvas.restoreState()
    canvas.drawString(72, 687, _PROSE[1])
    canvas.save()
    assert document(tmp_path / "a.pdf").text == " ".join(_PROSE) + "\n\nReceived on the third of May"


def test_a_page_that_is_turned_is_read_as_it_is_seen(tmp_path: Path) -> None:
    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=A4)
    canvas.setPageRotation(90)
    canvas.rotate(90)
    canvas.setFont(*_BODY)
    for number, line in enumerate([*_PROSE, "", "It is public."]):
        canvas.drawString(100, -100 - 13 * number, line)
    canvas.save()
    assert document(tmp_path / "a.pdf").text == " ".join(_PROSE) + "\n\nIt is public."


def test_bullets_that_hang_out_of_a_column_stay_with_its_text(tmp_path: Path) -> None:
    def column(lines: list[str], left: float) -> list[Words]:
        return [("•", left, 100.0, _BODY), *_stack(lines, 100, left + 14)]

    page = [*column(_FERRY, 60), *column(_BRIDGE, 320)]
    assert document(_save(tmp_path / "a.pdf", [page])).text == f"- {' '.join(_FERRY)}\n- {' '.join(_BRIDGE)}"


def test_a_page_in_bold_is_prose_and_not_a_stack_of_headings(tmp_path: Path) -> None:
    bold = [(line, 72, 160 + 15 * n, _BOLD) for n, line in enumerate([*_PROSE, *_PROSE, *_PROSE])]
    found = document(_save(tmp_path / "a.pdf", [bold, _stack(_PROSE, 160)]))
    assert found.text.split("\n\n") == [" ".join(_PROSE * 3), " ".join(_PROSE)]
    assert found.headings == ()


def test_a_large_first_letter_that_is_drawn_last_is_joined_to_its_word(tmp_path: Path) -> None:
    lines = _stack(["he ferry leaves the pier at", "seven every morning."], 107, 94)
    page = [*lines, *_stack(_PROSE, 160), ("T", 72.0, 122.0, ("Times-Roman", 34.0))]
    found = document(_save(tmp_path / "a.pdf", [page]))
    assert found.text.split("\n\n")[0] == "The ferry leaves the pier at seven every morning."


def test_footnotes_are_divided_by_their_numbers_and_exponents_of_units_stay(tmp_path: Path) -> None:
    small = ("Times-Roman", 7.0)
    page = [
        ("The basin holds 90 m", 72.0, 200.0, _BODY),
        ("3", 72 + stringWidth("The basin holds 90 m", *_BODY), 196.0, small),
        ("of water. The due is 500 crowns", 180.0, 200.0, _BODY),
        ("3", 180 + stringWidth("of water. The due is 500 crowns", *_BODY), 196.0, small),
        *_stack(_PROSE, 240),
        *_stack(["2 See the Act of 1998.", "3 The board met on 3 May."], 760, 72, ("Times-Roman", 8.0)),
    ]
    found = document(_save(tmp_path / "a.pdf", [page]))
    assert "90 m³ of water. The due is 500 crowns" in found.text
    assert "crowns³" not in found.text
    assert found.text.endswith("2 See the Act of 1998.\n\n3 The board met on 3 May.")


def test_clause_numbers_far_from_their_text_are_no_cells(tmp_path: Path) -> None:
    texts = ["Boats pay a due of four crowns a day if", "they moor at the quay;", "they land a catch."]
    rows = zip(("1.2.1", "(a)", "(b)"), texts, (100.0, 113.0, 126.0), strict=True)
    page = [piece for mark, text, top in rows for piece in ((mark, 72.0, top, _BODY), (text, 160.0, top, _BODY))]
    found = document(_save(tmp_path / "a.pdf", [page])).text
    assert found.split("\n")[0] == "1.2.1 Boats pay a due of four crowns a day if"
    assert found.split("\n")[-2:] == ["(a) they moor at the quay;", "(b) they land a catch."]


def test_an_arabic_vowel_mark_stands_on_its_letter_without_a_space(tmp_path: Path) -> None:
    example = next(one for one in pdf_scripts.EXAMPLES if one.name == "Arabic with a vowel mark")
    example.write(tmp_path / "a.pdf")
    assert document(tmp_path / "a.pdf").text == example.text
