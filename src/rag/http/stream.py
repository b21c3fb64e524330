"""Encode answers as server-sent events (WHATWG HTML, 9.2). The data of each event is one line of JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from pydantic import BaseModel

from rag.answer.pipeline import Event, Evidence
from rag.errors import RagError
from rag.http import schemas
from rag.http.links import Links
from rag.http.problems import problem_of
from rag.types import Notice, Statement

MEDIA_TYPE = "text/event-stream"
CONTENT = {
    MEDIA_TYPE: {
        "schema": {
            "description": "One server-sent event.",
            "type": "object",
            "properties": {"event": {"type": "string"}, "data": {"type": "string"}},
            "required": ["data"],
        }
    }
}
"""The OpenAPI description of a stream: as tools read it, that of one event."""

HEADERS = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}
DONE = "data: [DONE]\n\n"
"""The last message of a stream to a chat client, also after an error."""


def encode(events: Iterator[Event], links: Links, sealed: Callable[[schemas.Answer], schemas.Answer]) -> Iterator[str]:
    """Yield each event as soon as it is generated. If an error occurs, yield it as the last event.

    `sealed` adds the seal to the answer.
    """
    try:
        for event in events:
            name, data = _named_schema(event, links, sealed)
            yield message(data.model_dump_json(), name)
    except RagError as error:
        yield message(problem_of(error).model_dump_json(), "error")


def _named_schema(
    event: Event, links: Links, sealed: Callable[[schemas.Answer], schemas.Answer]
) -> tuple[str, BaseModel]:
    if isinstance(event, Evidence):
        return "evidence", schemas.EvidenceEvent.of(event)
    if isinstance(event, Statement):
        return "statement", schemas.StatementEvent.streamed(event, links)
    if isinstance(event, Notice):
        return "notice", schemas.Notice.of(event)
    return "answer", sealed(schemas.Answer.of(event, links))


def message(data: str, name: str | None = None) -> str:
    """Return one event. `data` must be a single line."""
    return f"event: {name}\ndata: {data}\n\n" if name else f"data: {data}\n\n"
