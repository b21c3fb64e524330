"""The nouns of the project: immutable values that ingestion and answering exchange."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Literal, TypeAlias

Value: TypeAlias = str | int | float | bool
"""One metadata value. A field may hold several."""

Metadata: TypeAlias = Mapping[str, Value | tuple[Value, ...]]

Bounds: TypeAlias = Mapping[str, Value | Sequence[Value]]
Filters: TypeAlias = Mapping[str, Value | Sequence[Value] | Bounds]
"""Conditions on metadata, by field. `rag.index.filters` describes their form."""

DEFAULT_LIMIT = 8
"""The most passages that an answer may use if the request has no limit."""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open range `[start, end)` of Unicode code points in a document's canonical text."""

    start: int
    end: int

    def of(self, text: str) -> str:
        """Return the part of `text` at this span."""
        return text[self.start : self.end]

    def shift(self, offset: int) -> Span:
        """Return this span moved right by `offset` code points."""
        return Span(self.start + offset, self.end + offset)

    def contains(self, part: Span) -> bool:
        """Return whether `part` lies within this span."""
        return self.start <= part.start and part.end <= self.end

    def overlaps(self, other: Span) -> bool:
        """Return whether both have a code point in common."""
        return self.start < other.end and other.start < self.end


@dataclass(frozen=True, slots=True)
class Period:
    """A period from its first to its last day. If an end is open, that day is the first or last one of all."""

    first: date
    last: date

    @property
    def since(self) -> str | None:
        """The first day in ISO 8601; None if there is no first day."""
        return None if self.first == date.min else self.first.isoformat()

    @property
    def until(self) -> str | None:
        """The last day in ISO 8601; None if there is no last day."""
        return None if self.last == date.max else self.last.isoformat()

    @property
    def written(self) -> str:
        """A day, month or year in ISO 8601, in its own precision; for another period its first and last day."""
        days = (self.last - self.first).days
        if days == 0:
            return self.first.isoformat()
        for length, least in ((7, 27), (4, 364)):
            if least <= days <= least + 3 and self.first.isoformat()[:length] == self.last.isoformat()[:length]:
                return self.first.isoformat()[:length]
        return f"{self.first.isoformat()}/{self.last.isoformat()}"

    def overlaps(self, other: Period) -> bool:
        """Return whether the two periods share a day."""
        return self.first <= other.last and other.first <= self.last


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading line of a document: `level` 1 is the highest; `span` covers the line in the text."""

    span: Span
    level: int
    title: str


@dataclass(frozen=True, slots=True)
class Reference:
    """The description of a document that a citation shows.

    `published` is an ISO 8601 date of any precision: `2022-06-05`, `2022-06` or `2022`.
    """

    id: str
    title: str
    url: str | None = None
    author: str | None = None
    published: str | None = None


@dataclass(frozen=True, slots=True)
class PageNote:
    """Facts about one page for its citations. `page` is its number in the file, from 1.

    `label` is the printed page number, such as `xii`, if it differs, or a name such as `slide 3`. `ocr_confidence` is
    the mean confidence of the words, in [0, 1], if the text was read from a picture by OCR.
    """

    page: int
    label: str | None = None
    ocr_confidence: float | None = None


@dataclass(frozen=True, slots=True, order=True)
class Inferred:
    """A fact that was found in the text of its document: the field, and the words that say so."""

    field: str
    span: Span


SEALED = ("",)
"""The labels of a document whose own labels cannot be read.

No group has this name, so only clients of all groups see the document.
"""


@dataclass(frozen=True, slots=True)
class Document:
    """One document: its canonical text (UTF-8, NFC, `\\n`), which never changes, and its metadata.

    Headings lie inside the text in reading order. `pages[i]` is the offset at which page i + 1 begins. `pages` is empty
    if the format has no pages. `page_notes` has at most one note for each page, in their order. `access` has the groups
    that may see the document, sorted; without any, everybody may see it. SEALED is seen by no group. `inferred` has
    the fields of the metadata that nobody gave, because the text states them.
    """

    reference: Reference
    text: str
    language: str | None = None
    metadata: Metadata = field(default_factory=dict)
    headings: tuple[Heading, ...] = ()
    pages: tuple[int, ...] = ()
    page_notes: tuple[PageNote, ...] = ()
    access: tuple[str, ...] = ()
    inferred: tuple[Inferred, ...] = ()


@dataclass(frozen=True, slots=True)
class Chunk:
    """A piece of a document that is indexed as one row; the chunks of a document partition its text.

    `heading` is its heading path: the titles of the headings above it, the highest level first.
    """

    span: Span
    heading: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Quotable:
    """A part of a passage that a statement may quote: a sentence, a list item, a short list, or a table row.

    `place` is its number among the sentences of the passage. A statement puts `leads` before `span`: the lead-ins of
    its lists, the sentence that its opening refers to, the question that it answers, or its table's caption and header.
    They may stand in earlier passages. `items` are the items of a list that is quoted in full. `marked` is true for a
    list item. `whole` is true for a complete sentence, false for a fragment. `pointer` is true for a sentence that only
    refers to another place. A statement puts `tails` last: the exceptions and conditions of a rule, the sentence that
    this one announces, or the rest of a sentence that a page break cut. They may stand in the next passage. `places`
    are the numbers of the other sentences of the passage that the statement quotes, or whose question it answers. The
    latest row of a table of dates is quotable in each passage of the table. `span` is then outside the passage.
    """

    place: int
    span: Span
    leads: tuple[Span, ...] = ()
    items: tuple[Span, ...] = ()
    marked: bool = False
    whole: bool = True
    pointer: bool = False
    tails: tuple[Span, ...] = ()
    places: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found for a question: `text` is the document's text at `span`; higher scores are better.

    `pages` and `page_notes` are those of the document. If the passage is
    evidence, `quotable` lists the parts that an answer may quote. `before` and `after` are the text around the passage,
    as far as these parts need it: for example the start of a list that was split. `language` is the code of the
    document's language. `in_force` is when the document is in force; None if nothing says so.
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
    after: str = ""
    language: str | None = None
    page_notes: tuple[PageNote, ...] = ()
    in_force: Period | None = None

    @property
    def page(self) -> int | None:
        """The page, counted from 1, on which the passage begins."""
        return page_at(self.pages, self.span.start)

    @property
    def page_label(self) -> str | None:
        """The printed number of this page, if it differs."""
        return self.page_note(self.span).label

    @property
    def ocr_confidence(self) -> float | None:
        """The confidence of the passage, if OCR read it."""
        return self.page_note(self.span).ocr_confidence

    def page_note(self, span: Span) -> PageNote:
        """Return the label of the page on which `span` begins, and the lowest confidence of its pages.

        Without pages, the number of the page is 0.
        """
        first, last = page_at(self.pages, span.start) or 0, page_at(self.pages, max(span.start, span.end - 1)) or 0
        noted = [note for note in self.page_notes if first <= note.page <= last]
        label = noted[0].label if noted and noted[0].page == first else None
        confidences = [note.ocr_confidence for note in noted if note.ocr_confidence is not None]
        return PageNote(first, label, min(confidences, default=None))

    @property
    def known(self) -> Span:
        """The span of `before`, `text` and `after` together, which `quote` can read."""
        return Span(self.span.start - len(self.before), self.span.end + len(self.after))

    def quote(self, span: Span) -> str:
        """Return the document's text at `span`, which must lie within `known`."""
        known = self.known
        assert known.start <= span.start < span.end <= known.end, "a quote lies within the known text"
        if self.span.contains(span):
            return self.text[span.start - self.span.start : span.end - self.span.start]
        return (self.before + self.text + self.after)[span.start - known.start : span.end - known.start]

    def citation(self, span: Span, quote: str, pinpoint: Pinpoint) -> Citation:
        """Return the citation of a quote, as number 1. Its span begins in this passage, and may end after it."""
        note = self.page_note(span)
        return Citation(
            marker=1,
            reference=self.reference,
            span=span,
            quote=quote,
            heading=self.heading,
            page=note.page or None,
            score=self.score,
            page_label=note.label,
            ocr_confidence=note.ocr_confidence,
            pinpoint=pinpoint(self.reference.id, span),
        )


def page_at(pages: tuple[int, ...], offset: int) -> int | None:
    """Return the page, counted from 1, that holds `offset`; None if there are no pages."""
    return max(bisect_right(pages, offset), 1) if pages else None


@dataclass(frozen=True, slots=True)
class Citation:
    """The exact words that support a statement: `document.text[start:end] == quote`.

    If `record` is true, the words are in the record of the document: `record[start:end] == quote`. `page_label` is the
    printed number of the page, if it differs. `ocr_confidence` is in [0, 1], and None if OCR did not read the words.
    `pinpoint` is the provision that has the words, such as `Art. 5(1)(a)`; None if that is not certain.
    `in_force` is as in `Hit`.
    """

    marker: int
    reference: Reference
    span: Span
    quote: str
    heading: tuple[str, ...]
    page: int | None
    score: float
    record: bool = False
    page_label: str | None = None
    ocr_confidence: float | None = None
    pinpoint: str | None = None
    in_force: Period | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """A sentence that a generator proposes, with its sources: passage numbers, counted from 0, and spans.

    If a span is None, the words of the passage that support the sentence best are quoted. `misquoted` is true if the
    generator gave a quote that is not in the passage that it names.
    """

    text: str
    sources: tuple[tuple[int, Span | None], ...]
    misquoted: bool = False


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence of an answer with at least one verified citation.

    `quoted` is true if it is a quote in the place of a language model's sentence that its sources do not support.
    `exception` is true if it limits a rule that another statement cites: an exception or a condition.
    """

    text: str
    citations: tuple[Citation, ...]
    quoted: bool = False
    exception: bool = False


@dataclass(frozen=True, slots=True)
class ExceptionSearch:
    """Where the exceptions of the rules that an answer cites from one section were looked for.

    `provisions` are the provisions that the rules name (`subject to section 5`) and that were read too; `missing` are
    those that the document does not have. `found` is the number of exceptions and conditions.
    """

    reference: Reference
    heading: tuple[str, ...]
    provisions: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    found: int = 0


class Difference(StrEnum):
    """How two sentences contradict each other."""

    FIGURE = "figure"
    DATE = "date"
    MODALITY = "modality"
    NEGATION = "negation"


class Precedence(StrEnum):
    """Why one document goes before another: its rank (law above guidance), its date, or because it is more specific."""

    RANK = "rank"
    DATE = "date"
    SPECIFIC = "specific"


DEFAULT_RANKS = (
    "constitution treaty",
    "act law statute code directive",
    "regulation order decree ordinance bylaw byelaw rules",
    "policy standard scheme conditions terms",
    "guidance guideline guide handbook manual circular leaflet brochure faq",
)
"""The kinds of documents of each rank, the highest first."""


@dataclass(frozen=True, slots=True)
class ConflictSide:
    """One side of a conflict: the marker of its citation, its document, and the word for its rank, such as `act`."""

    marker: int
    reference: Reference
    rank: str = ""


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two quotes of different documents in force that answer a question and contradict each other.

    `first` is the side that goes before the other; `precedence` says why. If it is None, nothing decides.
    """

    difference: Difference
    first: ConflictSide
    second: ConflictSide
    precedence: Precedence | None = None


class Role(StrEnum):
    """The speaker of a turn."""

    USER = "user"
    ASSISTANT = "assistant"


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn of a conversation."""

    role: Role
    content: str


_LONG_SPACE = re.compile(r"(?<!\s)\s{4,}+")


@dataclass(frozen=True, slots=True)
class Ask:
    """One request for an answer or for passages.

    `limit` is the most passages to return, or the most that the answer may use. `history` has the earlier turns, oldest
    first. `as_of` is the day, month or year in which a document must be in force to answer; None for the time that the
    question names, or else today. A long run of white space in the question becomes one space, so that no pattern is
    slow on it.
    """

    question: str
    filters: Filters = field(default_factory=dict)
    limit: int = DEFAULT_LIMIT
    history: tuple[Turn, ...] = ()
    as_of: Period | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "question", _LONG_SPACE.sub(" ", self.question).strip())


class Fusion(StrEnum):
    """How to combine the dense and the lexical score of a passage; `lexical` and `dense` use one score alone."""

    Z_SCORE = "z-score"
    RRF = "rrf"
    LEXICAL = "lexical"
    DENSE = "dense"


class KeepOriginals(StrEnum):
    """The documents whose files the index keeps: none, those from HTTP and feeds, or also those of folders."""

    NONE = "none"
    REMOTE = "remote"
    ALL = "all"


class Permission(StrEnum):
    """Who may do something besides asking: nobody, clients who have proved who they are, or everyone who may ask."""

    NOBODY = "nobody"
    CLIENTS = "clients"
    EVERYONE = "everyone"


class LogFormat(StrEnum):
    """The form of log lines: text for people, or JSON, one object a line."""

    TEXT = "text"
    JSON = "json"


class LogLevel(StrEnum):
    """The least level of log lines."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class AuditedQuestions(StrEnum):
    """How the audit log holds questions: as text, or as a keyed hash that cannot be read back."""

    TEXT = "text"
    HMAC = "hmac"


class Stage(StrEnum):
    """The stages of answering a question, in their order."""

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
    VERIFY = "verify"
    TOTAL = "total"


Pinpoint: TypeAlias = Callable[[str, Span], str | None]
"""Returns the provision that has a span of the document with this id, such as `Art. 5(1)(a)`."""

Lap: TypeAlias = Callable[[Stage], None]
"""Called at the end of a stage; the time since the last call counts for that stage."""


class Outcome(StrEnum):
    """The outcome of a question."""

    ANSWERED = "answered"
    PARTIAL = "partial"
    CONFLICTING = "conflicting"
    NO_EVIDENCE = "no_evidence"


class Abstention(StrEnum):
    """The reason why the service gave no answer."""

    EMPTY_INDEX = "empty_index"
    FILTERED_OUT = "filtered_out"
    WEAK_EVIDENCE = "weak_evidence"
    UNSUPPORTED = "unsupported"
    NOT_A_QUESTION = "not_a_question"
    BEFORE_FIRST_VERSION = "before_first_version"
    NOT_IN_FORCE = "not_in_force"


class Doubt(StrEnum):
    """The reason why a sentence of a language model is not shown in its own words."""

    FIGURE = "figure"
    NAME = "name"
    NEGATION = "negation"
    OPPOSITE = "opposite"
    COMPARISON = "comparison"
    MODALITY = "modality"
    QUANTIFIER = "quantifier"
    ROLE = "role"
    TIME = "time"
    CONDITION = "condition"
    UNSUPPORTED = "unsupported"
    ANTECEDENT = "antecedent"
    QUOTE = "quote"
    LINK = "link"
    COMMAND = "command"
    LANGUAGE = "language"
    NO_SOURCE = "no_source"


class Decision(StrEnum):
    """How a sentence of a language model is shown: in its own words, as a quote in its place, or not at all."""

    KEPT = "kept"
    REPLACED = "replaced"
    WITHHELD = "withheld"


@dataclass(frozen=True, slots=True)
class Verification:
    """The number of sentences of a language model by decision, and of the replaced and withheld ones by reason."""

    kept: int = 0
    replaced: int = 0
    withheld: int = 0
    doubts: Mapping[Doubt, int] = field(default_factory=dict)

    @property
    def checked(self) -> int:
        """The number of sentences that were checked."""
        return self.kept + self.replaced + self.withheld


class NoticeKind(StrEnum):
    """The subject of a notice."""

    UNDERSTOOD = "understood"
    GREETING = "greeting"
    SHOWN = "shown"
    UNANSWERED = "unanswered"
    REPLACED = "replaced"
    FILTERED = "filtered"
    TRANSLATION = "translation"
    NOT_YET_IN_FORCE = "not_yet_in_force"
    NO_LONGER_IN_FORCE = "no_longer_in_force"
    EXCEPTIONS = "exceptions"
    CONFLICT = "conflict"


@dataclass(frozen=True, slots=True)
class Notice:
    """A line of the service about an answer. It is not a statement: it cites nothing and no document says it.

    `understood`: the question was read with other words than were typed. `greeting`: the user greeted or thanked.
    `shown`: the answer shows only a part of a list, or one of several provisions. `unanswered`: a part of the question
    has no answer, or a name in it is in no document. `replaced`: a cited document says that another one replaces it.
    `filtered`: the filter that no document passes. `translation`: the unverified reply of a language model in another
    language than its sources. `not_yet_in_force` and `no_longer_in_force`: documents on the subject that are in force
    after or before the time of the answer. `exceptions`: where the exceptions of the cited rules were looked for.
    `conflict`: two documents in force contradict each other. `questions` are suggestions, if there are any.
    """

    kind: NoticeKind
    text: str
    questions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Usage:
    """The tokens of a request to a language model and of its reply, as its server counts them."""

    input_tokens: int
    output_tokens: int


@dataclass(frozen=True, slots=True)
class Answer:
    """The whole answer: statements in reading order, the passages considered, and the id of their snapshot.

    `confidence` is the estimated probability, in [0, 1], that the documents answer the question. `degraded` is the
    reason if the language model was not asked or failed, and the answer is extractive instead. `timings` are the
    milliseconds spent in each stage, and their sum as `total`. `notices` are lines about the answer that are not
    statements. `usage` counts the tokens of the language model; None if it was not asked or does not count them.
    `verification` counts the sentences of a language model's reply; None if no language model wrote one. `as_of` is the
    time at which the cited documents are in force; None if no document of the index has a date for that.
    `exception_searches` says where the exceptions of the cited rules were looked for. `conflicts` are contradictions
    between documents in force. The outcome is then `conflicting`.
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
    notices: tuple[Notice, ...] = ()
    usage: Usage | None = None
    verification: Verification | None = None
    as_of: Period | None = None
    exception_searches: tuple[ExceptionSearch, ...] = ()
    conflicts: tuple[Conflict, ...] = ()

    @property
    def text(self) -> str:
        """The statements, each followed by its citation markers: `... [1] ... [1] [2]`."""
        return " ".join(
            f"{statement.text} {' '.join(f'[{citation.marker}]' for citation in statement.citations)}"
            for statement in self.statements
        )

    @property
    def citations(self) -> tuple[Citation, ...]:
        """Every citation once, in the order of its marker."""
        by_marker = {c.marker: c for statement in self.statements for c in statement.citations}
        return tuple(by_marker[marker] for marker in sorted(by_marker))


SourceState: TypeAlias = Literal["added", "updated", "moved", "unchanged", "duplicate", "failed", "skipped", "removed"]
