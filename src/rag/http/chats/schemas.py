"""What this service adds to every protocol: each citation with its words, and what the answer is worth."""

from __future__ import annotations

from typing import Self

from pydantic import BaseModel

from rag import types
from rag.http.chats.transcript import Source, Whole
from rag.http.schemas import Citation


def citation(source: Source) -> Citation:
    """Project a source, under the marker that it has in this text."""
    return Citation.of(source.citation, source.link).model_copy(update={"marker": source.marker})


def citations(whole: Whole) -> list[Citation]:
    """Project the sources of a text, each once, in the order of their markers."""
    return [citation(source) for source in whole.sources]


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
