"""The routes that OpenAI's clients know: the models, and chat completions. Any key is taken, for asking needs none."""

from __future__ import annotations

from collections.abc import Iterator

from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response, StreamingResponse

from rag.errors import RagError
from rag.http import stream
from rag.http.chats import models
from rag.http.chats.asking import AskingDep, Telling
from rag.http.chats.completions import projection
from rag.http.chats.completions.schemas import Completion, CompletionRequest, ModelCard, ModelList
from rag.http.chats.errors import Envelope, Error
from rag.http.parts import OpenedDep
from rag.http.problems import problem_of

router = APIRouter(tags=["chat clients"], responses={"default": {"model": Envelope, "description": "Any error."}})


@router.get("/v1/models")
def list_models() -> ModelList:
    """List the names under which the service answers; they differ in how citations are shown."""
    return ModelList(data=[ModelCard(id=model.name) for model in models.MODELS])


@router.get("/v1/models/{model}")
def show_model(model: str) -> ModelCard:
    """Tell that a model is there."""
    return ModelCard(id=models.named(model).name)


@router.post(
    "/v1/chat/completions",
    response_model=Completion,
    responses={200: {"content": {stream.MEDIA_TYPE: {"schema": {"type": "string"}}}}},
)
def complete(body: CompletionRequest, asking: AskingDep, opened: OpenedDep) -> Response:
    """Answer the last message of a conversation, as OpenAI's chat completions do, with citations as annotations.

    `citations` has each with its quote, its span and its document; `rag` says what the answer is worth.
    """
    telling = opened.enter_context(asking.telling(body, body.messages))
    if body.stream:
        return StreamingResponse(_encoded(body, telling), media_type=stream.MEDIA_TYPE, headers=stream.HEADERS)
    return JSONResponse(projection.completion(telling).model_dump(mode="json"))


def _encoded(body: CompletionRequest, telling: Telling) -> Iterator[str]:
    include_usage = body.stream_options is not None and body.stream_options.include_usage
    try:
        for chunk in projection.chunks(telling, include_usage=include_usage):
            yield stream.message(chunk.model_dump_json(exclude_unset=True))
    except RagError as error:
        yield stream.message(Envelope(error=Error.of(problem_of(error))).model_dump_json())
        return
    yield stream.DONE
