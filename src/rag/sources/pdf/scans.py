"""Reads the text of pages that are pictures, with OCR, as pieces of lines."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from statistics import fmean, median
from typing import TYPE_CHECKING

from rag.sources.facts import DETECTABLE, detected
from rag.sources.ocr import FileOcr
from rag.sources.pdf.lines import GAP, Line
from rag.sources.tesseract import DPI, Word
from rag.text import normalise

if TYPE_CHECKING:
    from pypdfium2 import PdfPage

LEAST_CONFIDENCE = 0.6
"""The least mean confidence of the words of a page that is read."""

_SURE, _LEAST_SURE = 0.8, 0.5
"""The confidence of a word that is most probably right, and the least share of letters in such words."""

_POINTS = 72 / DPI
_MOST_PIXELS = 40_000_000
"""A larger page is drawn smaller, because tesseract needs some 10 bytes for each pixel."""

_BOX = 1.15
_TALL, _FLAT, _DEEP = 0.72, 0.48, 0.21
"""The height of the box of a letter in a PDF, of tall and of flat letters, and the depth of `g`, in ems."""

_TALL_LETTER = re.compile(r"[^acegmnopqrsuvwxyz.,:;·\s–—-]")
_DEEP_LETTER = re.compile(r"[gjpqy,;()\[\]{}|Q§]")

_LIKE_OTHERS = 0.15
"""Lines whose height differs less than this part have letters of one size."""

_SPECK = 0.5
"""The least confidence of a word without letters and digits. Most specks have less."""


@dataclass(frozen=True, slots=True)
class Scanned:
    """The pieces of lines on a page that OCR read, in the order of tesseract, and the mean confidence of its words.

    The mean counts each word as often as it has letters. `sure` is the share of the letters in words of which tesseract
    is sure. In signs that are no letters, it is sure of few.
    """

    lines: list[Line]
    confidence: float
    sure: float

    @property
    def letters(self) -> int:
        """The number of characters that were read."""
        return sum(len(line.text) for line in self.lines)

    @property
    def is_readable(self) -> bool:
        """Whether the words are mostly right."""
        return self.confidence >= LEAST_CONFIDENCE and self.sure >= _LEAST_SURE


def scanned(page: PdfPage, number: int, ocr: FileOcr) -> Scanned:
    """Read a page by OCR. Without words, the confidence is 0. Raises OcrFailed."""
    seen, point = page_words(page, ocr)
    lines = list(_lines(seen, number, page.get_size()[1], point))
    lengths = [len(word.text) for word in seen]
    confidence = fmean((word.confidence for word in seen), lengths) if seen else 0.0
    sure = fmean((word.confidence >= _SURE for word in seen), lengths) if seen else 0.0
    read = Scanned(lines, round(confidence, 3), sure)
    if read.is_readable and read.letters >= DETECTABLE:
        ocr.narrow(detected(" ".join(line.text for line in lines)))
    return read


def page_words(page: PdfPage, ocr: FileOcr) -> tuple[list[Word], float]:
    """Return the words that OCR finds on a page, and the size of a pixel in points. Raises OcrFailed."""
    width, height = page.get_size()
    scale = min(1 / _POINTS, (_MOST_PIXELS / (width * height)) ** 0.5)
    found = ocr.words(lambda: _picture(page, scale))
    seen = [word for word in found if any(map(str.isalnum, word.text)) or word.confidence >= _SPECK]
    return seen, 1 / scale


def _picture(page: PdfPage, scale: float) -> bytes:
    """Return a grey picture of a page in the format PGM. `scale` is the number of pixels of a point."""
    bitmap = page.render(scale=scale, grayscale=True)
    pixels, stride = bytes(bitmap.buffer), bitmap.stride
    rows = (pixels[start : start + bitmap.width] for start in range(0, stride * bitmap.height, stride))
    return b"P5 %d %d 255\n" % (bitmap.width, bitmap.height) + b"".join(rows)


def _lines(words: Sequence[Word], number: int, height: float, point: float) -> Iterator[Line]:
    """Yield the pieces of lines. `height` is that of the page in points, and `point` the size of a pixel."""
    rows = [list(row) for _, row in groupby(words, key=lambda word: word.line)]
    heights = [_em(row) for row in rows]
    usual = median(heights) if heights else 0.0
    for row, own in zip(rows, heights, strict=True):
        em = usual if abs(own - usual) < _LIKE_OTHERS * usual else own
        for piece in _pieces(row, _BOX * em):
            text = " ".join(normalise(" ".join(word.text for word in piece)).split())
            if text:
                yield Line(
                    text=text,
                    page=number,
                    left=min(word.left for word in piece) * point,
                    right=max(word.right for word in piece) * point,
                    bottom=height - _foot(row, em) * point,
                    size=_BOX * em * point,
                )


def _em(row: Sequence[Word]) -> float:
    """Return the em of the letters of a line in pixels. A line without `g` or `T` is not as high as others."""
    text = "".join(word.text for word in row)
    share = (_TALL if _TALL_LETTER.search(text) else _FLAT) + (_DEEP if _DEEP_LETTER.search(text) else 0.0)
    return (max(word.bottom for word in row) - min(word.top for word in row)) / share


def _foot(row: Sequence[Word], em: float) -> float:
    """Return the place of the foot of deep letters of a line, in pixels from the top."""
    deep = any(_DEEP_LETTER.search(word.text) for word in row)
    return max(word.bottom for word in row) + (0.0 if deep else _DEEP * em)


def _pieces(row: Sequence[Word], size: float) -> Iterator[list[Word]]:
    """Divide the words of a line at gaps that are wider than the letters are high, in pixels."""
    starts = [0, *(n for n, (one, two) in enumerate(pairwise(row), 1) if two.left - one.right > GAP * size), len(row)]
    return (list(row[start:end]) for start, end in pairwise(starts))
