"""Writes PDF and Word files with text that a reader does not see."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO

import docx
from docx.shared import Pt, RGBColor
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas


def pdf(sentences: Sequence[str], hidden: str, hiding: str) -> bytes:
    """Return a PDF. `hiding` is `ink`, `size` or `place`: how the text `hidden` is hidden."""
    file = BytesIO()
    canvas = Canvas(file, pagesize=A4)
    for line, sentence in enumerate(sentences):
        canvas.drawString(72, 700 - 20 * line, sentence)
    text = canvas.beginText(72, -50 if hiding == "place" else 400)
    text.setTextRenderMode(3 if hiding == "ink" else 0)
    text.setFont("Helvetica", 1 if hiding == "size" else 12)
    text.textOut(hidden)
    canvas.drawText(text)
    canvas.save()
    return file.getvalue()


def word(sentences: Sequence[str], hidden: str, hiding: str) -> bytes:
    """Return a Word document. `hiding` is `vanish`, `white` or `size`."""
    made = docx.Document()
    for sentence in sentences:
        made.add_paragraph(sentence)
    font = made.add_paragraph().add_run(hidden).font
    if hiding == "vanish":
        font.hidden = True
    elif hiding == "white":
        font.color.rgb = RGBColor(255, 255, 255)
    else:
        font.size = Pt(1)
    file = BytesIO()
    made.save(file)
    return file.getvalue()
