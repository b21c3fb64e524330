"""Clients with the key change the index over HTTP. Every acknowledged change is in the current snapshot."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from pydantic import SecretStr

from rag.errors import UnknownDocument
from rag.http.app import create_app
from rag.service import Service
from rag.settings import Settings
from rag.wiring import assemble
from tests import samples
from tests.client import TestClient
from tests.http.test_problems import problem

KEY = "open, sesame seeds"
WITH_KEY = {"Authorization": f"Bearer {KEY}"}
ROUTES = [
    ("PUT", "/v1/documents/levy"),
    ("DELETE", "/v1/documents/levy"),
    ("POST", "/v1/ingestions"),
    ("GET", "/v1/ingestions"),
    ("GET", "/v1/ingestions/x"),
    ("GET", "/v1/ingestions/x/passages?document=levy"),
    ("GET", "/v1/sources"),
    ("PUT", "/v1/snapshots/current"),
]


def service(index: Path, **changes: Any) -> Service:
    settings = Settings(_env_file=None, index_dir=index, encoder="hashing", least_confidence=0, api_key=KEY)
    return assemble(settings.model_copy(update=changes))


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    with TestClient(create_app(service(tmp_path / "index")), headers=WITH_KEY, raise_server_exceptions=False) as client:
        yield client


def put(client: TestClient, document_id: str, text: str, **facts: Any) -> Any:
    return client.put(f"/v1/documents/{document_id}", json={"text": text, **facts})


def ids(client: TestClient) -> set[str]:
    return {one["id"] for one in client.get("/v1/documents").json()["documents"]}


def job_at_end(client: TestClient, location: str) -> dict[str, Any]:
    pause = Event()
    while True:
        job: dict[str, Any] = client.get(location).json()
        if job["state"] in ("done", "failed"):
            return job
        pause.wait(0.01)


# The key


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_without_any_key_every_maintenance_route_is_refused(tmp_path: Path, method: str, path: str) -> None:
    client = TestClient(create_app(samples.service(tmp_path / "index")))
    found = problem(client.request(method, path, headers=WITH_KEY), 403)
    assert found["detail"] == (
        "the index cannot be changed over HTTP because no key allows it: run 'rag keys create NAME --role maintain'"
    )
    assert not (tmp_path / "index").exists()


@pytest.mark.parametrize("given", [None, KEY, "Bearer", "Bearer wrong", f"Bearer {KEY[:-1]}", f"Basic {KEY}"])
@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_a_request_without_the_right_key_is_refused(tmp_path: Path, method: str, path: str, given: str | None) -> None:
    client = TestClient(create_app(service(tmp_path / "index")))
    response = client.request(method, path, headers={"Authorization": given} if given else {}, content=b"{")
    problem(response, 401)
    assert response.headers["www-authenticate"].startswith('Bearer realm="rag"')
    assert not (tmp_path / "index").exists()


def test_a_key_may_have_non_ascii_letters(tmp_path: Path) -> None:
    client = TestClient(create_app(service(tmp_path / "index", api_key=SecretStr("sésame"))))
    assert client.get("/v1/ingestions", headers={b"Authorization": "Bearer sésame".encode()}).status_code == 200
    problem(client.get("/v1/ingestions", headers={b"Authorization": "Bearer sésamé".encode()}), 401)


def test_questions_need_no_key(client: TestClient) -> None:
    put(client, "levy", "The levy is 24 pence per litre.")
    del client.headers["Authorization"]
    answer = client.post("/v1/answers", json={"question": "How many pence is the levy per litre?"}).json()
    assert [citation["quote"] for citation in answer["citations"]] == ["The levy is 24 pence per litre."]
    assert ids(client) == {"levy"}


# Documents


@pytest.mark.parametrize("access", ["hr", ["hr", "legal"]])
def test_a_document_is_seen_by_the_groups_in_its_metadata(client: TestClient, access: Any) -> None:
    assert put(client, "levy", "The levy is 1 pence.", metadata={"access": access, "topic": "tax"}).status_code == 201
    service: Service = client.app.state.service  # type: ignore[attr-defined]
    assert ids(TestClient(client.app)) == set()
    assert [one.access for one in service.view(frozenset({"hr"})).documents()[0]] == [
        tuple([*access] if isinstance(access, list) else [access])
    ]
    assert put(client, "levy", "The levy is 1 pence.", metadata={"topic": "tax"}).status_code == 200
    assert ids(TestClient(client.app)) == {"levy"}


@pytest.mark.parametrize("access", ["", " ", [], ["hr", ""], 7, True, ["hr", 7]])
@pytest.mark.parametrize("name", ["access", "Access "])
def test_labels_that_are_no_names_are_refused(client: TestClient, name: str, access: Any) -> None:
    found = problem(put(client, "levy", "The levy is 1 pence.", metadata={name: access}), 422)
    assert "access must be the name of a group, or a list of names, as text" in found["detail"]


def test_a_created_or_replaced_document_is_published_before_the_response(client: TestClient) -> None:
    first = put(client, "levy", "The levy is 1 pence.", title="The levy", metadata={"topic": ["tax", "health"]})
    assert (first.status_code, first.json()["id"], first.json()["state"]) == (201, "levy", "added")
    found = client.get("/v1/documents/levy").json()
    assert (found["text"], found["title"], found["metadata"]["topic"]) == (
        "The levy is 1 pence.", "The levy", ["tax", "health"],
    )  # fmt: skip
    second = put(client, "levy", "The levy is 2 pence.")
    assert (second.status_code, second.json()["state"]) == (200, "updated")
    assert client.get("/v1/documents/levy").json()["text"] == "The levy is 2 pence."
    assert client.get("/readyz").json()["snapshot"] == second.json()["snapshot"] != first.json()["snapshot"]
    third = put(client, "levy", "The levy is 2 pence.")
    assert (third.status_code, third.json()) == (200, {**second.json(), "state": "unchanged"})


def test_another_process_sees_an_acknowledged_change(client: TestClient, tmp_path: Path) -> None:
    put(client, "levy", "The levy is 1 pence.")
    assert service(tmp_path / "index").snapshot().document("levy").text == "The levy is 1 pence."
    client.delete("/v1/documents/levy")
    assert service(tmp_path / "index").snapshot().documents() == []


@pytest.mark.parametrize(
    ("content_type", "content", "text"),
    [
        ("text/plain; charset=utf-8", b"The levy is 1 pence.", "The levy is 1 pence."),
        ("text/markdown", b"---\ntitle: Front\n---\n\nThe levy is *1* pence.", "The levy is 1 pence."),
        ("text/html", b"<html><body><p>The levy is 1 pence.</p></body></html>", "The levy is 1 pence."),
        ("message/rfc822", b"From: a@example.org\nSubject: S\n\nThe levy is 1 pence.\n", "The levy is 1 pence."),
    ],
)
def test_a_document_may_be_a_file_with_its_content_type(
    client: TestClient, content_type: str, content: bytes, text: str
) -> None:
    response = client.put("/v1/documents/levy", content=content, headers={"Content-Type": content_type})
    assert response.status_code == 201, response.text
    assert text in client.get("/v1/documents/levy").json()["text"]


def test_the_suffix_of_a_file_name_sets_the_format_if_the_content_type_does_not(client: TestClient) -> None:
    headers = {"Content-Type": "application/octet-stream", "Content-Disposition": 'attachment; filename="my-report.md"'}
    assert client.put("/v1/documents/a", content=b"The levy is 1 pence.", headers=headers).status_code == 201
    found = client.get("/v1/documents/a").json()
    assert (found["title"], found["metadata"]) == ("My report", {"format": "markdown"})


def test_facts_in_a_form_override_the_facts_in_its_file(client: TestClient) -> None:
    form = {"facts": json.dumps({"title": "Given", "metadata": {"year": 2018}})}
    files = {"file": ("levy.md", b"---\ntitle: Own\nauthor: Ada\n---\n\nThe levy is 1 pence.", "text/markdown")}
    assert client.put("/v1/documents/levy", data=form, files=files).status_code == 201
    found = client.get("/v1/documents/levy").json()
    assert (found["title"], found["author"], found["metadata"]["year"]) == ("Given", "Ada", 2018)


def test_an_unreadable_file_is_refused_with_the_reason_and_changes_nothing(client: TestClient) -> None:
    put(client, "levy", "The levy is 1 pence.")
    headers = {"Content-Type": "application/pdf"}
    found = problem(client.put("/v1/documents/levy", content=b"%PDF-1.7 no more", headers=headers), 422)
    assert found["detail"].startswith("the file given is not a PDF")
    assert client.get("/v1/documents/levy").json()["text"] == "The levy is 1 pence."


@pytest.mark.parametrize(
    ("body", "field", "detail"),
    [
        ("{", "body", "it is not valid JSON"),
        ("{}", "text", "it is missing"),
        ('{"text": ""}', "text", "it is empty"),
        ('{"text": "x", "colour": "red"}', "colour", "there is no such field"),
        ('{"text": "x", "title": 1}', "title", "valid string"),
        ('{"text": "\\ud800"}', "body", "it is not valid JSON"),
        ('{"text": "x", "metadata": {"a": {"b": 1}}}', "metadata.a", "give text, a number"),
    ],
)
def test_the_error_names_the_invalid_field_of_a_document(
    client: TestClient, body: str, field: str, detail: str
) -> None:
    response = client.put("/v1/documents/a", content=body, headers={"Content-Type": "application/json"})
    fault = problem(response, 422)["errors"][0]
    assert fault["field"] == field
    assert detail in fault["detail"]


@pytest.mark.parametrize("content_type", ["application/x-www-form-urlencoded", "image/png", "", "nonsense"])
def test_the_error_for_an_unsupported_format_lists_the_supported_ones(client: TestClient, content_type: str) -> None:
    response = client.put("/v1/documents/a", content=b"x", headers={"Content-Type": content_type})
    assert "application/json, multipart/form-data with a file, or a file of" in problem(response, 415)["detail"]


@pytest.mark.parametrize(
    "form", [{"data": {"facts": "{}"}, "files": {"other": ("a.md", b"x")}}, {"files": {"file": ("a.png", b"x")}}]
)
def test_a_form_without_a_supported_file_is_refused(client: TestClient, form: dict[str, Any]) -> None:
    response = client.put("/v1/documents/a", **form)
    problem(response, response.status_code)
    assert response.status_code in (415, 422)


def test_a_malformed_form_is_refused(client: TestClient) -> None:
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    response = client.put("/v1/documents/a", content=b"--x\r\nnonsense", headers=headers)
    problem(response, response.status_code)
    assert response.status_code in (400, 422)


@pytest.mark.parametrize("name", ["%20a", "a%00b", "x" * 501, "a%C2%85b", "e%CC%81"])
def test_an_id_with_control_characters_or_outer_spaces_is_refused(client: TestClient, name: str) -> None:
    assert problem(put(client, name, "x"), 422)["errors"][0]["field"] == "document_id"


@pytest.mark.parametrize(
    "name", ["a/b/c.md", "税法", "🥤", "a b", "..%2F..%2Fetc", "x.jsonl%231", "x" * 500, "current"]
)
def test_a_document_with_any_other_id_can_be_read_and_removed(client: TestClient, name: str) -> None:
    assert put(client, name, "The levy is 1 pence.").status_code == 201
    assert client.get(f"/v1/documents/{name}").json()["text"] == "The levy is 1 pence."
    assert client.delete(f"/v1/documents/{name}").status_code == 204
    assert client.get(f"/v1/documents/{name}").status_code == 404


def test_removing_an_unknown_document_is_not_found(client: TestClient) -> None:
    put(client, "levy", "The levy is 1 pence.")
    assert problem(client.delete("/v1/documents/nope"), 404)["detail"] == "no document has the id 'nope'"
    response = client.delete("/v1/documents/levy")
    assert (response.status_code, response.content) == (204, b"")
    problem(client.delete("/v1/documents/levy"), 404)


def test_with_respond_async_the_response_has_the_address_of_the_job(client: TestClient) -> None:
    response = client.put("/v1/documents/a", json={"text": "One."}, headers={"Prefer": "respond-async"})
    assert response.status_code == 202
    job = job_at_end(client, response.headers["location"])
    assert job["outcomes"] == [{"id": "a", "state": "added", "reason": None}]


def test_a_body_that_is_too_long_is_refused_with_and_without_content_length(tmp_path: Path) -> None:
    def pieces() -> Iterator[bytes]:
        for _ in range(17):
            yield b"x" * (1 << 16)

    with TestClient(create_app(service(tmp_path / "index", upload_limit=1)), headers=WITH_KEY) as client:
        headers = {"Content-Type": "text/plain"}
        for content in (b"x" * ((1 << 20) + 1), pieces()):
            found = problem(client.put("/v1/documents/a", content=content, headers=headers), 413)
            assert "1048576 bytes" in found["detail"]
        problem(client.post("/v1/ingestions", content=pieces()), 413)
        files = {"file": ("a.txt", b"x" * (1 << 20), "text/plain")}
        problem(client.put("/v1/documents/a", files=files), 413)
        for content in (b'{"query": "' + b"x" * (1 << 20) + b'"}', pieces()):
            problem(client.post("/v1/search", content=content, headers={"Content-Type": "application/json"}), 413)
        assert client.put("/v1/documents/a", content=b"x " * (1 << 19), headers=headers).status_code == 201


# Jobs


def test_a_job_reports_the_outcome_of_each_document(client: TestClient) -> None:
    put(client, "old", "Old.")
    body = {
        "documents": [
            {"id": "a", "text": "One."},
            {"id": "b", "text": " \n"},
            {"id": "c", "text": "Three.", "title": "C"},
        ],
        "remove": ["old", "nope"],
    }
    response = client.post("/v1/ingestions", json=body)
    assert response.status_code == 202
    assert response.headers["location"] == f"/v1/ingestions/{response.json()['id']}"
    job = job_at_end(client, response.headers["location"])
    assert {one["id"]: one["state"] for one in job["outcomes"]} == {
        "a": "added", "b": "failed", "c": "added", "old": "removed", "nope": "failed",
    }  # fmt: skip
    assert all(one["reason"] for one in job["outcomes"] if one["state"] == "failed")
    assert (job["state"], job["documents"], job["encoded"], job["to_encode"]) == ("done", 5, 2, 2)
    assert job["snapshot"] == client.get("/readyz").json()["snapshot"]
    assert ids(client) == {"a", "c"}
    listed = client.get("/v1/ingestions").json()["ingestions"]
    assert listed[0] == {name: value for name, value in job.items() if name != "outcomes"}
    assert len(listed) == 2


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ("{}", "body"),
        ("[]", "body"),
        ('{"documents": [{"text": "x"}]}', "documents.id"),
        ('{"documents": [{"id": "", "text": "x"}]}', "documents.id"),
        ('{"documents": [], "paths": ["/etc"]}', "paths"),
        ('{"remove": [" a"]}', "remove"),
    ],
)
def test_an_invalid_job_is_refused(client: TestClient, body: str, field: str) -> None:
    assert problem(client.post("/v1/ingestions", content=body), 422)["errors"][0]["field"] == field


def test_an_unknown_job_is_not_found(client: TestClient) -> None:
    assert "no ingestion has the id 'x'" in problem(client.get("/v1/ingestions/x"), 404)["detail"]


def test_twenty_concurrent_uploads_make_few_snapshots_and_questions_are_still_answered(client: TestClient) -> None:
    put(client, "levy", "The levy is 24 pence per litre.")
    done = Event()

    def ask_until_done() -> int:
        asked = 0
        while not done.is_set():
            response = client.post("/v1/answers", json={"question": "How many pence is the levy per litre?"})
            assert response.status_code == 200, response.text
            assert response.json()["citations"]
            asked += 1
        return asked

    with ThreadPoolExecutor(22) as pool:
        readers = [pool.submit(ask_until_done) for _ in range(2)]
        puts = [pool.submit(put, client, f"document-{n}", f"Document {n} is {n} pages long.") for n in range(20)]
        responses = [one.result(60) for one in puts]
        done.set()
        assert all(reader.result(60) for reader in readers)
    assert [response.status_code for response in responses] == [201] * 20
    snapshots = {response.json()["snapshot"] for response in responses}
    assert len(snapshots) <= 10
    assert ids(client) == {"levy", *(f"document-{n}" for n in range(20))}


def test_the_passages_of_an_upload_are_shown_before_it_is_indexed(tmp_path: Path) -> None:
    running = service(tmp_path / "index", chunk_tokens=20)
    text = "# Levy\n\nThe levy is 24 pence per litre.\n\n" + "Every bottler pays the levy in the month after.\n\n" * 9
    with TestClient(create_app(running), headers=WITH_KEY) as client:
        put(client, "a", "One.")
        with service(tmp_path / "index").parts.store.writing():
            file = {"file": ("levy.md", text.encode(), "text/markdown")}
            job = client.put("/v1/documents/levy", files=file, headers={"Prefer": "respond-async"})
            address = f"{job.headers['location']}/passages"
            first = client.get(address, params={"document": "levy", "limit": 2}).json()
            rest = client.get(address, params={"document": "levy", "offset": first["next"]}).json()
            missing = client.get(address, params={"document": "other"})
        assert problem(missing, 404)["detail"].endswith("stores no document 'other'")
        assert first["snapshot"] is None
        job_at_end(client, job.headers["location"])
        indexed = client.get("/v1/documents/levy/passages").json()
        assert first["passages"] + rest["passages"] == indexed["passages"]
        assert "has ended" in problem(client.get(address, params={"document": "levy"}), 404)["detail"]


def test_the_passages_of_an_upload_are_hidden_from_other_groups(tmp_path: Path) -> None:
    running = service(tmp_path / "index")
    upload = tmp_path / "secret.jsonl"
    upload.write_text(json.dumps({"id": "secret", "text": "The secret levy.", "access": ["finance"]}), encoding="utf-8")
    assert running.view(frozenset({"finance"})).upload_passages("secret", upload)
    with pytest.raises(UnknownDocument):
        running.view(frozenset({"hr"})).upload_passages("secret", upload)


# Concurrent writers


def test_uploads_wait_and_activation_is_refused_while_another_process_writes(
    client: TestClient, tmp_path: Path
) -> None:
    snapshot = put(client, "a", "One.").json()["snapshot"]
    other = service(tmp_path / "index").parts.store
    with ThreadPoolExecutor(1) as pool:
        with other.writing():
            waiting = pool.submit(put, client, "b", "Two.")
            response = client.put("/v1/snapshots/current", json={"id": snapshot})
            assert "is being written to by process" in problem(response, 503)["detail"]
            assert response.headers["retry-after"] == "5"
            assert not waiting.done()
        assert waiting.result(60).status_code == 201


def test_the_jobs_of_a_second_server_are_run_by_the_first(client: TestClient, tmp_path: Path) -> None:
    put(client, "a", "One.")
    with TestClient(create_app(service(tmp_path / "index")), headers=WITH_KEY) as other:
        assert other.get("/v1/documents/a").status_code == 200
        assert put(other, "b", "Two.").status_code == 201
        assert other.get("/v1/documents/b").status_code == 200
        assert ids(client) == {"a", "b"}
        assert other.get("/v1/ingestions").json() == client.get("/v1/ingestions").json()


# Snapshots


def test_an_earlier_snapshot_becomes_current_again(client: TestClient) -> None:
    first = put(client, "levy", "The levy is 1 pence.").json()["snapshot"]
    put(client, "levy", "The levy is 2 pence.")
    response = client.put("/v1/snapshots/current", json={"id": first})
    assert response.status_code == 200, response.text
    assert response.json() == next(one for one in client.get("/v1/snapshots").json()["snapshots"] if one["current"])
    assert client.get("/readyz").json()["snapshot"] == first
    assert client.get("/v1/documents/levy").json()["text"] == "The levy is 1 pence."
    put(client, "charge", "The charge is 3 pence.")
    assert client.get("/v1/documents/levy").json()["text"] == "The levy is 1 pence."


def test_an_unknown_snapshot_is_not_found(client: TestClient) -> None:
    put(client, "a", "One.")
    assert "'rag snapshots' lists them" in problem(client.put("/v1/snapshots/current", json={"id": "x"}), 404)["detail"]


def test_a_damaged_snapshot_does_not_become_current(client: TestClient, tmp_path: Path) -> None:
    first, second = (put(client, "a", text).json()["snapshot"] for text in ("One.", "Two."))
    (tmp_path / "index" / "snapshots" / first / "vectors.faiss").write_bytes(b"damaged")
    found = problem(client.put("/v1/snapshots/current", json={"id": first}), 409)
    assert "vectors.faiss" in found["detail"]
    assert client.get("/readyz").json()["snapshot"] == second


def test_a_snapshot_of_another_encoder_does_not_become_current(tmp_path: Path) -> None:
    made = service(tmp_path / "index")
    snapshot = samples.ingest(made, samples.write(tmp_path / "articles"))

    class Other(type(made.parts.encoder)):  # type: ignore[misc]
        name = "other"
        digest = "0" * 64

    with TestClient(create_app(assemble(made.settings, encoder=Other())), headers=WITH_KEY) as client:
        found = problem(client.put("/v1/snapshots/current", json={"id": snapshot}), 409)
    assert "was built with hashing, RAG_ENCODER is other" in found["detail"]


def test_the_status_of_every_source_is_listed(client: TestClient, tmp_path: Path) -> None:
    assert problem(client.get("/v1/sources"), 503)["detail"].endswith("run 'rag ingest' first")
    folder = samples.write(tmp_path / "articles", {"a.txt": "One.", "b.txt": "One.", "c.txt": "", "d.png": "x"})
    service(tmp_path / "index").ingest([folder], lambda *_: None)
    put(client, "levy", "The levy is 1 pence.")
    found = client.get("/v1/sources").json()
    assert {Path(one["source"]).name: one["state"] for one in found["sources"]} == {
        "a.txt": "indexed",
        "b.txt": "duplicate",
        "c.txt": "failed",
        "d.png": "skipped",
        "http:levy": "indexed",
    }
    put(client, "blank", " ")
    found = client.get("/v1/sources", params={"state": "failed"}).json()["sources"]
    assert [(one["source"], one["tries"]) for one in found] == [(str(folder / "c.txt"), 1), ("http:blank", 1)]
    assert found[1]["reason"] == "Line 1 of the file given holds no text; remove it, or add text to it."
    assert "state" in problem(client.get("/v1/sources", params={"state": "lost"}), 422)["detail"]
    assert client.get("/v1/documents/a").json()["sources"] == [str(folder / "a.txt"), str(folder / "b.txt")]
    client.delete("/v1/documents/a")
    states = {one["source"]: one["state"] for one in client.get("/v1/sources").json()["sources"]}
    assert states[str(folder / "a.txt")] == states[str(folder / "b.txt")] == "removed"


def test_metadata_over_http_says_when_a_document_is_in_force(client: TestClient) -> None:
    stated = "This order enters into force on 1 January 2030. The fare is nine florins."
    assert put(client, "fares", stated).status_code == 201
    found = client.get("/v1/documents/fares").json()
    assert (found["in_force"]["first"], [one["field"] for one in found["inferred"]]) == ("2030-01-01", ["valid_from"])
    assert put(client, "fares", stated, metadata={"valid_from": "2031-05-01", "valid_to": 2033}).status_code == 200
    found = client.get("/v1/documents/fares").json()
    assert (found["in_force"], found["inferred"]) == (
        {"first": "2031-05-01", "last": "2033-12-31", "ended_by": None},
        [],
    )


def test_a_first_day_that_is_no_date_is_refused(client: TestClient) -> None:
    refused = put(client, "fares", "The fare is nine florins.", metadata={"valid_from": "soon"})
    assert refused.status_code == 422
    assert "valid_from must be a date such as 2021-03-01, 2021-03 or 2021" in refused.json()["detail"]
