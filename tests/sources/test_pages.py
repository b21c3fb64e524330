"""The words of a quote are found on the pages of a PDF, and the boxes lie on the ink of these words."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from pathlib import Path

import pypdfium2
import pytest
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from rag.errors import UnreadableSource
from rag.ingest.original_pages import page_texts
from rag.sources import Limits
from rag.sources.pages import FoundQuote, PageProcesses, PageText
from rag.sources.pages.alignment import Folded, aligned
from rag.types import Document, Span
from tests.sources.parsing import document
from tests.sources.test_pdf import _PROSE, _save, _stack


@pytest.fixture(scope="module")
def processes() -> PageProcesses:
    return PageProcesses(Limits(seconds=60, memory=1024))


def test_a_process_that_was_started_ahead_draws_the_first_page(tmp_path: Path) -> None:
    processes = PageProcesses(Limits(seconds=60, memory=1024))
    processes.begin()
    [ahead] = started = list(processes.idle)
    processes.begin()
    assert processes.idle == started
    assert len(processes.sizes(_save(tmp_path / "a.pdf", [_stack(_PROSE, 100)]))) == 1
    assert processes.idle == [ahead]


def find(processes: PageProcesses, path: Path, words: str) -> tuple[Document, FoundQuote]:
    """Return a document, and the boxes of words in it."""
    found = document(path)
    start = found.text.index(words)
    texts = list(page_texts(found, Span(start, start + len(words))))
    return found, processes.find(path, "digest", texts)


def under(path: Path, found: FoundQuote) -> str:
    """Return the letters whose middle is in a box, box by box, as PDFium reads them."""
    letters = []
    with pypdfium2.PdfDocument(path) as file:
        for one in found.pages:
            page = file[one.page - 1]
            words = page.get_textpage()
            width, height = page.get_size()
            crop_left, crop_bottom, _, _ = page.get_bbox()
            for left, top, right, bottom in one.boxes:
                for index in range(words.count_chars()):
                    box = words.get_charbox(index)
                    x, y = (box[0] + box[2]) / 2 - crop_left, (box[1] + box[3]) / 2 - crop_bottom
                    if left * width <= x <= right * width and (1 - bottom) * height <= y <= (1 - top) * height:
                        letters.append(words.get_text_range(index, 1))
    return Folded("".join(letters)).text


def folded(words: str) -> str:
    return Folded(words).text


def pixels(png: bytes) -> tuple[int, int, bytes]:
    """Return the width, the height and the grey pixels of an image that `rag.sources.pages.png` wrote."""
    width, height = int.from_bytes(png[16:20], "big"), int.from_bytes(png[20:24], "big")
    assert png[25] == 0, "it is grey"
    data = zlib.decompress(png[png.index(b"IDAT") + 4 : png.rindex(b"IEND") - 8])
    return width, height, b"".join(data[row * (width + 1) + 1 : (row + 1) * (width + 1)] for row in range(height))


def dark(image: tuple[int, int, bytes], boxes: Sequence[tuple[float, float, float, float]]) -> tuple[int, int]:
    """Return the number of dark pixels in the boxes, and in the whole image."""
    width, height, grey = image
    inside = 0
    for left, top, right, bottom in boxes:
        for row in range(int(top * height), min(height, int(bottom * height) + 1)):
            part = grey[row * width + int(left * width) : row * width + int(right * width) + 1]
            inside += sum(one < 128 for one in part)
    return inside, sum(one < 128 for one in grey)


def test_a_quote_on_two_lines_has_a_box_on_each(tmp_path: Path, processes: PageProcesses) -> None:
    path = _save(tmp_path / "a.pdf", [_stack([*_PROSE, "", "Another rule is about pay."], 100)])
    words = "how many days of leave are granted to the members of its staff."
    _, found = find(processes, path, words)
    [page] = found.pages
    assert (page.page, len(page.boxes), found.share) == (1, 2, 1.0)
    assert under(path, found) == folded(words)


def test_a_word_that_a_line_divides_is_boxed_with_its_hyphen(tmp_path: Path, processes: PageProcesses) -> None:
    path = _save(tmp_path / "a.pdf", [_stack([*_PROSE, "", "The regula-", "tion of each case is public."], 100)])
    _, found = find(processes, path, "The regulation of each case is public.")
    assert under(path, found) == folded("The regulation of each case is public.")
    hyphenated = found.pages[0].boxes[0]
    _, short = find(processes, _save(tmp_path / "b.pdf", [_stack(["The regula", "tion of each."], 100)]), "The regula")
    assert hyphenated[2] > short.pages[0].boxes[0][2]


def test_a_quote_over_a_page_break_is_boxed_on_both_pages(tmp_path: Path, processes: PageProcesses) -> None:
    pages = [
        _stack([*_PROSE, "It also publishes the names of those who"], 100),
        _stack(["were sent on leave last year."], 72),
    ]
    path = _save(tmp_path / "a.pdf", pages)
    words = "It also publishes the names of those who were sent on leave last year."
    _, found = find(processes, path, words)
    assert [page.page for page in found.pages] == [1, 2]
    assert under(path, found) == folded(words)


def test_the_second_of_two_equal_sentences_is_boxed_at_its_own_place(tmp_path: Path, processes: PageProcesses) -> None:
    again = "The fee is refunded in full."
    path = _save(tmp_path / "a.pdf", [_stack([again, "", _PROSE[0], _PROSE[1], "", again], 100)])
    found = document(path)
    start = found.text.rindex(again)
    boxes = processes.find(path, "x", list(page_texts(found, Span(start, start + len(again))))).pages[0].boxes
    assert len(boxes) == 1
    assert boxes[0][1] > 100 / A4[1] + 0.03


def test_words_of_two_columns_are_found_in_reading_order(tmp_path: Path, processes: PageProcesses) -> None:
    left = ["The first part has rules on", "annual leave and on the days", "that staff may carry over."]
    right = ["The second one says more of", "sick pay and on the notes that", "a doctor must sign for it."]
    rows = [line for pair in zip(_stack(left, 100), _stack(right, 100, left=320), strict=True) for line in pair]
    path = _save(tmp_path / "a.pdf", [rows])
    _, found = find(processes, path, "says more of sick pay and on the notes that a doctor must sign for it.")
    assert found.share == 1.0
    assert min(box[0] for box in found.pages[0].boxes) > 0.5


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
@pytest.mark.parametrize("cropped", [False, True])
def test_boxes_lie_on_the_ink_of_turned_and_cropped_pages(
    tmp_path: Path, processes: PageProcesses, turn: int, cropped: bool
) -> None:
    path = tmp_path / "a.pdf"
    canvas = Canvas(str(path), pagesize=A4)
    canvas.setFont("Times-Roman", 12)
    canvas.drawString(120, 500, "Staff may carry five days.")
    canvas.setPageRotation(turn)
    if cropped:
        canvas.setCropBox((60, 300, 500, 700))
    canvas.showPage()
    canvas.save()
    words = "Staff may carry five days."
    found = processes.find(path, "x", [PageText(1, words, 0, len(words))])
    image = pixels(processes.draw(path, 1, 2.0).png)
    inside, everywhere = dark(image, found.pages[0].boxes)
    assert everywhere > 200
    assert inside == everywhere
    [(left, top, right, bottom)] = found.pages[0].boxes
    assert (right - left) * (bottom - top) < 0.05
    size = processes.sizes(path)[0]
    assert (round(2 * size.width), round(2 * size.height)) == pytest.approx(image[:2], abs=1)


def test_words_that_are_on_the_next_page_are_found_there(tmp_path: Path, processes: PageProcesses) -> None:
    path = _save(tmp_path / "a.pdf", [_stack(["An empty form."], 100), _stack(_PROSE, 100)])
    words = " ".join(_PROSE)
    found = processes.find(path, "x", [PageText(1, f"An empty form. {words}", 15, 15 + len(words))])
    assert [page.page for page in found.pages] == [2]
    assert found.share == 1.0


def test_words_that_are_nowhere_have_no_boxes(tmp_path: Path, processes: PageProcesses) -> None:
    path = _save(tmp_path / "a.pdf", [_stack(_PROSE, 100)])
    found = processes.find(path, "x", [PageText(1, "Quick zebras jump.", 0, 18)])
    assert (found.pages, found.share) == ((), 0.0)


def test_ligatures_accents_and_capitals_do_not_part_equal_words() -> None:
    text, page = "The official café fee", "THE o\ufb03cial cafe\u0301 fee"
    found = aligned(text, page)
    assert {text[n] for n in range(len(text))} - {text[n] for n in found} == {" "}
    assert page[found[text.index("cial")]] == "c"


def test_a_repeated_header_is_found_for_each_row() -> None:
    page = "Grade Leave in days\nClerk 20\nManager 30"
    text = "Grade: Clerk; Leave in days: 20.\nGrade: Manager; Leave in days: 30."
    row = text.index("Grade: Manager")
    found = {n: place for n, place in aligned(text, page).items() if n >= row}
    assert found[text.index("Manager")] == page.index("Manager")
    assert found[row] == 0
    assert found[text.rindex("30")] == page.index("30")


def test_a_file_that_is_no_pdf_gives_a_sentence_and_the_next_one_is_drawn(
    tmp_path: Path, processes: PageProcesses
) -> None:
    wrong = tmp_path / "wrong.pdf"
    wrong.write_bytes(b"%PDF-1.4 nothing")
    with pytest.raises(UnreadableSource, match="the original cannot be drawn"):
        processes.draw(wrong, 1, 1.0)
    path = _save(tmp_path / "a.pdf", [_stack(_PROSE, 100)])
    assert processes.draw(path, 1, 1.0).png.startswith(b"\x89PNG")


def test_a_page_that_exceeds_the_memory_ends_only_its_process(tmp_path: Path) -> None:
    path = _save(tmp_path / "a.pdf", [_stack(_PROSE, 100)])
    with pytest.raises(UnreadableSource, match="download the original"):
        PageProcesses(Limits(seconds=5, memory=90)).draw(path, 1, 4.0)


def test_a_huge_page_is_drawn_smaller(tmp_path: Path, processes: PageProcesses) -> None:
    path = tmp_path / "a.pdf"
    canvas = Canvas(str(path), pagesize=(14_000, 14_000))
    canvas.drawString(100, 100, "A plan.")
    canvas.save()
    width, height, _ = pixels(processes.draw(path, 1, 4.0).png)
    assert width * height <= 16_100_000
