"""The AI SDK's message stream, part by part; `tests/clients` lets the SDK itself read it."""

from __future__ import annotations

import json
from typing import Any

import httpx2
import pytest

from tests import asking

QUESTION = asking.LEVY_QUESTION


def body(*texts: str) -> dict[str, Any]:
    """What `useChat` sends: the user and the assistant in turns."""
    roles = ["user", "assistant"] * len(texts)
    messages = [
        {"id": str(n), "role": role, "parts": [{"type": "step-start"}, {"type": "text", "text": text}]}
        for n, (role, text) in enumerate(zip(roles, texts, strict=False))
    ]
    return {"id": "chat", "messages": messages, "trigger": "submit-message"}


def parts(url: str, *texts: str) -> list[dict[str, Any]]:
    response = httpx2.post(f"{url}/api/chat", json=body(*texts), timeout=60)
    assert response.headers["x-vercel-ai-ui-message-stream"] == "v1"
    assert response.headers["content-type"].startswith("text/event-stream")
    *found, done = response.text.removesuffix("\n\n").split("\n\n")
    assert done == "data: [DONE]"
    return [json.loads(part.removeprefix("data: ")) for part in found]


def text(found: list[dict[str, Any]]) -> str:
    return "".join(part["delta"] for part in found if part["type"] == "text-delta")


def test_the_parts_come_in_the_order_of_a_message(written_url: str) -> None:
    types = [part["type"] for part in parts(written_url, QUESTION)]
    assert types[:3] == ["start", "start-step", "text-start"]
    assert types[-4:] == ["text-end", "data-citations", "finish-step", "finish"]
    assert set(types[3:-4]) == {"source-url", "text-delta"}


def test_the_text_is_the_answer(written_url: str) -> None:
    native = httpx2.post(f"{written_url}/v1/answers", json={"question": QUESTION}, timeout=60).json()
    found = parts(written_url, QUESTION)
    assert text(found) == native["text"]
    assert found[-1]["messageMetadata"]["rag"]["outcome"] == native["outcome"]


def test_a_source_comes_before_the_words_that_cite_it_and_holds_the_quote(written_url: str) -> None:
    found = parts(written_url, QUESTION)
    shown: dict[str, str] = {}
    for part in found:
        if part["type"] == "source-url":
            place = part["providerMetadata"]["rag"]
            shown[part["sourceId"]] = place["quote"]
            assert (part["url"], part["title"], part["sourceId"]) == (
                place["link"],
                place["title"],
                str(place["marker"]),
            )
        if part["type"] == "text-delta":
            assert f"[{len(shown) + 1}]" not in part["delta"]
    assert list(shown) == ["1", "2", "3"]
    (marks,) = (part["data"] for part in found if part["type"] == "data-citations")
    for mark in marks:
        assert text(found)[mark["start"] : mark["end"]] == f"[{mark['sourceId']}]"
        assert mark["quote"] == shown[mark["sourceId"]]


def test_a_follow_up_is_looked_for_where_the_talk_was(url: str) -> None:
    said = "The congestion charge is 15 pounds a day. [1]"
    found = parts(url, "What is the congestion charge?", said, "And when does it apply?")
    assert "between 07:00 and 18:00" in text(found)


def test_an_abstention_is_a_text_without_sources(url: str) -> None:
    asked = {**body(QUESTION), "filters": {"published": {"gt": "2100"}}}
    response = httpx2.post(f"{url}/api/chat", json=asked)
    assert "The documents do not say. No document matches the filters." in response.text
    assert "source-url" not in response.text
    assert "data-citations" not in response.text


@pytest.mark.parametrize(
    ("asked", "status", "sentence"),
    [
        (
            {"messages": []},
            422,
            "messages: the last message of the user must be a text, which is the question",
        ),
        (
            {**body(QUESTION), "model": "gpt-4"},
            404,
            "there is no model 'gpt-4': use one of rag, rag-markdown, rag-open-webui",
        ),
        (
            body("x" * (1 << 20)),
            413,
            "the body has more than 1048576 bytes, the most that such a request may have: send less",
        ),
    ],
)
def test_an_error_is_a_sentence_to_show(url: str, asked: Any, status: int, sentence: str) -> None:
    response = httpx2.post(f"{url}/api/chat", json=asked)
    assert (response.status_code, response.text) == (status, sentence)
    assert response.headers["content-type"].startswith("text/plain")
