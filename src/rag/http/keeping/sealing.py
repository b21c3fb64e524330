"""Seal the answers that the service sends, and read sealed answers that clients send back.

The service remembers no answers. A client that shares, exports or judges one sends it back with its seal. The seal
covers everything that a reader relies on, so the words of an answer cannot be changed, nor invented.
"""

from __future__ import annotations

import json
import logging
from datetime import date
from typing import Annotated

from fastapi import Depends
from pydantic import BaseModel, ConfigDict, Field

from rag import types
from rag.errors import AnswerRefused, StorageError
from rag.http import schemas
from rag.http.dependencies import ServiceDep
from rag.kept import Seals

_log = logging.getLogger(__name__)

_MOST_STATEMENTS = 500


class GivenDays(BaseModel):
    """The days on which a cited document is in force."""

    model_config = ConfigDict(frozen=True)

    first: date | None = None
    last: date | None = None

    def value(self) -> types.Period:
        """Convert to the type that the service takes."""
        return types.Period(self.first or date.min, self.last or date.max)


class GivenCitation(BaseModel):
    """A citation of an answer of this service."""

    model_config = ConfigDict(frozen=True)

    marker: int
    document_id: str
    title: str
    url: str | None = None
    author: str | None = None
    published: str | None = None
    in_force: GivenDays | None = Field(None, exclude_if=lambda value: value is None)
    page: int | None = None
    page_label: str | None = None
    ocr_confidence: float | None = None
    pinpoint: str | None = None
    heading: tuple[str, ...] = ()
    start: int
    end: int
    quote: str
    record: bool = False

    def value(self) -> types.Citation:
        """Convert to the type that the service takes."""
        return types.Citation(
            marker=self.marker,
            reference=types.Reference(self.document_id, self.title, self.url, self.author, self.published),
            span=types.Span(self.start, self.end),
            quote=self.quote,
            heading=self.heading,
            page=self.page,
            score=0.0,
            record=self.record,
            page_label=self.page_label,
            ocr_confidence=self.ocr_confidence,
            pinpoint=self.pinpoint,
            in_force=self.in_force.value() if self.in_force else None,
        )


class GivenStatement(BaseModel):
    """A statement of an answer of this service."""

    model_config = ConfigDict(frozen=True)

    text: str
    citations: tuple[int, ...]
    quoted: bool = False
    exception: bool = False


class GivenNotice(BaseModel):
    """A notice of an answer of this service."""

    model_config = ConfigDict(frozen=True)

    kind: types.NoticeKind
    text: str
    questions: tuple[str, ...] = ()


class GivenAnswer(BaseModel):
    """An answer of this service, as it came, with its seal. Passages and timings may be left out."""

    model_config = ConfigDict(frozen=True)

    question: str
    outcome: types.Outcome
    statements: tuple[GivenStatement, ...] = Field(max_length=_MOST_STATEMENTS)
    citations: tuple[GivenCitation, ...] = Field(max_length=_MOST_STATEMENTS)
    confidence: float = Field(ge=0, le=1)
    snapshot: str
    abstention: types.Abstention | None = None
    degraded: str | None = None
    notices: tuple[GivenNotice, ...] = Field((), max_length=_MOST_STATEMENTS)
    as_of: schemas.AsOf = Field(None, exclude_if=lambda value: value is None)
    seal: str | None = Field(None, description="The seal that the answer came with.")

    def value(self) -> types.Answer:
        """Convert to the type that the service takes. Call it only if the seal holds."""
        cited = {citation.marker: citation.value() for citation in self.citations}
        return types.Answer(
            question=self.question,
            outcome=self.outcome,
            statements=tuple(
                types.Statement(one.text, tuple(cited[marker] for marker in one.citations), one.quoted, one.exception)
                for one in self.statements
            ),
            evidence=(),
            confidence=self.confidence,
            snapshot=self.snapshot,
            abstention=self.abstention,
            degraded=self.degraded,
            notices=tuple(types.Notice(one.kind, one.text, one.questions) for one in self.notices),
            as_of=schemas.period(self.as_of),
        )

    def content(self) -> bytes:
        """Return the bytes that the seal covers. They are the same before and after a client has parsed the answer.

        A missing pinpoint is left out, so that the seals of answers from before pinpoints hold.
        """
        parts = self.model_dump(mode="json", exclude={"seal"})
        for one in parts["citations"]:
            if one["pinpoint"] is None:
                del one["pinpoint"]
        return json.dumps(parts, sort_keys=True, ensure_ascii=True, separators=(",", ":")).encode()


class Sealing:
    """Seals answers, and opens sealed ones."""

    def __init__(self, seals: Seals) -> None:
        self._seals = seals

    def sealed(self, answer: schemas.Answer) -> schemas.Answer:
        """Return an answer with its seal; without one if the service cannot store its key."""
        content = GivenAnswer.model_validate(answer.model_dump()).content()
        try:
            return answer.model_copy(update={"seal": self._seals.seal(content)})
        except StorageError as error:
            _log.warning("answers cannot be shared, exported or judged: %s", error)
            return answer

    def opened(self, given: GivenAnswer) -> types.Answer:
        """Return the answer that a client sends back. Raises AnswerRefused if this service did not give it."""
        if given.seal is None or not self._seals.holds(given.seal, given.content()):
            raise AnswerRefused(
                "the seal of the answer is missing or wrong, so this service did not give it in these words: ask the "
                "question again"
            )
        return given.value()


async def _sealing(service: ServiceDep) -> Sealing:
    return Sealing(service.keeper.seals)


SealingDep = Annotated[Sealing, Depends(_sealing)]
