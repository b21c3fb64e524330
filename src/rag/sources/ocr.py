"""Holds the settings of OCR in the parser process, and the time that a file may use for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic

from rag.sources import tesseract
from rag.sources.tesseract import OcrFailed, Word

_ON_PAGE = 0.8
"""The part of the time for one document that tesseract may use for one page."""


def _no_sign() -> None:
    """Do nothing after a page."""


@dataclass(frozen=True, slots=True)
class OcrSettings:
    """`seconds` is the time for all pages of a file, 0 to switch OCR off, and `page_seconds` the time for a document.

    `languages` are names that tesseract knows, joined with `+`. Call `alive` after each page.
    """

    seconds: float = 0.0
    languages: str | None = None
    page_seconds: float = 60.0
    alive: Callable[[], None] = _no_sign


_current = OcrSettings()


def configure(settings: OcrSettings) -> None:
    """Use these settings for all files that this process parses from now on."""
    global _current
    _current = settings


class FileOcr:
    """Reads pictures of the pages of one file, until its time is used up."""

    def __init__(self) -> None:
        self._settings = _current
        self._end = monotonic() + _current.seconds
        self._languages: tuple[str, ...] | None = None

    def words(self, draw: Callable[[], bytes]) -> list[Word]:
        """Return the words in the picture that `draw` returns. Raises OcrFailed."""
        if not self._settings.seconds:
            raise OcrFailed("OCR is switched off; set RAG_OCR_SECONDS, or run OCR over the file")
        if self._languages is None:
            self._languages = tesseract.chosen(self._settings.languages)
        page, left = _ON_PAGE * self._settings.page_seconds, self._end - monotonic()
        try:
            if left <= 0:
                raise TimeoutError
            return tesseract.words(draw(), self._languages, min(left, page))
        except TimeoutError as error:
            late = f"the page took more than {page:g} s; raise RAG_PARSE_SECONDS"
            whole = f"OCR of the file took more than {self._settings.seconds:g} s; raise RAG_OCR_SECONDS"
            raise OcrFailed(late if page < left else whole) from error
        finally:
            self._settings.alive()

    def narrow(self, language: str | None) -> None:
        """Read the next pages in this language alone, if it is installed and the settings name none."""
        name = tesseract.code_of(language)
        if not self._settings.languages and self._languages and name in self._languages:
            self._languages = (name,)
