"""Convert the events of an answer to a text that only grows, and record the positions of its citation markers.

A chat client cannot take back text that it has received. If a language model fails after its first sentences, these
sentences therefore stay. They are verified too. The extractive sentences follow, and their markers continue the
numbering.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from rag.answer.pipeline import Event
from rag.http.chats.limits import FinishReason, OutputLimit
from rag.http.chats.markdown import escape, write_blocks
from rag.http.links import Links
from rag.text.blocks import find_quoted_blocks
from rag.text.pages import page_words
from rag.types import Abstention, Answer, Citation, Notice, NoticeKind, Span, Statement

NOT_ANSWERED = "The documents do not say."
"""The first sentence of the text if the documents do not answer the question."""

NOTICE = "Notice: "
"""The beginning of each paragraph with a notice. The paragraphs come after the statements."""

_REASONS: dict[Abstention | None, str] = {
    Abstention.EMPTY_INDEX: "No documents have been added yet.",
    Abstention.FILTERED_OUT: "No document matches the filters.",
    Abstention.WEAK_EVIDENCE: "No passage is close enough to the question to support an answer.",
    Abstention.UNSUPPORTED: "Passages were found, but none of their words support an answer.",
    Abstention.BEFORE_FIRST_VERSION: "What answers the question was not yet in force at that time.",
    Abstention.NOT_IN_FORCE: "What answers the question is not in force at that time.",
}


@dataclass(frozen=True, slots=True)
class Source:
    """A citation with its number in the text, its title, and a link to the quote."""

    number: int
    citation: Citation
    title: str
    link: str


@dataclass(frozen=True, slots=True)
class Marker:
    """A citation marker such as `[1]`, at the code points `[start, end)` of the whole text."""

    source: Source
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Piece:
    """An addition to the text: words with their markers, and the sources that are cited here for the first time."""

    text: str
    markers: tuple[Marker, ...] = ()
    new_sources: tuple[Source, ...] = ()


@dataclass(frozen=True, slots=True)
class Transcript:
    """The complete text with its markers and sources. `answer` is None if the text is not from the documents.

    `finish` is the reason why the text ends.
    """

    text: str
    markers: tuple[Marker, ...]
    sources: tuple[Source, ...]
    answer: Answer | None
    finish: FinishReason = "stop"


Output: TypeAlias = Iterator[Piece | Transcript]
"""The pieces of a text as they are generated, then its transcript."""


@dataclass(slots=True)
class _Transcriber:
    """Converts statements to pieces. It remembers the earlier statements and sources.

    With `markdown`, words of documents and questions are escaped. With `blocks`, lists and tables become those of
    Markdown.
    """

    links: Links
    limit: OutputLimit
    markdown: bool = True
    blocks: bool = False
    length: int = 0
    after_block: bool = False
    statements: set[str] = field(default_factory=set)
    sources: dict[tuple[str, Span], Source] = field(default_factory=dict)

    def piece(self, statement: Statement) -> Piece | None:
        """Return the piece for a statement. Return None if the text already contains it, or may not be so long."""
        if statement.text in self.statements:
            return None
        before, earlier = dict(self.sources), len(self.sources)
        text = self._leading_space(self._statement_words(statement))
        markers = []
        for source in map(self._source, statement.citations):
            marker = f"[{source.number}]"
            start = self.length + len(text) + 1
            markers.append(Marker(source, start, start + len(marker)))
            text += f" {marker}"
        if not self.limit.admits(text):
            self.sources = before
            return None
        self.statements.add(statement.text)
        self.length += len(text)
        return Piece(text, tuple(markers), tuple(self.sources.values())[earlier:])

    def _statement_words(self, statement: Statement) -> str:
        found = find_quoted_blocks(statement.text, [one.quote for one in statement.citations]) if self.blocks else []
        self.after_block, before = bool(found), self.after_block or bool(found)
        words = write_blocks(statement.text, found) if found else self.words(statement.text)
        return f"\n\n{words}" if before and self.statements else words

    def _leading_space(self, text: str) -> str:
        return f" {text}" if self.statements and not text.startswith("\n") else text

    def words(self, text: str) -> str:
        """Return a text as it is sent."""
        return escape(text) if self.markdown else text

    def line(self, text: str) -> Iterator[Piece]:
        """Yield a piece without citations, unless the text may not be so long."""
        if self.limit.admits(text):
            yield Piece(text)

    def notice(self, notice: Notice) -> str:
        """Return the text of a notice and its questions as it is sent."""
        return "\n".join([self.words(notice.text), *(f"- {self.words(question)}" for question in notice.questions)])

    def _source(self, citation: Citation) -> Source:
        key = (citation.reference.id, citation.span)
        if key not in self.sources:
            link = self.links.citation(citation)
            self.sources[key] = Source(len(self.sources) + 1, citation, _title(citation), link)
        return self.sources[key]

    def references(self) -> Piece:
        """Return CommonMark link definitions. They turn every marker into a link and are not displayed."""
        lines = (f'[{one.number}]: {one.link} "{_escape(one.title)}"\n' for one in self.sources.values())
        return Piece("\n\n" + "".join(lines))


def transcribe(
    events: Iterable[Event],
    links: Links,
    *,
    references: bool,
    notices: bool = True,
    markdown: bool = True,
    limit: OutputLimit | None = None,
) -> Output:
    """Yield a piece for each statement, or one piece with the reason if there is none, and then the transcript.

    `notices` adds a paragraph for each notice. `references` adds a last piece with link definitions, and writes quoted
    lists and tables in Markdown. With `markdown`, the client shows the text as Markdown, so words of documents and
    questions are escaped. `limit` leaves out the last pieces. It does not count link definitions, which are not shown.
    """
    limit = limit or OutputLimit()
    transcriber = _Transcriber(links, limit, markdown, blocks=references)
    pieces: list[Piece] = []
    for event in events:
        added = list(_pieces(transcriber, event))
        if isinstance(event, Answer):
            added += _last_pieces(transcriber, event, references=references, notices=notices)
        yield from added
        pieces += added
        if isinstance(event, Answer):
            yield _transcript(pieces, event, limit.reached or "stop")


def fixed_text(text: str) -> Output:
    """Yield a text that is not from the documents."""
    piece = Piece(text)
    yield piece
    yield _transcript([piece], None)


def final_events(events: Iterable[Event]) -> Iterator[Event]:
    """Read all events, then return the statements of the final answer and the answer.

    Statements that were streamed before a language model failed are not part of the final answer.
    """
    *_, last = events
    assert isinstance(last, Answer)
    return iter((*last.statements, last))


def _pieces(transcriber: _Transcriber, event: Event) -> Iterator[Piece]:
    if isinstance(event, Statement) and (piece := transcriber.piece(event)):
        yield piece
    if isinstance(event, Answer) and event.abstention in _REASONS and not transcriber.statements:
        yield from transcriber.line(f"{NOT_ANSWERED} {_REASONS[event.abstention]}")


def _last_pieces(transcriber: _Transcriber, answer: Answer, *, references: bool, notices: bool) -> Iterator[Piece]:
    """Yield the pieces after the statements. A greeting is the whole text of its answer."""
    for notice in answer.notices:
        if notice.kind is NoticeKind.GREETING:
            yield from transcriber.line(transcriber.notice(notice))
        elif notices:
            yield from transcriber.line(f"\n\n{NOTICE}{transcriber.notice(notice)}")
    if references and transcriber.sources:
        yield transcriber.references()


def _transcript(pieces: Sequence[Piece], answer: Answer | None, finish: FinishReason = "stop") -> Transcript:
    return Transcript(
        "".join(piece.text for piece in pieces),
        tuple(marker for piece in pieces for marker in piece.markers),
        tuple(source for piece in pieces for source in piece.new_sources),
        answer,
        finish,
    )


def _title(citation: Citation) -> str:
    return ", ".join(filter(None, (citation.reference.title, citation.pinpoint, page_words(citation))))


def _escape(title: str) -> str:
    return " ".join(title.split()).replace("\\", "\\\\").replace('"', '\\"')
