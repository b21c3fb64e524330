"""Reads the characters of a PDF page from PDFium, with their boxes and fonts."""

from __future__ import annotations

import ctypes
import re
from collections.abc import Callable
from itertools import groupby
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from pypdfium2 import PdfPage, PdfTextPage

Box: TypeAlias = tuple[float, float, float, float]
"""Left, bottom, right and top in points, from the lower left corner of the page as a reader sees it."""

HYPHEN = "\x02"
"""PDFium joins two lines at a hyphen, and returns this character for the hyphen. One of its functions gives U+FFFE."""

_FORCE_BOLD = 1 << 18
_HEAVY = 700
_BOLD_NAMES = (b"bold", b"black", b"heavy")
_ARABIC = re.compile("[\u0600-\u06ff]")
_MARK = re.compile("[\u064b-\u0652]")
_LATIN_BEFORE_ARABIC = re.compile("[A-Za-z][\u0620-\u064a]")
_INVISIBLE = 3
"""The text render mode that draws nothing (ISO 32000-1, table 106)."""

_SCAN = 0.5
"""The smallest part of a page that a picture of a scanned page covers."""


class Characters:
    """The characters of one page. `text` is a list, so that its indexes are those of PDFium.

    A text of the list may have no character, or several ones.
    """

    def __init__(self, page: PdfPage, words: PdfTextPage) -> None:
        import pypdfium2.raw as pdfium

        self._pdfium = pdfium
        self._page = page
        self._words = words
        self._left, self._bottom, self._right, self._top = page.get_bbox()
        self._rotation = page.get_rotation()
        self._size = page.get_size()
        self._scanned: bool | None = None
        self.text = self._read()

    def _read(self) -> list[str]:
        """Return the characters. One call reads them all, unless PDFium leaves some out of it."""
        count = self._words.count_chars()
        whole = self._words.get_text_range().replace("\ufffe", HYPHEN) if count else ""
        if len(whole) != count:
            whole = "".join(chr(self._pdfium.FPDFText_GetUnicode(self._words, index)) for index in range(count))
        return self._logical(list(whole)) if _ARABIC.search(whole) else list(whole)

    def _logical(self, text: list[str]) -> list[str]:
        """Return Arabic text with the letters of each ligature in logical order, and a space after a Latin word.

        PDFium divides a ligature before it reverses a line, so that the letters of one glyph are in visual order.
        """
        ordered: list[str] = []
        for _, indexes in groupby(range(len(text)), key=self._glyph(text)):
            letters = [text[index] for index in indexes]
            ordered += reversed(letters) if _ARABIC.match(letters[0]) else letters
        for index in range(len(ordered) - 1):
            if _LATIN_BEFORE_ARABIC.match(ordered[index] + ordered[index + 1]):
                ordered[index] += " "
        self._attach_marks(ordered)
        return ordered

    def _attach_marks(self, ordered: list[str]) -> None:
        """Move each vowel mark behind the letter above or below which it stands. It leaves an empty text.

        PDFium returns such a mark before its letter, after a space that is not on the page.
        """
        for index in range(1, len(ordered) - 1):
            if _MARK.fullmatch(ordered[index]) and _ARABIC.match(ordered[index + 1]) and self._covers(index + 1, index):
                ordered[index + 1] += ordered[index]
                ordered[index] = ""
                left, _, right, _ = self.box(index - 1)
                if ordered[index - 1] == " " and left == right:
                    ordered[index - 1] = ""

    def _covers(self, letter: int, mark: int) -> bool:
        """Return whether the middle of a mark is between the sides of a letter."""
        left, _, right, _ = self.box(letter)
        mark_left, _, mark_right, _ = self.box(mark)
        return left < (mark_left + mark_right) / 2 < right

    def _glyph(self, text: list[str]) -> Callable[[int], Box | int]:
        def key(index: int) -> Box | int:
            return self.box(index) if _ARABIC.match(text[index]) else index

        return key

    def box(self, index: int) -> Box:
        """Return the box of a character on the page as a reader sees it: cropped and rotated."""
        box = self._pdfium.FS_RECTF()
        self._pdfium.FPDFText_GetLooseCharBox(self._words, index, box)
        left, bottom, right, top = box.left, box.bottom, box.right, box.top
        if self._rotation == 90:
            return bottom - self._bottom, self._right - right, top - self._bottom, self._right - left
        if self._rotation == 180:
            return self._right - right, self._top - top, self._right - left, self._top - bottom
        if self._rotation == 270:
            return self._top - top, left - self._left, self._top - bottom, right - self._left
        return left - self._left, bottom - self._bottom, right - self._left, top - self._bottom

    def bold(self, index: int) -> bool:
        """Return whether the font of a character is bold."""
        name, flags = ctypes.create_string_buffer(128), ctypes.c_int()
        self._pdfium.FPDFText_GetFontInfo(self._words, index, name, len(name), flags)
        marked = any(word in name.value.lower() for word in _BOLD_NAMES)
        return (
            marked
            or bool(flags.value & _FORCE_BOLD)
            or int(self._pdfium.FPDFText_GetFontWeight(self._words, index)) >= _HEAVY
        )

    def shows(self, x: float, y: float) -> bool:
        """Return whether a point is inside the page."""
        return bool(0 <= x <= self._size[0] and 0 <= y <= self._size[1])

    def invisible(self, index: int) -> bool:
        """Return whether a character is drawn without ink, and is not the text of a scanned picture behind it."""
        drawn = self._pdfium.FPDFText_GetTextObject(self._words, index)
        if not drawn or self._pdfium.FPDFTextObj_GetTextRenderMode(drawn) != _INVISIBLE:
            return False
        if self._scanned is None:
            self._scanned = pictured(self._page)
        return not self._scanned


def pictured(page: PdfPage) -> bool:
    """Return whether pictures cover most of the page, as on a scan."""
    import pypdfium2.raw as pdfium

    width, height = page.get_size()
    boxes = [one.get_bounds() for one in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE], max_depth=3)]
    covered = sum((right - left) * (top - bottom) for left, bottom, right, top in boxes)
    return bool(covered >= _SCAN * width * height)
