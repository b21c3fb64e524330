"""Reads one PDF with PDFium: sizes, images and characters of its pages. Only the process that draws calls it."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from cachetools import LRUCache

from rag.errors import UnreadableSource
from rag.sources.ocr import FileOcr, OcrSettings, configure
from rag.sources.pages.boxes import Box, Shown
from rag.sources.pages.finding import find
from rag.sources.pages.png import png
from rag.sources.pages.requests import Drawn, Find, FoundQuote, Fractions, PageBoxes, PageSize
from rag.sources.pdf.characters import Characters
from rag.sources.tesseract import OcrFailed, Word

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument

_MOST_PIXELS = 16_000_000
"""A larger page, such as a plan or a poster, is drawn smaller. The image needs three bytes for a pixel."""

_read_scans: LRUCache[tuple[str, int], Shown] = LRUCache(16)
"""The characters of pages that OCR has read, by the digest of the file and the number of the page."""


class PageFile:
    """An open PDF. Raises UnreadableSource if PDFium cannot open it."""

    def __init__(self, path: Path) -> None:
        import pypdfium2

        try:
            self._document: PdfDocument = pypdfium2.PdfDocument(path)
        except pypdfium2.PdfiumError as error:
            raise UnreadableSource(f"the original cannot be drawn ({error}); download it") from error

    def close(self) -> None:
        """Close the file."""
        self._document.close()

    def __len__(self) -> int:
        return len(self._document)

    def sizes(self) -> tuple[PageSize, ...]:
        """Return the size of each page."""
        return tuple(PageSize(*self._document.get_page_size(index)) for index in range(len(self)))

    def draw(self, number: int, scale: float) -> Drawn:
        """Return the image of a page."""
        with closing(self._document[number - 1]) as page:
            width, height = page.get_size()
            most = (_MOST_PIXELS / max(width * height, 1.0)) ** 0.5
            with closing(page.render(scale=min(scale, most), rev_byteorder=True)) as bitmap:
                return Drawn(png(bytes(bitmap.buffer), bitmap.width, bitmap.height, bitmap.stride))

    def find(self, request: Find) -> FoundQuote:
        """Return the boxes of a quote."""
        configure(OcrSettings(request.seconds, request.languages, request.seconds))
        ocr, read = FileOcr(), dict[int, Shown]()

        def shown(number: int) -> Shown:
            if number not in read:
                scanned = number in request.scans
                read[number] = self._scan(request.digest, number, ocr) if scanned else self._shown(number)
            return read[number]

        found = find(shown, len(self), request.texts)
        pages = sorted(found.boxes.items())
        return FoundQuote(
            tuple(PageBoxes(number, self._fractions(number, boxes)) for number, boxes in pages), found.share
        )

    def _shown(self, number: int) -> Shown:
        """Return the characters of a page with a text layer. Boxes are read at once, before the page is closed."""
        with closing(self._document[number - 1]) as page, closing(page.get_textpage()) as words:
            characters = Characters(page, words)
            boxes = [characters.box(index) for index in range(len(characters.text))]
            return Shown(characters.text, boxes.__getitem__)

    def _scan(self, digest: str, number: int, ocr: FileOcr) -> Shown:
        """Return the characters that OCR reads on a page. Raises UnreadableSource."""
        from rag.sources.pdf.scans import page_words  # here, because it takes longer to load than a page to draw

        if (digest, number) not in _read_scans:
            try:
                with closing(self._document[number - 1]) as page:
                    words, point = page_words(page, ocr)
                    _read_scans[digest, number] = _spread(words, point, page.get_size()[1])
            except OcrFailed as error:
                raise UnreadableSource(f"the words of this scanned page cannot be found: {error}") from error
        return _read_scans[digest, number]

    def _fractions(self, number: int, boxes: list[Box]) -> tuple[Fractions, ...]:
        width, height = self._document.get_page_size(number - 1)
        return tuple(
            (_part(left, width), _part(height - top, height), _part(right, width), _part(height - bottom, height))
            for left, bottom, right, top in boxes
        )


def _part(length: float, whole: float) -> float:
    return round(min(max(length / whole, 0.0), 1.0), 5)


def _spread(words: list[Word], point: float, height: float) -> Shown:
    """Return the characters of words that OCR read, each with an equal part of the box of its word."""
    text: list[str] = []
    boxes: list[Box] = []
    for word in words:
        step = (word.right - word.left) / len(word.text)
        for n, character in enumerate(word.text):
            left, right = word.left + n * step, word.left + (n + 1) * step
            text.append(character)
            boxes.append((left * point, height - word.bottom * point, right * point, height - word.top * point))
        text.append(" ")
        boxes.append((word.right * point, height - word.bottom * point, word.right * point, height - word.top * point))
    return Shown(text, boxes.__getitem__)
