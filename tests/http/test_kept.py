"""Shared answers and feedback over HTTP: only answers of this service, and only for those who may read them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from rag.http.app import create_app
from rag.service import Service
from rag.types import Permission
from tests import samples
from tests.client import TestClient
from tests.http.access.clients import bearer, make_key, service

ANSWERS, SHARED, FEEDBACK = "/v1/answers", "/v1/shared-answers", "/v1/feedback"


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A service that needs no key, with a maintainer."""
    folder = tmp_path_factory.mktemp("kept")
    with TestClient(create_app(service(folder, require_key=False)), raise_server_exceptions=False) as client:
        yield client


def as_a_browser(answer: dict[str, Any]) -> dict[str, Any]:
    """Return an answer as the page sends it back: without passages, and with numbers as JavaScript writes them."""
    text = json.dumps({**answer, "evidence": [], "text": "", "timings": {}})
    found: dict[str, Any] = json.loads(
        text, parse_float=lambda digits: int(float(digits)) if float(digits) in (0, 1) else float(digits)
    )
    return found


def ask(client: TestClient, question: str = samples.LEVY_QUESTION, **headers: str) -> dict[str, Any]:
    return as_a_browser(client.post(ANSWERS, json={"question": question}, headers=headers).json())


def test_a_shared_answer_is_read_by_its_link_and_deleted_with_its_key(opened: TestClient) -> None:
    answer = ask(opened)
    made = opened.post(SHARED, json={"answer": answer})
    assert made.status_code == 201
    shared = made.json()
    assert made.headers["location"] == f"{SHARED}/{shared['id']}"
    assert shared["link"] == f"{opened.base_url}/#answer={shared['id']}"
    assert len(shared["id"]) >= 22

    read = opened.get(f"{SHARED}/{shared['id']}").json()
    assert read["answer"]["statements"] == answer["statements"]
    assert read["answer"]["citations"][0]["quote"] == answer["citations"][0]["quote"]
    assert [check["state"] for check in read["checks"]] == ["valid"] * len(answer["citations"])

    for wrong in ({}, {"Deletion-Key": "0" * 64}):
        assert opened.delete(f"{SHARED}/{shared['id']}", headers=wrong).status_code == 403
    assert (
        opened.delete(f"{SHARED}/{shared['id']}", headers={"Deletion-Key": shared["deletion_key"]}).status_code == 204
    )
    assert opened.get(f"{SHARED}/{shared['id']}").status_code == 404


def test_a_read_answer_can_be_shared_and_judged_again(opened: TestClient) -> None:
    shared = opened.post(SHARED, json={"answer": ask(opened)}).json()
    read = opened.get(f"{SHARED}/{shared['id']}").json()["answer"]
    assert opened.post(SHARED, json={"answer": as_a_browser(read)}).status_code == 201
    assert opened.post(FEEDBACK, json={"answer": read, "verdict": "good"}).status_code == 201


def test_a_streamed_answer_has_the_same_seal(opened: TestClient) -> None:
    body, accept = {"question": samples.LEVY_QUESTION}, {"Accept": "text/event-stream"}
    last = opened.post(ANSWERS, json=body, headers=accept).text.strip().split("\n\n")[-1]
    answer = json.loads(last.split("data: ", 1)[1])
    assert answer["seal"] == ask(opened)["seal"]


@pytest.mark.parametrize(
    "change",
    [
        lambda answer: answer.update(question="Who is guilty?"),
        lambda answer: answer.update(outcome="partial"),
        lambda answer: answer.update(seal=None),
        lambda answer: answer.update(seal="0" * 64),
        lambda answer: answer.update(seal="é"),
        lambda answer: answer["statements"][0].update(text="The levy is 99 pence."),
        lambda answer: answer["statements"].append({"text": "So there.", "citations": [1], "quoted": False}),
        lambda answer: answer["citations"][0].update(quote="The levy is 99 pence."),
        lambda answer: answer["citations"][0].update(url="https://evil.example/"),
        lambda answer: answer["citations"][0].update(title="Another law"),
        lambda answer: answer["citations"][0].update(start=0),
        lambda answer: answer["notices"].append({"kind": "unanswered", "text": "Call 555.", "questions": []}),
    ],
)
def test_words_that_the_service_did_not_say_are_refused(opened: TestClient, change: Any) -> None:
    answer = ask(opened)
    change(answer)
    for path, more in ((SHARED, {}), (FEEDBACK, {"verdict": "good"})):
        response = opened.post(path, json={"answer": answer, **more})
        assert response.status_code == 422
        assert response.json()["detail"].startswith("the seal of the answer is missing or wrong")


def test_a_statement_that_cites_no_citation_is_refused(opened: TestClient) -> None:
    answer = ask(opened)
    answer["statements"][0]["citations"] = [77]
    assert opened.post(SHARED, json={"answer": answer}).status_code == 422


def test_an_abstention_can_be_shared_without_its_passages(opened: TestClient) -> None:
    answer = opened.post(ANSWERS, json={"question": "Hello"}).json()
    assert answer["outcome"] == "no_evidence"
    shared = opened.post(SHARED, json={"answer": answer}).json()
    read = opened.get(f"{SHARED}/{shared['id']}").json()["answer"]
    assert (read["evidence"], read["abstention"]) == ([], answer["abstention"])


def test_maintainers_list_and_delete(opened: TestClient) -> None:
    key = bearer("open, sesame seeds")
    shared = opened.post(SHARED, json={"answer": ask(opened)}).json()
    opened.post(
        FEEDBACK, json={"answer": ask(opened), "verdict": "bad", "reason": "wrong", "words": " no ", "marker": 1}
    )
    found = opened.get(SHARED, headers=key).json()["answers"]
    assert found[0]["question"] == samples.LEVY_QUESTION
    assert found[0]["documents"] == ["levy"]
    assert opened.delete(f"{SHARED}/{shared['id']}", headers=key).status_code == 204
    [*_, last] = opened.get(FEEDBACK, headers=key).json()["feedback"]
    assert (last["verdict"], last["reason"], last["words"], last["marker"]) == ("bad", "wrong", "no", 1)
    assert "24 pence" in last["text"]
    assert opened.delete(f"{FEEDBACK}/{last['id']}", headers=key).status_code == 204
    assert opened.delete(f"{FEEDBACK}/{last['id']}", headers=key).status_code == 404


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"verdict": "fine"}, "verdict"),
        ({"reason": "x"}, "reason"),
        ({"words": "x" * 1001}, "words"),
        ({"marker": 9}, "marker"),
    ],
)
def test_wrong_feedback_names_the_field(opened: TestClient, change: dict[str, Any], field: str) -> None:
    response = opened.post(FEEDBACK, json={"answer": ask(opened), "verdict": "bad", **change})
    assert response.status_code == 422
    assert field in response.json()["detail"]


@pytest.mark.parametrize(("allowed", "status"), [("nobody", 403), ("clients", 401), ("everyone", 201)])
def test_settings_say_who_may_share_and_judge(tmp_path: Path, allowed: str, status: int) -> None:
    permission = Permission(allowed)
    made = service(tmp_path, require_key=False, share_answers=permission, feedback=permission)
    key = bearer(make_key(tmp_path / "index", "ada"))
    with TestClient(create_app(made), raise_server_exceptions=False) as client:
        answer = ask(client)
        assert client.post(SHARED, json={"answer": answer}).status_code == status
        assert client.post(FEEDBACK, json={"answer": answer, "verdict": "good"}).status_code == status
        with_key = 403 if allowed == "nobody" else 201
        assert client.post(SHARED, json={"answer": answer}, headers=key).status_code == with_key
        access = client.get("/v1/access").json()
        assert (access["sharing"], access["feedback"]) == (status == 201, status == 201)
        assert client.get("/v1/access", headers=key).json()["sharing"] is (with_key == 201)


def test_a_shared_answer_is_hidden_from_other_groups(tmp_path: Path) -> None:
    secret = {**samples.ARTICLES, "levy.md": samples.LEVY.replace("topic:", "access: finance\ntopic:")}
    samples.write(tmp_path / "articles", secret)
    made: Service = service(tmp_path)
    samples.ingest(made, samples.write(tmp_path / "articles", secret))
    index = tmp_path / "index"
    finance, other = (bearer(make_key(index, name, groups=(name,))) for name in ("finance", "other"))
    with TestClient(create_app(made), raise_server_exceptions=False) as client:
        answer = ask(client, **finance)
        assert "24 pence" in json.dumps(answer)
        shared = client.post(SHARED, json={"answer": answer}, headers=finance).json()
        address = f"{SHARED}/{shared['id']}"
        assert client.get(address, headers=finance).status_code == 200
        hidden, missing = client.get(address, headers=other), client.get(f"{SHARED}/none", headers=other)
        assert (hidden.status_code, missing.status_code) == (404, 404)
        assert hidden.json()["detail"].replace(shared["id"], "none") == missing.json()["detail"]
        assert client.get(address).status_code == 401
        assert client.post(SHARED, json={"answer": answer}, headers=other).status_code == 404


def test_an_index_that_cannot_be_written_still_answers(tmp_path: Path) -> None:
    made = service(tmp_path, require_key=False)
    (tmp_path / "index" / "kept.sqlite").mkdir()
    with TestClient(create_app(made), raise_server_exceptions=False) as client:
        answer = ask(client)
        assert answer["seal"] is None
        assert client.post(SHARED, json={"answer": answer}).status_code == 422
