"""From the events of an answer to a text that only grows, and where in it the markers of its citations stand.

What a chat client was sent cannot be taken back. So where a language model fails after its first sentences, those stay,
for each was verified; the extractive ones follow, and their markers count on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from rag.answer.pipeline import Event
from rag.http.links import Links
from rag.types import Abstention, Answer, Citation, Span, Statement

UNSAID = "The documents do not say."
"""What an answer begins with that says nothing."""

_WHY = {
    Abstention.EMPTY_INDEX: "No documents have been added yet.",
    Abstention.FILTERED_OUT: "No document matches the filters.",
    Abstention.WEAK_EVIDENCE: "No passage comes close enough to the question to rest an answer on.",
    Abstention.UNSUPPORTED: "Passages were found, but none of their words support an answer.",
}


@dataclass(frozen=True, slots=True)
class Source:
    """A citation as a reader is shown it: its marker in this text, its title, and a link to its words."""

    marker: int
    citation: Citation
    title: str
    link: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A marker, `[1]`, at the code points `[start, end)` of the whole text."""

    source: Source
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Piece:
    """What the text grows by: words with the markers in them, and the sources that were not cited before."""

    text: str
    marks: tuple[Mark, ...] = ()
    new: tuple[Source, ...] = ()


@dataclass(frozen=True, slots=True)
class Whole:
    """All that was told; `answer` is missing where nothing was asked of the documents."""

    text: str
    marks: tuple[Mark, ...]
    sources: tuple[Source, ...]
    answer: Answer | None


Told: TypeAlias = Iterator[Piece | Whole]
"""Pieces, and last the whole."""


@dataclass(slots=True)
class _Teller:
    """What has been said so far."""

    links: Links
    length: int = 0
    said: set[str] = field(default_factory=set)
    sources: dict[tuple[str, Span], Source] = field(default_factory=dict)

    def tell(self, statement: Statement) -> Piece | None:
        """Return what a statement adds to the text, or None if it has been said."""
        if statement.text in self.said:
            return None
        known = len(self.sources)
        text = f" {statement.text}" if self.said else statement.text
        marks = []
        for source in map(self._source, statement.citations):
            marker = f"[{source.marker}]"
            start = self.length + len(text) + 1
            marks.append(Mark(source, start, start + len(marker)))
            text += f" {marker}"
        self.said.add(statement.text)
        self.length += len(text)
        return Piece(text, tuple(marks), tuple(self.sources.values())[known:])

    def _source(self, citation: Citation) -> Source:
        key = (citation.reference.id, citation.span)
        if key not in self.sources:
            link = self.links.of(citation)
            self.sources[key] = Source(len(self.sources) + 1, citation, _title(citation), link)
        return self.sources[key]

    def references(self) -> Piece:
        """Return CommonMark's definitions, which make a link of every marker and are not shown themselves."""
        lines = (f'[{one.marker}]: {one.link} "{_quoted(one.title)}"\n' for one in self.sources.values())
        return Piece("\n\n" + "".join(lines))


def tell(events: Iterable[Event], links: Links, *, references: bool) -> Told:
    """Yield a piece for each statement as it comes, or one that says why there is none, and the whole."""
    teller = _Teller(links)
    pieces: list[Piece] = []
    for event in events:
        added = list(_added(teller, event, references))
        yield from added
        pieces += added
        if isinstance(event, Answer):
            yield _joined(pieces, event)


def remark(text: str) -> Told:
    """Tell a text that rests on no documents."""
    piece = Piece(text)
    yield piece
    yield _joined([piece], None)


def settled(events: Iterable[Event]) -> Iterator[Event]:
    """Return the events as if all had come at once: the statements of the answer, which alone is final."""
    *_, last = events
    assert isinstance(last, Answer)
    return iter((*last.statements, last))


def _added(teller: _Teller, event: Event, references: bool) -> Iterator[Piece]:
    if isinstance(event, Statement) and (piece := teller.tell(event)):
        yield piece
    if isinstance(event, Answer) and event.abstention and not teller.said:
        yield Piece(f"{UNSAID} {_WHY[event.abstention]}")
    if isinstance(event, Answer) and references and teller.sources:
        yield teller.references()


def _joined(pieces: Sequence[Piece], answer: Answer | None) -> Whole:
    return Whole(
        "".join(piece.text for piece in pieces),
        tuple(mark for piece in pieces for mark in piece.marks),
        tuple(source for piece in pieces for source in piece.new),
        answer,
    )


def _title(citation: Citation) -> str:
    page = f", p. {citation.page}" if citation.page is not None else ""
    return f"{citation.reference.title}{page}"


def _quoted(title: str) -> str:
    return " ".join(title.split()).replace("\\", "\\\\").replace('"', '\\"')
