"""The route that the AI SDK's `useChat` posts to."""

from __future__ import annotations

import json
from collections.abc import Iterator

from fastapi import APIRouter
from fastapi.responses import Response, StreamingResponse

from rag.http import stream
from rag.http.chats.ai_sdk.projection import parts
from rag.http.chats.ai_sdk.schemas import ChatRequest
from rag.http.chats.asking import AskingDep
from rag.http.parts import OpenedDep

_HEADERS = {**stream.HEADERS, "x-vercel-ai-ui-message-stream": "v1"}

router = APIRouter(
    tags=["chat clients"],
    responses={"default": {"content": {"text/plain": {"schema": {"type": "string"}}}, "description": "Any error."}},
)


@router.post(
    "/api/chat",
    response_class=Response,
    responses={200: {"content": {stream.MEDIA_TYPE: {"schema": {"type": "string"}}}}},
)
def chat(body: ChatRequest, asking: AskingDep, opened: OpenedDep) -> Response:
    """Answer the last message of a conversation as a UI message stream of the AI SDK.

    Each citation is a `source-url` part whose `providerMetadata` has its quote, its span and its document.
    """
    telling = opened.enter_context(asking.telling(body, body.messages))
    encoded = (stream.message(json.dumps(part, ensure_ascii=False)) for part in parts(telling))
    return StreamingResponse(_ended(encoded), media_type=stream.MEDIA_TYPE, headers=_HEADERS)


def _ended(messages: Iterator[str]) -> Iterator[str]:
    yield from messages
    yield stream.DONE
