"""The pages of the PDF that a document was read from: their sizes, their images, and the boxes of quotes on them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rag.errors import UnknownDocument
from rag.formats import format_of
from rag.ingest.original_files import OriginalFile
from rag.sources.pages import PLACES, Drawn, FoundQuote, PageProcesses, PageSize, PageText
from rag.types import Document, Span, page_at

__all__ = ["PLACES", "FoundQuote", "OriginalPages", "is_pdf", "original_pages", "page_texts"]

_PDF = "application/pdf"


@dataclass(frozen=True, slots=True)
class OriginalPages:
    """The pages of the original of a document. Methods raise UnreadableSource if the file cannot be drawn."""

    file: OriginalFile
    document: Document
    processes: PageProcesses

    def sizes(self) -> tuple[PageSize, ...]:
        """Return the size of each page."""
        return self.processes.sizes(self.file.path)

    def draw(self, page: int, scale: float) -> Drawn:
        """Return the image of a page, from 1, with `scale` pixels for each point."""
        return self.processes.draw(self.file.path, page, scale)

    def find(self, span: Span) -> FoundQuote:
        """Return the boxes of a quote. OCR reads the pages again that it has read for the index."""
        scans = frozenset(note.page for note in self.document.page_notes if note.ocr_confidence is not None)
        texts = list(page_texts(self.document, span))
        read = scans & {text.page for text in texts}
        return self.processes.find(self.file.path, self.file.digest, texts, scans if read else frozenset())

    def check(self, page: int) -> None:
        """Raise UnknownDocument if the document has no such page."""
        count = len(self.document.pages)
        if not 1 <= page <= count:
            pages = "1 page" if count == 1 else f"{count} pages"
            raise UnknownDocument(f"document {self.document.reference.id!r} has {pages}, so it has no page {page}")


def original_pages(file: OriginalFile, document: Document, processes: PageProcesses) -> OriginalPages:
    """Return the pages of an original. Raises UnknownDocument if it has none that can be drawn."""
    if not is_pdf(file.name) or not document.pages:
        raise UnknownDocument(
            f"document {document.reference.id!r} has no pages to show, because {file.name!r} is not a PDF: "
            "download the original"
        )
    return OriginalPages(file, document, processes)


def is_pdf(name: str) -> bool:
    """Return whether a file with this name is read as PDF."""
    found = format_of(name)
    return found is not None and _PDF in found.media_types


def page_texts(document: Document, span: Span) -> Iterator[PageText]:
    """Yield the text of each page that has words of `span`, and the part of the span on it."""
    first, last = page_at(document.pages, span.start), page_at(document.pages, max(span.start, span.end - 1))
    assert first is not None
    assert last is not None
    ends = [*document.pages[1:], len(document.text)]
    for page in range(first, last + 1):
        start, end = (document.pages[page - 1] if page > 1 else 0), ends[page - 1]
        if max(span.start, start) < min(span.end, end):
            text = document.text[start:end]
            yield PageText(page, text, max(span.start, start) - start, min(span.end, end) - start)
