"""Every protocol counts the sentences of a language model that were kept, replaced and withheld, with the reasons."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from rag.cli.output import print_answer
from rag.http.app import create_app
from rag.service import Service
from rag.types import Ask
from tests import samples
from tests.client import TestClient
from tests.http.mcp.connection import call, text
from tests.http.serving import serving
from tests.http.test_answers import ask
from tests.http.test_notices import post

COUNTS = {"kept": 1, "replaced": 1, "withheld": 1, "doubts": {"negation": 1, "unsupported": 1}}
LINE = "1 of 3 sentences of the language model are supported by their sources; 1 replaced with a quote; 1 withheld."


@pytest.fixture(scope="module")
def written(service: Service) -> Service:
    """A service whose language model writes a true sentence, a false one and an invented one."""
    evidence = service.view(None).answer(Ask(samples.LEVY_QUESTION)).evidence
    number = 1 + next(number for number, hit in enumerate(evidence) if "Fruit juices" in hit.text)
    reply = (
        f"Small producers of under 1 million litres a year pay nothing [{number}]. "
        f"Fruit juices are not exempt from the levy [{number}]. The penguins danced merrily [{number}]."
    )
    return samples.service(service.settings.index_dir, generator=samples.answerer(samples.Scripted([reply])))


@pytest.fixture(scope="module")
def client(written: Service) -> Iterator[TestClient]:
    with TestClient(create_app(written)) as client:
        yield client


def test_a_json_answer_counts_the_decisions_and_marks_the_quotes(client: TestClient) -> None:
    answer = ask(client)
    assert answer["verification"] == COUNTS
    assert [statement["quoted"] for statement in answer["statements"]] == [False, True]
    assert answer["statements"][1]["text"] == "Fruit juices are exempt from the levy."


def test_an_answer_without_a_language_model_has_no_counts(service: Service) -> None:
    assert ask(TestClient(create_app(service)))["verification"] is None


def test_a_completion_and_a_response_have_the_counts(client: TestClient) -> None:
    body = {"messages": [{"role": "user", "content": samples.LEVY_QUESTION}]}
    assert post(client, "/v1/chat/completions", body)["rag"]["verification"] == COUNTS
    assert post(client, "/v1/responses", {"input": samples.LEVY_QUESTION})["rag"]["verification"] == COUNTS


def test_an_assistant_gets_the_counts_as_data_and_as_a_paragraph(written: Service) -> None:
    with serving(written) as url:
        found = call(f"{url}/mcp", "ask", question=samples.LEVY_QUESTION)
    assert found.structured_content["verification"] == COUNTS
    assert f"\n\n{LINE}\n\n" in text(found)


def test_the_command_line_prints_the_counts(written: Service, capsys: pytest.CaptureFixture[str]) -> None:
    print_answer(written.view(None).answer(Ask(samples.LEVY_QUESTION)))
    assert "(3 sentences of the language model: 1 replaced with a quote, 1 withheld)" in capsys.readouterr().out


def test_the_page_shows_the_counts(client: TestClient) -> None:
    assert "verified(answer.verification)" in client.get("/ui/answer.js").text
    assert "replaced with a quote" in client.get("/ui/verification.js").text
