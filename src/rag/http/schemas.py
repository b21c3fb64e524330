"""The shapes on the wire, each a projection of a noun of `rag.types`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from rag import types
from rag.answer.pipeline import Evidence
from rag.http.links import Links
from rag.snapshots import ListedSnapshot

MAX_QUESTION = 2_000
"""The most characters a question may have."""

MAX_TURN = 8_000
"""The most characters an earlier turn may have."""

MAX_TURNS = 50
"""The most earlier turns that may come with a question."""

Question = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_QUESTION)]
Value = str | int | float | bool

Word = Annotated[str, StringConstraints(max_length=500)]  # a constraint makes pydantic refuse half a surrogate pair
Number = Annotated[int, Field(ge=-(2**63), lt=2**63)] | float  # what SQLite counts with; larger ones become floats
_Operand = Word | Number | bool
_Operands = Annotated[list[_Operand], Field(max_length=100)]


class Request(BaseModel):
    """A body in which no field goes unread."""

    model_config = ConfigDict(extra="forbid")


class Bounds(Request):
    """A range, of dates (`2022-06-05`, `2022`) or of numbers, or what a field must not be."""

    gt: Word | float | None = None
    gte: Word | float | None = None
    lt: Word | float | None = None
    lte: Word | float | None = None
    not_: _Operand | _Operands | None = Field(None, alias="not")


Filters = Annotated[
    dict[Word, _Operand | _Operands | Bounds],
    Field(
        default_factory=dict,
        description="Conditions on metadata that must all hold: a value, a list of which any may hold, a range, "
        "or what must not be.",
        examples=[{"jurisdiction": ["Kazakhstan", "European Union"], "published": {"gte": "2022-01-01"}}],
    ),
]


class Turn(Request):
    """An earlier turn of the conversation; the markers of an answer may stay in it."""

    role: types.Role
    content: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_TURN)]


History = Annotated[
    list[Turn],
    Field(
        default_factory=list,
        max_length=MAX_TURNS,
        description="The conversation before the question, oldest first. A question that opens a new topic is taken "
        "on its own.",
        examples=[
            [
                {"role": "user", "content": "When do the prohibitions of the EU AI Act apply?"},
                {"role": "assistant", "content": "The prohibitions apply from 2 February 2025. [1]"},
            ]
        ],
    ),
]


class AnswerRequest(Request):
    """A question, the conversation it stands in, and which documents may answer it."""

    question: Question = Field(examples=["And for general-purpose models?"])
    history: History
    filters: Filters
    limit: int = Field(types.DEFAULT_LIMIT, ge=1, le=50, description="The most passages the answer may rest on.")

    def ask(self) -> types.Ask:
        """Return the request as the core reads it."""
        return _ask(self.question, self.filters, self.limit, self.history)


class SearchRequest(Request):
    """What to look for, and where."""

    query: Question = Field(examples=["multivector foreign policy"])
    history: History
    filters: Filters
    limit: int = Field(10, ge=1, le=100, description="The most passages to return.")

    def ask(self) -> types.Ask:
        """Return the request as the core reads it."""
        return _ask(self.query, self.filters, self.limit, self.history)


class _Place(BaseModel):
    """Where words stand: `text[start:end]` of the document, in Unicode code points."""

    document_id: str
    title: str
    url: str | None
    author: str | None
    published: str | None = Field(examples=["2022-06-05"])
    page: int | None = Field(description="Counted from 1; null where the document has no pages.")
    heading: list[str] = Field(description="The headings above, outermost first.")
    start: int
    end: int
    score: float


class Hit(_Place):
    """A passage found."""

    text: str

    @classmethod
    def of(cls, hit: types.Hit) -> Self:
        """Project a hit."""
        return cls.model_validate({**_place(hit), "text": hit.text})


class Citation(_Place):
    """The exact words that a marker in the answer points at."""

    marker: int
    quote: str
    link: str = Field(description="Where a reader finds these words: in the original on the web, or on a page here.")

    @classmethod
    def of(cls, citation: types.Citation, link: str) -> Self:
        """Project a citation."""
        shown = {"marker": citation.marker, "quote": citation.quote, "link": link}
        return cls.model_validate({**_place(citation), **shown})


class Statement(BaseModel):
    """One sentence of an answer and the markers of its citations."""

    text: str
    citations: list[int]

    @classmethod
    def of(cls, statement: types.Statement) -> Self:
        """Project a statement."""
        return cls(text=statement.text, citations=[citation.marker for citation in statement.citations])


class StatementEvent(Statement):
    """A statement as it is streamed, with its citations in full."""

    sources: list[Citation]

    @classmethod
    def told(cls, statement: types.Statement, links: Links) -> Self:
        """Project a statement."""
        sources = [Citation.of(citation, links.of(citation)) for citation in statement.citations]
        return cls(text=statement.text, citations=[source.marker for source in sources], sources=sources)


class EvidenceEvent(BaseModel):
    """The passages an answer may rest on; the first event of a stream."""

    hits: list[Hit]
    snapshot: str

    @classmethod
    def of(cls, evidence: Evidence) -> Self:
        """Project evidence."""
        return cls(hits=[Hit.of(hit) for hit in evidence.hits], snapshot=evidence.snapshot)


class Answer(BaseModel):
    """An answer in which every statement cites the exact words it rests on, or the reason there is none."""

    question: str
    outcome: types.Outcome
    text: str = Field(description="The statements, each followed by its markers.")
    statements: list[Statement]
    citations: list[Citation]
    evidence: list[Hit] = Field(description="The passages considered, best first.")
    confidence: float = Field(ge=0, le=1, description="The estimated probability that the documents answer.")
    snapshot: str = Field(description="The snapshot of the index that every citation comes from.")
    abstention: types.Abstention | None = Field(description="Why there is no answer, where there is none.")
    degraded: str | None = Field(description="What failed, where the extractive answer stands in for a generator's.")
    timings: dict[types.Stage, float] = Field(description="Milliseconds spent in each stage met, and in `total`.")

    @classmethod
    def of(cls, answer: types.Answer, links: Links) -> Self:
        """Project an answer."""
        return cls(
            question=answer.question,
            outcome=answer.outcome,
            text=answer.text,
            statements=[Statement.of(statement) for statement in answer.statements],
            citations=[Citation.of(citation, links.of(citation)) for citation in answer.citations],
            evidence=[Hit.of(hit) for hit in answer.evidence],
            confidence=round(answer.confidence, 4),
            snapshot=answer.snapshot,
            abstention=answer.abstention,
            degraded=answer.degraded,
            timings=dict(answer.timings),
        )


class SearchResult(BaseModel):
    """Passages, best first."""

    hits: list[Hit]
    snapshot: str


class Suggestions(BaseModel):
    """Questions that the current snapshot answers, each from another document."""

    questions: list[str] = Field(examples=[["What is a carbon tax?"]])
    snapshot: str


_SHOWN = {"created", "encoder", "documents", "chunks"}


class Snapshot(BaseModel):
    """One snapshot of the index; of a damaged one not all may be known."""

    id: str
    current: bool
    created: str | None = None
    encoder: str | None = None
    documents: int | None = None
    chunks: int | None = None
    fault: str | None = Field(None, description="Why it cannot serve, as far as that can be told at a glance.")

    @classmethod
    def of(cls, listed: ListedSnapshot) -> Self:
        """Project a snapshot."""
        known = listed.manifest.model_dump(include=_SHOWN) if listed.manifest else {}
        return cls(id=listed.id, current=listed.current, fault=listed.fault, **known)


class Snapshots(BaseModel):
    """The snapshots on disk, newest first."""

    snapshots: list[Snapshot]


class Health(BaseModel):
    """Whether the service can answer."""

    status: Literal["ok", "degraded"]
    snapshot: str | None = None
    detail: str | None = None


class FieldError(BaseModel):
    """One field at fault and why."""

    field: str
    detail: str


class Problem(BaseModel):
    """An error (RFC 9457)."""

    type: str = "about:blank"
    title: str
    status: int = Field(examples=[422])
    detail: str = Field(examples=["question: it is empty"])
    instance: str | None = None
    errors: list[FieldError] = Field(default_factory=list, description="Each field at fault.")


def _ask(question: str, wanted: Filters, limit: int, history: list[Turn]) -> types.Ask:
    turns = tuple(types.Turn(turn.role, turn.content) for turn in history)
    return types.Ask(question, filters(wanted), limit, turns)


def filters(wanted: Mapping[str, Value | list[Value] | Bounds]) -> types.Filters:
    """Return the filters of a request as the core reads them."""
    return {
        field: value.model_dump(exclude_none=True, by_alias=True) if isinstance(value, Bounds) else value
        for field, value in wanted.items()
    }


def _place(found: types.Hit | types.Citation) -> dict[str, object]:
    reference = found.reference
    return {
        "document_id": reference.id,
        "title": reference.title,
        "url": reference.url,
        "author": reference.author,
        "published": reference.published,
        "page": found.page,
        "heading": list(found.heading),
        "start": found.span.start,
        "end": found.span.end,
        "score": round(found.score, 4),
    }
