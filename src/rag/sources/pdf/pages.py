"""Reads each page of a PDF: its text layer, or the picture of a page without a usable one by OCR."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import fmean
from typing import TYPE_CHECKING

from rag.errors import UnreadableSource
from rag.sources.blocks import Facts
from rag.sources.facts import OCR_CONFIDENCE, UNREAD_BECAUSE, UNREAD_PAGES
from rag.sources.ocr import FileOcr
from rag.sources.pdf.legibility import Page, legibility, texts_drawn
from rag.sources.pdf.lines import Line, page_lines
from rag.sources.pdf.scans import Scanned, scanned
from rag.sources.tesseract import OcrFailed
from rag.types import PageNote

if TYPE_CHECKING:
    from pypdfium2 import PdfPage, PdfTextPage

_FEW_WORDS = 10
"""A photo in which OCR finds fewer words, with little confidence, has no text."""

_LEAST_OF_NOISE = 0.3
"""The least part of the characters of a noisy text layer that OCR must find. It finds few in an unknown script."""

_MORE = 1.5
"""OCR must find this many times the letters of a text layer of a few words, to be better than it."""


@dataclass(frozen=True, slots=True)
class ReadPage:
    """The lines of a page and its size in points. `ocr_confidence` is that of the whole page, if OCR read it.

    `kind` is the kind of the text layer of a page that could not be read, and `unread` is the reason, a clause.
    """

    lines: list[Line]
    width: float
    height: float
    kind: Page = Page.READABLE
    unread: str | None = None
    ocr_confidence: float | None = None


def read(page: PdfPage, words: PdfTextPage, number: int, ocr: FileOcr) -> ReadPage:
    """Read the page `number` of a file."""
    lines = list(page_lines(page, words, number))
    kind = legibility(page, words, "\n".join(line.text for line in lines))
    width, height = page.get_size()
    own = ReadPage(lines if kind is not Page.NOISE else [], width, height, kind)
    if kind is Page.READABLE:
        return own
    layer = sum(len(line.text) for line in lines)
    try:
        return _better(own, scanned(page, number, ocr), max(layer, texts_drawn(page)))
    except OcrFailed as error:
        return replace(own, unread=str(error))


def _better(own: ReadPage, found: Scanned, drawn: int) -> ReadPage:
    """Return the page as OCR read it, or else as it was, with the reason if it has text that cannot be read.

    `drawn` is the least number of characters that the page shows, by its text layer.
    """
    if own.kind is Page.PICTURE and found.letters <= _MORE * drawn:
        return replace(own, kind=Page.READABLE)
    if found.is_readable and (own.kind is Page.PICTURE or found.letters >= _LEAST_OF_NOISE * drawn):
        return replace(own, lines=found.lines, kind=Page.READABLE, ocr_confidence=found.confidence)
    if own.kind is Page.PICTURE and sum(len(line.text.split()) for line in found.lines) < _FEW_WORDS:
        return replace(own, kind=Page.READABLE)
    if found.is_readable:
        return replace(
            own, unread="OCR found hardly any of its words; set RAG_OCR_LANGUAGES to the languages of the page"
        )
    percent = f"{100 * found.confidence:.0f} %"
    return replace(own, unread=f"OCR read it with a confidence of only {percent}; use a better copy")


def check(pages: Sequence[ReadPage]) -> None:
    """Raise UnreadableSource if most pages of a file cannot be read."""
    kinds = [page.kind for page in pages]
    noise, pictures = kinds.count(Page.NOISE), kinds.count(Page.PICTURE)
    if 2 * noise > len(kinds):
        cause = f"has text that is noise on {noise} of {len(kinds)} pages, because its fonts have no map to letters"
    elif 2 * (noise + pictures) > len(kinds):
        cause = f"is a scan: {noise + pictures} of {len(kinds)} pages are pictures with hardly any text"
    else:
        return
    raise UnreadableSource(f"{cause}. {unread_reason(pages)}")


def unread_reason(pages: Sequence[ReadPage]) -> str | None:
    """Return the reason why the first unreadable page could not be read, as a sentence; None if there is none."""
    reason = next((page.unread for page in pages if page.unread), None)
    return f"{reason[0].upper()}{reason[1:]}." if reason else None


def page_facts(pages: Sequence[ReadPage]) -> Facts:
    """Return the facts about pages that OCR read, and about those that could not be read."""
    facts: Facts = {}
    unread = [(str(number), page.unread) for number, page in enumerate(pages, start=1) if page.unread]
    if unread:
        facts = {UNREAD_PAGES: ", ".join(number for number, _ in unread), UNREAD_BECAUSE: unread[0][1]}
    confidences = [page.ocr_confidence for page in pages if page.ocr_confidence is not None]
    return {**facts, OCR_CONFIDENCE: round(fmean(confidences), 3)} if confidences else facts


def page_notes(pages: Sequence[ReadPage], labels: Mapping[int, str]) -> tuple[PageNote, ...]:
    """Return the notes of the pages that OCR read or that have a printed number."""
    notes = (PageNote(n, labels.get(n), page.ocr_confidence) for n, page in enumerate(pages, start=1))
    return tuple(note for note in notes if note.label is not None or note.ocr_confidence is not None)
