"""The fields that this service adds to the responses of every protocol: citations with quotes, and a verdict."""

from __future__ import annotations

from typing import Self

from pydantic import BaseModel

from rag import types
from rag.http.chats.transcript import Source, Transcript
from rag.http.schemas import Citation, Conflict, ExceptionSearch, Notice, Verification


def citation(source: Source) -> Citation:
    """Convert a source. Its marker is its number in the transcript."""
    return Citation.of(source.citation, source.link).model_copy(update={"marker": source.number})


def citations(transcript: Transcript) -> list[Citation]:
    """Convert the sources of a transcript, each once, in the order of their markers."""
    return [citation(source) for source in transcript.sources]


class Verdict(BaseModel):
    """The outcome, the confidence, the notices, the conflicts and the verification of the whole answer."""

    outcome: types.Outcome
    abstention: types.Abstention | None
    confidence: float
    degraded: str | None
    snapshot: str
    notices: list[Notice]
    verification: Verification | None
    exception_searches: list[ExceptionSearch]
    conflicts: list[Conflict]

    @classmethod
    def of(cls, transcript: Transcript) -> Self | None:
        """Convert the answer of a transcript. Return None if the text is not an answer from the documents."""
        answer = transcript.answer
        if answer is None:
            return None
        return cls(
            outcome=answer.outcome,
            abstention=answer.abstention,
            confidence=round(answer.confidence, 4),
            degraded=answer.degraded,
            snapshot=answer.snapshot,
            notices=[Notice.of(notice) for notice in answer.notices],
            verification=Verification.of(answer.verification),
            exception_searches=[ExceptionSearch.of(one) for one in answer.exception_searches],
            conflicts=[Conflict.of(one) for one in answer.conflicts],
        )
