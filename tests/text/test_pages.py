"""The page of a quote is named as printed, with its number in the file and the confidence of OCR."""

from __future__ import annotations

import pytest

from rag.text.pages import page_words
from rag.types import Citation, Reference, Span


@pytest.mark.parametrize(
    ("page", "label", "confidence", "expected"),
    [
        (None, None, None, None),
        (14, None, None, "p. 14"),
        (14, "xii", None, "p. xii (page 14 of the file)"),
        (3, "slide 3", None, "slide 3"),
        (3, None, 0.934, "p. 3, read by OCR, confidence 93 %"),
        (3, "1", 1.0, "p. 1 (page 3 of the file), read by OCR, confidence 100 %"),
    ],
)
def test_the_words_of_a_page(
    page: int | None, label: str | None, confidence: float | None, expected: str | None
) -> None:
    where = (1, Reference("a", "A"), Span(0, 1), "x", (), page, 1.0, False)
    assert page_words(Citation(*where, page_label=label, ocr_confidence=confidence)) == expected
