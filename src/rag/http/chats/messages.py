"""The messages that chat clients send: the last one of the user is the question, those before it its conversation."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticCustomError

from rag import types
from rag.http.chats.tasks import is_task
from rag.http.chats.transcript import UNSAID
from rag.http.schemas import MAX_QUESTION, MAX_TURN, MAX_TURNS, Filters, Word
from rag.types import DEFAULT_LIMIT, Ask, Role, Turn

_TEXTS = ("text", "input_text", "output_text")
_DEFINITION = re.compile(r"^\[\d+\]: \S.*$", re.MULTILINE)

Text = Annotated[str, StringConstraints(max_length=1 << 20)]  # a constraint refuses half a surrogate pair


class Lenient(BaseModel):
    """A body of a client that may send more than is read here."""

    model_config = ConfigDict(extra="ignore")


class Part(Lenient):
    """A part of a message; only text is read."""

    type: str = "text"
    text: Text = ""


def _parts(content: object) -> object:
    if content is None or isinstance(content, str):
        return [Part(text=content)] if content else []
    if not isinstance(content, list):
        raise PydanticCustomError("content", "give text, or a list of parts")
    return content


class Message(Lenient):
    """One message. `content` is what OpenAI's clients send, `parts` what the AI SDK sends."""

    role: Word = ""
    content: Annotated[list[Part], BeforeValidator(_parts, json_schema_input_type=str | list[Part] | None)] = []
    parts: list[Part] = []

    @property
    def text(self) -> str:
        """The words of the message, each part on its own line."""
        parts = [part.text for part in (*self.content, *self.parts) if part.type in _TEXTS and part.text]
        return "\n".join(parts).strip()


def ask_of(messages: Sequence[Message], filters: types.Filters | None = None, limit: int = DEFAULT_LIMIT) -> Ask | None:
    """Return the last message of the user as a question with its history, or None if there is no such message.

    The history holds the latest turns of the user and the assistant, at most MAX_TURNS. It leaves out everything that
    an answer's text had besides its sentences.
    """
    turns = [(Role(message.role), message.text) for message in messages if message.role in set(Role)]
    last = max((index for index, (role, _) in enumerate(turns) if role is Role.USER), default=None)
    if last is None or not turns[last][1]:
        return None
    said = ((role, _spoken(text) if role is Role.ASSISTANT else text) for role, text in turns[:last])
    history = [Turn(role, text[:MAX_TURN]) for role, text in said if text]
    return Ask(turns[last][1], filters or {}, limit, tuple(history[-MAX_TURNS:]))


def _spoken(text: str) -> str:
    return "" if text.startswith(UNSAID) else _DEFINITION.sub("", text).strip()


def _with_a_question(messages: list[Message]) -> list[Message]:
    ask = ask_of(messages)
    if ask is None:
        raise PydanticCustomError("question", "the last message of the user must be a text, which is the question")
    if len(ask.question) > MAX_QUESTION and not is_task(ask.question):
        reason = "the question, which is the last message of the user, has {length} characters: at most {most} are read"
        raise PydanticCustomError("question", reason, {"length": len(ask.question), "most": MAX_QUESTION})
    return messages


def _messages(given: object) -> object:
    return [{"role": Role.USER, "content": given}] if isinstance(given, str) else given


Messages = Annotated[list[Message], AfterValidator(_with_a_question)]
Input = Annotated[Messages, BeforeValidator(_messages, json_schema_input_type=str | list[Message])]
"""As `Messages`; a string alone is the question."""


class Asked(Lenient):
    """What every protocol's request may say besides its messages; `filters` and `limit` are this service's own."""

    model: Word = "rag"
    stream: bool = False
    filters: Filters
    limit: int = Field(DEFAULT_LIMIT, ge=1, le=50, description="The most passages the answer may rest on.")
