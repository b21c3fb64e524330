"""Finds pages whose text is not the text that a reader sees: noise of fonts without a map to letters, and scans."""

from __future__ import annotations

import re
from enum import StrEnum
from itertools import islice
from typing import TYPE_CHECKING
from unicodedata import category

from rag.sources.pdf.characters import pictured

if TYPE_CHECKING:
    from pypdfium2 import PdfPage, PdfTextPage

_FEW_LETTERS = 150
"""A scan with a stamp or a running head has fewer letters."""

_SILENT_TEXTS = 30
_OUTLINES = 100
"""Paths. A blank form with rules and boxes has fewer."""

_SAMPLE = 80
_SHORTEST = 12  # A page with fewer characters is not judged.
_LEAST_WORDS, _MOST_WITHOUT_VOWELS = 20, 0.25
"""In the letters of a wrong map, many long words have no vowel. In texts of European languages, hardly any has none."""
_FILLERS = re.compile(r"[\s.…_\-–—]+")  # leaders of a table of contents, blanks to fill in
_ODD = re.compile(r"[\x00-\x01\x03-\x08\x0e-\x1f\ufffd\ue000-\uf001\uf003-\uf06b\uf100-\uf8ff]")
_LATIN_WORD = re.compile(r"[A-Za-z]{4,}")
_VOWEL = re.compile(r"[aeiouy]", re.IGNORECASE)


class Page(StrEnum):
    """The kind of a page, by its text."""

    READABLE = "readable"
    NOISE = "noise"
    PICTURE = "picture"  # has hardly any text of its own


def legibility(page: PdfPage, words: PdfTextPage, text: str) -> Page:
    """Return the kind of a page with the characters `text`."""
    solid = _FILLERS.sub("", text)
    if _is_noise(text, solid) or _without_map(words, text, solid):
        return Page.NOISE
    if len(solid) >= _FEW_LETTERS:
        return Page.READABLE
    if _draws_more(page, len(solid)):
        return Page.NOISE
    return Page.PICTURE if pictured(page) or (not solid and _outlined(page)) else Page.READABLE


def texts_drawn(page: PdfPage) -> int:
    """Return the number of texts that a page draws. Each has at least one character."""
    import pypdfium2.raw as pdfium

    return sum(1 for _ in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_TEXT], max_depth=3))


def _outlined(page: PdfPage) -> bool:
    """Return whether a page without characters draws many paths: letters may be among them."""
    import pypdfium2.raw as pdfium

    paths = page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_PATH], max_depth=3)
    return sum(1 for _ in islice(paths, _OUTLINES)) == _OUTLINES


def _draws_more(page: PdfPage, length: int) -> bool:
    """Return whether a page draws many texts of which PDFium has no characters."""
    drawn = texts_drawn(page)
    return drawn > _SILENT_TEXTS and drawn > 3 * length


def _is_noise(text: str, solid: str) -> bool:
    if len(solid) < _SHORTEST:
        return False
    if len(_ODD.findall(solid)) > 0.2 * len(solid) or _readable(solid) < 0.6 * len(solid):
        return True
    found = _LATIN_WORD.findall(text)
    return len(found) >= _LEAST_WORDS and sum(not _VOWEL.search(word) for word in found) > _MOST_WITHOUT_VOWELS * len(
        found
    )


def _readable(solid: str) -> int:
    """Return the number of letters and digits, and of vowel signs if they are many, as in Hindi or Thai."""
    letters = sum(map(str.isalnum, solid))
    return letters if letters >= 0.6 * len(solid) else sum(category(one)[0] in "LMN" for one in solid)


def _without_map(words: PdfTextPage, text: str, solid: str) -> bool:
    """Return whether PDFium had no map to letters for many of the characters, by a sample of them."""
    import pypdfium2.raw as pdfium

    if len(solid) < _SHORTEST:
        return False
    step = max(1, len(text) // _SAMPLE)
    seen = [index for index in range(0, len(text), step) if not text[index].isspace()]
    errors = sum(int(pdfium.FPDFText_HasUnicodeMapError(words, index)) == 1 for index in seen)
    return errors > 0.4 * len(seen)
