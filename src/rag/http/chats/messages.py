"""Read the messages of chat clients: the last user message is the question, the earlier messages are its history."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StrictBool, StringConstraints
from pydantic_core import PydanticCustomError

from rag import types
from rag.http.chats.frontend_tasks import is_task
from rag.http.chats.markdown import unescape
from rag.http.chats.transcript import NOT_ANSWERED, NOTICE
from rag.http.schemas import MAX_QUESTION, MAX_TURN, MAX_TURNS, AsOf, Filters, ShortText
from rag.types import DEFAULT_LIMIT, Ask, Role, Turn

_ROLES = frozenset(Role)
_LONGEST_READ = 2 * MAX_TURN  # characters of a message to read: notices and link definitions are then removed
_LATEST = 500  # messages to read: 20,000 messages take half a second to validate
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


def ask_of(
    messages: Sequence[Message],
    filters: types.Filters | None = None,
    limit: int = DEFAULT_LIMIT,
    as_of: types.Period | None = None,
) -> Ask | None:
    """Return the last user message as a question with its history, or None if there is no such message.

    The history has the latest turns of the user and the assistant, at most MAX_TURNS. Link definitions,
    notices and abstentions are removed from the assistant's turns.
    """
    last = _last_of_user(messages)
    if last is None or not (question := messages[last].text):
        return None
    latest = islice(_turns_before(messages, last), MAX_TURNS)
    return Ask(question, filters or {}, limit, tuple(reversed(list(latest))), as_of)


def _last_of_user(messages: Sequence[Message]) -> int | None:
    return next((index for index in reversed(range(len(messages))) if messages[index].role == Role.USER), None)


def _turns_before(messages: Sequence[Message], end: int) -> Iterator[Turn]:
    """Yield the turns before a message, the latest first. Messages without words are left out."""
    for message in reversed(messages[:end]):
        if message.role in _ROLES and (text := _turn_text(message)):
            yield Turn(Role(message.role), text)


def _turn_text(message: Message) -> str:
    text = message.text[:_LONGEST_READ]
    return (_cited_text(text) if message.role == Role.ASSISTANT else text)[:MAX_TURN]


def _cited_text(text: str) -> str:
    if text.startswith(NOT_ANSWERED):
        return ""
    return unescape(_LINK_DEFINITION.sub("", _NOTICE.sub("", text))).strip()


def _check_question(messages: list[Message]) -> list[Message]:
    last = _last_of_user(messages)
    question = messages[last].text if last is not None else ""
    if not question:
        raise PydanticCustomError("question", "the last message of the user must be a text: it is the question")
    if len(question) > MAX_QUESTION and not is_task(question):
        reason = "the question (the last message of the user) has {length} characters: send at most {most}"
        raise PydanticCustomError("question", reason, {"length": len(question), "most": MAX_QUESTION})
    return messages


def _latest(value: object) -> object:
    return value[-_LATEST:] if isinstance(value, list) else value


def _messages(value: object) -> object:
    return [{"role": Role.USER, "content": value}] if isinstance(value, str) else value


Messages = Annotated[
    list[Message], BeforeValidator(_latest, json_schema_input_type=list[Message]), AfterValidator(_check_question)
]
Input = Annotated[Messages, BeforeValidator(_messages, json_schema_input_type=str | list[Message])]
"""Messages, or a string that is the question."""


class BaseChatRequest(LenientModel):
    """The fields of every chat request besides its messages.

    `filters`, `limit` and `as_of` are specific to this service.
    """

    model: ShortText = "rag"
    stream: StrictBool = False
    filters: Filters
    limit: int = Field(DEFAULT_LIMIT, ge=1, le=50, description="The most passages that the answer may use.")
    as_of: AsOf = None
