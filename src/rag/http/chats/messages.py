"""Read the messages of chat clients: the last user message is the question, the earlier messages are its history."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticCustomError

from rag import types
from rag.http.chats.frontend_tasks import is_task
from rag.http.chats.markdown import unescape
from rag.http.chats.transcript import NOT_ANSWERED, NOTICE
from rag.http.schemas import MAX_QUESTION, MAX_TURN, MAX_TURNS, Filters, ShortText
from rag.types import DEFAULT_LIMIT, Ask, Role, Turn

_TEXTS = ("text", "input_text", "output_text")
_NOTICE = re.compile(rf"\n\n{NOTICE}.*(?:\n- .*)*")
_LINK_DEFINITION = re.compile(r"^\[\d+\]: \S.*$", re.MULTILINE)

Text = Annotated[str, StringConstraints(max_length=1 << 20)]  # with a constraint, pydantic refuses lone surrogates


class LenientModel(BaseModel):
    """A body whose unknown fields are ignored."""

    model_config = ConfigDict(extra="ignore")


class Part(LenientModel):
    """A part of a message. Only text is used."""

    type: str = "text"
    text: Text = ""


def _parts(content: object) -> object:
    if content is None or isinstance(content, str):
        return [Part(text=content)] if content else []
    if not isinstance(content, list):
        raise PydanticCustomError("content", "give text, or a list of parts")
    return content


class Message(LenientModel):
    """One message. OpenAI's clients send `content`, the AI SDK sends `parts`."""

    role: ShortText = ""
    content: Annotated[list[Part], BeforeValidator(_parts, json_schema_input_type=str | list[Part] | None)] = []
    parts: list[Part] = []

    @property
    def text(self) -> str:
        """The text of the message, with each part on its own line."""
        parts = [part.text for part in (*self.content, *self.parts) if part.type in _TEXTS and part.text]
        return "\n".join(parts).strip()


def ask_of(messages: Sequence[Message], filters: types.Filters | None = None, limit: int = DEFAULT_LIMIT) -> Ask | None:
    """Return the last user message as a question with its history, or None if there is no such message.

    The history has the latest turns of the user and the assistant, at most MAX_TURNS. Link definitions,
    notices and abstentions are removed from the assistant's turns.
    """
    turns = [(Role(message.role), message.text) for message in messages if message.role in set(Role)]
    last = max((index for index, (role, _) in enumerate(turns) if role is Role.USER), default=None)
    if last is None or not turns[last][1]:
        return None
    earlier = ((role, _cited_text(text) if role is Role.ASSISTANT else text) for role, text in turns[:last])
    history = [Turn(role, text[:MAX_TURN]) for role, text in earlier if text]
    return Ask(turns[last][1], filters or {}, limit, tuple(history[-MAX_TURNS:]))


def _cited_text(text: str) -> str:
    if text.startswith(NOT_ANSWERED):
        return ""
    return unescape(_LINK_DEFINITION.sub("", _NOTICE.sub("", text))).strip()


def _check_question(messages: list[Message]) -> list[Message]:
    ask = ask_of(messages)
    if ask is None:
        raise PydanticCustomError("question", "the last message of the user must be a text: it is the question")
    if len(ask.question) > MAX_QUESTION and not is_task(ask.question):
        reason = "the question (the last message of the user) has {length} characters: send at most {most}"
        raise PydanticCustomError("question", reason, {"length": len(ask.question), "most": MAX_QUESTION})
    return messages


def _messages(value: object) -> object:
    return [{"role": Role.USER, "content": value}] if isinstance(value, str) else value


Messages = Annotated[list[Message], AfterValidator(_check_question)]
Input = Annotated[Messages, BeforeValidator(_messages, json_schema_input_type=str | list[Message])]
"""Messages, or a string that is the question."""


class BaseChatRequest(LenientModel):
    """The fields of every chat request besides its messages. `filters` and `limit` are specific to this service."""

    model: ShortText = "rag"
    stream: bool = False
    filters: Filters
    limit: int = Field(DEFAULT_LIMIT, ge=1, le=50, description="The most passages that the answer may use.")
