"""Server-sent events (WHATWG HTML, 9.2): one event, one line of JSON."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import BaseModel

from rag.answering import Event, Evidence
from rag.errors import RagError
from rag.http import schemas
from rag.http.problems import problem_of
from rag.types import Statement

MEDIA_TYPE = "text/event-stream"
HEADERS = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}


def encode(events: Iterator[Event]) -> Iterator[str]:
    """Yield each event as it comes; an error in mid-stream is the last event."""
    try:
        for event in events:
            yield _message(*_projection(event))
    except RagError as error:
        yield _message("error", problem_of(error))


def _projection(event: Event) -> tuple[str, BaseModel]:
    if isinstance(event, Evidence):
        return "evidence", schemas.EvidenceEvent.of(event)
    if isinstance(event, Statement):
        return "statement", schemas.StatementEvent.of(event)
    return "answer", schemas.Answer.of(event)


def _message(name: str, data: BaseModel) -> str:
    return f"event: {name}\ndata: {data.model_dump_json()}\n\n"
