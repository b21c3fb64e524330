"""Questions over HTTP: one answer as JSON, or the same answer as events while it is written."""

from __future__ import annotations

import json
from typing import Any

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from rag.types import Ask
from rag.answer import confidence, prompts
from rag.answer.pipeline import Answerer
from rag.answer.retrieval import Retriever
from rag.errors import BackendUnavailable, CorruptSnapshot
from rag.http.app import create_app
from rag.service import Service
from tests import asking

QUESTION = asking.LEVY_QUESTION
PLACE = {"document_id", "title", "url", "author", "published", "page", "heading", "start", "end", "score"}
ANSWER = {
    *("question", "outcome", "text", "statements", "citations", "evidence"),
    *("confidence", "snapshot", "abstention", "degraded", "timings"),
}


def ask(client: TestClient, question: str = QUESTION, **more: object) -> dict[str, Any]:
    response = client.post("/v1/answers", json={"question": question, **more})
    assert response.status_code == 200, response.text
    assert response.headers["content-type"] == "application/json"
    found: dict[str, Any] = response.json()
    return found


def stream(client: TestClient, question: str = QUESTION) -> list[tuple[str, Any]]:
    """Ask for events; return each event's name and data."""
    response = client.post("/v1/answers", json={"question": question}, headers={"Accept": "text/event-stream"})
    assert response.status_code == 200
    assert response.headers["content-type"].startswith("text/event-stream")
    return events(response)


def events(response: Response) -> list[tuple[str, Any]]:
    found = []
    for block in response.text.removesuffix("\n\n").split("\n\n"):
        name, data = block.split("\n")
        found.append((name.removeprefix("event: "), json.loads(data.removeprefix("data: "))))
    return found


def timeless(answer: dict[str, Any]) -> dict[str, Any]:
    return {**answer, "timings": None}


def asked_through(service: Service, *script: str | BackendUnavailable, accept: str = "application/json") -> Response:
    """Ask a service whose language model follows `script`."""
    model = asking.answerer(asking.Scripted(script))
    client = TestClient(create_app(asking.service(service.settings.index_dir, generator=model)))
    return client.post("/v1/answers", json={"question": QUESTION}, headers={"Accept": accept})


def test_an_answer_has_every_field_of_the_wire_format(client: TestClient) -> None:
    answer = ask(client)
    assert set(answer) == ANSWER
    assert all(set(statement) == {"text", "citations"} for statement in answer["statements"])
    assert all(set(citation) == {*PLACE, "marker", "quote", "link"} for citation in answer["citations"])
    assert all(set(hit) == {*PLACE, "text"} for hit in answer["evidence"])


def test_an_answer_cites_what_it_says(client: TestClient, service: Service) -> None:
    answer = ask(client)
    assert (answer["question"], answer["snapshot"]) == (QUESTION, service.snapshot().id)
    assert answer["outcome"] in {"answered", "partial"}
    assert (answer["abstention"], answer["degraded"]) == (None, None)
    assert 0 <= answer["confidence"] <= 1
    *stages, total = answer["timings"].items()
    assert [stage for stage, _ in stages] == ["encode", "lexical", "dense", "fuse", "rerank", "pick", "extract"]
    assert total == ("total", pytest.approx(sum(milliseconds for _, milliseconds in stages), abs=0.05))
    first = answer["citations"][0]
    quote = "Drinks with 8 grams of sugar per 100 millilitres pay 24 pence per litre."
    assert answer["statements"][0] == {"text": quote, "citations": [1]}
    assert answer["text"].startswith(f"{quote} [1]")
    assert {name: first[name] for name in PLACE - {"start", "end", "score"}} == {
        "document_id": "levy",
        "title": "The sugar levy",
        "url": "https://example.org/levy",
        "author": "Ada Obi",
        "published": "2018-04-06",
        "page": None,
        "heading": [],
    }
    assert (first["marker"], first["quote"]) == (1, quote)
    assert first["link"].startswith("https://example.org/levy#:~:text=Drinks%20with%208%20grams")


@pytest.mark.parametrize("question", [QUESTION, "Are fruit juices exempt?", "What is the congestion charge?"])
def test_a_quote_is_what_the_document_says_there(client: TestClient, question: str) -> None:
    answer = ask(client, question)
    for found in [*answer["citations"], *answer["evidence"]]:
        document = client.get(f"/v1/documents/{found['document_id']}").json()
        assert document["text"][found["start"] : found["end"]] == found.get("quote", found.get("text"))


def test_statements_and_citations_agree_on_their_markers(client: TestClient) -> None:
    answer = ask(client)
    markers = [citation["marker"] for citation in answer["citations"]]
    assert markers == list(range(1, len(markers) + 1))
    assert {marker for statement in answer["statements"] for marker in statement["citations"]} == set(markers)


def test_evidence_is_as_much_as_was_asked_for(client: TestClient) -> None:
    assert len(ask(client, limit=1)["evidence"]) == 1
    assert len(ask(client, limit=50)["evidence"]) == 4


@pytest.mark.parametrize(
    ("filters", "documents"),
    [
        ({"topic": "transport"}, {"charge"}),
        ({"topic": ["transport", "constitution"]}, {"charge", "referendum"}),
        ({"topic": "health"}, {"levy"}),
        ({"published": {"gte": "2018"}}, {"levy"}),
        ({"published": {"gte": "2003", "lt": "2018"}}, {"charge"}),
        ({"year": 2018}, {"levy"}),
        ({"year": {"gt": 2017.5, "lte": 2018}}, {"levy"}),
        ({"author": "Ada Obi", "topic": "tax"}, {"levy"}),
        ({"author": "Ada Obi", "topic": "transport"}, set()),
        ({"year": 10**30}, set()),
        ({"topic": "' OR 1=1 --"}, set()),
    ],
)
def test_filters_say_which_documents_may_answer(
    client: TestClient, filters: dict[str, Any], documents: set[str]
) -> None:
    answer = ask(client, filters=filters)
    assert {hit["document_id"] for hit in answer["evidence"]} == documents
    assert answer["abstention"] == (None if documents else "filtered_out")


def test_an_abstention_is_an_answer_with_its_reason_and_no_citation(client: TestClient) -> None:
    answer = ask(client, filters={"published": {"gt": "2100"}})
    assert (answer["outcome"], answer["abstention"], answer["text"]) == ("no_evidence", "filtered_out", "")
    assert (answer["statements"], answer["citations"], answer["evidence"]) == ([], [], [])


def test_weak_evidence_comes_with_the_nearest_passages(service: Service) -> None:
    unsure = asking.service(service.settings.index_dir, least_confidence=1.0)
    answer = ask(TestClient(create_app(unsure)))
    assert (answer["outcome"], answer["abstention"], answer["citations"]) == ("no_evidence", "weak_evidence", [])
    assert answer["evidence"]


@pytest.mark.parametrize(
    "question", ["🥤", "a\x00b", "\u202e\u200d", "🇰🇿" * 500, "DROP TABLE chunk; --", "$question", "ﷺ", "\ufdd0"]
)
def test_a_strange_question_is_answered_or_declined_and_comes_back_as_it_was(client: TestClient, question: str) -> None:
    assert ask(client, question)["question"] == question


def test_white_space_around_a_question_is_not_part_of_it(client: TestClient) -> None:
    assert ask(client, f"\n  {QUESTION}\t")["question"] == QUESTION


def test_a_question_of_two_thousand_astral_characters_is_not_too_long(client: TestClient) -> None:
    ask(client, "🥤" * 2_000)


# Events


def test_events_come_as_evidence_statements_answer(client: TestClient) -> None:
    names = [name for name, _ in stream(client)]
    assert names[0] == "evidence"
    assert names[-1] == "answer"
    assert names[1:-1]
    assert set(names[1:-1]) == {"statement"}


def test_the_last_event_is_the_answer_as_json_gives_it(client: TestClient) -> None:
    *_, (_, last) = stream(client)
    assert timeless(last) == timeless(ask(client))


def test_the_events_hold_together(client: TestClient) -> None:
    (_, evidence), *statements, (_, answer) = stream(client)
    assert evidence == {"hits": answer["evidence"], "snapshot": answer["snapshot"]}
    for (_, event), statement in zip(statements, answer["statements"], strict=True):
        assert set(event) == {"text", "citations", "sources"}
        assert {name: event[name] for name in ("text", "citations")} == statement
        assert event["sources"] == [answer["citations"][marker - 1] for marker in event["citations"]]


def test_a_stream_is_not_to_be_kept_or_held_back(client: TestClient) -> None:
    response = client.post("/v1/answers", json={"question": QUESTION}, headers={"Accept": "text/event-stream"})
    assert response.headers["cache-control"] == "no-cache"
    assert response.headers["x-accel-buffering"] == "no"


def test_an_event_is_one_line_of_data_whatever_it_holds(client: TestClient) -> None:
    assert stream(client, "one\ntwo\r\nthree\u2028four 🥤")[-1][1]["question"] == "one\ntwo\r\nthree\u2028four 🥤"


def test_what_is_wrong_before_the_first_event_is_a_problem_and_no_stream(client: TestClient) -> None:
    wrong = {"question": QUESTION, "filters": {"planet": "Mars"}}
    response = client.post("/v1/answers", json=wrong, headers={"Accept": "text/event-stream"})
    assert response.status_code == 422
    assert response.headers["content-type"] == "application/problem+json"


def test_an_abstention_has_no_statement_events(service: Service) -> None:
    response = asked_through(service, "UNANSWERABLE", accept="text/event-stream")
    (first, _), (last, answer) = events(response)
    assert (first, last, answer["abstention"]) == ("evidence", "answer", "unsupported")


# Through a language model


def test_a_language_model_that_fails_leaves_the_extractive_answer(service: Service, client: TestClient) -> None:
    response = asked_through(service, BackendUnavailable("the model is on fire"))
    assert response.status_code == 200
    assert timeless(response.json()) == timeless(ask(client)) | {"degraded": "the model is on fire"}


def test_a_language_model_that_fails_in_mid_stream_is_no_error_event(service: Service, client: TestClient) -> None:
    number = 1 + next(n for n, hit in enumerate(ask(client)["evidence"]) if "took effect" in hit["text"])
    script = (f"The levy took effect on 6 April 2018 [{number}]. And so ", BackendUnavailable("the model is on fire"))
    found = events(asked_through(service, *script, accept="text/event-stream"))
    assert found[1][1]["text"] == "The levy took effect on 6 April 2018."
    assert (found[-1][0], found[-1][1]["degraded"]) == ("answer", "the model is on fire")
    assert timeless(found[-1][1]) == timeless(ask(client)) | {"degraded": "the model is on fire"}


def test_an_error_in_mid_stream_is_the_last_event(service: Service) -> None:
    class Breaking(Answerer):
        def stream(self, *args: Any) -> Any:
            yield next(super().stream(Ask(*args)))
            raise CorruptSnapshot("a file of the snapshot is gone")

    broken = Breaking(Retriever(service.parts.encoder), None, prompts.load(), confidence.load(), 0.0)
    client = TestClient(create_app(asking.service(service.settings.index_dir, generator=broken)))
    (first, _), (last, problem) = stream(client)
    assert (first, last) == ("evidence", "error")
    assert (problem["status"], problem["detail"]) == (503, "a file of the snapshot is gone")
