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
    page = _name(found.page, found.page_label)
    if found.ocr_confidence is None:
        return page
    return f"{page}, read by OCR, confidence {found.ocr_confidence:.0%}".replace("%", " %")


def _name(page: int, label: str | None) -> str:
    """Return the name of a page. A label of several words, such as `slide 3`, is a name itself."""
    if label is None:
        return f"p. {page}"
    return label if " " in label else f"p. {label} (page {page} of the file)"
