"""What this service adds to every protocol: each citation with its words, and what the answer is worth."""

from __future__ import annotations

from typing import Self

from pydantic import BaseModel

from rag import types
from rag.http import schemas
from rag.http.chats.transcript import Source, Whole


class Citation(schemas.Citation):
    """The exact words that a marker points at, and a link to them."""

    link: str

    @classmethod
    def of_source(cls, source: Source) -> Self:
        """Project a source."""
        place = schemas.Citation.of(source.citation).model_dump()
        return cls.model_validate({**place, "marker": source.marker, "link": source.link})

    @classmethod
    def all_of(cls, whole: Whole) -> list[Self]:
        """Project the sources of a text, each once, in the order of their markers."""
        return [cls.of_source(source) for source in whole.sources]


class Verdict(BaseModel):
    """What the service says of the answer as a whole."""

    outcome: types.Outcome
    abstention: types.Abstention | None
    confidence: float
    degraded: str | None
    snapshot: str

    @classmethod
    def of(cls, whole: Whole) -> Self | None:
        """Project an answer; None where nothing was asked of the documents."""
        answer = whole.answer
        if answer is None:
            return None
        return cls(
            outcome=answer.outcome,
            abstention=answer.abstention,
            confidence=round(answer.confidence, 4),
            degraded=answer.degraded,
            snapshot=answer.snapshot,
        )
