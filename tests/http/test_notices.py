"""A notice is apart from the statements in every protocol, with its kind, its text and its suggested questions."""

from __future__ import annotations

from typing import Any

import pytest

from rag.cli.output import print_answer
from rag.http.app import create_app
from rag.http.chats.messages import Message, ask_of
from rag.service import Service
from rag.types import Ask
from tests.client import TestClient
from tests.http.chats.test_ai_sdk import parts
from tests.http.mcp.connection import call, text
from tests.http.serving import serving
from tests.http.test_answers import ask, stream

MISSPELT = "What is the congestin charge?"
READ_AS = "The question was read with “congestin” as “congestion”."
NOTICE = {"kind": "understood", "text": READ_AS, "questions": []}
GREETING = "Hello! Ask a question about the documents."


@pytest.fixture(scope="module")
def client(service: Service) -> TestClient:
    return TestClient(create_app(service))


def post(client: TestClient, path: str, body: dict[str, Any]) -> dict[str, Any]:
    response = client.post(path, json=body)
    assert response.status_code == 200, response.text
    found: dict[str, Any] = response.json()
    return found


def test_a_json_answer_has_its_notices_apart_from_its_statements(client: TestClient) -> None:
    answer = ask(client, MISSPELT)
    assert answer["notices"] == [NOTICE]
    assert answer["question"] == MISSPELT
    assert "15 pounds a day" in answer["text"]
    assert READ_AS not in answer["text"]
    assert ask(client, "What is the congestion charge?")["notices"] == []


def test_a_stream_has_an_event_for_each_notice_before_the_statements(client: TestClient) -> None:
    names = [name for name, _ in stream(client, MISSPELT)]
    assert names[:3] == ["evidence", "notice", "statement"]
    assert dict(stream(client, MISSPELT))["notice"] == NOTICE


def test_a_greeting_gets_a_friendly_line_and_suggestions(client: TestClient) -> None:
    answer = ask(client, "Hello!")
    assert (answer["outcome"], answer["abstention"]) == ("no_evidence", "not_a_question")
    assert (answer["statements"], answer["evidence"], answer["text"]) == ([], [], "")
    [notice] = answer["notices"]
    assert (notice["kind"], notice["text"]) == ("greeting", GREETING)
    assert notice["questions"] == client.get("/v1/suggestions").json()["questions"]


@pytest.mark.parametrize("thanks", ["Thanks", "thank you very much!", "Danke", "merci beaucoup"])
def test_thanks_get_a_friendly_line(client: TestClient, thanks: str) -> None:
    assert ask(client, thanks)["abstention"] == "not_a_question"


def test_a_chat_completion_has_notices_as_data_and_as_the_last_paragraph(client: TestClient) -> None:
    body = {"messages": [{"role": "user", "content": MISSPELT}]}
    found = post(client, "/v1/chat/completions", body)
    assert found["rag"]["notices"] == [NOTICE]
    assert found["choices"][0]["message"]["content"].endswith(f"\n\nNotice: {READ_AS}")


def test_the_text_of_a_greeting_is_the_notice(client: TestClient) -> None:
    found = post(client, "/v1/chat/completions", {"messages": [{"role": "user", "content": "Hello"}]})
    [first, *_] = found["choices"][0]["message"]["content"].split("\n")
    assert first == GREETING


def test_a_response_has_notices_as_data_and_as_the_last_paragraph(client: TestClient) -> None:
    found = post(client, "/v1/responses", {"input": MISSPELT})
    assert found["rag"]["notices"] == [NOTICE]
    assert found["output"][0]["content"][0]["text"].endswith(f"\n\nNotice: {READ_AS}")


def test_a_message_stream_of_the_ai_sdk_has_notices_in_its_metadata(service: Service) -> None:
    with serving(service) as url:
        found = parts(url, MISSPELT)
    assert found[-1]["messageMetadata"]["rag"]["notices"] == [NOTICE]
    assert found[-1]["type"] == "finish"


def test_an_assistant_gets_notices_as_data_and_as_a_paragraph(service: Service) -> None:
    with serving(service) as url:
        found = call(f"{url}/mcp", "ask", question=MISSPELT)
    assert found.structured_content["notices"] == [NOTICE]
    assert READ_AS not in found.structured_content["text"]
    assert f"\n\n{READ_AS}" in text(found)


def test_the_command_line_prints_notices_first(service: Service, capsys: pytest.CaptureFixture[str]) -> None:
    print_answer(service.view(None).answer(Ask(MISSPELT)))
    assert capsys.readouterr().out.startswith(f"{READ_AS}\n\n")
    print_answer(service.view(None).answer(Ask("Hello")))
    printed = capsys.readouterr().out
    assert printed.startswith(GREETING)
    assert "The documents do not say" not in printed


def test_notices_are_removed_from_the_history_of_a_chat() -> None:
    messages = [
        Message.model_validate({"role": role, "content": content})
        for role, content in (
            ("user", MISSPELT),
            ("assistant", f"The congestion charge is 15 pounds a day. [1]\n\nNotice: {READ_AS}"),
            ("user", "When does it apply?"),
        )
    ]
    asked = ask_of(messages)
    assert asked is not None
    assert asked.history[1].content == "The congestion charge is 15 pounds a day. [1]"


def test_the_page_shows_notices(client: TestClient) -> None:
    assert "notices" in client.get("/ui/answer.js").text
