"""The shapes of the AI SDK's UI message stream, version 1."""

from __future__ import annotations

from typing import TypeAlias

from pydantic import Field

from rag.http.chats.messages import Asked, Messages

Part: TypeAlias = dict[str, object]
"""One part of the stream: `type`, and what belongs to it."""


class ChatRequest(Asked):
    """What `useChat` sends. `model`, `filters` and `limit` may stand in the `body` of its transport."""

    messages: Messages = Field(
        examples=[[{"id": "1", "role": "user", "parts": [{"type": "text", "text": "What is e-residency?"}]}]]
    )
    stream: bool = Field(True, description="An answer always comes as a stream.")
