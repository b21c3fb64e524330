"""Convert an answer in progress to a response, complete or as events."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from pydantic import BaseModel

from rag.errors import RagError
from rag.http.chats.in_progress import AnswerInProgress
from rag.http.chats.responses.schemas import Annotation, Failure, OutputMessage, OutputText, Response, Usage
from rag.http.chats.schemas import Verdict, citations
from rag.http.chats.transcript import Piece, Transcript

Body: TypeAlias = Mapping[str, BaseModel | str | int | list[None]]
Event: TypeAlias = tuple[str, Body]
"""The type of an event and its fields. Its index in the stream is its sequence number."""

_POSITION: Body = {"output_index": 0, "content_index": 0}


@dataclass(frozen=True, slots=True)
class ResponseInProgress:
    """A response that is being generated."""

    answer: AnswerInProgress
    instructions: str | None

    def response(self) -> Response:
        """Wait for the complete answer and return the response."""
        *_, transcript = self.answer.output
        assert isinstance(transcript, Transcript)
        return self._completed(transcript)

    def events(self) -> Iterator[Event]:
        """Yield the events in the order of Open Responses. If an error occurs, yield it as the last event."""
        item_id = self._item_id
        yield "response.created", {"response": self._in_progress()}
        yield "response.in_progress", {"response": self._in_progress()}
        yield "response.output_item.added", {"output_index": 0, "item": self._message("in_progress")}
        yield "response.content_part.added", {**_POSITION, "item_id": item_id, "part": OutputText()}
        try:
            for one in self.answer.output:
                yield from self._delta_events(one) if isinstance(one, Piece) else self._final_events(one)
        except RagError as error:
            failed = {"status": "failed", "error": Failure(code="server_error", message=str(error))}
            yield "response.failed", {"response": self._in_progress().model_copy(update=failed)}

    def _delta_events(self, piece: Piece) -> Iterator[Event]:
        position: Body = {**_POSITION, "item_id": self._item_id}
        yield "response.output_text.delta", {**position, "delta": piece.text, "logprobs": []}

    def _final_events(self, transcript: Transcript) -> Iterator[Event]:
        position: Body = {**_POSITION, "item_id": self._item_id}
        text = _text(transcript)
        for index, annotation in enumerate(text.annotations):
            added = {**position, "annotation_index": index, "annotation": annotation}
            yield "response.output_text.annotation.added", added
        yield "response.output_text.done", {**position, "text": transcript.text, "logprobs": []}
        yield "response.content_part.done", {**position, "part": text}
        yield "response.output_item.done", {"output_index": 0, "item": self._message("completed", text)}
        yield "response.completed", {"response": self._completed(transcript)}

    @property
    def _item_id(self) -> str:
        return f"msg_{self.answer.id}"

    def _message(self, status: Literal["in_progress", "completed"], *content: OutputText) -> OutputMessage:
        return OutputMessage(id=self._item_id, status=status, content=list(content))

    def _in_progress(self) -> Response:
        return Response(
            id=f"resp_{self.answer.id}",
            created_at=self.answer.created,
            status="in_progress",
            model=self.answer.model.name,
            instructions=self.instructions,
        )

    def _completed(self, transcript: Transcript) -> Response:
        input_tokens, output_tokens = self.answer.usage(transcript)
        return self._in_progress().model_copy(
            update={
                "status": "completed",
                "completed_at": int(time.time()),
                "output": [self._message("completed", _text(transcript))],
                "usage": Usage(
                    input_tokens=input_tokens, output_tokens=output_tokens, total_tokens=input_tokens + output_tokens
                ),
                "citations": citations(transcript),
                "rag": Verdict.of(transcript),
            }
        )


def _text(transcript: Transcript) -> OutputText:
    return OutputText(text=transcript.text, annotations=Annotation.all_of(transcript))
