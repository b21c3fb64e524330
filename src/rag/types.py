"""The nouns of the project: immutable values that the two lines, ingestion and answering, pass along."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal, TypeAlias

Value: TypeAlias = str | int | float | bool
"""One metadata value; a document may carry several under one name."""

Metadata: TypeAlias = Mapping[str, Value | tuple[Value, ...]]

Bounds: TypeAlias = Mapping[str, Value | Sequence[Value]]
Filters: TypeAlias = Mapping[str, Value | Sequence[Value] | Bounds]
"""Conditions on metadata by field, as `rag.index.filters` reads them."""

DEFAULT_LIMIT = 8
"""The most passages an answer rests on if the request names no limit."""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open range `[start, end)` of Unicode code points in a document's canonical text."""

    start: int
    end: int

    def of(self, text: str) -> str:
        """Return the words of `text` that this span points at."""
        return text[self.start : self.end]

    def shift(self, offset: int) -> Span:
        """Return this span moved right by `offset` code points."""
        return Span(self.start + offset, self.end + offset)


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading line of a document: `level` 1 is the highest; `span` covers the line in the text."""

    span: Span
    level: int
    title: str


@dataclass(frozen=True, slots=True)
class Reference:
    """What a citation says of the document it points into.

    `published` is an ISO 8601 date: `2022-06-05`, or `2022-06` or `2022` where no more is known.
    """

    id: str
    title: str
    url: str | None = None
    author: str | None = None
    published: str | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """One document: its canonical text (UTF-8, NFC, `\\n`), stored once and never changed, and what is known of it.

    Headings lie inside the text in reading order. `pages[i]` is the offset at which page i + 1 begins; empty where
    the format has no pages.
    """

    reference: Reference
    text: str
    language: str | None = None
    metadata: Metadata = field(default_factory=dict)
    headings: tuple[Heading, ...] = ()
    pages: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Chunk:
    """A piece of a document that is indexed as one row; the chunks of a document partition its text."""

    span: Span
    heading: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Quotable:
    """What may be quoted of a passage: a sentence, an item of a list, a short list whole, or a row of a table.

    `place` is its number among all sentences of the passage. `leads` come before `span` in a statement: the lead-ins of
    the lists it is in, the sentence its opening refers to, or the header of its table; they may stand in the passages
    before. `items` are those of a list that is quoted whole. `marked` is whether it is an item, `whole` whether it is
    more than a fragment, `pointer` whether all it says is where something is said.
    """

    place: int
    span: Span
    leads: tuple[Span, ...] = ()
    items: tuple[Span, ...] = ()
    marked: bool = False
    whole: bool = True
    pointer: bool = False


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found for a question: `text` is the document's text at `span`; higher scores are better.

    `pages` are the offsets at which the document's pages begin, empty where it has none. Of a passage that is evidence,
    `quotable` is what an answer may say of it, and `before` the text that leads up to it, as far as that needs it: a
    list that was cut has its first words there.
    """

    row: int
    reference: Reference
    span: Span
    text: str
    heading: tuple[str, ...]
    pages: tuple[int, ...]
    score: float
    before: str = ""
    quotable: tuple[Quotable, ...] = ()

    @property
    def page(self) -> int | None:
        """The page, counted from 1, on which the passage begins."""
        return page_at(self.pages, self.span.start)

    @property
    def known(self) -> Span:
        """Where the words stand that are at hand: the passage and what leads up to it."""
        return Span(self.span.start - len(self.before), self.span.end)

    def quote(self, span: Span) -> str:
        """Return the document's words at `span`, which lies within those at hand."""
        first = self.span.start - len(self.before)
        assert first <= span.start < span.end <= self.span.end, "a quote lies within the words at hand"
        return (self.before + self.text)[span.start - first : span.end - first]


def page_at(pages: tuple[int, ...], offset: int) -> int | None:
    """Return the page, counted from 1, that holds `offset`; None where there are no pages."""
    return max(bisect_right(pages, offset), 1) if pages else None


@dataclass(frozen=True, slots=True)
class Citation:
    """The exact words a statement rests on: `document.text[start:end] == quote`, checked before it is shown."""

    marker: int
    reference: Reference
    span: Span
    quote: str
    heading: tuple[str, ...]
    page: int | None
    score: float


@dataclass(frozen=True, slots=True)
class Draft:
    """A sentence a generator proposes: its words, and for each passage it rests on (counted from 0) the span cited.

    A span of None asks for the words of that passage which best support the sentence.
    """

    text: str
    sources: tuple[tuple[int, Span | None], ...]


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence of an answer with its verified citations, of which there is at least one."""

    text: str
    citations: tuple[Citation, ...]


class Role(StrEnum):
    """Who said a turn of a conversation."""

    USER = "user"
    ASSISTANT = "assistant"


@dataclass(frozen=True, slots=True)
class Turn:
    """One earlier turn of the conversation that a question stands in."""

    role: Role
    content: str


@dataclass(frozen=True, slots=True)
class Ask:
    """One request for an answer or for passages.

    `limit` is the most passages to return or to rest an answer on. `history` are the earlier turns, oldest first.
    """

    question: str
    filters: Filters = field(default_factory=dict)
    limit: int = DEFAULT_LIMIT
    history: tuple[Turn, ...] = ()


class Fusion(StrEnum):
    """How the dense and the lexical score of a passage become one; `lexical` and `dense` let one alone decide."""

    Z_SCORE = "z-score"
    RRF = "rrf"
    LEXICAL = "lexical"
    DENSE = "dense"


class Stage(StrEnum):
    """A stage on the way from a question to its answer, in the order in which they are first met."""

    CONVERSATION = "conversation"
    ENCODE = "encode"
    FILTER = "filter"
    LEXICAL = "lexical"
    DENSE = "dense"
    FUSE = "fuse"
    RERANK = "rerank"
    PICK = "pick"
    EXTRACT = "extract"
    GENERATE = "generate"
    TOTAL = "total"


Lap: TypeAlias = Callable[[Stage], None]
"""Is told that a stage has ended, and with it the time since the one before."""


class Outcome(StrEnum):
    """What became of a question."""

    ANSWERED = "answered"
    PARTIAL = "partial"
    NO_EVIDENCE = "no_evidence"


class Abstention(StrEnum):
    """Why a question was not answered."""

    EMPTY_INDEX = "empty_index"
    FILTERED_OUT = "filtered_out"
    WEAK_EVIDENCE = "weak_evidence"
    UNSUPPORTED = "unsupported"


@dataclass(frozen=True, slots=True)
class Answer:
    """The whole answer: statements in reading order, the passages considered, and the snapshot both come from.

    `confidence` is the estimated probability, in [0, 1], that the documents answer the question. `degraded` names
    the reason where a configured backend failed and the extractive answer stands in. `timings` are the milliseconds
    spent in each stage that the question went through, and `total`, their sum.
    """

    question: str
    outcome: Outcome
    statements: tuple[Statement, ...]
    evidence: tuple[Hit, ...]
    confidence: float
    snapshot: str
    abstention: Abstention | None = None
    degraded: str | None = None
    timings: Mapping[Stage, float] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The statements, each followed by the markers of its citations: `... [1] ... [1] [2]`."""
        return " ".join(
            f"{statement.text} {' '.join(f'[{citation.marker}]' for citation in statement.citations)}"
            for statement in self.statements
        )

    @property
    def citations(self) -> tuple[Citation, ...]:
        """Every citation once, in the order of its marker."""
        by_marker = {c.marker: c for statement in self.statements for c in statement.citations}
        return tuple(by_marker[marker] for marker in sorted(by_marker))


SourceState: TypeAlias = Literal["added", "updated", "unchanged", "duplicate", "failed", "skipped", "removed"]
