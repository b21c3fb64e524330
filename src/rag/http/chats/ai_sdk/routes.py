"""The route that the AI SDK's `useChat` calls."""

from __future__ import annotations

import json
from collections.abc import Iterator

from fastapi import APIRouter
from fastapi.responses import Response, StreamingResponse

from rag.http import stream
from rag.http.chats.ai_sdk.projection import parts
from rag.http.chats.ai_sdk.schemas import ChatRequest
from rag.http.chats.in_progress import ChatAnswererDep
from rag.http.dependencies import ExitStackDep

_HEADERS = {**stream.HEADERS, "x-vercel-ai-ui-message-stream": "v1"}

router = APIRouter(
    tags=["chat clients"],
    responses={"default": {"content": {"text/plain": {"schema": {"type": "string"}}}, "description": "Any error."}},
)


@router.post(
    "/api/chat",
    response_class=Response,
    responses={200: {"content": stream.CONTENT}},
)
def chat(body: ChatRequest, answerer: ChatAnswererDep, exit_stack: ExitStackDep) -> Response:
    """Answer the last message of a conversation as a UI message stream of the AI SDK.

    Each citation is a `source-url` part. Its `providerMetadata` has the quote, the span and the document.
    """
    answer = exit_stack.enter_context(answerer.start(body, body.messages))
    encoded = (stream.message(json.dumps(part, ensure_ascii=False)) for part in parts(answer))
    return StreamingResponse(_with_done(encoded), media_type=stream.MEDIA_TYPE, headers=_HEADERS)


def _with_done(messages: Iterator[str]) -> Iterator[str]:
    yield from messages
    yield stream.DONE
