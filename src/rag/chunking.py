"""Cuts a document into chunks that partition its text, each short enough for the encoder to read whole."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from langchain_text_splitters import RecursiveCharacterTextSplitter

from rag.text import sentences
from rag.types import Chunk, Document, Heading, Span

CHUNK_TOKENS = 200
"""Tokens of text in a chunk: with its title and headings it fits the 256 that all-MiniLM-L6-v2 reads."""

_PREFIX_TOKENS = 64  # title and headings may take no more of what the model reads
_MODEL_TOKENS = 2  # the marks a model adds at both ends
_SENTENCE_END = "\x1e"  # normalised text holds no control character, so this one is free to be a separator


@dataclass(frozen=True, slots=True)
class Chunker:
    """How documents are cut: `count` gives a text's length in the encoder's tokens, of which it reads `max_tokens`."""

    count: Callable[[str], int]
    max_tokens: int
    size: int = CHUNK_TOKENS

    def chunks(self, document: Document) -> list[Chunk]:
        """Cut at headings, then paragraphs, then sentences; a sentence is cut only if it alone is too long."""
        chunks = [chunk for section in _sections(document) for chunk in self._cut(document, section)]
        assert "".join(chunk.span.of(document.text) for chunk in chunks) == document.text
        return chunks

    def encoded_text(self, document: Document, chunk: Chunk) -> str:
        """Return what the encoder and the lexical index read of a chunk: title, heading path, then its text."""
        body = _without_headings(document, chunk.span)
        return f"{self._prefix(document, chunk.heading)}\n{body}" if body.strip() else body or document.reference.title

    def _cut(self, document: Document, section: Chunk) -> Iterator[Chunk]:
        prefix = self.count(self._prefix(document, section.heading))
        room = min(self.size, self.max_tokens - _MODEL_TOKENS - prefix)
        start = section.span.start
        for piece in self._pieces(section.span.of(document.text), room):
            yield Chunk(Span(start, start + len(piece)), section.heading)
            start += len(piece)

    def _pieces(self, text: str, room: int) -> list[str]:
        """Split with the text's own words as separators, so that joining the pieces gives the text back.

        langchain's own `add_start_index` looks pieces up by their words and misses repeats (langchain #29884);
        a running sum over pieces that partition the text cannot.
        """
        splitter = RecursiveCharacterTextSplitter(
            separators=["\n\n", _SENTENCE_END, " ", ""],
            keep_separator="end",
            strip_whitespace=False,
            chunk_size=room,
            chunk_overlap=0,
            length_function=lambda piece: self.count(piece.replace(_SENTENCE_END, "")),
        )
        pieces = (piece.replace(_SENTENCE_END, "") for piece in splitter.split_text(_mark_sentences(text)))
        return [piece for piece in pieces if piece]

    def _prefix(self, document: Document, heading: tuple[str, ...]) -> str:
        words = ". ".join((document.reference.title, *heading)).split(" ")
        # A long title is cut from its end, since what names the matter stands first.
        while len(words) > 1 and self.count(" ".join(words)) > min(_PREFIX_TOKENS, self.max_tokens // 4):
            words.pop()
        return " ".join(words)


def _sections(document: Document) -> Iterator[Chunk]:
    """Yield the stretches between headings; headings that follow each other directly open one section together."""
    path: list[Heading] = []
    start = 0
    previous_end = 0
    for heading in document.headings:
        if document.text[previous_end : heading.span.start].strip():
            yield Chunk(Span(start, heading.span.start), _titles(document, path))
            start = heading.span.start
        path = [*(outer for outer in path if outer.level < heading.level), heading]
        previous_end = heading.span.end
    if start < len(document.text):
        yield Chunk(Span(start, len(document.text)), _titles(document, path))


def _titles(document: Document, path: list[Heading]) -> tuple[str, ...]:
    """Leave out the document's title, which stands before every heading path anyway."""
    return tuple(heading.title for heading in path if heading.title != document.reference.title)


def _mark_sentences(text: str) -> str:
    starts = [0, *(span.start for span in sentences(text)[1:]), len(text)]
    return _SENTENCE_END.join(text[a:b] for a, b in pairwise(starts))


def _without_headings(document: Document, span: Span) -> str:
    """Return the words of `span` without its heading lines, which the prefix says already."""
    pieces, start = [], span.start
    for heading in document.headings:
        if span.start <= heading.span.start and heading.span.end <= span.end:
            pieces.append(document.text[start : heading.span.start])
            start = heading.span.end
    return "".join((*pieces, document.text[start : span.end])).strip()
