"""The schemas of Open Responses (openresponses.org) that an answer in one message needs."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, Field
from pydantic_core import PydanticCustomError

from rag.http.chats.messages import BaseChatRequest, Input, Text
from rag.http.chats.schemas import Verdict
from rag.http.chats.transcript import Transcript
from rag.http.schemas import Citation

Status = Literal["in_progress", "completed", "failed"]


def _check_absent(response_id: str | None) -> str | None:
    if response_id is not None:
        raise PydanticCustomError("not_stored", "responses are not stored: send the conversation in `input`")
    return response_id


class ResponseRequest(BaseChatRequest):
    """A conversation whose last message is the question. Other fields, such as `tools`, are ignored."""

    input: Input = Field(examples=["What does the Kigali Amendment do?"])
    instructions: Text | None = Field(None, description="Returned in the response, but not followed.")
    previous_response_id: Annotated[str | None, AfterValidator(_check_absent)] = None


class Annotation(BaseModel):
    """The position of a marker in the text, and its link. Both indices count code points; `end_index` is exclusive."""

    type: Literal["url_citation"] = "url_citation"
    start_index: int
    end_index: int
    url: str
    title: str

    @classmethod
    def all_of(cls, transcript: Transcript) -> list[Self]:
        """Convert the markers of a transcript."""
        return [
            cls(start_index=one.start, end_index=one.end, url=one.source.link, title=one.source.title)
            for one in transcript.markers
        ]


class OutputText(BaseModel):
    """The text of a message."""

    type: Literal["output_text"] = "output_text"
    text: str = ""
    annotations: list[Annotation] = []
    logprobs: list[None] = []


class OutputMessage(BaseModel):
    """The only output item of a response."""

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
    """Numbers of tokens, as the encoder counts them."""

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
    """A response. Clients require all fields; those that concern only language models have constant values."""

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
    citations: list[Citation] = Field([], description="Every citation once, in the order of the markers.")
    rag: Verdict | None = Field(None, description="Null if the text is not from the documents.")
