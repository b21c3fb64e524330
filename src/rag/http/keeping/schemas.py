"""The schemas of shared answers and feedback."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import BaseModel, Field, StringConstraints

from rag import kept
from rag.http import schemas
from rag.http.keeping.sealing import GivenAnswer
from rag.http.links import Links


class ShareRequest(schemas.Request):
    """An answer to share."""

    answer: GivenAnswer


class SharedLink(BaseModel):
    """The link to an answer that was just shared."""

    id: str
    link: str = Field(description="The address of the answer on the page of this service.")
    created: str
    deletion_key: str = Field(
        description="Whoever has it may delete the answer: send it as the header `Deletion-Key`. It is shown only now."
    )


class Check(BaseModel):
    """The state of one citation since the answer was given."""

    marker: int
    state: kept.State = Field(
        description="`valid`: the words are at their place. `moved`: they are elsewhere in the document, see `now`. "
        "`changed`: the document no longer has them. `gone`: the document is no longer in the index."
    )
    now: schemas.Citation | None = Field(description="The place of the words, if they have moved.")
    since: str | None = Field(description="The time of the removal of the document, if it is known.")
    version: str | None = Field(
        description="The earlier version of the document that has the words, for comparisons; null if they are still "
        "in the document, if the index keeps no such version, and for clients without the role `maintain`."
    )

    @classmethod
    def of(cls, check: kept.Check, links: Links) -> Self:
        """Convert a check."""
        now = schemas.Citation.of(check.now, links.citation(check.now)) if check.now else None
        return cls(marker=check.marker, state=check.state, now=now, since=check.since, version=check.version)


class SharedAnswer(BaseModel):
    """A shared answer, and a check of each of its citations against the current documents."""

    id: str
    link: str
    created: str
    answer: schemas.Answer
    checks: list[Check]
    snapshot: str = Field(description="The snapshot that the citations are checked against.")

    @classmethod
    def of(cls, shared: kept.SharedAnswer, checks: tuple[kept.Check, ...], snapshot: str, links: Links) -> Self:
        """Convert a shared answer."""
        return cls(
            id=shared.id,
            link=links.shared(shared.id),
            created=shared.created,
            answer=schemas.Answer.of(shared.answer, links),
            checks=[Check.of(one, links) for one in checks],
            snapshot=snapshot,
        )


class SharedSummary(BaseModel):
    """A shared answer, without its statements."""

    id: str
    created: str
    client: str | None = Field(description="The client that shared it; null if it had no key.")
    question: str
    documents: list[str] = Field(description="The ids of the cited documents.")

    @classmethod
    def of(cls, shared: kept.SharedAnswer) -> Self:
        """Convert a shared answer."""
        documents = list(shared.documents)
        return cls(
            id=shared.id,
            created=shared.created,
            client=shared.client,
            question=shared.answer.question,
            documents=documents,
        )


class SharedSummaries(BaseModel):
    """All shared answers, newest first."""

    answers: list[SharedSummary]


Words = Annotated[str, StringConstraints(strip_whitespace=True, max_length=kept.MAX_WORDS)]


class FeedbackRequest(schemas.Request):
    """A verdict on an answer, or on one of its citations."""

    answer: GivenAnswer
    verdict: kept.Verdict
    reason: kept.Reason | None = Field(None, description="Why the verdict is bad.")
    words: Words = Field("", description="The words of the person. They are stored without the name of the client.")
    marker: int | None = Field(None, description="The citation that the verdict is about; null: the answer.")


class GivenFeedback(BaseModel):
    """The id of feedback that was just stored."""

    id: int
    created: str


class Feedback(BaseModel):
    """Stored feedback."""

    id: int
    created: str
    verdict: kept.Verdict
    reason: kept.Reason | None
    words: str
    marker: int | None
    question: str
    text: str = Field(description="The statements of the answer, each followed by its markers.")
    citations: list[schemas.Citation]

    @classmethod
    def of(cls, feedback: kept.Feedback, links: Links) -> Self:
        """Convert feedback."""
        answer = feedback.answer
        return cls(
            id=feedback.id,
            created=feedback.created,
            verdict=feedback.verdict,
            reason=feedback.reason,
            words=feedback.words,
            marker=feedback.marker,
            question=answer.question,
            text=answer.text,
            citations=[schemas.Citation.of(one, links.citation(one)) for one in answer.citations],
        )


class FeedbackList(BaseModel):
    """All feedback, oldest first."""

    feedback: list[Feedback]
