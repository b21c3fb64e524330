"""Parses PDF: text in reading order with page numbers. Position, size and weight of lines show the structure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from itertools import chain
from threading import Lock
from typing import TYPE_CHECKING

from rag.errors import UnreadableSource
from rag.sources.blocks import Parsed
from rag.sources.ocr import FileOcr
from rag.sources.pdf.asides import with_asides, with_drop_caps
from rag.sources.pdf.columns import Flow, compares, flows
from rag.sources.pdf.labels import labels_in, printed_numbers
from rag.sources.pdf.lines import Line, rows
from rag.sources.pdf.pages import ReadPage, check, page_facts, page_notes, read, unread_reason
from rag.sources.pdf.reading_order import in_order
from rag.sources.pdf.running_heads import without_contents, without_running_heads
from rag.sources.pdf.spacing import measure
from rag.sources.pdf.structure import structure
from rag.sources.pdf.title_page import title_page_facts

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument

_PDFIUM = Lock()
"""PDFium is not thread-safe."""


def parse(raw: bytes, stem: str) -> Parsed:
    """Parse a PDF file."""
    with _PDFIUM:
        pages, labels, info = _extracted(raw)
    check(pages)
    lines = [page.lines for page in pages]
    heights = [page.height for page in pages]
    kept = without_running_heads(lines, heights)
    flat = list(chain.from_iterable(_ordered(kept)))
    blocks, headings = structure(list(_flows(flat, [page.width for page in pages])))
    if not blocks:
        raise UnreadableSource(
            unread_reason(pages)
            or "holds no text; it is probably a scan without a text layer, so run OCR over it first."
        )
    facts = {**title_page_facts(info, flat, headings, stem), **page_facts(pages)}
    return Parsed(blocks, facts, len(pages), page_notes(pages, printed_numbers(labels, lines, heights)))


def _extracted(raw: bytes) -> tuple[list[ReadPage], list[str], dict[str, str]]:
    """Return the pages, the page labels in the file, and its properties."""
    import pypdfium2

    # Closed here, because garbage collection might close it while another thread uses PDFium.
    with closing(_opened(raw)) as document:
        ocr, pages = FileOcr(), []
        try:
            for number, page in enumerate(document, start=1):
                with closing(page), closing(page.get_textpage()) as words:
                    pages.append(read(page, words, number, ocr))
        except pypdfium2.PdfiumError as error:
            raise UnreadableSource(f"is a damaged PDF ({error}); save it again as PDF.") from error
        return pages, labels_in(document), document.get_metadata_dict()


def _ordered(pages: Sequence[Sequence[Line]]) -> list[list[Line]]:
    """Return the lines of each page in reading order. In a comparison of two texts, the order of the file is kept."""
    body = measure(list(chain.from_iterable(pages))).size
    if any(compares(page) for page in pages):
        return [with_asides(page, body) for page in pages]
    return [with_asides(with_drop_caps(in_order(page)), body) for page in pages]


def _opened(raw: bytes) -> PdfDocument:
    import pypdfium2

    try:
        return pypdfium2.PdfDocument(raw)
    except pypdfium2.PdfiumError as error:
        if error.err_code == pypdfium2.raw.FPDF_ERR_PASSWORD:
            raise UnreadableSource("is encrypted; save a copy of it without a password.") from error
        raise UnreadableSource(f"is not a PDF that can be parsed ({error}); save it again as PDF.") from error


def _flows(lines: Sequence[Line], widths: Sequence[float]) -> Iterator[Flow]:
    """Yield the flows in reading order, with the pieces on one baseline merged.

    Tables of contents are removed, except in the columns of a comparison.
    """
    for flow in flows(lines, widths):
        whole = rows(flow.lines)
        yield Flow(whole if flow.title else without_contents(whole), flow.title)
