"""Draw PDF pages for the examples."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import matplotlib
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import simpleSplit
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

BODY, BOLD, ITALIC = "Times-Roman", "Times-Bold", "Times-Italic"
WIDE = "DejaVuSans"
"""A font with Arabic and Hebrew letters, which Matplotlib installs."""

LEFT, WIDTH, TOP = 72.0, 451.0, 90.0
"""The usual text area in points: the left edge, the width, and the first baseline from the top of the page."""

Step = tuple[float, float, str]
"""A line to draw: left edge and baseline from the top, in points, and the words."""


class Sheet:
    """A PDF file that is drawn from the top of each page down. All positions are in points from the upper left."""

    def __init__(self, path: Path, size: tuple[float, float] = A4, **facts: str) -> None:
        self.canvas = Canvas(str(path), pagesize=size, invariant=1)
        self.height = size[1]
        self.canvas.setTitle(facts.get("title", ""))
        self.canvas.setAuthor(facts.get("author", ""))

    def words(self, text: str, left: float, top: float, font: str = BODY, size: float = 11) -> float:
        """Draw one line, and return its right edge."""
        self.canvas.setFont(font, size)
        self.canvas.drawString(left, self.height - top, text)
        return left + float(pdfmetrics.stringWidth(text, font, size))

    def right(self, text: str, right: float, top: float, font: str = BODY, size: float = 11) -> None:
        """Draw one line that ends at `right`."""
        self.words(text, right - pdfmetrics.stringWidth(text, font, size), top, font, size)

    def lines(self, lines: Sequence[str], left: float, top: float, font: str = BODY, size: float = 11,
              leading: float = 1.2) -> float:  # fmt: skip
        """Draw lines one below the other, and return the baseline after the last."""
        for number, line in enumerate(lines):
            self.words(line, left, top + number * leading * size, font, size)
        return top + len(lines) * leading * size

    def paragraph(self, text: str, top: float, left: float = LEFT, width: float = WIDTH, font: str = BODY,
                  size: float = 11, leading: float = 1.2) -> float:  # fmt: skip
        """Draw a paragraph that is broken at `width`, and return the baseline of the next paragraph."""
        return self.lines(broken(text, width, font, size), left, top, font, size, leading) + 0.6 * leading * size

    def row(self, cells: Sequence[str], lefts: Sequence[float], top: float, font: str = BODY, size: float = 10) -> None:
        """Draw the cells of one row of a table. Empty cells are not drawn."""
        for cell, left in zip(cells, lefts, strict=True):
            if cell:
                self.words(cell, left, top, font, size)

    def turn_page(self) -> None:
        """End the page."""
        self.canvas.showPage()

    def save(self) -> None:
        """End the page and write the file."""
        self.canvas.showPage()
        self.canvas.save()


def broken(text: str, width: float, font: str = BODY, size: float = 11) -> list[str]:
    """Return the lines of a paragraph."""
    return list(simpleSplit(text, font, size, width))


def pdf(draw: Callable[[Sheet], None], size: tuple[float, float] = A4, **facts: str) -> Callable[[Path], None]:
    """Return a function that writes a PDF file."""

    def write(path: Path) -> None:
        sheet = Sheet(path, size, **facts)
        draw(sheet)
        sheet.save()

    return write


def register_wide() -> None:
    """Make the font `WIDE` known to reportlab."""
    if WIDE not in pdfmetrics.getRegisteredFontNames():
        path = Path(matplotlib.get_data_path()) / "fonts/ttf/DejaVuSans.ttf"
        pdfmetrics.registerFont(TTFont(WIDE, str(path)))
