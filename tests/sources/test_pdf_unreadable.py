"""A PDF whose text is not what a reader sees is refused with the reason."""

from __future__ import annotations

from pathlib import Path

from PIL import Image
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from tests.sources.parsing import document, reason
from tests.sources.test_pdf import _PROSE, _save, _stack

_NOISE = ['!" # !"$ % & ( ) # "$', '& % $ # " ! % $ (( ) "', '" % & % # % ! % $ ) (']


def test_noise_is_refused(tmp_path: Path) -> None:
    assert "noise on 2 of 2 pages" in reason(_save(tmp_path / "a.pdf", [_stack(_NOISE * 3, 100)] * 2))


def test_a_page_of_noise_among_readable_pages_is_left_out(tmp_path: Path) -> None:
    pages = [_stack(_PROSE, 100), _stack(_NOISE * 3, 100), _stack(["It is public."], 100)]
    found = document(_save(tmp_path / "a.pdf", pages))
    assert found.text == " ".join(_PROSE) + "\n\nIt is public."
    assert found.metadata["unread_pages"] == "2"


def test_letters_without_vowels_are_noise(tmp_path: Path) -> None:
    words = [
        "Wklv lv qrw d zrug wkdw dqb shuvrq fdq",
        "xqghuvwdqg zlwkrxw wkh nhb ri wkh flskhu,",
        "zklfk qrergb kdv khuh dqg wkhuh.",
    ]
    assert "noise" in reason(_save(tmp_path / "a.pdf", [_stack(words * 4, 100)]))


def test_a_scan_with_only_a_stamp_is_refused_and_one_with_its_text_is_read(tmp_path: Path) -> None:
    def scan(name: str, text: list[str]) -> Path:
        canvas = Canvas(str(tmp_path / name), pagesize=A4)
        canvas.drawImage(ImageReader(Image.new("L", (60, 80), 200)), 0, 0, *A4)
        canvas.drawString(72, 800, "Filed 3 May 2024")
        hidden = canvas.beginText(72, 700)
        hidden.setTextRenderMode(3)
        for line in text:
            hidden.textLine(line)
        canvas.drawText(hidden)
        canvas.save()
        return tmp_path / name

    assert "is a scan" in reason(scan("a.pdf", []))
    assert " ".join(_PROSE) in document(scan("b.pdf", [*_PROSE, *_PROSE])).text
