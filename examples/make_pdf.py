"""Write the example article that is a PDF: `python examples/make_pdf.py` reads its text from `examples/sources`."""

from __future__ import annotations

import os
from datetime import UTC, datetime, time
from pathlib import Path
from xml.sax.saxutils import escape

import yaml
from reportlab.lib.enums import TA_JUSTIFY
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import cm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, ListFlowable, PageTemplate, Paragraph

HERE = Path(__file__).parent
NAME = "montreal-protocol-and-kigali-amendment"

BODY = ParagraphStyle("body", fontName="Times-Roman", fontSize=11, leading=15, spaceAfter=8, alignment=TA_JUSTIFY)
TITLE = ParagraphStyle("title", fontName="Helvetica-Bold", fontSize=20, leading=25, spaceAfter=14)
HEADING = ParagraphStyle("heading", fontName="Helvetica-Bold", fontSize=14, leading=18, spaceBefore=10, spaceAfter=6)
HEADING.keepWithNext = 1


def flowables(text: str) -> list[Flowable]:
    """Turn the few kinds of Markdown block the articles use into what reportlab lays out."""
    blocks: list[Flowable] = []
    for block in text.strip().split("\n\n"):
        if block.startswith("- "):
            items = [Paragraph(escape(line[2:]), BODY) for line in block.splitlines()]
            blocks.append(ListFlowable(items, bulletType="bullet", start="•", bulletFontSize=11, leftIndent=16))
        elif block.startswith("## "):
            blocks.append(Paragraph(escape(block[3:]), HEADING))
        elif block.startswith("# "):
            blocks.append(Paragraph(escape(block[2:]), TITLE))
        else:
            blocks.append(Paragraph(escape(block), BODY))
    return blocks


def main() -> None:
    """Write the PDF beside the other articles, byte for byte the same on every run."""
    _, front, text = (HERE / "sources" / f"{NAME}.md").read_text("utf-8").split("---\n", 2)
    about = yaml.safe_load(front)
    written = datetime.combine(about["published"], time(), tzinfo=UTC)
    os.environ["SOURCE_DATE_EPOCH"] = str(int(written.timestamp()))  # reportlab dates the file by it

    def furniture(canvas: Canvas, document: BaseDocTemplate) -> None:
        canvas.setFont("Helvetica", 8)
        canvas.drawString(2.5 * cm, A4[1] - 1.5 * cm, about["title"])
        canvas.drawRightString(A4[0] - 2.5 * cm, A4[1] - 1.5 * cm, f"{about['author']}, {about['published']}")
        canvas.drawCentredString(A4[0] / 2, 1.4 * cm, f"Page {document.page}")

    path = HERE / "articles" / f"{NAME}.pdf"
    information = {key: about[key] for key in ("title", "author", "subject")}
    document = BaseDocTemplate(str(path), pagesize=A4, invariant=1, lang="en", **information)
    frame = Frame(2.5 * cm, 2.2 * cm, A4[0] - 5 * cm, A4[1] - 4.6 * cm)
    document.addPageTemplates(PageTemplate(frames=[frame], onPage=furniture))
    document.build(flowables(text))


if __name__ == "__main__":
    main()
