"""The shapes of Open Responses (openresponses.org), as far as an answer in one message needs them."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, Field
from pydantic_core import PydanticCustomError

from rag.http.chats.messages import Asked, Input, Text
from rag.http.chats.schemas import Verdict
from rag.http.chats.transcript import Whole
from rag.http.schemas import Citation

Status = Literal["in_progress", "completed", "failed"]


def _not_kept(response_id: str | None) -> str | None:
    if response_id is not None:
        raise PydanticCustomError("not_kept", "responses are not kept: send the conversation in `input`")
    return response_id


class ResponseRequest(Asked):
    """A conversation whose last message asks. What is not listed here, `tools` say, is accepted and not read."""

    input: Input = Field(examples=["When did Finland test a basic income?"])
    instructions: Text | None = Field(None, description="Given back, and not followed.")
    previous_response_id: Annotated[str | None, AfterValidator(_not_kept)] = None


class Annotation(BaseModel):
    """Where the text has a marker, and what it leads to. `end_index` is exclusive; both count code points."""

    type: Literal["url_citation"] = "url_citation"
    start_index: int
    end_index: int
    url: str
    title: str

    @classmethod
    def all_of(cls, whole: Whole) -> list[Self]:
        """Project the markers of a text."""
        return [
            cls(start_index=mark.start, end_index=mark.end, url=mark.source.link, title=mark.source.title)
            for mark in whole.marks
        ]


class OutputText(BaseModel):
    """The text of a message."""

    type: Literal["output_text"] = "output_text"
    text: str = ""
    annotations: list[Annotation] = []
    logprobs: list[None] = []


class OutputMessage(BaseModel):
    """The one item that a response puts out."""

    type: Literal["message"] = "message"
    id: str
    status: Literal["in_progress", "completed"]
    role: Literal["assistant"] = "assistant"
    content: list[OutputText]


class _InputDetails(BaseModel):
    cached_tokens: int = 0


class _OutputDetails(BaseModel):
    reasoning_tokens: int = 0


class Usage(BaseModel):
    """Tokens, as the encoder counts them."""

    input_tokens: int
    output_tokens: int
    total_tokens: int
    input_tokens_details: _InputDetails = _InputDetails()
    output_tokens_details: _OutputDetails = _OutputDetails()


class Failure(BaseModel):
    """Why a response failed."""

    code: str
    message: str


class _Format(BaseModel):
    type: Literal["text"] = "text"


class _TextOptions(BaseModel):
    format: _Format = _Format()


class Response(BaseModel):
    """A response. Many fields speak of language models and always say the same; all of them must be there."""

    id: str
    object: Literal["response"] = "response"
    created_at: int
    completed_at: int | None = None
    status: Status
    incomplete_details: None = None
    model: str
    previous_response_id: None = None
    instructions: str | None = None
    output: list[OutputMessage] = []
    error: Failure | None = None
    tools: list[None] = []
    tool_choice: Literal["none"] = "none"
    truncation: Literal["disabled"] = "disabled"
    parallel_tool_calls: Literal[False] = False
    text: _TextOptions = _TextOptions()
    top_p: float = 1.0
    presence_penalty: float = 0.0
    frequency_penalty: float = 0.0
    top_logprobs: int = 0
    temperature: float = 0.0
    reasoning: None = None
    usage: Usage | None = None
    max_output_tokens: None = None
    max_tool_calls: None = None
    store: Literal[False] = False
    background: Literal[False] = False
    service_tier: Literal["default"] = "default"
    metadata: dict[str, str] = {}
    safety_identifier: None = None
    prompt_cache_key: None = None
    citations: list[Citation] = Field([], description="Every citation once, in the order of its marker.")
    rag: Verdict | None = Field(None, description="Null where nothing was asked of the documents.")
