"""The shapes of OpenAI's chat completions."""

from __future__ import annotations

from typing import Literal, Self, TypeAlias

from pydantic import BaseModel, Field

from rag.http.chats.messages import Asked, Lenient, Messages
from rag.http.chats.schemas import Verdict
from rag.http.chats.transcript import Mark, Whole
from rag.http.schemas import Citation

Event: TypeAlias = dict[str, object]


class StreamOptions(Lenient):
    """What else a stream shall tell."""

    include_usage: bool = False


class CompletionRequest(Asked):
    """A conversation whose last message asks. What is not listed here, `tools` say, is accepted and not read."""

    messages: Messages = Field(examples=[[{"role": "user", "content": "When did Finland test a basic income?"}]])
    stream_options: StreamOptions | None = None


class UrlCitation(BaseModel):
    """Where the text has a marker, and what it leads to. `end_index` is exclusive; both count code points."""

    start_index: int
    end_index: int
    url: str
    title: str

    @classmethod
    def of(cls, mark: Mark) -> Self:
        """Project a marker."""
        source = mark.source
        return cls(start_index=mark.start, end_index=mark.end, url=source.link, title=source.title)


class Annotation(BaseModel):
    """A citation as OpenAI's clients read it."""

    type: Literal["url_citation"] = "url_citation"
    url_citation: UrlCitation

    @classmethod
    def all_of(cls, whole: Whole) -> list[Self]:
        """Project the markers of a text."""
        return [cls(type="url_citation", url_citation=UrlCitation.of(mark)) for mark in whole.marks]


class Reply(BaseModel):
    """The message of the assistant."""

    role: Literal["assistant"] = "assistant"
    content: str
    refusal: None = None
    annotations: list[Annotation]


class Choice(BaseModel):
    """The one choice there is."""

    index: Literal[0] = 0
    message: Reply
    logprobs: None = None
    finish_reason: Literal["stop"] = "stop"


class Usage(BaseModel):
    """Tokens, as the encoder counts them."""

    prompt_tokens: int
    completion_tokens: int
    total_tokens: int


class Completion(BaseModel):
    """A whole answer."""

    id: str
    object: Literal["chat.completion"] = "chat.completion"
    created: int
    model: str
    choices: list[Choice]
    usage: Usage
    citations: list[Citation] = Field(description="Every citation once, in the order of its marker.")
    rag: Verdict | None = Field(description="Null where nothing was asked of the documents.")


class Delta(BaseModel):
    """What a chunk adds to the message."""

    role: Literal["assistant"] = "assistant"
    content: str = ""
    annotations: list[Annotation] = []


class ChunkChoice(BaseModel):
    """The one choice there is."""

    index: Literal[0] = 0
    delta: Delta
    logprobs: None = None
    finish_reason: Literal["stop"] | None = None


class Chunk(BaseModel):
    """An event of a streamed answer; fields that were not set are not sent."""

    id: str
    object: Literal["chat.completion.chunk"] = "chat.completion.chunk"
    created: int
    model: str
    choices: list[ChunkChoice]
    usage: Usage | None = None
    citations: list[Citation] | None = None
    rag: Verdict | None = None
    event: Event | None = Field(None, description="A source, as Open WebUI takes it.")


class ModelCard(BaseModel):
    """A name under which the service answers."""

    id: str
    object: Literal["model"] = "model"
    created: int = 0
    owned_by: Literal["rag"] = "rag"


class ModelList(BaseModel):
    """The names under which the service answers."""

    object: Literal["list"] = "list"
    data: list[ModelCard]
