"""The schemas of saved questions, the changes of their answers, and the change that is held back."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, Field, StringConstraints

from rag import kept, snapshots, types
from rag.http import schemas
from rag.http.links import Links


class QuestionRequest(schemas.Request):
    """A question to save."""

    question: schemas.Question = Field(examples=["How much is the sugar levy?"])
    filters: schemas.Filters
    as_of: schemas.AsOf = None
    webhook: Annotated[str, StringConstraints(max_length=2_000)] | None = Field(
        None,
        description="The address to tell about changes of the answer. It must be public, unless a setting allows it.",
    )

    def ask(self) -> types.Ask:
        """Convert to the type that the service takes."""
        return types.Ask(self.question, schemas.filters(self.filters), as_of=schemas.period(self.as_of))


class AnswerSide(BaseModel):
    """One of two answers to a question."""

    outcome: types.Outcome
    text: str = Field(description="The statements, each followed by its citation markers. Empty if there is no answer.")
    abstention: types.Abstention | None
    snapshot: str

    @classmethod
    def of(cls, answer: types.Answer) -> Self:
        """Convert an answer."""
        return cls(outcome=answer.outcome, text=answer.text, abstention=answer.abstention, snapshot=answer.snapshot)


class CitationPair(BaseModel):
    """An old and a new citation side by side. One of them is null if the other has no counterpart."""

    before: schemas.Citation | None
    after: schemas.Citation | None
    state: kept.State | None = Field(
        description="The words of the old citation in the new documents: `valid` and `moved` words are still there, "
        "`changed` words are not, and with `gone`, the document is not there either."
    )

    @classmethod
    def of(cls, pair: kept.CitationPair, links: Links) -> Self:
        """Convert a pair."""
        before, after = (
            schemas.Citation.of(one, links.citation(one)) if one else None for one in (pair.before, pair.after)
        )
        return cls(before=before, after=after, state=pair.state)


class AnswerComparison(BaseModel):
    """The old and the new answer to one question."""

    effect: kept.Effect = Field(
        description="`refused`: the question is no longer answered. `answered`: it is answered now. `changed`: the "
        "answer has other words. `citations`: the answer has lost or gained a citation."
    )
    before: AnswerSide
    after: AnswerSide
    citations: list[CitationPair]
    lost: int = Field(description="The number of old citations that the new answer does not have.")
    gained: int = Field(description="The number of new citations that the old answer did not have.")

    @classmethod
    def of(cls, comparison: kept.Comparison, links: Links) -> Self:
        """Convert a comparison."""
        return cls(
            effect=comparison.effect,
            before=AnswerSide.of(comparison.before),
            after=AnswerSide.of(comparison.after),
            citations=[CitationPair.of(pair, links) for pair in comparison.pairs],
            lost=len(comparison.lost),
            gained=len(comparison.gained),
        )


class SavedQuestion(BaseModel):
    """A saved question with its last answer."""

    id: str
    created: str
    client: str | None = Field(description="The client that saved it; null if it had no key.")
    question: str
    filters: dict[str, Any]
    as_of: str | None = Field(
        description="The day, month or year that the question was saved with, as in `AnswerRequest`; null without one."
    )
    groups: list[str] | None = Field(
        description="The groups whose documents its answers come from; null: all documents."
    )
    has_webhook: bool
    answer: AnswerSide | None = Field(description="The last answer; null if there is none yet.")
    feed: str = Field(description="The address of the Atom feed of its changes.")

    @classmethod
    def of(cls, saved: kept.SavedQuestion, links: Links) -> Self:
        """Convert a saved question. The address of the webhook stays secret, because it may let others post there."""
        return cls(
            id=saved.id,
            created=saved.created,
            client=saved.client,
            question=saved.text,
            filters=dict(saved.filters),
            as_of=_written(saved.as_of),
            groups=None if saved.groups is None else sorted(saved.groups),
            has_webhook=saved.webhook is not None,
            answer=AnswerSide.of(saved.answer) if saved.answer else None,
            feed=links.question_feed(saved.id),
        )


class NewSavedQuestion(SavedQuestion):
    """A question that was just saved."""

    secret: str | None = Field(description="The secret that signs the deliveries to the webhook. It is shown only now.")


class SavedQuestions(BaseModel):
    """Saved questions, oldest first."""

    questions: list[SavedQuestion]
    feed: str = Field(description="The address of the Atom feed of all changes.")


class AnswerChange(BaseModel):
    """A change of the answer to a saved question."""

    id: int
    created: str
    question_id: str
    question: str
    as_of: str | None = Field(
        description="The day, month or year that the question was saved with, as in `AnswerRequest`; null without one."
    )
    comparison: AnswerComparison

    @classmethod
    def of(cls, change: kept.AnswerChange, links: Links) -> Self:
        """Convert a change."""
        return cls(
            id=change.id,
            created=change.created,
            question_id=change.question.id,
            question=change.question.text,
            as_of=_written(change.question.as_of),
            comparison=AnswerComparison.of(change.comparison, links),
        )


class AnswerChanges(BaseModel):
    """Changes of answers, newest first."""

    changes: list[AnswerChange]


class Delivery(BaseModel):
    """The body of a delivery to a webhook."""

    type: Literal["answer.changed"] = "answer.changed"
    timestamp: str
    data: AnswerChange

    @classmethod
    def body(cls, change: kept.AnswerChange, links: Links) -> bytes:
        """Return the body that tells about a change."""
        return cls(timestamp=change.created, data=AnswerChange.of(change, links)).model_dump_json().encode()


class ReviewedQuestion(BaseModel):
    """A saved question whose answer would change."""

    id: str
    question: str
    as_of: str | None = Field(
        description="The day, month or year that the question was saved with, as in `AnswerRequest`; null without one."
    )
    comparison: AnswerComparison

    @classmethod
    def of(cls, reviewed: kept.ReviewedQuestion, links: Links) -> Self:
        """Convert a question of a review."""
        comparison = AnswerComparison.of(reviewed.comparison, links)
        return cls(id=reviewed.id, question=reviewed.text, as_of=_written(reviewed.as_of), comparison=comparison)


class HeldChange(BaseModel):
    """A change of the index that is held back until a maintainer decides."""

    id: str = Field(description="The id of the snapshot that would go in force.")
    created: str
    current: str | None = Field(description="The snapshot that is in force.")
    asked: int = Field(description="The number of saved questions.")
    changed: list[ReviewedQuestion] = Field(description="Those whose answers would change.")

    @classmethod
    def of(cls, review: snapshots.Review, report: kept.ReviewReport, links: Links) -> Self:
        """Convert a review and its report."""
        changed = [ReviewedQuestion.of(one, links) for one in report.changed]
        return cls(id=review.id, created=review.created, current=review.parent, asked=report.asked, changed=changed)


class Review(BaseModel):
    """The change that is held back."""

    held: HeldChange | None = Field(description="Null if no change is held back.")


class DecisionRequest(schemas.Request):
    """A decision on the change that is held back."""

    id: schemas.ShortText = Field(
        description="The id of the held snapshot, so that nobody decides on an unseen change."
    )
    decision: Literal["accept", "drop"]


def _written(as_of: types.Period | None) -> str | None:
    return as_of.written if as_of else None
