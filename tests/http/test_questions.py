"""Saved questions, their feeds, and the change that is held back, over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, fromstring

import pytest
from fastapi import FastAPI

from rag.http.app import create_app
from rag.settings import Settings
from rag.wiring import assemble
from tests import samples
from tests.client import TestClient
from tests.http.access.clients import API_KEY, bearer, make_key
from tests.kept.subscribed import CHARGE_QUESTION

ATOM = "{http://www.w3.org/2005/Atom}"
CHARGE = "The congestion charge is 15 pounds a day."
MAINTAINER = bearer(API_KEY)


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    """A service that holds back any change of an answer."""
    settings = Settings(
        _env_file=None,
        index_dir=tmp_path / "index",
        encoder="hashing",
        least_confidence=0,
        api_key=API_KEY,
        review_limit=0,
    )
    service = assemble(settings)
    samples.ingest(service, samples.write(tmp_path / "articles", {"levy.md": samples.LEVY}))
    keys = [
        make_key(tmp_path / "index", name, groups=groups) for name, groups in (("staff", ("staff",)), ("guest", ()))
    ]
    with TestClient(create_app(service), raise_server_exceptions=False) as client:
        client.staff, client.guest = map(bearer, keys)  # type: ignore[attr-defined]
        put(client, CHARGE)
        yield client


def put(client: TestClient, text: str, document: str = "charge", **facts: Any) -> Any:
    return client.put(f"/v1/documents/{document}", json={"text": text, **facts}, headers=MAINTAINER)


def save(client: TestClient, headers: dict[str, str], **more: Any) -> Any:
    return client.post("/v1/questions", json={"question": CHARGE_QUESTION, **more}, headers=headers)


def decide(client: TestClient, decision: str) -> Any:
    held = client.get("/v1/review", headers=MAINTAINER).json()["held"]
    return client.post("/v1/review", json={"id": held["id"], "decision": decision}, headers=MAINTAINER)


def entries(client: TestClient, path: str, headers: dict[str, str]) -> list[Element]:
    response = client.get(path, headers=headers)
    assert response.headers["content-type"] == "application/atom+xml"
    return fromstring(response.content).findall(f"{ATOM}entry")


def catch_up(client: TestClient) -> None:
    app = client.app
    assert isinstance(app, FastAPI)
    app.state.service.catch_up()


def test_a_change_of_an_answer_is_held_back_until_a_maintainer_accepts_it(client: TestClient) -> None:
    saved = save(client, MAINTAINER).json()
    assert "15 pounds" in saved["answer"]["text"]
    response = put(client, CHARGE.replace("15", "18"))
    assert (response.status_code, response.json()["state"]) == (202, "held")
    later = put(client, "Herring quotas are set by lot.", "herring")
    assert (later.status_code, later.json()["state"]) == (202, "waiting")
    held = client.get("/v1/review", headers=MAINTAINER).json()["held"]
    [changed] = held["changed"]
    assert (held["id"], held["asked"], changed["question"]) == (response.json()["snapshot"], 1, CHARGE_QUESTION)
    [pair] = changed["comparison"]["citations"]
    assert ("15 pounds" in pair["before"]["quote"], "18 pounds" in pair["after"]["quote"]) == (True, True)
    assert decide(client, "accept").json() == {"held": None}
    job = client.get(response.headers["location"], headers=MAINTAINER).json()
    assert (job["state"], job["outcomes"][0]["state"]) == ("done", "updated")
    assert "18 pounds" in client.post("/v1/answers", json={"question": CHARGE_QUESTION}).json()["text"]


def test_a_dropped_change_leaves_the_answers_and_fails_its_job(client: TestClient) -> None:
    save(client, MAINTAINER)
    response = put(client, CHARGE.replace("15", "18"))
    assert decide(client, "drop").json() == {"held": None}
    job = client.get(response.headers["location"], headers=MAINTAINER).json()
    assert (job["state"], job["reason"]) == (
        "failed", "the change was held back and then dropped, because a maintainer decided against it",
    )  # fmt: skip
    assert "15 pounds" in client.post("/v1/answers", json={"question": CHARGE_QUESTION}).json()["text"]


def test_nobody_decides_on_a_change_that_they_have_not_seen(client: TestClient) -> None:
    save(client, MAINTAINER)
    put(client, CHARGE.replace("15", "18"))
    for wrong, status in (({"id": "000001-00000000", "decision": "accept"}, 404), ({"decision": "accept"}, 422)):
        assert client.post("/v1/review", json=wrong, headers=MAINTAINER).status_code == status
    assert client.get("/v1/review", headers=client.guest).status_code == 403  # type: ignore[attr-defined]


def test_a_feed_has_an_entry_for_each_change_with_both_citations(client: TestClient) -> None:
    saved = save(client, MAINTAINER).json()
    put(client, CHARGE.replace("15 pounds", "18 <b>pounds</b>"))
    decide(client, "accept")
    catch_up(client)
    own, everything = f"/v1/questions/{saved['id']}/feed", "/v1/feed"
    assert saved["feed"].endswith(own)
    [entry] = entries(client, own, MAINTAINER)
    assert entry.findtext(f"{ATOM}title") == f"The answer changed: {CHARGE_QUESTION}"
    content = entry.findtext(f"{ATOM}content") or ""
    assert "<q>The congestion charge is 15 pounds a day.</q>" in content
    assert "18 &lt;b&gt;pounds&lt;/b&gt; a day" in content
    [same] = entries(client, everything, MAINTAINER)
    assert same.findtext(f"{ATOM}id") == entry.findtext(f"{ATOM}id")
    tag = client.get(own, headers=MAINTAINER).headers["etag"]
    assert client.get(own, headers={**MAINTAINER, "If-None-Match": tag}).status_code == 304
    [change] = client.get(f"/v1/questions/{saved['id']}/changes", headers=MAINTAINER).json()["changes"]
    assert (change["question_id"], change["comparison"]["effect"]) == (saved["id"], "changed")


def test_a_feed_shows_only_questions_about_documents_that_the_client_may_see(client: TestClient) -> None:
    put(client, "The badger bonus is 7 pounds a day.", "bonus", metadata={"access": ["staff"]})
    staff, guest = client.staff, client.guest  # type: ignore[attr-defined]
    saved = save(client, staff, question="How much is the badger bonus?").json()
    assert "7 pounds" in saved["answer"]["text"]
    put(client, "The badger bonus is 9 pounds a day.", "bonus", metadata={"access": ["staff"]})
    decide(client, "accept")
    catch_up(client)
    assert len(entries(client, "/v1/feed", staff)) == 1
    assert entries(client, "/v1/feed", guest) == []
    assert entries(client, "/v1/feed", {}) == []
    for path in (f"/v1/questions/{saved['id']}", f"/v1/questions/{saved['id']}/feed"):
        assert client.get(path, headers=guest).status_code == 404
    assert client.delete(f"/v1/questions/{saved['id']}", headers=guest).status_code == 404


def test_who_may_save_and_remove_questions(client: TestClient) -> None:
    assert save(client, {}).status_code == 401
    guest, staff = client.guest, client.staff  # type: ignore[attr-defined]
    saved = save(client, guest).json()
    assert saved["groups"] == []
    assert [one["id"] for one in client.get("/v1/questions", headers=staff).json()["questions"]] == [saved["id"]]
    assert client.delete(f"/v1/questions/{saved['id']}", headers=staff).status_code == 403
    assert client.delete(f"/v1/questions/{saved['id']}", headers=guest).status_code == 204
    assert client.get("/v1/questions", headers=guest).json()["questions"] == []


def test_a_webhook_has_a_secret_that_is_shown_once_and_must_be_public(client: TestClient) -> None:
    refused = save(client, MAINTAINER, webhook="http://127.0.0.1:9/hook")
    assert (refused.status_code, "not a public address" in refused.json()["detail"]) == (422, True)
    saved = save(client, MAINTAINER, webhook="https://192.0.1.1/hook?token=hush")
    assert saved.json()["secret"].startswith("whsec_")
    listed = client.get("/v1/questions", headers=MAINTAINER).text
    assert "hush" not in listed
    assert "whsec" not in listed


def test_a_question_is_asked_as_of_its_time_and_its_entries_name_it(client: TestClient) -> None:
    rule, question = "The toll of the Wexcombe bridge is 9 pence.", "What is the toll of the Wexcombe bridge?"
    old = {"title": "Toll 2019", "metadata": {"valid_from": "2019-01-01", "valid_to": "2020-12-31"}}
    assert put(client, rule, "toll-2019", **old).is_success
    new = rule.replace("9", "12")
    assert put(client, new, "toll-2021", title="Toll 2021", metadata={"valid_from": "2021-01-01"}).is_success
    body = {"question": question, "as_of": "2020", "filters": {"title": "Toll 2019"}}
    saved = client.post("/v1/questions", json=body, headers=MAINTAINER).json()
    assert (saved["as_of"], saved["filters"]) == ("2020", {"title": "Toll 2019"})
    assert "9 pence" in saved["answer"]["text"]
    assert save(client, MAINTAINER, as_of="once").status_code == 422
    put(client, rule.replace("9", "8"), "toll-2019", **old)
    (held,) = client.get("/v1/review", headers=MAINTAINER).json()["held"]["changed"]
    assert (held["question"], held["as_of"]) == (question, "2020")
    assert decide(client, "accept").is_success
    catch_up(client)
    (entry,) = entries(client, f"/v1/questions/{saved['id']}/feed", MAINTAINER)
    assert entry.findtext(f"{ATOM}title", "").endswith(f"{question} (as of 2020)")
    [link] = entry.findall(f"{ATOM}link")
    assert link.get("href", "").endswith("&as_of=2020")
    (change,) = client.get(f"/v1/questions/{saved['id']}/changes", headers=MAINTAINER).json()["changes"]
    assert (change["as_of"], change["comparison"]["effect"]) == ("2020", "changed")
