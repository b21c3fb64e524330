"""Server-sent events (WHATWG HTML, 9.2): one event, one line of JSON."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import BaseModel

from rag.answer.pipeline import Event, Evidence
from rag.errors import RagError
from rag.http import schemas
from rag.http.links import Links
from rag.http.problems import problem_of
from rag.types import Statement

MEDIA_TYPE = "text/event-stream"
HEADERS = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}
DONE = "data: [DONE]\n\n"
"""How chat clients are told that a stream has ended well."""


def encode(events: Iterator[Event], links: Links) -> Iterator[str]:
    """Yield each event as it comes; an error in mid-stream is the last event."""
    try:
        for event in events:
            name, data = _projection(event, links)
            yield message(data.model_dump_json(), name)
    except RagError as error:
        yield message(problem_of(error).model_dump_json(), "error")


def _projection(event: Event, links: Links) -> tuple[str, BaseModel]:
    if isinstance(event, Evidence):
        return "evidence", schemas.EvidenceEvent.of(event)
    if isinstance(event, Statement):
        return "statement", schemas.StatementEvent.told(event, links)
    return "answer", schemas.Answer.of(event, links)


def message(data: str, name: str | None = None) -> str:
    """Return one event; `data` is a single line."""
    return f"event: {name}\ndata: {data}\n\n" if name else f"data: {data}\n\n"
