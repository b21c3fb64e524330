"""Cuts a document into chunks that partition its text, each short enough for the encoder to read whole."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import accumulate, pairwise

from rag.text import sentences
from rag.types import Chunk, Document, Heading, Span

CHUNK_TOKENS = 200
"""Tokens of text in a chunk: with its title and headings it fits the 256 that all-MiniLM-L6-v2 reads."""

_PREFIX_TOKENS = 64  # title and headings may take no more of what the model reads
_LONG = 50  # characters a token: text that has more for each is rare
_MODEL_TOKENS = 2  # the marks a model adds at both ends
_SENTENCE_END = "\x1e"  # normalised text holds no control character, so this one is free to be a separator


@dataclass(frozen=True, slots=True)
class EncodedText:
    """What is encoded of a chunk: its own words begin at `body`, its sentences at `sentences`.

    Sentence n of the chunk is the n-th that the segmenter finds in its text; one that is a heading, which is left out,
    has its start before `body`.
    """

    text: str
    body: int
    sentences: tuple[int, ...]


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

    def encoded_text(self, document: Document, chunk: Chunk) -> EncodedText:
        """Return what the encoder and the lexical index read of a chunk: title, heading path, then its text.

        Its heading lines are left out, since the path says them already.
        """
        prefix = self._prefix(document, chunk.heading)
        start = _after_headings(document, chunk.span)
        body = document.text[start : chunk.span.end].rstrip()
        if not body:
            return EncodedText(prefix, len(prefix), ())
        shift = len(prefix) + 1 + chunk.span.start - start
        begins = tuple(span.start + shift for span in sentences(chunk.span.of(document.text)))
        return EncodedText(f"{prefix}\n{body}", len(prefix) + 1, begins)

    def _cut(self, document: Document, section: Chunk) -> Iterator[Chunk]:
        """Cut what follows the headings; the headings go with the first piece, for alone they say nothing."""
        prefix = self.count(f"{self._prefix(document, section.heading)}\n")
        room = min(self.size, self.max_tokens - _MODEL_TOKENS - prefix)
        body = _after_headings(document, section.span)
        pieces = self._pieces(document.text[body : section.span.end], room)
        ends = list(accumulate(map(len, pieces), initial=body))[1:] or [section.span.end]
        for start, end in pairwise([section.span.start, *ends]):
            yield Chunk(Span(start, end), section.heading)

    def _pieces(self, text: str, room: int) -> list[str]:
        """Split with the text's own words as separators, so that joining the pieces gives the text back.

        langchain's own `add_start_index` looks pieces up by their words and misses repeats (langchain #29884);
        a running sum over pieces that partition the text cannot.
        """
        if (
            self._length(text, room) <= room
        ):  # langchain would cut it at its first separator, and join by the sum of lengths
            return [text] if text else []
        # Imported by who cuts: it takes a tenth of a second and 12 MB, which who only asks can do without.
        from langchain_text_splitters import RecursiveCharacterTextSplitter

        # Each piece is asked for when the text is cut and again when pieces are joined.
        length = cache(lambda piece: self._length(piece.replace(_SENTENCE_END, ""), room))
        splitter = RecursiveCharacterTextSplitter(
            separators=["\n\n", _SENTENCE_END, " ", ""],
            keep_separator="end",
            strip_whitespace=False,
            chunk_size=room,
            chunk_overlap=0,
            length_function=length,
        )
        pieces = (piece.replace(_SENTENCE_END, "") for piece in splitter.split_text(_mark_sentences(text)))
        return [piece for piece in pieces if piece]

    def _length(self, text: str, room: int) -> int:
        """Return the tokens of `text`, or, of one that is longer than `room` by far, those of its beginning.

        To count those of 4 MB of text takes 650 MB of memory.
        """
        beginning = text[: room * _LONG]
        tokens = self.count(beginning)
        return tokens if len(beginning) == len(text) or tokens > 2 * room else self.count(text)

    def _prefix(self, document: Document, heading: tuple[str, ...]) -> str:
        room = min(_PREFIX_TOKENS, self.max_tokens // 4)
        words = " ".join(". ".join((document.reference.title, *heading)).split(" ")[:room])
        # A long title is cut from its end, since what names the matter stands first.
        while self.count(words) > room:
            words = words.rpartition(" ")[0] or words[: len(words) * 3 // 4]  # some scripts have no spaces
        return words


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


def _after_headings(document: Document, span: Span) -> int:
    """Return where in `span`, a section or a chunk of one, the words begin that follow its headings."""
    before = bisect_right(document.headings, span.end, key=lambda heading: heading.span.end)
    start = max(span.start, document.headings[before - 1].span.end if before else 0)
    text = document.text[start : span.end]
    return start + len(text) - len(text.lstrip())
