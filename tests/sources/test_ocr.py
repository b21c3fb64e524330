"""Pages without a usable text layer are read by tesseract, if it is installed, and marked with their confidence.

Most tests use a script in its place, which prints the table that tesseract would print. The last one uses tesseract.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image, ImageFilter
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from rag.sources import Limits, ParserProcess, ocr, tesseract
from rag.sources.ocr import OcrSettings
from rag.types import Document, PageNote
from tests.sources.parsing import document, reason
from tests.sources.test_pdf import _PROSE, _save, _stack

_HEADER = "level page_num block_num par_num line_num word_num left top width height conf text".replace(" ", "\t")
_NOISE = ['!" # !"$ % & ( ) # "$', '& % $ # " ! % $ (( ) "', '" & % # % # ! % $ ) (']


@pytest.fixture(autouse=True)
def _settings() -> Iterator[None]:
    ocr.configure(OcrSettings(seconds=60))
    yield
    ocr.configure(OcrSettings())


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A script in the place of tesseract. It prints the file `table`, and notes its arguments in `calls`."""
    folder = tmp_path / "bin"
    folder.mkdir()
    script = folder / "tesseract"
    script.write_text(
        f"#!{sys.executable}\n"
        "import sys, pathlib, os\n"
        "here = pathlib.Path(__file__).parent\n"
        "if '--list-langs' in sys.argv:\n"
        "    print('List of languages (3):\\neng\\ndeu\\nosd')\n"
        "    sys.exit()\n"
        "picture = sys.stdin.buffer.read()\n"
        "with open(here / 'calls', 'a') as calls:\n"
        "    print(' '.join(sys.argv[1:]), picture[:16].decode('ascii'),"
        " os.environ['OMP_THREAD_LIMIT'], file=calls)\n"
        "print((here / 'table').read_text())\n"
    )
    script.chmod(0o755)
    monkeypatch.setenv("PATH", str(folder))
    tesseract._languages.cache_clear()
    return folder


def _table(lines: Sequence[tuple[int, int, str]], confidence: float = 93.0) -> str:
    """Return the table of lines: the left and the upper edge of each in pixels, and its words."""
    rows = [_HEADER]
    for number, (left, top, text) in enumerate(lines, start=1):
        for place, word in enumerate(text.split(), start=1):
            rows.append(f"5\t1\t1\t1\t{number}\t{place}\t{left}\t{top}\t{18 * len(word)}\t40\t{confidence}\t{word}")
            left += 18 * (len(word) + 1)
    return "\n".join(rows)


def _prose(left: int = 300, confidence: float = 93.0) -> str:
    return _table([(left, 400 + 55 * number, line) for number, line in enumerate(_PROSE)], confidence)


def _scan(path: Path, pages: int = 1, stamp: str = "Filed 3 May 2024") -> Path:
    canvas = Canvas(str(path), pagesize=A4)
    for _ in range(pages):
        canvas.drawImage(ImageReader(Image.new("L", (60, 80), 200)), 0, 0, *A4)
        canvas.drawString(72, 800, stamp)
        canvas.showPage()
    canvas.save()
    return path


def test_a_scan_is_read_and_marked_with_its_confidence(tmp_path: Path, program: Path) -> None:
    (program / "table").write_text(_prose())
    found = document(_scan(tmp_path / "a.pdf"))
    assert found.text == " ".join(_PROSE)
    assert found.page_notes == (PageNote(1, None, 0.93),)
    assert found.metadata["ocr_confidence"] == 0.93
    assert "unread_pages" not in found.metadata
    assert (program / "calls").read_text() == ("stdin stdout --dpi 300 -l eng+deu --psm 3 tsv P5 2481 3508 255 1\n")


def test_only_pages_without_a_usable_text_layer_are_read(tmp_path: Path, program: Path) -> None:
    (program / "table").write_text(_prose(confidence=88))
    found = document(_save(tmp_path / "a.pdf", [_stack(_PROSE, 100), _stack(_NOISE * 3, 100)]))
    assert found.text.split("\n\n") == [" ".join(_PROSE)] * 2
    assert found.page_notes == (PageNote(2, None, 0.88),)
    assert len((program / "calls").read_text().splitlines()) == 1


def test_columns_of_a_scan_are_read_one_after_the_other(tmp_path: Path, program: Path) -> None:
    left = [f"left line {number} goes on and" for number in range(6)]
    right = [f"right line {number} goes on and" for number in range(6)]
    # Tesseract gives the lines row by row here.
    rows = [
        (x, 400 + 55 * n, text)
        for n, pair in enumerate(zip(left, right, strict=True))
        for x, text in zip((200, 1300), pair, strict=True)
    ]
    (program / "table").write_text(_table(rows))
    assert document(_scan(tmp_path / "a.pdf")).text == " ".join([*left, *right])


def test_a_page_with_little_confidence_is_told_as_unreadable(tmp_path: Path, program: Path) -> None:
    (program / "table").write_text(_prose(confidence=41))
    told = reason(_scan(tmp_path / "a.pdf"))
    assert "is a scan: 1 of 1 pages" in told
    assert "OCR read it with a confidence of only 41 %" in told
    found = document(_save(tmp_path / "b.pdf", [_stack(_PROSE, 100), _stack(_NOISE * 3, 100)]))
    assert (found.metadata["unread_pages"], found.page_notes) == ("2", ())


def test_a_script_that_tesseract_does_not_know_is_told_as_unreadable(tmp_path: Path, program: Path) -> None:
    (program / "table").write_text(_table([(300, 400, "20 4 25")], 95))
    told = reason(_save(tmp_path / "a.pdf", [_stack(_NOISE * 3, 100)]))
    assert "OCR found hardly any of its words; set RAG_OCR_LANGUAGES" in told
    table = _prose(confidence=95).replace("95", "61", 16)  # Tesseract is sure of few words.
    (program / "table").write_text(table)
    assert "OCR read it with a confidence of only" in reason(_scan(tmp_path / "b.pdf"))


def test_an_empty_back_and_a_photo_are_no_unreadable_pages(tmp_path: Path, program: Path) -> None:
    (program / "table").write_text(_HEADER)
    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=A4)
    text = canvas.beginText(72, 700)
    for line in _PROSE * 2:
        text.textLine(line)
    canvas.drawText(text)
    canvas.showPage()
    canvas.drawImage(ImageReader(Image.new("L", (60, 80), 200)), 0, 0, *A4)
    canvas.save()
    assert "unread_pages" not in document(tmp_path / "a.pdf").metadata
    (program / "table").write_text(_table([(300, 400, "~~ |: Jx")], 31))
    assert "unread_pages" not in document(tmp_path / "a.pdf").metadata


def test_without_tesseract_the_reason_names_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    told = reason(_scan(tmp_path / "a.pdf"))
    assert told.endswith("Tesseract is not installed; install it to read such pages, or run OCR over the file.")
    ocr.configure(OcrSettings())
    assert "OCR is switched off; set RAG_OCR_SECONDS" in reason(_scan(tmp_path / "a.pdf"))


def test_a_language_that_is_not_installed_and_a_failure_are_told(tmp_path: Path, program: Path) -> None:
    ocr.configure(OcrSettings(seconds=60, languages="eng+kaz"))
    assert "tesseract has no language kaz; install it" in reason(_scan(tmp_path / "a.pdf")).lower()
    ocr.configure(OcrSettings(seconds=60, languages="deu"))
    told = reason(_scan(tmp_path / "a.pdf"))  # the script finds no table
    assert "Tesseract failed (FileNotFoundError" in told


def test_the_time_for_a_page_and_for_a_file_is_limited(tmp_path: Path, program: Path) -> None:
    (program / "tesseract").write_text(
        f"#!{sys.executable}\nimport sys, time\nprint('L:\\neng') if '--list-langs' in sys.argv else time.sleep(60)\n"
    )
    beats: list[int] = []
    ocr.configure(OcrSettings(seconds=0.5, page_seconds=10, alive=lambda: beats.append(1)))
    told = reason(_scan(tmp_path / "a.pdf", pages=3))
    assert "OCR of the file took more than 0.5 s; raise RAG_OCR_SECONDS" in told
    assert len(beats) == 3
    ocr.configure(OcrSettings(seconds=60, page_seconds=0.5))
    assert "The page took more than 0.4 s; raise RAG_PARSE_SECONDS" in reason(tmp_path / "a.pdf")


def test_the_language_of_the_first_page_is_used_for_the_others(tmp_path: Path, program: Path) -> None:
    (program / "table").write_text(_table([(300, 400 + 55 * n, line) for n, line in enumerate(_PROSE * 3)]))
    document(_scan(tmp_path / "a.pdf", pages=3))
    calls = (program / "calls").read_text()
    assert [call.split("-l ")[1].split()[0] for call in calls.splitlines()] == ["eng+deu", "eng", "eng"]


def test_the_parser_process_waits_while_pages_are_read(tmp_path: Path, program: Path) -> None:
    (program / "table").write_text(_prose())
    script = (program / "tesseract").read_text()
    (program / "tesseract").write_text(script.replace("picture =", "import time; time.sleep(2)\npicture ="))
    with ParserProcess(Limits(seconds=6, ocr_seconds=60)) as parser:
        (record,) = parser.parse(_scan(tmp_path / "a.pdf", pages=4))
    assert isinstance(record.content, Document), record.content
    assert len(record.content.page_notes) == 4


@pytest.mark.skipif(shutil.which("tesseract") is None, reason="tesseract is not installed")
def test_tesseract_reads_two_columns_of_a_scan(tmp_path: Path) -> None:
    left = [
        "The council grants leave to",
        "each officer who has served",
        "for one year, and it pays the",
        "salary of the month.",
    ]
    right = [
        "No leave is granted to an",
        "officer who is under notice,",
        "unless the council decides",
        "otherwise in writing.",
    ]
    canvas = Canvas(str(tmp_path / "text.pdf"), pagesize=A4)
    for x, lines in ((72, left), (320, right)):
        for number, line in enumerate(lines * 2):
            canvas.drawString(x, 700 - 14 * number, line)
    canvas.save()
    drawn = pypdfium2.PdfDocument(tmp_path / "text.pdf")
    picture = drawn[0].render(scale=200 / 72, grayscale=True).to_pil().filter(ImageFilter.GaussianBlur(0.6))
    drawn.close()
    canvas = Canvas(str(tmp_path / "scan.pdf"), pagesize=A4)
    canvas.drawImage(ImageReader(picture), 0, 0, *A4)
    canvas.save()
    found = document(tmp_path / "scan.pdf")
    assert " ".join(found.text.split()) == " ".join([*left * 2, *right * 2])
    assert found.page_notes[0].ocr_confidence is not None
    assert found.page_notes[0].ocr_confidence > 0.8
