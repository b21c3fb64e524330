"""Passages over HTTP."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.testclient import TestClient

from rag.service import Service


def search(client: TestClient, query: str, **more: object) -> list[dict[str, Any]]:
    response = client.post("/v1/search", json={"query": query, **more})
    assert response.status_code == 200, response.text
    hits: list[dict[str, Any]] = response.json()["hits"]
    return hits


def test_the_passage_that_speaks_to_a_query_comes_first(client: TestClient) -> None:
    first = search(client, "fruit juices exempt from the levy")[0]
    assert first["text"].strip().endswith("Small producers of under 1 million litres a year pay nothing.")
    assert (first["document_id"], first["heading"], first["page"]) == ("levy", ["Exemptions"], None)
    assert set(first) == {
        *("document_id", "title", "url", "author", "published", "page"),
        *("heading", "start", "end", "score", "text"),
    }


def test_passages_come_best_first_and_each_once(client: TestClient) -> None:
    hits = search(client, "congestion charge in pounds")
    assert [hit["score"] for hit in hits] == sorted((hit["score"] for hit in hits), reverse=True)
    assert len({(hit["document_id"], hit["start"]) for hit in hits}) == len(hits)


@pytest.mark.parametrize("query", ["levy", "Kazakhstan", "pounds", "🥤", "?"])
def test_a_passage_is_what_the_document_says_there(client: TestClient, query: str) -> None:
    for hit in search(client, query):
        text = client.get(f"/v1/documents/{hit['document_id']}").json()["text"]
        assert text[hit["start"] : hit["end"]] == hit["text"]


def test_the_limit_is_kept(client: TestClient) -> None:
    assert len(search(client, "levy", limit=1)) == 1
    assert len(search(client, "levy", limit=100)) == 4


def test_a_filter_keeps_other_documents_out_and_leaves_scores_alone(client: TestClient) -> None:
    (alone,) = search(client, "the charge", filters={"topic": "transport"})
    assert alone in search(client, "the charge")
    assert alone["document_id"] == "charge"


def test_a_search_says_which_snapshot_it_saw(client: TestClient, service: Service) -> None:
    found = client.post("/v1/search", json={"query": "levy"}).json()
    assert found["snapshot"] == service.snapshot().id
