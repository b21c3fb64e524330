"""The schemas of the AI SDK's UI message stream, version 1."""

from __future__ import annotations

from typing import TypeAlias

from pydantic import Field, StrictBool

from rag.http.chats.messages import BaseChatRequest, Messages

Part: TypeAlias = dict[str, object]
"""One part of the stream: `type`, and the fields of this type."""


class ChatRequest(BaseChatRequest):
    """The request of `useChat`. `model`, `filters`, `limit` and `as_of` can be set in the `body` of its transport."""

    messages: Messages = Field(
        examples=[[{"id": "1", "role": "user", "parts": [{"type": "text", "text": "What is e-residency?"}]}]]
    )
    stream: StrictBool = Field(True, description="Ignored: the answer is always a stream.")
