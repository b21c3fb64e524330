"""What the tools take and give. `search` and `fetch` have the shapes that ChatGPT's connectors look for."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import BaseModel, Field, WithJsonSchema

from rag import types
from rag.http import schemas
from rag.http.chats.schemas import Verdict, citations
from rag.http.chats.transcript import Whole
from rag.http.links import Links
from rag.http.schemas import Citation
from rag.snapshots import StoredDocument

_FILTERS = {
    "type": "object",
    "description": "Conditions on metadata that must all hold: a value, a list of which any may hold, or a range.",
    "examples": [{"jurisdiction": ["Kazakhstan"], "published": {"gte": "2022-01-01"}}],
}
"""Told without references into itself, which some assistants cannot follow."""


class Search(schemas.Request):
    """What to look for."""

    query: schemas.Question = Field(description="A question or keywords.")


class Fetch(schemas.Request):
    """Which document to read."""

    id: schemas.Word = Field(description="A document's id, as `search` and the citations of `ask` give it.")


class Ask(schemas.Request):
    """What to answer, and from which documents."""

    question: schemas.Question = Field(description="A whole question, which stands without the conversation around it.")
    filters: Annotated[schemas.Filters, WithJsonSchema(_FILTERS)]
    limit: int = Field(types.DEFAULT_LIMIT, ge=1, le=50, description="The most passages the answer may rest on.")


class Found(BaseModel):
    """A document that was found."""

    id: str
    title: str
    url: str

    @classmethod
    def of(cls, reference: types.Reference, links: Links) -> Self:
        """Project a reference."""
        return cls(id=reference.id, title=reference.title, url=links.document(reference))


class Results(BaseModel):
    """The documents that speak to a query, best first."""

    results: list[Found]


class Document(Found):
    """A document with its canonical text, in which `start` and `end` of a citation count code points."""

    text: str
    metadata: dict[str, schemas.Value | list[schemas.Value]]

    @classmethod
    def whole(cls, stored: StoredDocument, text: str, links: Links) -> Self:
        """Project a document and its text."""
        reference = stored.reference
        known = {"author": reference.author, "published": reference.published, "language": stored.language}
        metadata = {**stored.metadata, **{name: value for name, value in known.items() if value}}
        found = Found.of(reference, links).model_dump()
        return cls.model_validate({**found, "text": text, "metadata": metadata})


class Answer(Verdict):
    """An answer in which every sentence cites exact words, or why there is none."""

    text: str = Field(description="The sentences, each followed by the markers of its citations.")
    citations: list[Citation]

    @classmethod
    def told(cls, whole: Whole) -> Self:
        """Project what was told, which rests on an answer."""
        verdict = Verdict.of(whole)
        assert verdict is not None, "what is asked here is asked of the documents"
        return cls(**verdict.model_dump(), text=whole.text, citations=citations(whole))
