"""The last user message is the question. Of a long chat only the latest messages are read."""

from __future__ import annotations

import time

import pytest
from pydantic import ValidationError

from rag.http.chats.completions.schemas import CompletionRequest
from rag.http.chats.messages import ask_of
from rag.http.schemas import MAX_TURN, MAX_TURNS
from rag.types import Ask, Role


def asked(*messages: tuple[str, str]) -> Ask:
    body = {"messages": [{"role": role, "content": text} for role, text in messages]}
    ask = ask_of(CompletionRequest.model_validate(body).messages)
    assert ask is not None
    return ask


def test_messages_after_the_question_are_ignored() -> None:
    ask = asked(("user", "One?"), ("assistant", "Yes. [1]"), ("user", "Two?"), ("tool", "x"), ("assistant", ""))
    assert ask.question == "Two?"
    assert [(turn.role, turn.content) for turn in ask.history] == [(Role.USER, "One?"), (Role.ASSISTANT, "Yes. [1]")]


def test_system_and_empty_messages_are_no_turns() -> None:
    ask = asked(
        ("system", "Be brief."), ("user", ""), ("assistant", "The documents do not say. Why?"), ("user", "Two?")
    )
    assert ask.history == ()


def test_the_history_has_the_latest_turns_oldest_first() -> None:
    ask = asked(*((("user", "assistant")[number % 2], f"Turn {number}") for number in range(99)))
    assert ask.question == "Turn 98"
    assert [turn.content for turn in ask.history] == [f"Turn {number}" for number in range(98 - MAX_TURNS, 98)]


def test_a_long_turn_is_cut() -> None:
    ask = asked(("user", "x" * 200_000), ("user", "Two?"))
    assert ask.history[0].content == "x" * MAX_TURN


def test_a_chat_with_very_many_messages_is_read_quickly() -> None:
    body = {"messages": [{"role": "user", "content": f"Message {number}?"} for number in range(50_000)]}
    began = time.process_time()
    request = CompletionRequest.model_validate(body)
    assert time.process_time() - began < 1.0
    assert request.messages[-1].text == "Message 49999?"
    assert len(request.messages) <= 1_000


@pytest.mark.parametrize("messages", [[], [("assistant", "Hello.")], [("user", "")], [("user", "One?"), ("user", "")]])
def test_a_chat_without_a_question_is_refused(messages: list[tuple[str, str]]) -> None:
    body = {"messages": [{"role": role, "content": text} for role, text in messages]}
    with pytest.raises(ValidationError, match="the last message of the user must be a text"):
        CompletionRequest.model_validate(body)


def test_a_question_that_is_too_long_is_refused() -> None:
    with pytest.raises(ValidationError, match="has 2001 characters: send at most 2000"):
        asked(("user", "x" * 2_001))
