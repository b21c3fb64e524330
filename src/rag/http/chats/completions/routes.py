"""The routes of OpenAI's API: models and chat completions. An open service accepts any key."""

from __future__ import annotations

from collections.abc import Iterator

from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response, StreamingResponse

from rag.errors import RagError
from rag.http import stream
from rag.http.chats import model_names
from rag.http.chats.completions import projection
from rag.http.chats.completions.schemas import Completion, CompletionRequest, ModelCard, ModelList
from rag.http.chats.error_bodies import Envelope, Error
from rag.http.chats.in_progress import AnswerInProgress, ChatAnswererDep
from rag.http.chats.limits import OutputLimit
from rag.http.dependencies import ExitStackDep
from rag.http.problems import problem_of

router = APIRouter(tags=["chat clients"], responses={"default": {"model": Envelope, "description": "Any error."}})


@router.get("/v1/models")
def list_models() -> ModelList:
    """List the model names. They differ only in how citations are shown."""
    return ModelList(data=[ModelCard(id=model.name) for model in model_names.MODELS])


@router.get("/v1/models/{model}")
def show_model(model: str) -> ModelCard:
    """Return a model by its name."""
    return ModelCard(id=model_names.find(model).name)


@router.post(
    "/v1/chat/completions",
    response_model=Completion,
    responses={200: {"content": stream.CONTENT}},
)
def complete(body: CompletionRequest, answerer: ChatAnswererDep, exit_stack: ExitStackDep) -> Response:
    """Answer the last message of a conversation as a chat completion of OpenAI, with citations as annotations.

    `citations` has the quote, the span and the document of each citation. `rag` has the outcome and the confidence.
    `max_tokens` and `stop` leave out whole sentences, because a part of a sentence is no quote.
    """
    limit = OutputLimit(answerer.count_tokens, body.most_tokens, body.stops)
    answer = exit_stack.enter_context(answerer.start(body, body.messages, limit))
    if body.stream:
        return StreamingResponse(_encode(body, answer), media_type=stream.MEDIA_TYPE, headers=stream.HEADERS)
    return JSONResponse(projection.completion(answer).model_dump(mode="json"))


def _encode(body: CompletionRequest, answer: AnswerInProgress) -> Iterator[str]:
    include_usage = body.stream_options is not None and body.stream_options.include_usage
    try:
        for chunk in projection.chunks(answer, include_usage=include_usage):
            yield stream.message(chunk.model_dump_json(exclude_unset=True))
    except RagError as error:
        yield stream.message(Envelope(error=Error.of(problem_of(error))).model_dump_json())
    yield stream.DONE
