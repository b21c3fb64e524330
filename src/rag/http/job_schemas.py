"""The shapes on the wire of what changes the index: documents given, jobs, and what became of them."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from rag.http.schemas import Number, Request, Word
from rag.ingest.ledger import State, Status
from rag.text import normalise
from rag.types import SourceState
from rag.upkeep import Job, JobState


def _checked_id(given: str) -> str:
    if given != " ".join(normalise(given).split()):
        raise PydanticCustomError("id", "an id is one line of words, without control characters or space around it")
    return given


DocumentId = Annotated[str, StringConstraints(min_length=1, max_length=500), AfterValidator(_checked_id)]
_Fact = Annotated[str, StringConstraints(max_length=4_000)]
_Detail = _Fact | Number | bool


class Facts(Request):
    """What is known of a document and a citation shows, and any further facts to filter by."""

    title: _Fact | None = None
    url: _Fact | None = None
    author: _Fact | None = None
    published: Word | None = Field(None, examples=["2022-06-05"])
    language: Word | None = Field(None, examples=["en"])
    metadata: dict[Word, _Detail | list[_Detail]] = Field(
        default_factory=dict, examples=[{"jurisdiction": "Finland", "topic": ["tax", "health"]}]
    )


class NewDocument(Facts):
    """A document given as text."""

    text: Annotated[str, StringConstraints(min_length=1)] = Field(examples=["The levy is 24 pence per litre."])


class IdentifiedDocument(NewDocument):
    """A document given as text, with the id that it shall have."""

    id: DocumentId = Field(examples=["sugar-levy"])


class IngestionRequest(Request):
    """Documents to create or replace, and documents to remove; where an id stands twice, the last counts."""

    documents: list[IdentifiedDocument] = Field(default_factory=list)
    remove: list[DocumentId] = Field(default_factory=list, description="Removed after all others were put.")

    @model_validator(mode="after")
    def _something(self) -> Self:
        if not self.documents and not self.remove:
            raise PydanticCustomError("nothing", "give documents, or ids to remove")
        return self


class Stored(BaseModel):
    """A document that is durable and in force."""

    id: str
    state: SourceState
    snapshot: str = Field(description="The snapshot that has it.")


class Outcome(BaseModel):
    """What became of one document of a job."""

    id: str
    state: SourceState
    reason: str | None = Field(description="Why it failed.")


class IngestionSummary(BaseModel):
    """A job: documents that were accepted together to be put or removed."""

    id: str
    created: str
    state: JobState
    reason: str | None = Field(description="What it waits for, or why it failed as a whole.")
    documents: int = Field(description="How many it puts or removes.")
    encoded: int = Field(description="How many passages are encoded, with those of other jobs in the same snapshot.")
    to_encode: int = Field(description="How many passages must be encoded, as far as that is known.")
    snapshot: str | None = Field(description="The snapshot in force when it was done.")

    @classmethod
    def of(cls, job: Job) -> Self:
        """Project a job."""
        return cls.model_validate(_ingestion(job))


class Ingestion(IngestionSummary):
    """A job, and what became of each document when it is done."""

    outcomes: list[Outcome]

    @classmethod
    def of(cls, job: Job) -> Self:
        """Project a job."""
        outcomes = [{"id": one.document_id, "state": one.state, "reason": one.reason} for one in job.outcomes]
        return cls.model_validate({**_ingestion(job), "outcomes": outcomes})


class Ingestions(BaseModel):
    """Jobs, newest first."""

    ingestions: list[IngestionSummary]


class Source(BaseModel):
    """What became of a file, of a record in one, of a page, or of what was given over HTTP, as `http:` and its id."""

    source: str
    state: State
    document_id: str | None = Field(description="The document that has its text, or, if it failed, an earlier one.")
    reason: str | None = Field(description="Why it failed or was skipped, or what it duplicates.")
    tries: int | None = Field(description="How often in a row it failed.")
    time: str | None = Field(description="When it last failed, was first skipped, or was removed.")

    @classmethod
    def of(cls, status: Status) -> Self:
        """Project a status."""
        return cls.model_validate(asdict(status))


class Sources(BaseModel):
    """Sources, sorted, and the snapshot that says which are indexed."""

    sources: list[Source]
    snapshot: str | None


class Activation(Request):
    """Which snapshot to put in force."""

    id: Word = Field(examples=["000001-8b890b1b"])


def _ingestion(job: Job) -> dict[str, object]:
    known = asdict(job)
    del known["outcomes"]
    return {**known, "documents": known.pop("size")}
