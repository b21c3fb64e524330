"""The route of Open Responses."""

from __future__ import annotations

import json
from collections.abc import Iterator

from fastapi import APIRouter
from fastapi.responses import JSONResponse, StreamingResponse
from fastapi.responses import Response as HTTPResponse
from pydantic import BaseModel

from rag.http import stream
from rag.http.chats.error_bodies import Envelope
from rag.http.chats.in_progress import ChatAnswererDep
from rag.http.chats.responses.projection import Event, ResponseInProgress
from rag.http.chats.responses.schemas import Response, ResponseRequest
from rag.http.dependencies import ExitStackDep

router = APIRouter(tags=["chat clients"], responses={"default": {"model": Envelope, "description": "Any error."}})


@router.post(
    "/v1/responses",
    response_model=Response,
    responses={200: {"content": stream.CONTENT}},
)
def respond(body: ResponseRequest, answerer: ChatAnswererDep, exit_stack: ExitStackDep) -> HTTPResponse:
    """Answer the last message of a conversation as a response of Open Responses, with citations as annotations.

    `citations` has the quote, the span and the document of each citation. `rag` has the outcome and the confidence.
    """
    answer = exit_stack.enter_context(answerer.start(body, body.input))
    response = ResponseInProgress(answer, body.instructions)
    if body.stream:
        encoded = _encode(response.events())
        return StreamingResponse(encoded, media_type=stream.MEDIA_TYPE, headers=stream.HEADERS)
    return JSONResponse(response.response().model_dump(mode="json"))


def _encode(events: Iterator[Event]) -> Iterator[str]:
    for number, (name, body) in enumerate(events):
        fields = {"type": name, "sequence_number": number, **{field: _json(value) for field, value in body.items()}}
        yield stream.message(json.dumps(fields, ensure_ascii=False), name)
    yield stream.DONE


def _json(value: object) -> object:
    return value.model_dump(mode="json") if isinstance(value, BaseModel) else value
