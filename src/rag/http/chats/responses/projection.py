"""From what is told to a response, whole or as events."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from pydantic import BaseModel

from rag.errors import RagError
from rag.http.chats.asking import Telling
from rag.http.chats.responses.schemas import Annotation, Failure, OutputMessage, OutputText, Response, Usage
from rag.http.chats.schemas import Verdict, citations
from rag.http.chats.transcript import Piece, Whole

Body: TypeAlias = Mapping[str, BaseModel | str | int | list[None]]
Event: TypeAlias = tuple[str, Body]
"""The type of an event and its fields; its sequence number is its place."""

_PLACE: Body = {"output_index": 0, "content_index": 0}


@dataclass(frozen=True, slots=True)
class Responding:
    """A response on its way."""

    telling: Telling
    instructions: str | None

    def response(self) -> Response:
        """Return the whole response."""
        *_, whole = self.telling.told
        assert isinstance(whole, Whole)
        return self._completed(whole)

    def events(self) -> Iterator[Event]:
        """Yield the events in the order that Open Responses lays down; an error in mid-stream is the last one."""
        item_id = self._item_id
        yield "response.created", {"response": self._begun()}
        yield "response.in_progress", {"response": self._begun()}
        yield "response.output_item.added", {"output_index": 0, "item": self._message("in_progress")}
        yield "response.content_part.added", {**_PLACE, "item_id": item_id, "part": OutputText()}
        try:
            for one in self.telling.told:
                yield from self._added(one) if isinstance(one, Piece) else self._ended(one)
        except RagError as error:
            failed = {"status": "failed", "error": Failure(code="server_error", message=str(error))}
            yield "response.failed", {"response": self._begun().model_copy(update=failed)}

    def _added(self, piece: Piece) -> Iterator[Event]:
        at: Body = {**_PLACE, "item_id": self._item_id}
        yield "response.output_text.delta", {**at, "delta": piece.text, "logprobs": []}

    def _ended(self, whole: Whole) -> Iterator[Event]:
        at: Body = {**_PLACE, "item_id": self._item_id}
        text = _text(whole)
        for index, annotation in enumerate(text.annotations):
            added = {**at, "annotation_index": index, "annotation": annotation}
            yield "response.output_text.annotation.added", added
        yield "response.output_text.done", {**at, "text": whole.text, "logprobs": []}
        yield "response.content_part.done", {**at, "part": text}
        yield "response.output_item.done", {"output_index": 0, "item": self._message("completed", text)}
        yield "response.completed", {"response": self._completed(whole)}

    @property
    def _item_id(self) -> str:
        return f"msg_{self.telling.id}"

    def _message(self, status: Literal["in_progress", "completed"], *content: OutputText) -> OutputMessage:
        return OutputMessage(id=self._item_id, status=status, content=list(content))

    def _begun(self) -> Response:
        return Response(
            id=f"resp_{self.telling.id}",
            created_at=self.telling.created,
            status="in_progress",
            model=self.telling.model.name,
            instructions=self.instructions,
        )

    def _completed(self, whole: Whole) -> Response:
        asked, told = self.telling.usage(whole)
        return self._begun().model_copy(
            update={
                "status": "completed",
                "completed_at": int(time.time()),
                "output": [self._message("completed", _text(whole))],
                "usage": Usage(input_tokens=asked, output_tokens=told, total_tokens=asked + told),
                "citations": citations(whole),
                "rag": Verdict.of(whole),
            }
        )


def _text(whole: Whole) -> OutputText:
    return OutputText(text=whole.text, annotations=Annotation.all_of(whole))
