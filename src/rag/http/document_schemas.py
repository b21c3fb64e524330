"""The schemas of documents and of their metadata fields."""

from __future__ import annotations

from dataclasses import asdict
from typing import Self

from pydantic import BaseModel, Field

from rag import types
from rag.http.links import web_address
from rag.http.schemas import Value
from rag.ingest.original_files import OriginalPlace, place_of
from rag.snapshots import Facet, StoredDocument


class DocumentSummary(BaseModel):
    """A document without its text."""

    id: str
    title: str
    url: str | None
    author: str | None
    published: str | None
    language: str | None
    metadata: dict[str, Value | list[Value]]
    sha256: str = Field(description="The SHA-256 of the canonical text in UTF-8.")
    near_duplicate_of: str | None = Field(description="The id of the first document with nearly the same text.")
    access: list[str] | None = Field(
        None,
        description="The groups that may see the document; empty if all may. Only clients of all groups get this list.",
    )

    @classmethod
    def of(cls, stored: StoredDocument, *, labels: bool) -> Self:
        """Convert a stored document, with its labels or without them."""
        reference = stored.reference
        recorded = asdict(reference) | {"language": stored.language, "sha256": stored.origin.sha256}
        recorded |= {"url": web_address(reference.url)}
        found = {"metadata": stored.metadata, "near_duplicate_of": stored.near_duplicate_of}
        return cls.model_validate({**recorded, **found, "access": stored.access if labels else None})


class Heading(BaseModel):
    """A heading line. It is `text[start:end]` of the document."""

    start: int
    end: int
    level: int = Field(description="The level of the heading; 1 is the highest.")


class Document(DocumentSummary):
    """A document with its canonical text. Every span counts the code points of this text."""

    text: str
    record: str = Field(description="The facts about the document, one on each line. Citations may quote them.")
    headings: list[Heading] = Field(description="The headings in the order of the text.")
    sources: list[str] = Field(
        description="The sources with exactly this text. The document was read from the first one."
    )
    original: OriginalPlace | None = Field(
        description="Where the file is that the document was read from: `kept` in the index, or as a `file` in its "
        "folder. Its address is that of the document with `/original` at the end. A `file` is only given while it is "
        "unchanged. Null if the file is not available."
    )

    @classmethod
    def with_text(cls, stored: StoredDocument, document: types.Document, *, labels: bool) -> Self:
        """Convert a document with its text, with its labels or without them."""
        headings = [{"start": h.span.start, "end": h.span.end, "level": h.level} for h in document.headings]
        summary = DocumentSummary.of(stored, labels=labels).model_dump()
        sources = [source.name for source in stored.origin.sources]
        return cls.model_validate(
            {
                **summary,
                "text": document.text,
                "record": stored.record,
                "headings": headings,
                "sources": sources,
                "original": place_of(stored),
            }
        )


class Documents(BaseModel):
    """The documents of the current snapshot."""

    documents: list[DocumentSummary]
    snapshot: str


class FieldValue(BaseModel):
    """A value of a field. A filter can use it unchanged."""

    value: str
    documents: int = Field(description="The number of documents that have it.")


class DocumentField(BaseModel):
    """A metadata field, with the values that filters can use."""

    name: str = Field(examples=["jurisdiction"])
    documents: int = Field(description="The number of documents that have it.")
    distinct: int = Field(description="The number of different values.")
    least: str = Field(description="The smallest value, as text.")
    most: str = Field(description="The largest value, as text.")
    values: list[FieldValue] = Field(description="The most frequent values, at most 100.")

    @classmethod
    def of(cls, facet: Facet) -> Self:
        """Convert a facet."""
        values = [{"value": value, "documents": documents} for value, documents in facet.values]
        return cls.model_validate({**asdict(facet), "values": values})


class DocumentFields(BaseModel):
    """The metadata fields of the documents in the current snapshot."""

    fields: list[DocumentField]
    snapshot: str
