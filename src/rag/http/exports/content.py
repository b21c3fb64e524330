"""The content of an export: answers as paragraphs with numbered notes, and the documents that they cite."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from rag.http.links import Links, web_address
from rag.kept import Check, State
from rag.snapshots import StoredDocument
from rag.text.pages import page_words
from rag.types import Abstention, Answer, Citation, Outcome, Reference

_STATES = {
    State.MOVED: "These words have moved within the document since.",
    State.CHANGED: "The document no longer has these words.",
    State.GONE: "The document is no longer in the index.",
}
_ABSTAINED = "The documents do not say."
_PARTIAL = "The documents may answer only part of this question."

_KIND_FIELDS = ("document_type", "type", "kind", "source_kind", "genre", "category")
"""The metadata fields that may say which kind of work a document is."""

_LAW = re.compile(r"\b(act|law|legislation|regulation|directive|statute|ordinance|decree|constitution|treaty)s?\b")
_REPORT = re.compile(r"\b(report|policy|white paper|green paper|strategy|study|review|handbook|guideline)s?\b")


class Kind(StrEnum):
    """The kind of a cited work."""

    LEGISLATION = "legislation"
    REPORT = "report"
    WEB_PAGE = "web page"
    DOCUMENT = "document"


@dataclass(frozen=True, slots=True)
class Note:
    """A numbered note: a citation, a link to its words, the address of its document, and a remark if they changed."""

    number: int
    citation: Citation
    link: str
    address: str
    remark: str = ""

    @property
    def quote(self) -> str:
        """The quoted words on one line."""
        return " ".join(self.citation.quote.split())

    @property
    def source(self) -> str:
        """The author, the title, the date, the provision, the page and the heading."""
        cited = self.citation
        reference = cited.reference
        parts = (reference.author, reference.title, reference.published, cited.pinpoint, page_words(cited))
        return ", ".join(filter(None, (*parts, *cited.heading[-1:])))


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A statement with the numbers of its notes."""

    text: str
    notes: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A question with its answer. `remarks` are lines of the service, which no document says."""

    question: str
    paragraphs: tuple[Paragraph, ...]
    remarks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Work:
    """A cited document. `pages` are the cited ones, as printed; `address` is a link to it.

    `pinpoints` are its cited provisions, as far as they are known.
    """

    key: str
    reference: Reference
    kind: Kind
    pages: tuple[str, ...]
    address: str | None
    pinpoints: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Content:
    """Everything that a format writes. `accessed` is the day of the answers."""

    accessed: date
    sections: tuple[Section, ...]
    notes: tuple[Note, ...]
    works: tuple[Work, ...]


def content(
    answers: Sequence[tuple[Answer, tuple[Check, ...]]],
    documents: Mapping[str, StoredDocument],
    links: Links,
    accessed: date,
) -> Content:
    """Return the content of an export of answers, each with the checks of its citations.

    Notes are numbered through all answers. `documents` are those that the client may see, by id.
    """
    sections: list[Section] = []
    notes: list[Note] = []
    for answer, checks in answers:
        numbers = {one.marker: len(notes) + place for place, one in enumerate(answer.citations, start=1)}
        states = {check.marker: check.state for check in checks}
        for one in answer.citations:
            remark = _STATES.get(states.get(one.marker, State.VALID), "")
            note = Note(numbers[one.marker], one, links.citation(one), links.document(one.reference), remark)
            notes.append(note)
        sections.append(_section(answer, numbers))
    return Content(accessed, tuple(sections), tuple(notes), tuple(_works(notes, documents, links)))


def _section(answer: Answer, numbers: Mapping[int, int]) -> Section:
    paragraphs = tuple(
        Paragraph(one.text, tuple(numbers[cited.marker] for cited in one.citations)) for one in answer.statements
    )
    asked = answer.abstention != Abstention.NOT_A_QUESTION
    remarks = [
        *([_ABSTAINED] if answer.outcome == Outcome.NO_EVIDENCE and asked else []),
        *(notice.text for notice in answer.notices),
        *([_PARTIAL] if answer.outcome == Outcome.PARTIAL else []),
        *([f"These sentences are quoted because {answer.degraded}."] if answer.degraded and paragraphs else []),
    ]
    return Section(answer.question, paragraphs, tuple(remarks))


def _works(notes: Iterable[Note], documents: Mapping[str, StoredDocument], links: Links) -> Iterable[Work]:
    cited: dict[str, list[Citation]] = {}
    for note in notes:
        cited.setdefault(note.citation.reference.id, []).append(note.citation)
    keys: set[str] = set()
    for document_id, citations in cited.items():
        reference = citations[0].reference
        pages = tuple(dict.fromkeys(words for words in map(_page, citations) if words))
        key = _key(reference, keys)
        keys.add(key)
        pinpoints = tuple(dict.fromkeys(one.pinpoint for one in citations if one.pinpoint))
        yield Work(
            key,
            reference,
            _kind(reference, documents.get(document_id)),
            pages,
            links.document(reference),
            pinpoints,
        )


def _page(citation: Citation) -> str:
    return "" if citation.page is None else citation.page_label or str(citation.page)


def _key(reference: Reference, taken: set[str]) -> str:
    """Return a new key for a bibliography: ASCII letters and digits of the id, joined by hyphens."""
    base = "-".join(re.findall(r"[A-Za-z0-9]+", reference.id)) or "document"
    return next(key for key in (base, *(f"{base}-{number}" for number in range(2, 10_000))) if key not in taken)


def _kind(reference: Reference, stored: StoredDocument | None) -> Kind:
    said = [stored.metadata.get(name) for name in _KIND_FIELDS] if stored else []
    words = " ".join(str(one) for one in said if one is not None).lower().replace("_", " ")
    if _LAW.search(words):
        return Kind.LEGISLATION
    if _REPORT.search(words):
        return Kind.REPORT
    return Kind.WEB_PAGE if web_address(reference.url) else Kind.DOCUMENT
