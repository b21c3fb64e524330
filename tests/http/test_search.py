"""`POST /v1/search` returns passages."""

from __future__ import annotations

from typing import Any

import pytest

from rag.service import Service
from tests.client import TestClient


def search(client: TestClient, query: str, **more: object) -> list[dict[str, Any]]:
    response = client.post("/v1/search", json={"query": query, **more})
    assert response.status_code == 200, response.text
    hits: list[dict[str, Any]] = response.json()["hits"]
    return hits


def test_the_passage_that_matches_a_query_comes_first(client: TestClient) -> None:
    first = search(client, "fruit juices exempt from the levy")[0]
    assert first["text"].strip().endswith("Small producers of under 1 million litres a year pay nothing.")
    assert (first["document_id"], first["heading"], first["page"]) == ("levy", ["Exemptions"], None)
    assert set(first) == {
        *("document_id", "title", "url", "author", "published", "page", "page_label", "ocr_confidence"),
        *("heading", "start", "end", "score", "text"),
    }


def test_each_passage_comes_once_and_the_best_come_first(client: TestClient) -> None:
    hits = search(client, "congestion charge in pounds")
    assert [hit["score"] for hit in hits] == sorted((hit["score"] for hit in hits), reverse=True)
    assert len({(hit["document_id"], hit["start"]) for hit in hits}) == len(hits)


@pytest.mark.parametrize("query", ["levy", "Kazakhstan", "pounds", "🥤", "?"])
def test_the_text_of_a_passage_is_the_text_of_its_span(client: TestClient, query: str) -> None:
    for hit in search(client, query):
        text = client.get(f"/v1/documents/{hit['document_id']}").json()["text"]
        assert text[hit["start"] : hit["end"]] == hit["text"]


def test_at_most_limit_passages_are_returned(client: TestClient) -> None:
    assert len(search(client, "levy", limit=1)) == 1
    assert len(search(client, "levy", limit=100)) == 4


def test_a_filter_excludes_documents_and_does_not_change_scores(client: TestClient) -> None:
    (only,) = search(client, "the charge", filters={"topic": "transport"})
    assert only in search(client, "the charge")
    assert only["document_id"] == "charge"


def test_the_result_names_its_snapshot(client: TestClient, service: Service) -> None:
    found = client.post("/v1/search", json={"query": "levy"}).json()
    assert found["snapshot"] == service.snapshot().id
