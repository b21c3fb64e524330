"""The schemas of the pages of originals."""

from __future__ import annotations

from typing import Self

from pydantic import BaseModel, Field

from rag.ingest.original_pages import FoundQuote, OriginalPages
from rag.types import Span


class Page(BaseModel):
    """A page as a reader sees it: cropped and rotated."""

    width: float = Field(description="Its width in points. A point is a 72nd of an inch.")
    height: float
    label: str | None = Field(description="Its printed number, if it differs from its number in the file.")


class Pages(BaseModel):
    """The pages of a document. The first one has the number 1."""

    pages: list[Page]

    @classmethod
    def of(cls, original: OriginalPages) -> Self:
        """Measure the pages of an original."""
        labels = {note.page: note.label for note in original.document.page_notes}
        sizes = enumerate(original.sizes(), start=1)
        return cls(pages=[Page(width=one.width, height=one.height, label=labels.get(number)) for number, one in sizes])


class Box(BaseModel):
    """A box, from the upper left corner of its page, in parts of the page's width and height."""

    left: float
    top: float
    right: float
    bottom: float


class PageBoxes(BaseModel):
    """The boxes on one page, in the order of the quote. A box has words of one line."""

    page: int
    boxes: list[Box]


class QuoteBoxes(BaseModel):
    """The boxes of a quote on the pages of a document."""

    quote: str = Field(description="The words in the document.")
    found: float = Field(description="The part of its letters that are on the pages, from 0 to 1.")
    pages: list[PageBoxes] = Field(description="The pages with words of the quote, in ascending order.")

    @classmethod
    def of(cls, original: OriginalPages, span: Span, found: FoundQuote) -> Self:
        """Convert the boxes that were found."""
        names = ("left", "top", "right", "bottom")
        pages = [
            PageBoxes(page=one.page, boxes=[Box(**dict(zip(names, box, strict=True))) for box in one.boxes])
            for one in found.pages
        ]
        return cls(quote=span.of(original.document.text), found=round(found.share, 4), pages=pages)
