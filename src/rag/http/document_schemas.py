"""The shapes on the wire of documents and of their fields."""

from __future__ import annotations

from dataclasses import asdict
from typing import Self

from pydantic import BaseModel, Field

from rag import types
from rag.http.schemas import Value
from rag.snapshots import Facet, StoredDocument


class DocumentSummary(BaseModel):
    """What is known of a document."""

    id: str
    title: str
    url: str | None
    author: str | None
    published: str | None
    language: str | None
    metadata: dict[str, Value | list[Value]]
    sha256: str = Field(description="Of the canonical text in UTF-8.")
    near_duplicate_of: str | None = Field(description="The first document that says nearly the same, by its id.")

    @classmethod
    def of(cls, stored: StoredDocument) -> Self:
        """Project a stored document."""
        reference = stored.reference
        known = asdict(reference) | {"language": stored.language, "sha256": stored.origin.sha256}
        seen = {"metadata": stored.metadata, "near_duplicate_of": stored.near_duplicate_of}
        return cls.model_validate({**known, **seen})


class Heading(BaseModel):
    """A heading line: `text[start:end]` of the document."""

    start: int
    end: int
    level: int = Field(description="1 is the highest.")


class Document(DocumentSummary):
    """A document with its canonical text, in which every span counts."""

    text: str
    headings: list[Heading] = Field(description="In the order of the text.")
    sources: list[str] = Field(description="Where this very text was found, first what the document was made of.")

    @classmethod
    def whole(cls, stored: StoredDocument, document: types.Document) -> Self:
        """Project a document with its text."""
        headings = [{"start": h.span.start, "end": h.span.end, "level": h.level} for h in document.headings]
        summary = DocumentSummary.of(stored).model_dump()
        sources = [source.name for source in stored.origin.sources]
        return cls.model_validate({**summary, "text": document.text, "headings": headings, "sources": sources})


class Documents(BaseModel):
    """The documents of the current snapshot."""

    documents: list[DocumentSummary]
    snapshot: str


class FieldValue(BaseModel):
    """A value of a field, as a filter takes it."""

    value: str
    documents: int = Field(description="How many documents have it.")


class DocumentField(BaseModel):
    """A field of the documents, and what a filter on it can ask for."""

    name: str = Field(examples=["jurisdiction"])
    documents: int = Field(description="How many documents have it.")
    distinct: int = Field(description="How many values it has.")
    least: str = Field(description="The first of its values, as text.")
    most: str = Field(description="The last of its values, as text.")
    values: list[FieldValue] = Field(description="The most frequent values, at most 100.")

    @classmethod
    def of(cls, facet: Facet) -> Self:
        """Project a facet."""
        values = [{"value": value, "documents": documents} for value, documents in facet.values]
        return cls.model_validate({**asdict(facet), "values": values})


class DocumentFields(BaseModel):
    """The fields of the documents in the current snapshot, by name."""

    fields: list[DocumentField]
    snapshot: str
