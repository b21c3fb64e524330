"""Cuts a document into chunks that partition its text. Each is short enough for the encoder to read whole."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import accumulate, pairwise

from rag.text import sentences
from rag.text.leads import introduces
from rag.types import Chunk, Document, Heading, Span

CHUNK_TOKENS = 200
"""The most tokens in a chunk. With title and headings, a chunk fits into the 256 tokens that all-MiniLM-L6-v2 reads."""

_MAX_PREFIX_TOKENS = 64  # of title and headings
_MAX_TOKEN_CHARACTERS = 50  # few texts have more characters for each token
_SPECIAL_TOKENS = 2  # the model adds one at each end
_UNIT = 1 << 20  # the splitter counts in this fraction of a token, so that a piece without tokens has a length too
# Normalised text has no control characters, so these can mark places in it.
_SENTENCE_END = "\x1e"
_LEAD_END = "\x1f"  # after a sentence that introduces the next one; only longer text than a chunk is cut here
_LEAD_BREAK = "\x1d"  # a line break after such a sentence


@dataclass(frozen=True, slots=True)
class EncodedText:
    """The text of a chunk for the encoder: title and headings first, then the words of the chunk from offset `body` on.

    `sentences` has the offset of each sentence of the chunk, in order. The encoded text leaves heading lines out, so
    the offset of a sentence that is a heading is before `body`.
    """

    text: str
    body: int
    sentences: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Chunker:
    """Cuts documents into chunks of at most `size` tokens.

    `count` counts tokens as the encoder does. The encoder reads at most `max_tokens` of a text.
    """

    count: Callable[[str], int]
    max_tokens: int
    size: int = CHUNK_TOKENS

    def chunks(self, document: Document) -> list[Chunk]:
        """Cut at headings, then paragraphs, then sentences. Cut a sentence only if it is too long for one chunk."""
        chunks = [chunk for section in _sections(document) for chunk in self._cut(document, section)]
        bounds = [0, *(bound for chunk in chunks for bound in (chunk.span.start, chunk.span.end)), len(document.text)]
        assert bounds[::2] == bounds[1::2], "the chunks partition the text"
        return chunks

    def encoded_text(self, document: Document, chunk: Chunk) -> EncodedText:
        """Return the text of a chunk for the encoder and the lexical index: title, heading path, then its words.

        Heading lines at its start are left out, because the heading path repeats them.
        """
        prefix = self._prefix(document, chunk.heading)
        start = _after_headings(document, chunk.span)
        body = document.text[start : chunk.span.end].rstrip()
        if not body:
            return EncodedText(prefix, len(prefix), ())
        shift = len(prefix) + 1 + chunk.span.start - start
        begins = tuple(span.start + shift for span in sentences(chunk.span.of(document.text), document.language))
        return EncodedText(f"{prefix}\n{body}", len(prefix) + 1, begins)

    def _cut(self, document: Document, section: Chunk) -> Iterator[Chunk]:
        """Cut the text after the headings. The headings join its first piece, because they say too little alone."""
        prefix = self.count(f"{self._prefix(document, section.heading)}\n")
        room = min(self.size, self.max_tokens - _SPECIAL_TOKENS - prefix)
        body = _after_headings(document, section.span)
        pieces = self._pieces(document.text[body : section.span.end], room, document.language)
        ends = list(accumulate(map(len, pieces), initial=body))[1:] or [section.span.end]
        for start, end in pairwise([section.span.start, *ends]):
            yield Chunk(Span(start, end), section.heading)

    def _pieces(self, text: str, room: int, language: str | None) -> list[str]:
        """Split a text into pieces of at most `room` tokens. Joined, the pieces are the text again.

        The caller therefore adds up their lengths to get their offsets. langchain's `add_start_index` searches for the
        words of each piece instead, and misses repeated ones (langchain #29884).
        """
        # langchain would cut even a text that fits, and might not join all its pieces again.
        if self._length(text, room) <= room:
            return [text] if text else []
        # Imported here because it takes a tenth of a second and 12 MB, and answering does not need it.
        from langchain_text_splitters import RecursiveCharacterTextSplitter

        # Cached because langchain counts each piece twice: when it cuts the text, and when it joins pieces.
        length = cache(lambda piece: self._units(_unmarked(piece), room))
        splitter = RecursiveCharacterTextSplitter(
            separators=["\n\n", _SENTENCE_END, _LEAD_END, " ", ""],
            keep_separator="end",
            strip_whitespace=False,
            chunk_size=(room + 1) * _UNIT - 1,
            chunk_overlap=0,
            length_function=length,
        )
        return _with_words(map(_unmarked, splitter.split_text(_mark_sentences(text, language))))

    def _units(self, piece: str, room: int) -> int:
        """Return the length of a piece for langchain, which repeats pieces of length 0 at the end of a chunk.

        White space alone has no token, so it counts as one unit. A piece of `room` tokens counts as too long, because
        langchain cuts such a piece further.
        """
        tokens = self._length(piece, room)
        return (tokens + (tokens == room)) * _UNIT or len(piece[:1])

    def _length(self, text: str, room: int) -> int:
        """Return the number of tokens of `text`, or of its beginning if it is much longer than `room`.

        Counting the tokens of 4 MB of text would take 650 MB of memory.
        """
        beginning = text[: room * _MAX_TOKEN_CHARACTERS]
        tokens = self.count(beginning)
        return tokens if len(beginning) == len(text) or tokens > 2 * room else self.count(text)

    def _prefix(self, document: Document, heading: tuple[str, ...]) -> str:
        room = min(_MAX_PREFIX_TOKENS, self.max_tokens // 4)
        words = " ".join(". ".join((document.reference.title, *heading)).split(" ")[:room])
        # A long title is cut at its end, because its first words name the subject.
        while self.count(words) > room:
            words = words.rpartition(" ")[0] or words[: len(words) * 3 // 4]  # some scripts have no spaces
        return words


def _sections(document: Document) -> Iterator[Chunk]:
    """Yield one uncut chunk for each section. If no text is between headings, they start one section together."""
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
    """Return the titles of the headings, without the title of the document, which precedes every heading path."""
    return tuple(heading.title for heading in path if heading.title != document.reference.title)


def _mark_sentences(text: str, language: str | None) -> str:
    """Return the text with a separator after each sentence, at which the splitter can cut.

    A sentence that introduces the next one has another separator, and its line breaks are marked too, so that both
    stay together: a list says too little without its lead, and the lead without its list.
    """
    starts = [span.start for span in sentences(text, language)[1:]]
    parts = [text[a:b] for a, b in pairwise([0, *starts, len(text)])]
    marked = [
        part.replace("\n", _LEAD_BREAK) + _LEAD_END if introduces(part, following, language) else part + _SENTENCE_END
        for part, following in pairwise(parts)
    ]
    return "".join([*marked, *parts[-1:]])


def _unmarked(piece: str) -> str:
    """Return the text without the separators."""
    return piece.replace(_SENTENCE_END, "").replace(_LEAD_END, "").replace(_LEAD_BREAK, "\n")


def _with_words(pieces: Iterable[str]) -> list[str]:
    """Return the pieces. White space alone joins the piece before it, or else the one after it."""
    joined: list[str] = []
    for piece in pieces:
        if joined and not (piece.strip() and joined[-1].strip()):
            joined[-1] += piece
        else:
            joined.append(piece)
    return joined


def _after_headings(document: Document, span: Span) -> int:
    """Return the offset of the first word after the headings in `span`, which is a section or a chunk of it."""
    before = bisect_right(document.headings, span.end, key=lambda heading: heading.span.end)
    start = max(span.start, document.headings[before - 1].span.end if before else 0)
    text = document.text[start : span.end]
    return start + len(text) - len(text.lstrip())
