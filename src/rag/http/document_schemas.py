"""The schemas of documents and of their metadata fields."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Self

from pydantic import BaseModel, Field

from rag import types
from rag.http.block_schemas import Block, blocks_of
from rag.http.links import web_address
from rag.http.schemas import InForce, Passage, Value
from rag.ingest.original_files import OriginalPlace, name_of, place_of
from rag.snapshots import DocumentList, Facet, StoredDocument
from rag.text.blocks import find_blocks
from rag.text.provisions import CrossReference
from rag.types import Span

_FARTHEST = 5_000
"""The most code points from the end of a part to the end of its paragraph."""


class Validity(InForce):
    """The days on which a document is in force, and the document that ends them."""

    ended_by: str | None = Field(
        description="The id of the document that replaces it on the next day, if the document has no `valid_to`."
    )

    @classmethod
    def of(cls, stored: StoredDocument) -> Self | None:
        """Return when a document is in force; None if nothing says so."""
        found = stored.validity
        return cls(first=found.first, last=found.last, ended_by=found.ended_by) if found else None


class Inferred(BaseModel):
    """A field that nobody gave, because the text of the document states it: in `text[start:end]`."""

    field: str = Field(examples=["valid_from"])
    start: int
    end: int


class DocumentSummary(BaseModel):
    """A document without its text."""

    id: str
    title: str
    url: str | None
    author: str | None
    published: str | None = Field(description="The date of publication, which is not the first day in force.")
    in_force: Validity | None = Field(description="When it is in force; null if nothing says so: it is always.")
    indexed: str | None = Field(description="When the index got the document as it is now, if this is known.")
    language: str | None
    metadata: dict[str, Value | list[Value]]
    inferred: list[Inferred] = Field(
        description="The fields of `metadata` that the text states. Metadata that is given replaces them."
    )
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
        inferred = [{"field": one.field, "start": one.span.start, "end": one.span.end} for one in stored.inferred]
        found: dict[str, object] = {
            "metadata": stored.metadata,
            "near_duplicate_of": stored.near_duplicate_of,
            "inferred": inferred,
        }
        found |= {"in_force": Validity.of(stored), "indexed": stored.origin.indexed}
        return cls.model_validate({**recorded, **found, "access": stored.access if labels else None})


class Heading(BaseModel):
    """A heading line. It is `text[start:end]` of the document."""

    start: int
    end: int
    level: int = Field(description="The level of the heading; 1 is the highest.")


class Reference(BaseModel):
    """Words of the text that name another provision of it, such as `section 5(2)`, and the span of that provision."""

    start: int
    end: int
    target_start: int
    target_end: int

    @classmethod
    def of(cls, reference: CrossReference) -> Self:
        """Convert a reference."""
        span, target = reference.span, reference.target
        return cls(start=span.start, end=span.end, target_start=target.start, target_end=target.end)


class Document(DocumentSummary):
    """A document with its canonical text, or a part of it. Every span counts the code points of the whole text."""

    text: str = Field(description="The text from `start` on. It is the whole text unless a part was requested.")
    start: int = Field(description="The offset of `text` in the whole text.")
    end: int = Field(description="The offset of the end of `text` in the whole text.")
    length: int = Field(description="The number of code points of the whole text.")
    record: str = Field(description="The facts about the document, one on each line. Citations may quote them.")
    headings: list[Heading] = Field(description="The headings in `text`, in its order.")
    blocks: list[Block] = Field(
        description="The text as its author set it: headings, paragraphs, list items, footnotes and tables, in the "
        "order of the text. Each is a span of the whole text."
    )
    references: list[Reference] = Field(
        description="The words in `text` that name another provision of the document, in the order of the text. All "
        "spans count the whole text."
    )
    sources: list[str] = Field(
        description="The sources with exactly this text. The document was read from the first one."
    )
    original: OriginalPlace | None = Field(
        description="Where the file is that the document was read from: `kept` in the index, or as a `file` in its "
        "folder. Its address is that of the document with `/original` at the end. A `file` is only given while it is "
        "unchanged. Null if the file is not available."
    )
    original_name: str | None = Field(description="The name of this file, such as `leave.pdf`.")

    @classmethod
    def with_text(
        cls,
        stored: StoredDocument,
        document: types.Document,
        part: Span,
        references: Sequence[CrossReference],
        *,
        labels: bool,
    ) -> Self:
        """Convert a document with a part of its text and the references in it, with its labels or without them."""
        found = (heading for heading in document.headings if part.contains(heading.span))
        headings = [{"start": h.span.start, "end": h.span.end, "level": h.level} for h in found]
        summary = DocumentSummary.of(stored, labels=labels).model_dump()
        sources = [source.name for source in stored.origin.sources]
        return cls.model_validate(
            {
                **summary,
                "text": part.of(document.text),
                "start": part.start,
                "end": part.end,
                "length": len(document.text),
                "record": stored.record,
                "headings": headings,
                "blocks": blocks_of(find_blocks(document.text, document.headings, part)),
                "references": [Reference.of(one) for one in references],
                "sources": sources,
                "original": place_of(stored),
                "original_name": name_of(stored),
            }
        )


def paragraphs(text: str, start: int, end: int | None) -> Span:
    """Return the span of the paragraphs that `[start, end)` touches. Without an end, it is the rest of the text."""
    if start >= len(text):
        return Span(len(text), len(text))
    end = len(text) if end is None else min(max(start, end), len(text))
    before = text.rfind("\n\n", max(0, start - _FARTHEST), start)
    after = text.find("\n\n", end, end + _FARTHEST)
    first = before + 2 if before >= 0 else (0 if start <= _FARTHEST else start)
    last = after if after >= 0 else (len(text) if len(text) - end <= _FARTHEST else end)
    return Span(first, max(first, last))


class Documents(BaseModel):
    """A part of the list of documents in the current snapshot."""

    documents: list[DocumentSummary]
    total: int = Field(description="The length of the whole list.")
    next: int | None = Field(description="The `offset` of the next part; null if this is the last one.")
    snapshot: str = Field(description="If two parts have different snapshots, the list may have changed between them.")

    @classmethod
    def of(cls, found: DocumentList, offset: int, snapshot: str, *, labels: bool) -> Self:
        """Convert a part of a list that begins after `offset` documents."""
        summaries = [DocumentSummary.of(stored, labels=labels) for stored in found.documents]
        after = offset + len(summaries)
        return cls(
            documents=summaries,
            total=found.total,
            next=after if summaries and after < found.total else None,
            snapshot=snapshot,
        )


class Passages(BaseModel):
    """A part of the passages of a document, in the order of its text. Joined, all passages are its text."""

    document_id: str
    passages: list[Passage]
    total: int = Field(description="The number of all passages of the document.")
    next: int | None = Field(description="The `offset` of the next part; null if this is the last one.")
    snapshot: str | None = Field(description="Null if the document waits to be indexed.")

    @classmethod
    def of(cls, document_id: str, hits: Sequence[types.Hit], offset: int, total: int, snapshot: str | None) -> Self:
        """Convert the passages after the first `offset`. `total` is the number of all."""
        after = offset + len(hits)
        return cls(
            document_id=document_id,
            passages=[Passage.of(hit) for hit in hits],
            total=total,
            next=after if hits and after < total else None,
            snapshot=snapshot,
        )


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
