"""The schemas of the maintenance routes: new documents, jobs, their outcomes, and sources."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from rag.http.schemas import Number, Request, ShortText
from rag.ingest.ledger import State, Status
from rag.text import normalise
from rag.text.periods import iso_period
from rag.text.validity import VALID_FROM, VALID_TO
from rag.types import SourceState
from rag.upkeep import Job, JobState


def _checked_id(document_id: str) -> str:
    if document_id != " ".join(normalise(document_id).split()):
        raise PydanticCustomError(
            "id", "an id must be one line without control characters and without spaces at its ends"
        )
    return document_id


def _checked_labels(metadata: dict[str, object]) -> dict[str, object]:
    """Refuse labels that the parser could not read, because the document would then be hidden from everybody."""
    for name, value in metadata.items():
        names = value if isinstance(value, list) else [value]
        if name.strip().lower() == "access" and not (
            names and all(isinstance(one, str) and one.strip() for one in names)
        ):
            raise PydanticCustomError("access", "access must be the name of a group, or a list of names, as text")
    return metadata


def _checked_days(metadata: dict[str, object]) -> dict[str, object]:
    """Refuse a first or last day that cannot be read, because the document would then count as in force always."""
    for name, value in metadata.items():
        if name.strip().lower() in (VALID_FROM, VALID_TO) and iso_period(str(value)) is None:
            raise PydanticCustomError(
                "date", "{name} must be a date such as 2021-03-01, 2021-03 or 2021", {"name": name}
            )
    return metadata


DocumentId = Annotated[str, StringConstraints(min_length=1, max_length=500), AfterValidator(_checked_id)]
_Fact = Annotated[str, StringConstraints(max_length=4_000)]
_Detail = _Fact | Number | bool


class Facts(Request):
    """The facts about a document that citations show, and further metadata for filters."""

    title: _Fact | None = None
    url: _Fact | None = None
    author: _Fact | None = None
    published: ShortText | None = Field(None, examples=["2022-06-05"])
    language: ShortText | None = Field(None, examples=["en"])
    metadata: Annotated[
        dict[ShortText, _Detail | list[_Detail]], AfterValidator(_checked_labels), AfterValidator(_checked_days)
    ] = Field(
        default_factory=dict,
        description="Fields for filters. The field `access` has the groups that may see the document instead. The "
        "fields `valid_from` and `valid_to` are its first and last day in force, `supersedes` has the ids of documents "
        "that it replaces from its first day on, and `version_of` the id that all its versions share.",
        examples=[{"jurisdiction": "Finland", "topic": ["tax", "health"]}],
    )


class NewDocument(Facts):
    """A document as text."""

    text: Annotated[str, StringConstraints(min_length=1)] = Field(examples=["The levy is 24 pence per litre."])


class IdentifiedDocument(NewDocument):
    """A document as text, with its id."""

    id: DocumentId = Field(examples=["sugar-levy"])


class IngestionRequest(Request):
    """Documents to create or replace, and ids to remove. If an id occurs twice, the last one counts."""

    documents: list[IdentifiedDocument] = Field(default_factory=list)
    remove: list[DocumentId] = Field(default_factory=list, description="Ids to remove, after all documents are stored.")

    @model_validator(mode="after")
    def _not_empty(self) -> Self:
        if not self.documents and not self.remove:
            raise PydanticCustomError("nothing", "the request is empty: give documents, or ids to remove")
        return self


class Stored(BaseModel):
    """A document that is on the disk and in the current snapshot."""

    id: str
    state: SourceState
    snapshot: str = Field(description="The snapshot that contains it.")


class Outcome(BaseModel):
    """The result for one document of a job."""

    id: str
    state: SourceState
    reason: str | None = Field(description="Why it failed.")


class IngestionSummary(BaseModel):
    """A job: documents to store or remove that were accepted in one request."""

    id: str
    created: str
    state: JobState
    reason: str | None = Field(description="Why the job waits, or why it failed as a whole.")
    documents: int = Field(description="The number of documents to store or remove.")
    encoded: int = Field(description="The number of encoded passages, including other jobs of the same snapshot.")
    to_encode: int = Field(description="The number of passages to encode, as far as it is known.")
    snapshot: str | None = Field(description="The current snapshot at the end of the job.")

    @classmethod
    def of(cls, job: Job) -> Self:
        """Convert a job."""
        return cls.model_validate(_ingestion(job))


class Ingestion(IngestionSummary):
    """A job with the outcome of each document. The outcomes are empty until the job is done."""

    outcomes: list[Outcome]

    @classmethod
    def of(cls, job: Job) -> Self:
        """Convert a job."""
        outcomes = [{"id": one.document_id, "state": one.state, "reason": one.reason} for one in job.outcomes]
        return cls.model_validate({**_ingestion(job), "outcomes": outcomes})


class Ingestions(BaseModel):
    """Jobs, newest first."""

    ingestions: list[IngestionSummary]


class Source(BaseModel):
    """The status of a source: a file, a record in a file, a web page, or `http:` and the id of an uploaded document."""

    source: str
    state: State
    document_id: str | None = Field(
        description="The document with its text; if it failed, the document from an earlier read."
    )
    reason: str | None = Field(description="Why it failed or was skipped, or the document that it duplicates.")
    tries: int | None = Field(description="The number of failures in a row.")
    time: str | None = Field(description="The time when it last failed, was first skipped, or was removed.")

    @classmethod
    def of(cls, status: Status) -> Self:
        """Convert a status."""
        return cls.model_validate(asdict(status))


class Sources(BaseModel):
    """Sources in sorted order, and the snapshot that their states refer to."""

    sources: list[Source]
    snapshot: str | None


class Activation(Request):
    """The snapshot to make current."""

    id: ShortText = Field(examples=["000001-8b890b1b"])


def _ingestion(job: Job) -> dict[str, object]:
    fields = asdict(job)
    del fields["outcomes"]
    return {**fields, "documents": fields.pop("size")}
