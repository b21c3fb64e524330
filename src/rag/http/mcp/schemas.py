"""The arguments and results of the tools. ChatGPT's connectors require these schemas for `search` and `fetch`."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import BaseModel, Field, WithJsonSchema

from rag import types
from rag.http import schemas
from rag.http.chats.schemas import Verdict, citations
from rag.http.chats.transcript import Transcript
from rag.http.links import Links
from rag.http.schemas import Citation
from rag.snapshots import StoredDocument

_FILTERS = {
    "type": "object",
    "description": "Conditions on metadata. A document must meet all of them. A condition is a value, a list of "
    "alternative values, or a range. Letter case and the notation of numbers and dates make no difference. A condition "
    "that no document can meet is an error that lists the values of the field.",
    "examples": [{"jurisdiction": ["Kazakhstan"], "published": {"gte": "2022-01-01"}}],
}
"""The schema of filters without `$ref`, because some assistants cannot resolve references."""


_AS_OF = {
    "type": "string",
    "description": "Use what is in force on this day, or in this month or year: 2021-03-01, 2021-03 or 2021. Without "
    "it, the time that the question names counts, or else today.",
    "examples": ["2021-03-01"],
}


class Search(schemas.Request):
    """The arguments of `search`."""

    query: schemas.Question = Field(description="A question or keywords.")
    as_of: Annotated[schemas.AsOf, WithJsonSchema(_AS_OF)] = None


class Fetch(schemas.Request):
    """The arguments of `fetch`."""

    id: schemas.ShortText = Field(description="The id of a document, from `search` or from a citation of `ask`.")
    start: int = Field(0, ge=0, lt=2**63, description="Where to begin: 0, or the `next_start` of the part before.")


class Ask(schemas.Request):
    """The arguments of `ask`."""

    question: schemas.Question = Field(
        description="A complete question that can be understood without the conversation."
    )
    filters: Annotated[schemas.Filters, WithJsonSchema(_FILTERS)]
    limit: int = Field(types.DEFAULT_LIMIT, ge=1, le=50, description="The most passages that the answer may use.")
    as_of: Annotated[schemas.AsOf, WithJsonSchema(_AS_OF)] = None


class Found(BaseModel):
    """A document that matches a query."""

    id: str
    title: str
    url: str

    @classmethod
    def of(cls, reference: types.Reference, links: Links) -> Self:
        """Convert a reference."""
        return cls(id=reference.id, title=reference.title, url=links.document(reference))


class Results(BaseModel):
    """The documents that match a query, best first."""

    results: list[Found]


class Document(Found):
    """A document with a part of its canonical text. The `start` and `end` of citations count its code points."""

    text: str = Field(description="The text of the document, or the part of a long text that begins at `start`.")
    metadata: dict[str, schemas.Value | list[schemas.Value]]
    start: int = Field(description="The offset of the part in the whole text.")
    next_start: int | None = Field(description="The `start` of the next part; null if this is the last one.")
    length: int = Field(description="The number of characters of the whole text.")

    @classmethod
    def with_part(cls, stored: StoredDocument, text: str, part: types.Span, links: Links) -> Self:
        """Convert a document with a part of its text."""
        reference = stored.reference
        facts = {"author": reference.author, "published": reference.published, "language": stored.language}
        metadata = {**stored.metadata, **{name: value for name, value in facts.items() if value}}
        found = Found.of(reference, links).model_dump()
        following = part.end if part.end < len(text) else None
        place = {"start": part.start, "next_start": following, "length": len(text)}
        return cls.model_validate({**found, "text": part.of(text), "metadata": metadata, **place})


class Answer(Verdict):
    """An answer whose sentences each cite exact words, or the reason why there is none."""

    text: str = Field(description="The sentences, each followed by its citation markers.")
    citations: list[Citation]

    @classmethod
    def of_transcript(cls, transcript: Transcript) -> Self:
        """Convert the transcript of an answer."""
        verdict = Verdict.of(transcript)
        assert verdict is not None, "the tool `ask` always asks the documents"
        return cls(**verdict.model_dump(), text=transcript.text, citations=citations(transcript))
