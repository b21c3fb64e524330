"""The routes of documents, fields, suggestions, snapshots and health, and the headers of the page."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from rag.http.app import create_app
from rag.service import Service
from tests import samples
from tests.client import TestClient


def test_a_document_has_its_text_its_facts_and_its_metadata(client: TestClient) -> None:
    found = client.get("/v1/documents/levy").json()
    text = found.pop("text")
    assert found.pop("record").startswith("Title: The sugar levy\nAuthor: Ada Obi\nPublished: 2018-04-06\n")
    (source,) = found.pop("sources")
    assert source.endswith("/articles/levy.md")
    assert [text[found["start"] : found["end"]] for found in found.pop("headings")] == ["Exemptions"]
    blocks = found.pop("blocks")
    assert [block["kind"] for block in blocks] == ["paragraph", "heading", "paragraph"]
    assert text.split("\n\n") == [text[block["start"] : block["end"]] for block in blocks]
    assert text.startswith("The levy 🥤 took effect on 6 April 2018.")
    assert found == {
        "id": "levy",
        "title": "The sugar levy",
        "url": "https://example.org/levy",
        "author": "Ada Obi",
        "published": "2018-04-06",
        "language": found["language"],
        "metadata": {"topic": ["tax", "health"], "year": 2018, "format": "markdown"},
        "in_force": None,
        "indexed": found["indexed"],
        "inferred": [],
        "sha256": hashlib.sha256(text.encode()).hexdigest(),
        "near_duplicate_of": None,
        "access": None,
        "original": "file",
        "original_name": "levy.md",
        "references": [],
        "start": 0,
        "end": len(text),
        "length": len(text),
    }


def test_the_list_has_every_document_without_its_text(client: TestClient, service: Service) -> None:
    found = client.get("/v1/documents").json()
    assert found["snapshot"] == service.snapshot().id
    assert {document["id"] for document in found["documents"]} == {"levy", "charge", "referendum"}
    for document in found["documents"]:
        full = client.get(f"/v1/documents/{document['id']}").json()
        assert "text" in full
        only_full = {"text", "start", "end", "length", "record", "headings", "blocks", "sources"}
        only_full |= {"original", "original_name", "references"}
        assert document == {name: value for name, value in full.items() if name not in only_full}


def test_the_fields_have_the_values_that_filters_can_use(client: TestClient, service: Service) -> None:
    found = client.get("/v1/fields").json()
    assert found["snapshot"] == service.snapshot().id
    fields = {field.pop("name"): field for field in found["fields"]}
    assert {"author", "format", "published", "topic", "year"} <= fields.keys()
    assert not {"id", "title", "url"} & fields.keys()
    assert fields["topic"]["values"] == [
        {"value": value, "documents": 1} for value in ("constitution", "health", "tax", "transport")
    ]
    assert fields["format"]["values"] == [{"value": "markdown", "documents": 3}]
    published = fields["published"]
    assert (published["documents"], published["least"], published["most"]) == (2, "2003-02", "2018-04-06")


def test_a_filter_on_a_value_finds_the_documents_that_have_it(client: TestClient) -> None:
    for field in client.get("/v1/fields").json()["fields"]:
        for value in field["values"]:
            filters = {field["name"]: value["value"]}
            hits = client.post("/v1/search", json={"query": "levy charge", "filters": filters}).json()["hits"]
            assert len({hit["document_id"] for hit in hits}) == value["documents"], filters


def test_suggestions_name_their_snapshot(client: TestClient, service: Service) -> None:
    found = client.get("/v1/suggestions").json()
    assert found == {"questions": list(service.view(None).suggestions()[0]), "snapshot": service.snapshot().id}


def test_suggestions_can_be_about_given_documents(client: TestClient, service: Service) -> None:
    found = client.get("/v1/suggestions?document=levy").json()
    assert found["questions"] == list(service.view(None).follow_ups(["levy"])[0])
    assert client.get("/v1/suggestions?document=nowhere").status_code == 404
    assert client.get("/v1/suggestions", params={"document": ["levy"] * 21}).status_code == 422


@pytest.mark.parametrize("path", ["/v1/fields", "/v1/suggestions"])
def test_without_an_index_fields_and_suggestions_are_refused(tmp_path: Path, path: str) -> None:
    found = TestClient(create_app(samples.service(tmp_path / "index"))).get(path)
    assert found.status_code == 503
    assert "rag ingest" in found.json()["detail"]


@pytest.mark.parametrize("name", ["a/b", "Қазақстан", "100%", "a b", "a?b", "a#b", "ü🥤"])
def test_a_document_with_any_id_can_be_read(tmp_path: Path, name: str) -> None:
    record = {"_id": name, "title": "A record", "text": "The council meets on the first Monday of each month."}
    (tmp_path / "records.jsonl").write_text(json.dumps(record), encoding="utf-8")
    service = samples.service(tmp_path / "index")
    samples.ingest(service, tmp_path / "records.jsonl")
    client = TestClient(create_app(service))
    (listed,) = client.get("/v1/documents").json()["documents"]
    address = client.base_url.copy_with(raw_path=f"/v1/documents/{encode_uri_component(listed['id'])}".encode())
    assert client.get(address).json()["id"] == listed["id"] == name


def encode_uri_component(name: str) -> str:
    """Encode like JavaScript's encodeURIComponent, which the page uses."""
    return "".join(f"%{byte:02X}" if not chr(byte).isalnum() or byte > 127 else chr(byte) for byte in name.encode())


def test_snapshots_are_listed_newest_first_and_the_current_one_is_marked(tmp_path: Path) -> None:
    service = samples.service(tmp_path / "index")
    client = TestClient(create_app(service))
    assert client.get("/v1/snapshots").json() == {"snapshots": []}
    first = samples.ingest(service, samples.write(tmp_path / "articles", {"levy.md": samples.LEVY}))
    second = samples.ingest(service, samples.write(tmp_path / "articles"))
    listed = client.get("/v1/snapshots").json()["snapshots"]
    assert [(one["id"], one["current"], one["documents"], one["chunks"]) for one in listed] == [
        (second, True, 3, 4),
        (first, False, 1, 2),
    ]
    assert {one["encoder"] for one in listed} == {"hashing"}


def test_health_needs_no_index(tmp_path: Path) -> None:
    client = TestClient(create_app(samples.service(tmp_path / "index")))
    assert client.get("/healthz").json()["status"] == "ok"


def test_readiness_names_the_snapshot(client: TestClient, service: Service) -> None:
    assert client.get("/readyz").json() == {"status": "ok", "snapshot": service.snapshot().id, "detail": None}


def test_readiness_reports_a_damaged_snapshot(tmp_path: Path) -> None:
    service = samples.service(tmp_path / "index")
    undamaged = samples.ingest(service, samples.write(tmp_path / "articles", {"levy.md": samples.LEVY}))
    damaged = samples.ingest(service, samples.write(tmp_path / "articles"))
    (tmp_path / "index" / "snapshots" / damaged / "vectors.faiss").write_bytes(b"moths")
    client = TestClient(create_app(samples.service(tmp_path / "index")))
    found = client.get("/readyz").json()
    assert (found["status"], found["snapshot"]) == ("degraded", undamaged)
    assert damaged in found["detail"]
    assert client.post("/v1/answers", json={"question": samples.LEVY_QUESTION}).json()["snapshot"] == undamaged


def test_the_page_may_load_only_from_the_service(client: TestClient) -> None:
    page = client.get("/")
    assert page.headers["content-type"].startswith("text/html")
    policy = dict(part.split(" ", 1) for part in page.headers["content-security-policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert set(policy.values()) == {"'none'", "'self'"}
    assert "frame-ancestors" in policy


@pytest.mark.parametrize("path", ["/", "/ui/app.js", "/v1/documents", "/v1/documents/nope", "/nope", "/healthz"])
def test_every_response_forbids_content_sniffing_and_referrers(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"


@pytest.mark.parametrize("path", ["/ui/app.js", "/ui/style.css", "/ui/nope.js"])
def test_the_files_of_the_page_have_the_policy_of_the_page(client: TestClient, path: str) -> None:
    assert client.get(path).headers["content-security-policy"] == client.get("/").headers["content-security-policy"]


@pytest.mark.parametrize("path", ["/ui/../app.py", "/ui/%2e%2e/app.py", "/ui//etc/passwd", "/ui/..%2fapp.py"])
def test_files_outside_the_folder_of_the_page_are_not_served(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 404
