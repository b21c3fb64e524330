"""The schemas of OpenAI's chat completions."""

from __future__ import annotations

from typing import Annotated, Literal, Self, TypeAlias

from pydantic import AfterValidator, BaseModel, Field, StrictBool, StringConstraints
from pydantic_core import PydanticCustomError

from rag.http.chats.limits import FinishReason
from rag.http.chats.messages import BaseChatRequest, LenientModel, Messages
from rag.http.chats.schemas import Verdict
from rag.http.chats.transcript import Marker, Transcript
from rag.http.schemas import Citation

Event: TypeAlias = dict[str, object]


class StreamOptions(LenientModel):
    """Options of a stream."""

    include_usage: StrictBool = False


def _check_single(count: int) -> int:
    if count != 1:
        raise PydanticCustomError(
            "single", "one answer is written to each question: leave {n} out, or send 1", {"n": "n"}
        )
    return count


def _check_format(found: dict[str, object]) -> dict[str, object]:
    if found.get("type") != "text":
        reason = "answers are text with citations: leave response_format out, or send {example}"
        raise PydanticCustomError("response_format", reason, {"example": '{"type": "text"}'})
    return found


Tokens: TypeAlias = Annotated[int, Field(ge=1, description="The most tokens of the text, as the encoder counts them.")]
Stop: TypeAlias = Annotated[str, StringConstraints(min_length=1, max_length=500)]


class CompletionRequest(BaseChatRequest):
    """A conversation whose last message is the question. Other fields, such as `tools`, are ignored."""

    max_tokens: Tokens | None = None
    max_completion_tokens: Tokens | None = None
    stop: Stop | Annotated[list[Stop], Field(max_length=4)] | None = Field(
        None, description="The text ends before the sentence that would contain one of these sequences."
    )
    n: Annotated[int, AfterValidator(_check_single)] | None = None
    response_format: Annotated[dict[str, object], AfterValidator(_check_format)] | None = None

    messages: Messages = Field(examples=[[{"role": "user", "content": "What does the Kigali Amendment do?"}]])
    stream_options: StreamOptions | None = None

    @property
    def most_tokens(self) -> int | None:
        """The smaller limit on the tokens of the text, or None."""
        return min((one for one in (self.max_tokens, self.max_completion_tokens) if one is not None), default=None)

    @property
    def stops(self) -> tuple[str, ...]:
        """The sequences that the text must not contain."""
        return (self.stop,) if isinstance(self.stop, str) else tuple(self.stop or ())


class UrlCitation(BaseModel):
    """The position of a marker in the text, and its link. Both indices count code points; `end_index` is exclusive."""

    start_index: int
    end_index: int
    url: str
    title: str

    @classmethod
    def of(cls, marker: Marker) -> Self:
        """Convert a marker."""
        source = marker.source
        return cls(start_index=marker.start, end_index=marker.end, url=source.link, title=source.title)


class Annotation(BaseModel):
    """A citation in the format of OpenAI."""

    type: Literal["url_citation"] = "url_citation"
    url_citation: UrlCitation

    @classmethod
    def all_of(cls, transcript: Transcript) -> list[Self]:
        """Convert the markers of a transcript."""
        return [cls(type="url_citation", url_citation=UrlCitation.of(marker)) for marker in transcript.markers]


class Reply(BaseModel):
    """The message of the assistant."""

    role: Literal["assistant"] = "assistant"
    content: str
    refusal: None = None
    annotations: list[Annotation]


class Choice(BaseModel):
    """The only choice of a completion."""

    index: Literal[0] = 0
    message: Reply
    logprobs: None = None
    finish_reason: FinishReason = "stop"


class Usage(BaseModel):
    """Numbers of tokens, as the encoder counts them."""

    prompt_tokens: int
    completion_tokens: int
    total_tokens: int


class Completion(BaseModel):
    """A complete answer."""

    id: str
    object: Literal["chat.completion"] = "chat.completion"
    created: int
    model: str
    choices: list[Choice]
    usage: Usage
    citations: list[Citation] = Field(description="Every citation once, in the order of the markers.")
    rag: Verdict | None = Field(description="Null if the text is not from the documents.")


class Delta(BaseModel):
    """The text and the annotations that a chunk adds to the message."""

    role: Literal["assistant"] = "assistant"
    content: str = ""
    annotations: list[Annotation] = []


class ChunkChoice(BaseModel):
    """The only choice of a completion."""

    index: Literal[0] = 0
    delta: Delta
    logprobs: None = None
    finish_reason: FinishReason | None = None


class Chunk(BaseModel):
    """An event of a streamed answer. Unset fields are not sent."""

    id: str
    object: Literal["chat.completion.chunk"] = "chat.completion.chunk"
    created: int
    model: str
    choices: list[ChunkChoice]
    usage: Usage | None = None
    citations: list[Citation] | None = None
    rag: Verdict | None = None
    event: Event | None = Field(None, description="A source in the format of Open WebUI.")


class ModelCard(BaseModel):
    """A model name that clients can choose."""

    id: str
    object: Literal["model"] = "model"
    created: int = 0
    owned_by: Literal["rag"] = "rag"


class ModelList(BaseModel):
    """The model names that clients can choose."""

    object: Literal["list"] = "list"
    data: list[ModelCard]
