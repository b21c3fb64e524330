"""Names the page of a quote for people, and says if OCR read its words."""

from __future__ import annotations

from typing import Protocol


class Paged(Protocol):
    """A passage or quote with its page: the number in the file, the printed number if it differs, and OCR."""

    @property
    def page(self) -> int | None: ...  # noqa: D102

    @property
    def page_label(self) -> str | None: ...  # noqa: D102

    @property
    def ocr_confidence(self) -> float | None: ...  # noqa: D102


def page_words(found: Paged) -> str | None:
    """Return words such as `p. xii (page 14 of the file), read by OCR, confidence 93 %`, or None without a page."""
    if found.page is None:
        return None
    page = f"p. {found.page}" if found.page_label is None else f"p. {found.page_label} (page {found.page} of the file)"
    if found.ocr_confidence is None:
        return page
    return f"{page}, read by OCR, confidence {found.ocr_confidence:.0%}".replace("%", " %")
