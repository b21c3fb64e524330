"""The parts of the AI SDK's message stream. `tests/clients` reads the stream with the SDK itself."""

from __future__ import annotations

import json
from typing import Any

import httpx2
import pytest

from tests import samples

QUESTION = samples.LEVY_QUESTION


def body(*texts: str) -> dict[str, Any]:
    """Return the body that `useChat` sends: the turns of the user and the assistant."""
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


def test_the_parts_are_in_the_order_of_the_protocol(written_url: str) -> None:
    types = [part["type"] for part in parts(written_url, QUESTION)]
    assert types[:3] == ["start", "start-step", "text-start"]
    assert types[-4:] == ["text-end", "data-citations", "finish-step", "finish"]
    assert set(types[3:-4]) == {"source-url", "text-delta"}


def test_the_text_equals_the_native_answer(written_url: str) -> None:
    native = httpx2.post(f"{written_url}/v1/answers", json={"question": QUESTION}, timeout=60).json()
    found = parts(written_url, QUESTION)
    assert text(found) == native["text"]
    assert found[-1]["messageMetadata"]["rag"]["outcome"] == native["outcome"]


def test_a_source_comes_before_the_words_that_cite_it_and_has_the_quote(written_url: str) -> None:
    found = parts(written_url, QUESTION)
    shown: dict[str, str] = {}
    for part in found:
        if part["type"] == "source-url":
            citation = part["providerMetadata"]["rag"]
            shown[part["sourceId"]] = citation["quote"]
            assert (part["url"], part["title"], part["sourceId"]) == (
                citation["link"],
                citation["title"],
                str(citation["marker"]),
            )
        if part["type"] == "text-delta":
            assert f"[{len(shown) + 1}]" not in part["delta"]
    assert list(shown) == ["1", "2", "3"]
    (markers,) = (part["data"] for part in found if part["type"] == "data-citations")
    for marker in markers:
        assert text(found)[marker["start"] : marker["end"]] == f"[{marker['sourceId']}]"
        assert marker["quote"] == shown[marker["sourceId"]]


def test_a_follow_up_question_uses_the_conversation(url: str) -> None:
    reply = "The congestion charge is 15 pounds a day. [1]"
    found = parts(url, "What is the congestion charge?", reply, "And when does it apply?")
    assert "between 07:00 and 18:00" in text(found)


def test_an_abstention_has_text_and_no_sources(url: str) -> None:
    request = {**body(QUESTION), "filters": {"published": {"gt": "2100"}}}
    response = httpx2.post(f"{url}/api/chat", json=request)
    assert "The documents do not say. No document matches the filters." in response.text
    assert "source-url" not in response.text
    assert "data-citations" not in response.text


@pytest.mark.parametrize(
    ("request_body", "status", "sentence"),
    [
        (
            {"messages": []},
            422,
            "messages: the last message of the user must be a text: it is the question",
        ),
        (
            {**body(QUESTION), "model": "gpt-4"},
            404,
            "there is no model 'gpt-4': use one of rag, rag-markdown, rag-open-webui",
        ),
        (
            body("x" * (1 << 20)),
            413,
            "the body has more than 1048576 bytes, the limit for this path: send a shorter one",
        ),
    ],
)
def test_an_error_is_a_plain_text_sentence(url: str, request_body: Any, status: int, sentence: str) -> None:
    response = httpx2.post(f"{url}/api/chat", json=request_body)
    assert (response.status_code, response.text) == (status, sentence)
    assert response.headers["content-type"].startswith("text/plain")
