"""Verify a text over HTTP: each sentence and each quotation, against the documents of the index."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from rag.answer import texts
from rag.http.dependencies import LinksDep, ViewDep
from rag.http.links import Links
from rag.http.openapi import ANY_PROBLEM, problems
from rag.http.schemas import Citation, Filters, Request, ShortText, filters
from rag.types import Doubt, Span

MAX_TEXT = 20_000
"""The most characters of a text. A longer one is sent in parts, so that no request holds the service up."""

router = APIRouter(responses=ANY_PROBLEM)

_Words = Annotated[str, StringConstraints(min_length=1, max_length=MAX_TEXT)]


class CitedWords(Request):
    """A quotation of an answer of this service. Other fields of its citations are ignored."""

    model_config = ConfigDict(extra="ignore")

    document_id: ShortText
    quote: _Words
    start: int = Field(ge=0, lt=2**63)
    end: int = Field(ge=0, lt=2**63)
    record: bool = False


class AnswerToVerify(Request):
    """An answer of this service, as `/v1/answers` returned it. Only these fields are read."""

    model_config = ConfigDict(extra="ignore")

    text: _Words
    citations: Annotated[list[CitedWords], Field(max_length=100)]


class VerifyRequest(Request):
    """A text, or an answer of this service."""

    text: _Words | None = Field(
        None,
        description="Words that anybody wrote. Quotations stand in quotation marks or are block quotes, and the next "
        "link says what they cite: a page of this service for a document, or the address of a document on the web.",
        examples=["The levy began in April 2018. It “applies to drinks with 5 grams of sugar or more”."],
    )
    answer: AnswerToVerify | None = None
    markup: Literal["markdown", "none"] = Field("markdown", description="The markup of `text`.")
    filters: Filters

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.text is None) == (self.answer is None):
            raise ValueError("give either text or answer")
        return self

    def written(self) -> texts.Written:
        """Read the text."""
        if self.answer is not None:
            quotations = tuple(map(_quotation, self.answer.citations))
            return texts.Written(*_sentences(self.answer.text), quotations)
        assert self.text is not None
        return texts.from_markdown(self.text) if self.markup == "markdown" else texts.from_plain(self.text)


class VerifiedSentence(BaseModel):
    """A sentence of the text. Offsets count the code points of `text` in the response."""

    text: str
    start: int
    end: int
    support: texts.Support = Field(
        description="`supported`: quotes of a document say it. `contradicted`: the best quote has nearly the same "
        "words and says something else. `partly`: the best quote concerns it, but does not say all of it. "
        "`not_found`: no quote says anything of it."
    )
    doubt: Doubt | None = Field(description="In which respect the best quote says something else; null if it does not.")
    evidence: list[Citation] = Field(description="The quotes that support the sentence, or the one that comes nearest.")


class ChangedWords(BaseModel):
    """A difference between a quotation and the document. Either side may be empty."""

    was: str
    became: str


class VerifiedQuotation(BaseModel):
    """A quotation of the text, and the words of a document that it was found at or comes nearest to."""

    quote: str
    start: int | None
    end: int | None
    state: texts.QuoteState = Field(
        description="`valid`: a document has these words, at the cited place if one is cited. `moved`: it has them at "
        "another place. `changed`: it has similar words. `not_found`: no document has them."
    )
    found: Citation | None
    changes: list[ChangedWords]


class VerifiedText(BaseModel):
    """The verification of a text."""

    text: str = Field(description="The text without markup.")
    sentences: list[VerifiedSentence] = Field(description="Its sentences; headings, questions and references are not.")
    quotations: list[VerifiedQuotation]
    supports: dict[texts.Support, int] = Field(description="The number of sentences of each kind.")
    states: dict[texts.QuoteState, int] = Field(description="The number of quotations in each state.")
    snapshot: str

    @classmethod
    def of(cls, assessment: texts.Assessment, links: Links) -> Self:
        """Convert an assessment."""
        return cls(
            text=assessment.text,
            sentences=[_sentence(one, links) for one in assessment.sentences],
            quotations=[_verified(one, links) for one in assessment.quotations],
            supports=dict(assessment.supports),
            states=dict(assessment.states),
            snapshot=assessment.snapshot,
        )


@router.post("/v1/verify", tags=["answers"], responses=problems(422, 503))
def verify(body: VerifyRequest, view: ViewDep, links: LinksDep) -> VerifiedText:
    """Check a text against the documents: whether quotes support each sentence, and where each quotation stands."""
    return VerifiedText.of(view.verify_text(body.written(), filters(body.filters)), links)


def _sentences(text: str) -> tuple[str, tuple[Span, ...]]:
    written = texts.from_plain(text)
    return written.text, written.sentences


def _quotation(cited: CitedWords) -> texts.Quotation:
    place = texts.Cited(cited.document_id, None, Span(cited.start, cited.end), cited.record)
    return texts.Quotation(cited.quote, None, (place,))


def _sentence(one: texts.Assessed, links: Links) -> VerifiedSentence:
    return VerifiedSentence(
        text=one.text,
        start=one.span.start,
        end=one.span.end,
        support=one.support,
        doubt=one.doubt,
        evidence=[Citation.of(citation, links.citation(citation)) for citation in one.evidence],
    )


def _verified(one: texts.AssessedQuotation, links: Links) -> VerifiedQuotation:
    span = one.quotation.span
    return VerifiedQuotation(
        quote=one.quotation.words,
        start=span.start if span else None,
        end=span.end if span else None,
        state=one.state,
        found=Citation.of(one.found, links.citation(one.found)) if one.found else None,
        changes=[ChangedWords(was=change.was, became=change.became) for change in one.differences],
    )
