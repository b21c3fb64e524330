"""`POST /v1/answers` returns an answer as JSON, or streams the same answer as events."""

from __future__ import annotations

import json
from typing import Any

import pytest
from httpx2 import Response

from rag.answer import confidence, prompts
from rag.answer.pipeline import Answerer
from rag.answer.retrieval import Retriever
from rag.errors import BackendUnavailable, CorruptSnapshot
from rag.http.app import create_app
from rag.service import Service
from tests import samples
from tests.client import TestClient

QUESTION = samples.LEVY_QUESTION
PLACE = {
    "document_id",
    "title",
    "url",
    "author",
    "published",
    "page",
    "page_label",
    "ocr_confidence",
    "heading",
    "start",
    "end",
    "score",
}
ANSWER = {
    *("question", "outcome", "text", "statements", "citations", "evidence"),
    *("confidence", "snapshot", "abstention", "degraded", "notices", "verification", "usage", "timings", "seal"),
    *("exception_searches", "conflicts"),
}


def ask(client: TestClient, question: str = QUESTION, **more: object) -> dict[str, Any]:
    response = client.post("/v1/answers", json={"question": question, **more})
    assert response.status_code == 200, response.text
    assert response.headers["content-type"] == "application/json"
    found: dict[str, Any] = response.json()
    return found


def stream(client: TestClient, question: str = QUESTION) -> list[tuple[str, Any]]:
    """Request a stream; return the name and the data of each event."""
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


def without_timings(answer: dict[str, Any]) -> dict[str, Any]:
    """Return an answer without its timings, and without its seal, which covers the reason in `degraded`."""
    return {**answer, "timings": None, "seal": None}


def post_to_model(
    service: Service, *script: str | BackendUnavailable, question: str = QUESTION, accept: str = "application/json"
) -> Response:
    """Ask a question to a service whose language model replies with `script`."""
    model = samples.answerer(samples.Scripted(script))
    client = TestClient(create_app(samples.service(service.settings.index_dir, generator=model)))
    return client.post("/v1/answers", json={"question": question}, headers={"Accept": accept})


STATEMENT = {"text", "citations", "quoted", "exception", "blocks"}


def test_an_answer_has_every_field_of_the_wire_format(client: TestClient) -> None:
    answer = ask(client)
    assert set(answer) == ANSWER
    assert all(set(statement) == STATEMENT for statement in answer["statements"])
    assert all(
        set(citation) == {*PLACE, "marker", "quote", "pinpoint", "link", "record"} for citation in answer["citations"]
    )
    assert all(set(hit) == {*PLACE, "text"} for hit in answer["evidence"])


def test_an_answer_cites_its_sources(client: TestClient, service: Service) -> None:
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
    statement = {"text": quote, "citations": [1], "quoted": False, "exception": False, "blocks": []}
    assert answer["statements"][0] == statement
    assert answer["text"].startswith(f"{quote} [1]")
    assert {name: first[name] for name in PLACE - {"start", "end", "score"}} == {
        "document_id": "levy",
        "title": "The sugar levy",
        "url": "https://example.org/levy",
        "author": "Ada Obi",
        "published": "2018-04-06",
        "page": None,
        "page_label": None,
        "ocr_confidence": None,
        "heading": [],
    }
    assert (first["marker"], first["quote"]) == (1, quote)
    assert first["link"].startswith("https://example.org/levy#:~:text=Drinks%20with%208%20grams")


@pytest.mark.parametrize("question", [QUESTION, "Are fruit juices exempt?", "What is the congestion charge?"])
def test_a_quote_is_the_text_of_its_span(client: TestClient, question: str) -> None:
    answer = ask(client, question)
    for found in [*answer["citations"], *answer["evidence"]]:
        document = client.get(f"/v1/documents/{found['document_id']}").json()
        assert document["text"][found["start"] : found["end"]] == found.get("quote", found.get("text"))


def test_statements_and_citations_have_the_same_markers(client: TestClient) -> None:
    answer = ask(client)
    markers = [citation["marker"] for citation in answer["citations"]]
    assert markers == list(range(1, len(markers) + 1))
    assert {marker for statement in answer["statements"] for marker in statement["citations"]} == set(markers)


def test_limit_is_the_number_of_passages_in_the_evidence(client: TestClient) -> None:
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
        ({"published": {"gt": "2018-04-06"}}, set()),
        ({"title": "' OR 1=1 --"}, set()),
        ({"topic": "Transport"}, {"charge"}),
        ({"topic": "transport "}, {"charge"}),
        ({"year": "2018"}, {"levy"}),
        ({"year": 2018.0}, {"levy"}),
        ({"published": 2018}, {"levy"}),
        ({"published": "2018-04-06T00:00:00Z"}, {"levy"}),
        ({"published": {"lte": "15.06.2017"}}, {"charge"}),
    ],
)
def test_only_documents_that_match_the_filters_are_used(
    client: TestClient, filters: dict[str, Any], documents: set[str]
) -> None:
    answer = ask(client, filters=filters)
    assert {hit["document_id"] for hit in answer["evidence"]} == documents
    assert answer["abstention"] == (None if documents else "filtered_out")


@pytest.mark.parametrize(
    ("field", "wanted", "words"),
    [
        ("topic", "helth", "did you mean 'health'"),
        ("topic", "' OR 1=1 --", "'transport'"),
        ("topic", {"not": "helth"}, "did you mean 'health'"),
        ("topic", {"gte": "a"}, "'transport'"),
        ("year", 10**30, "'2018'"),
        ("published", 5, "from 2003-02 to 2018-04-06"),
        ("published", {"gte": "soon"}, "from 2003-02 to 2018-04-06"),
        ("topic", [], "a non-empty list"),
    ],
)
def test_a_filter_that_can_never_match_is_refused(client: TestClient, field: str, wanted: Any, words: str) -> None:
    for path, key in (("/v1/answers", "question"), ("/v1/search", "query")):
        response = client.post(path, json={key: "levy", "filters": {field: wanted}})
        assert response.status_code == 422
        [error] = response.json()["errors"]
        assert error["field"] == f"filters.{field}"
        assert words in error["detail"]


def test_an_abstention_has_a_reason_and_no_citations(client: TestClient) -> None:
    answer = ask(client, filters={"published": {"gt": "2100"}})
    assert (answer["outcome"], answer["abstention"], answer["text"]) == ("no_evidence", "filtered_out", "")
    assert (answer["statements"], answer["citations"], answer["evidence"]) == ([], [], [])


def test_an_abstention_for_weak_evidence_has_the_best_passages(service: Service) -> None:
    strict = samples.service(service.settings.index_dir, least_confidence=1.0)
    answer = ask(TestClient(create_app(strict)))
    assert (answer["outcome"], answer["abstention"], answer["citations"]) == ("no_evidence", "weak_evidence", [])
    assert answer["evidence"]


@pytest.mark.parametrize(
    "question", ["🥤", "a\x00b", "\u202e\u200d", "🇰🇿" * 500, "DROP TABLE chunk; --", "$question", "ﷺ", "\ufdd0"]
)
def test_the_response_repeats_any_question_unchanged(client: TestClient, question: str) -> None:
    assert ask(client, question)["question"] == question


def test_white_space_around_a_question_is_removed(client: TestClient) -> None:
    assert ask(client, f"\n  {QUESTION}\t")["question"] == QUESTION


def test_a_question_may_have_two_thousand_astral_characters(client: TestClient) -> None:
    ask(client, "🥤" * 2_000)


# Events


def test_the_events_are_evidence_then_statements_then_the_answer(client: TestClient) -> None:
    names = [name for name, _ in stream(client)]
    assert names[0] == "evidence"
    assert names[-1] == "answer"
    assert names[1:-1]
    assert set(names[1:-1]) == {"statement"}


def test_the_last_event_equals_the_answer_as_json(client: TestClient) -> None:
    *_, (_, last) = stream(client)
    assert without_timings(last) == without_timings(ask(client))


def test_the_first_events_equal_the_parts_of_the_answer(client: TestClient) -> None:
    (_, evidence), *statements, (_, answer) = stream(client)
    assert evidence == {"hits": answer["evidence"], "snapshot": answer["snapshot"]}
    for (_, event), statement in zip(statements, answer["statements"], strict=True):
        assert set(event) == STATEMENT | {"sources"}
        assert {name: event[name] for name in STATEMENT} == statement
        assert event["sources"] == [answer["citations"][marker - 1] for marker in event["citations"]]


def test_a_stream_must_not_be_cached_or_buffered(client: TestClient) -> None:
    response = client.post("/v1/answers", json={"question": QUESTION}, headers={"Accept": "text/event-stream"})
    assert response.headers["cache-control"] == "no-cache"
    assert response.headers["x-accel-buffering"] == "no"


def test_line_breaks_in_a_question_do_not_split_an_event(client: TestClient) -> None:
    assert stream(client, "one\ntwo\r\nthree\u2028four 🥤")[-1][1]["question"] == "one\ntwo\r\nthree\u2028four 🥤"


def test_an_invalid_request_gets_a_problem_instead_of_a_stream(client: TestClient) -> None:
    invalid = {"question": QUESTION, "filters": {"planet": "Mars"}}
    response = client.post("/v1/answers", json=invalid, headers={"Accept": "text/event-stream"})
    assert response.status_code == 422
    assert response.headers["content-type"] == "application/problem+json"


def test_an_abstention_has_no_statement_events(service: Service) -> None:
    question = "What did the king say about the levy?"
    response = post_to_model(service, "UNANSWERABLE", question=question, accept="text/event-stream")
    (first, _), (last, answer) = events(response)
    assert (first, last, answer["abstention"]) == ("evidence", "answer", "unsupported")


# With a language model


def test_if_the_model_fails_the_answer_is_extractive(service: Service, client: TestClient) -> None:
    response = post_to_model(service, BackendUnavailable("the model is on fire"))
    assert response.status_code == 200
    assert without_timings(response.json()) == without_timings(ask(client)) | {"degraded": "the language model failed"}


def test_if_the_model_fails_in_mid_stream_the_answer_is_extractive(service: Service, client: TestClient) -> None:
    number = 1 + next(n for n, hit in enumerate(ask(client)["evidence"]) if "took effect" in hit["text"])
    script = (f"The levy took effect on 6 April 2018 [{number}]. And so ", BackendUnavailable("the model is on fire"))
    found = events(post_to_model(service, *script, accept="text/event-stream"))
    assert found[1][1]["text"] == "The levy took effect on 6 April 2018."
    assert (found[-1][0], found[-1][1]["degraded"]) == ("answer", "the language model failed")
    assert without_timings(found[-1][1]) == without_timings(ask(client)) | {"degraded": "the language model failed"}


def test_an_error_in_mid_stream_is_the_last_event(service: Service) -> None:
    class Breaking(Answerer):
        def stream(self, *args: Any) -> Any:
            yield next(super().stream(*args))
            raise CorruptSnapshot("a file of the snapshot is gone")

    broken = Breaking(Retriever(service.parts.encoder), None, prompts.load(), confidence.load(), 0.0)
    client = TestClient(create_app(samples.service(service.settings.index_dir, generator=broken)))
    (first, _), (last, problem) = stream(client)
    assert (first, last) == ("evidence", "error")
    assert (problem["status"], problem["detail"]) == (503, "a file of the snapshot is gone")
