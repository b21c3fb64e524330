"""The schemas of the native API. Most of them are built from a type in `rag.types`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticCustomError

from rag import types
from rag.answer.pipeline import Evidence
from rag.http.block_schemas import Block, blocks_of
from rag.http.links import Links, web_address
from rag.snapshots import ListedSnapshot
from rag.text.blocks import find_quoted_blocks
from rag.text.periods import iso_period

MAX_QUESTION = 2_000
"""The most characters in a question."""

MAX_TURN = 8_000
"""The most characters in an earlier turn."""

MAX_TURNS = 50
"""The most earlier turns in a request."""

Question = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_QUESTION)]
Value = str | int | float | bool

ShortText = Annotated[str, StringConstraints(max_length=500)]  # with a constraint, pydantic refuses lone surrogates
Number = Annotated[int, Field(ge=-(2**63), lt=2**63)] | float  # the integers of SQLite; larger ones become floats
_Operand = ShortText | Number | bool
_Bound = ShortText | Annotated[float, Field(strict=True)]  # strict, so that true is not 1
_Operands = Annotated[list[_Operand], Field(max_length=100)]


class Request(BaseModel):
    """A request body. A request with an unknown field is invalid."""

    model_config = ConfigDict(extra="forbid")


class Bounds(Request):
    """A range of dates (`2022-06-05`, `2022`) or of numbers, or values to exclude."""

    gt: _Bound | None = None
    gte: _Bound | None = None
    lt: _Bound | None = None
    lte: _Bound | None = None
    not_: _Operand | _Operands | None = Field(None, alias="not")


Conditions = dict[ShortText, _Operand | _Operands | Bounds]

Filters = Annotated[
    Conditions,
    Field(
        default_factory=dict,
        description="Conditions on metadata. A document must meet all of them. A condition is a value, a list of "
        "alternative values, a range, or values to exclude. Values are compared, not spellings: a number equals its "
        "text, and a year or a month matches its days. A condition that no document can meet is an error.",
        examples=[{"jurisdiction": ["Kazakhstan", "European Union"], "published": {"gte": "2022-01-01"}}],
    ),
]


class Turn(Request):
    """An earlier turn of the conversation. An answer may still contain its citation markers."""

    role: types.Role
    content: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_TURN)]


History = Annotated[
    list[Turn],
    Field(
        default_factory=list,
        max_length=MAX_TURNS,
        description="The conversation before the question, oldest first. It is ignored if the question starts a new "
        "topic.",
        examples=[
            [
                {"role": "user", "content": "When do the prohibitions of the EU AI Act apply?"},
                {"role": "assistant", "content": "The prohibitions apply from 2 February 2025. [1]"},
            ]
        ],
    ),
]


def _checked_date(written: str) -> str:
    if iso_period(written) is None:
        raise PydanticCustomError("as_of", "it must be a date such as 2021-03-01, 2021-03 or 2021")
    return written


AsOf = Annotated[
    Annotated[str, AfterValidator(_checked_date)] | None,
    Field(
        description="Answer with what is in force on this day, or in this month or year: `2021-03-01`, `2021-03`, "
        "`2021`. Without it, the time that the question names counts, or else today. A document without dates is "
        "always in force.",
        examples=["2021-03-01"],
    ),
]


class AnswerRequest(Request):
    """A question, the conversation before it, and filters on the documents."""

    question: Question = Field(examples=["And for general-purpose models?"])
    history: History
    filters: Filters
    limit: int = Field(types.DEFAULT_LIMIT, ge=1, le=50, description="The most passages that the answer may use.")
    as_of: AsOf = None

    def ask(self) -> types.Ask:
        """Convert to the type that the service takes."""
        return _ask(self.question, self.filters, self.limit, self.history, self.as_of)


class SearchRequest(Request):
    """A search query, the conversation before it, and filters on the documents."""

    query: Question = Field(examples=["multivector foreign policy"])
    history: History
    filters: Filters
    limit: int = Field(10, ge=1, le=100, description="The most passages to return.")
    as_of: AsOf = None

    def ask(self) -> types.Ask:
        """Convert to the type that the service takes."""
        return _ask(self.query, self.filters, self.limit, self.history, self.as_of)


class _Place(BaseModel):
    """A span `text[start:end]` of a document, in Unicode code points."""

    page: int | None = Field(description="Counted from 1; null if the document has no pages.")
    page_label: str | None = Field(
        None, description="The printed number of the page, such as xii, if it differs, or a name such as slide 3."
    )
    ocr_confidence: float | None = Field(
        None, description="From 0 to 1, if the words were read from a picture of the page by OCR."
    )
    heading: list[str] = Field(description="The headings above the span, outermost first.")
    start: int
    end: int


class Passage(_Place):
    """A passage of a document, as it is indexed."""

    text: str

    @classmethod
    def of(cls, hit: types.Hit) -> Self:
        """Convert a hit."""
        return cls.model_validate({**_place(hit), "text": hit.text})


class InForce(BaseModel):
    """The days on which a document is in force. It has no beginning or no end on the side that is null."""

    first: str | None = Field(description="The first day.", examples=["2021-03-01"])
    last: str | None = Field(description="The last day.", examples=["2024-06-30"])


class _Described(BaseModel):
    document_id: str
    title: str
    url: str | None
    author: str | None
    published: str | None = Field(examples=["2022-06-05"])
    in_force: InForce | None = Field(
        None,
        exclude_if=lambda value: value is None,
        description="When the document is in force. Left out if nothing says so: it is always.",
    )


class _Location(_Place, _Described):
    """A span of a document, with the description of the document."""

    score: float


class Hit(_Location):
    """A passage that matches a query."""

    text: str

    @classmethod
    def of(cls, hit: types.Hit) -> Self:
        """Convert a hit."""
        return cls.model_validate({**_location(hit), "text": hit.text})


class Citation(_Location):
    """The exact words that a marker in the answer refers to."""

    marker: int
    quote: str
    pinpoint: str | None = Field(
        None,
        description="The provision that has the words, as lawyers write it, such as Art. 5(1)(a). Null if the "
        "structure of the document does not tell for certain.",
    )
    link: str = Field(description="A link to these words: in the original on the web, or on a page of this service.")
    record: bool = Field(description="Whether the words are in the record of the document instead of its text.")

    @classmethod
    def of(cls, citation: types.Citation, link: str) -> Self:
        """Convert a citation."""
        fields = {"marker": citation.marker, "quote": citation.quote, "link": link, "record": citation.record}
        return cls.model_validate({**_location(citation), **fields, "pinpoint": citation.pinpoint})


class Statement(BaseModel):
    """One sentence of an answer, with the markers of its citations."""

    text: str
    citations: list[int]
    quoted: bool = Field(
        description="Whether it is a quote in the place of a language model's sentence that its sources do not support."
    )
    exception: bool = Field(
        description="Whether it limits a rule that another statement cites: an exception or a condition."
    )
    blocks: list[Block] = Field(
        description="The list or the table that the statement quotes, as spans of its text. Empty for other statements."
    )

    @classmethod
    def of(cls, statement: types.Statement) -> Self:
        """Convert a statement."""
        return cls.model_validate(_statement_fields(statement))


class StatementEvent(Statement):
    """A streamed statement, with its citations in full."""

    sources: list[Citation]

    @classmethod
    def streamed(cls, statement: types.Statement, links: Links) -> Self:
        """Convert a statement."""
        sources = [Citation.of(citation, links.citation(citation)) for citation in statement.citations]
        return cls.model_validate({**_statement_fields(statement), "sources": sources})


def _statement_fields(statement: types.Statement) -> dict[str, object]:
    return {
        "text": statement.text,
        "citations": [citation.marker for citation in statement.citations],
        "quoted": statement.quoted,
        "exception": statement.exception,
        "blocks": blocks_of(find_quoted_blocks(statement.text, [one.quote for one in statement.citations])),
    }


class EvidenceEvent(BaseModel):
    """The passages that an answer may cite; the first event of a stream."""

    hits: list[Hit]
    snapshot: str

    @classmethod
    def of(cls, evidence: Evidence) -> Self:
        """Convert evidence."""
        return cls(hits=[Hit.of(hit) for hit in evidence.hits], snapshot=evidence.snapshot)


class Notice(BaseModel):
    """A line of the service about an answer. It is not a statement: it cites nothing and no document says it."""

    kind: types.NoticeKind = Field(
        description="`understood`: the question was read with other words. `greeting`: the message asked nothing. "
        "`shown`: only a part of a list, or one of several provisions, is shown. `unanswered`: a part of the question "
        "has no answer, or a name in it is in no document. `replaced`: a cited document says that another one replaces "
        "it. `filtered`: the filter that no document passes, with values of its field. `translation`: the unverified "
        "reply of a language model in another language than its sources. `not_yet_in_force` and `no_longer_in_force`: "
        "documents on the subject that are in force after or before the time of the answer. `exceptions`: where the "
        "exceptions of the cited rules were looked for. `conflict`: two documents in force contradict each other."
    )
    text: str = Field(examples=["The question was read with “tikcet” as “ticket”."])
    questions: list[str] = Field(description="Suggested questions, if there are any.")

    @classmethod
    def of(cls, notice: types.Notice) -> Self:
        """Convert a notice."""
        return cls(kind=notice.kind, text=notice.text, questions=list(notice.questions))


class ExceptionSearch(BaseModel):
    """Where the exceptions of the rules that an answer cites from one section were looked for."""

    document_id: str
    title: str
    heading: list[str] = Field(description="The heading path of the section.")
    provisions: list[str] = Field(description="The provisions that the rules name as their limits, and that were read.")
    missing: list[str] = Field(description="The provisions that they name and the document does not have.")
    found: int = Field(description="The number of exceptions and conditions.")

    @classmethod
    def of(cls, search: types.ExceptionSearch) -> Self:
        """Convert a search."""
        return cls(
            document_id=search.reference.id,
            title=search.reference.title,
            heading=list(search.heading),
            provisions=list(search.provisions),
            missing=list(search.missing),
            found=search.found,
        )


class ConflictSide(BaseModel):
    """One side of a conflict: the marker of the citation that quotes it, and its document."""

    marker: int
    document_id: str
    title: str
    published: str | None
    rank: str | None = Field(description="The word for its rank, such as `act`; null if nothing says it.")

    @classmethod
    def of(cls, side: types.ConflictSide) -> Self:
        """Convert a side."""
        reference = side.reference
        return cls(
            marker=side.marker,
            document_id=reference.id,
            title=reference.title,
            published=reference.published,
            rank=side.rank or None,
        )


class Conflict(BaseModel):
    """Two quotes of different documents in force that answer the question and contradict each other."""

    difference: types.Difference
    first: ConflictSide = Field(description="The side that goes first.")
    second: ConflictSide
    precedence: types.Precedence | None = Field(description="Why the first side goes first; null if nothing decides.")

    @classmethod
    def of(cls, conflict: types.Conflict) -> Self:
        """Convert a conflict."""
        return cls(
            difference=conflict.difference,
            first=ConflictSide.of(conflict.first),
            second=ConflictSide.of(conflict.second),
            precedence=conflict.precedence,
        )


class Usage(BaseModel):
    """The tokens of all requests to the language model for one question, and of its replies."""

    input_tokens: int
    output_tokens: int

    @classmethod
    def of(cls, usage: types.Usage | None) -> Self | None:
        """Convert a usage, or None."""
        return cls(input_tokens=usage.input_tokens, output_tokens=usage.output_tokens) if usage else None


class Verification(BaseModel):
    """The number of sentences of a language model's reply by decision, and the reasons of the decisions.

    A sentence is kept in the model's words only if a quote supports it. Otherwise the quote replaces it. A sentence of
    which no quote says anything is withheld.
    """

    kept: int
    replaced: int
    withheld: int
    doubts: dict[types.Doubt, int] = Field(description="The number of replaced and withheld sentences by reason.")

    @classmethod
    def of(cls, verification: types.Verification | None) -> Self | None:
        """Convert a verification."""
        if verification is None:
            return None
        return cls(
            kept=verification.kept,
            replaced=verification.replaced,
            withheld=verification.withheld,
            doubts=dict(verification.doubts),
        )


def verified(verification: Verification | None) -> str | None:
    """Return a line for people on the sentences that are not shown as the language model wrote them; None if "
    "all are."""
    if verification is None or not (verification.replaced or verification.withheld):
        return None
    total = verification.kept + verification.replaced + verification.withheld
    parts = [
        f"{verification.kept} of {total} sentences of the language model are supported by their sources",
        f"{verification.replaced} replaced with a quote" if verification.replaced else "",
        f"{verification.withheld} withheld" if verification.withheld else "",
    ]
    return f"{'; '.join(filter(None, parts))}."


class Answer(BaseModel):
    """An answer whose statements each cite the exact words that support them, or the reason why there is none."""

    question: str
    outcome: types.Outcome
    text: str = Field(description="The statements, each followed by its citation markers.")
    statements: list[Statement]
    citations: list[Citation]
    evidence: list[Hit] = Field(description="The retrieved passages, best first.")
    confidence: float = Field(
        ge=0, le=1, description="The estimated probability that the documents answer the question."
    )
    snapshot: str = Field(description="The snapshot of the index that all citations come from.")
    abstention: types.Abstention | None = Field(
        description="Why there is no answer; null if there is one. `before_first_version`: what answers the question "
        "is in force only later. `not_in_force`: what answers it is not in force at that time."
    )
    degraded: str | None = Field(
        description="Why an extractive answer replaces that of the language model; null if none does. It may follow "
        "the word because."
    )
    notices: list[Notice] = Field(description="Lines of the service about the answer, apart from its statements.")
    usage: Usage | None = Field(
        description="The tokens of the language model, as its server counts them; null if there are none."
    )
    verification: Verification | None = Field(
        description="The decisions on the sentences of a language model; null if no language model wrote a reply."
    )
    exception_searches: list[ExceptionSearch] = Field(
        description="Where the exceptions of the cited rules were looked for, one entry for each section."
    )
    conflicts: list[Conflict] = Field(
        description="The contradictions between documents in force. The outcome is then `conflicting`."
    )
    as_of: str | None = Field(
        None,
        exclude_if=lambda value: value is None,
        description="The day, month or year in which the cited documents are in force. Left out if no document of the "
        "index has a date for that.",
        examples=["2026-03-01"],
    )
    timings: dict[types.Stage, float] = Field(description="Milliseconds spent in each stage that ran, and in `total`.")
    seal: str | None = Field(
        None,
        description="Proves that this service gave the answer. Send it along to share, export or judge the answer. "
        "Null if the service cannot store a key.",
    )

    @classmethod
    def of(cls, answer: types.Answer, links: Links) -> Self:
        """Convert an answer."""
        return cls(
            question=answer.question,
            outcome=answer.outcome,
            text=answer.text,
            statements=[Statement.of(statement) for statement in answer.statements],
            citations=[Citation.of(citation, links.citation(citation)) for citation in answer.citations],
            evidence=[Hit.of(hit) for hit in answer.evidence],
            confidence=round(answer.confidence, 4),
            snapshot=answer.snapshot,
            abstention=answer.abstention,
            degraded=answer.degraded,
            notices=[Notice.of(notice) for notice in answer.notices],
            usage=Usage.of(answer.usage),
            verification=Verification.of(answer.verification),
            as_of=answer.as_of.written if answer.as_of else None,
            exception_searches=[ExceptionSearch.of(one) for one in answer.exception_searches],
            conflicts=[Conflict.of(one) for one in answer.conflicts],
            timings=dict(answer.timings),
        )


class SearchResult(BaseModel):
    """The passages that match a query, best first."""

    hits: list[Hit]
    snapshot: str


class Suggestions(BaseModel):
    """Questions that the current snapshot answers, from as many different documents as possible."""

    questions: list[str] = Field(examples=[["What is a carbon tax?"]])
    snapshot: str


class Generator(BaseModel):
    """The part that writes answers."""

    kind: Literal["extractive", "language_model"]
    another_host: bool = Field(description="Whether it gets questions and passages on another host.")


_FROM_MANIFEST = {"created", "encoder", "documents", "chunks"}


class Snapshot(BaseModel):
    """One snapshot of the index. Fields are null if damage makes them unreadable."""

    id: str
    current: bool
    created: str | None = None
    encoder: str | None = None
    documents: int | None = None
    chunks: int | None = None
    fault: str | None = Field(None, description="Why it cannot serve, if a quick check finds a reason.")
    format: int | None = Field(None, description="Its format, if that is the reason why it cannot serve.")

    @classmethod
    def of(cls, listed: ListedSnapshot) -> Self:
        """Convert a snapshot."""
        recorded = listed.manifest.model_dump(include=_FROM_MANIFEST) if listed.manifest else {}
        return cls(id=listed.id, current=listed.current, fault=listed.fault, format=listed.format, **recorded)


class Snapshots(BaseModel):
    """The snapshots on disk, newest first."""

    snapshots: list[Snapshot]


class Health(BaseModel):
    """The state of the service."""

    status: Literal["ok", "degraded"]
    snapshot: str | None = None
    detail: str | None = None


class FieldError(BaseModel):
    """An invalid field and the reason."""

    field: str
    detail: str


class Problem(BaseModel):
    """An error as problem details (RFC 9457)."""

    type: str = "about:blank"
    title: str
    status: int = Field(examples=[422])
    detail: str = Field(examples=["question: it is empty"])
    instance: str | None = None
    request_id: str | None = Field(None, description="The id of the request, as in the log of the service.")
    errors: list[FieldError] = Field(default_factory=list, description="The invalid fields.")
    gone_since: str | None = Field(
        None, description="When the document left the index, if this is known and the client may have seen it."
    )


def _ask(question: str, conditions: Filters, limit: int, history: list[Turn], as_of: str | None) -> types.Ask:
    turns = tuple(types.Turn(turn.role, turn.content) for turn in history)
    return types.Ask(question, filters(conditions), limit, turns, period(as_of))


def period(as_of: str | None) -> types.Period | None:
    """Convert the time of a request to the type that the service takes."""
    return iso_period(as_of) if as_of is not None else None


def filters(conditions: Mapping[str, Value | list[Value] | Bounds]) -> types.Filters:
    """Convert the filters of a request to the type that the service takes."""
    return {
        field: value.model_dump(exclude_none=True, by_alias=True) if isinstance(value, Bounds) else value
        for field, value in conditions.items()
    }


def _location(cited: types.Hit | types.Citation) -> dict[str, object]:
    reference = cited.reference
    return {
        "document_id": reference.id,
        "title": reference.title,
        "url": web_address(reference.url),
        "author": reference.author,
        "published": reference.published,
        "in_force": {"first": cited.in_force.since, "last": cited.in_force.until} if cited.in_force else None,
        **_place(cited),
        "score": round(cited.score, 4),
    }


def _place(cited: types.Hit | types.Citation) -> dict[str, object]:
    return {
        "page": cited.page,
        "page_label": cited.page_label,
        "ocr_confidence": cited.ocr_confidence,
        "heading": list(cited.heading),
        "start": cited.span.start,
        "end": cited.span.end,
    }
