"""The route that clients of Open Responses know."""

from __future__ import annotations

import json
from collections.abc import Iterator

from fastapi import APIRouter
from fastapi.responses import JSONResponse, StreamingResponse
from fastapi.responses import Response as HTTPResponse
from pydantic import BaseModel

from rag.http import stream
from rag.http.chats.asking import AskingDep
from rag.http.chats.errors import Envelope
from rag.http.chats.responses.projection import Event, Responding
from rag.http.chats.responses.schemas import Response, ResponseRequest
from rag.http.parts import OpenedDep

router = APIRouter(tags=["chat clients"], responses={"default": {"model": Envelope, "description": "Any error."}})


@router.post(
    "/v1/responses",
    response_model=Response,
    responses={200: {"content": {stream.MEDIA_TYPE: {"schema": {"type": "string"}}}}},
)
def respond(body: ResponseRequest, asking: AskingDep, opened: OpenedDep) -> HTTPResponse:
    """Answer the last message of a conversation, as Open Responses does, with citations as annotations.

    `citations` has each with its quote, its span and its document; `rag` says what the answer is worth.
    """
    responding = Responding(opened.enter_context(asking.telling(body, body.input)), body.instructions)
    if body.stream:
        encoded = _encoded(responding.events())
        return StreamingResponse(encoded, media_type=stream.MEDIA_TYPE, headers=stream.HEADERS)
    return JSONResponse(responding.response().model_dump(mode="json"))


def _encoded(events: Iterator[Event]) -> Iterator[str]:
    for number, (name, body) in enumerate(events):
        fields = {"type": name, "sequence_number": number, **{field: _json(value) for field, value in body.items()}}
        yield stream.message(json.dumps(fields, ensure_ascii=False), name)
    yield stream.DONE


def _json(value: object) -> object:
    return value.model_dump(mode="json") if isinstance(value, BaseModel) else value
