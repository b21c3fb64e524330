"""`POST /v1/verify` checks a text against the documents."""

from __future__ import annotations

from typing import Any

from tests import samples
from tests.client import TestClient


def verify(client: TestClient, text: str, **more: object) -> dict[str, Any]:
    response = client.post("/v1/verify", json={"text": text, **more})
    assert response.status_code == 200, response.text
    found: dict[str, Any] = response.json()
    return found


def only(found: list[dict[str, Any]]) -> dict[str, Any]:
    assert len(found) == 1, found
    return found[0]


def test_a_sentence_of_a_document_is_supported_and_cites_its_words(client: TestClient) -> None:
    found = only(verify(client, "The levy took effect on 6 April 2018.")["sentences"])
    assert (found["support"], found["doubt"]) == ("supported", None)
    evidence = found["evidence"][0]
    text = client.get(f"/v1/documents/{evidence['document_id']}").json()["text"]
    assert text[evidence["start"] : evidence["end"]] == evidence["quote"]
    assert evidence["document_id"] == "levy"


def test_another_figure_contradicts_the_document(client: TestClient) -> None:
    found = only(verify(client, "The congestion charge is 25 pounds a day.")["sentences"])
    assert (found["support"], found["doubt"]) == ("contradicted", "figure")
    assert found["evidence"][0]["quote"] == "The congestion charge is 15 pounds a day."


def test_a_negation_contradicts_the_document(client: TestClient) -> None:
    found = only(verify(client, "Fruit juices are not exempt from the levy.")["sentences"])
    assert (found["support"], found["doubt"]) == ("contradicted", "negation")


def test_a_sentence_on_another_matter_is_not_found(client: TestClient) -> None:
    found = only(verify(client, "Penguins breed on islands near Antarctica.")["sentences"])
    assert (found["support"], found["evidence"]) == ("not_found", [])


def test_offsets_are_those_of_the_returned_text(client: TestClient) -> None:
    found = verify(client, "# Memo\n\nThe levy is **old**. It took effect on 6 April 2018. [1](https://example.org)")
    assert found["text"].startswith("Memo")
    for one in found["sentences"]:
        assert found["text"][one["start"] : one["end"]] == one["text"]


def test_exact_words_are_a_valid_quotation(client: TestClient) -> None:
    found = only(verify(client, 'It says "Fruit juices are exempt from the levy".')["quotations"])
    assert (found["state"], found["changes"]) == ("valid", [])
    assert found["found"]["quote"] == "Fruit juices are exempt from the levy"
    assert found["found"]["heading"] == ["Exemptions"]


def test_a_quotation_at_another_place_has_moved(client: TestClient) -> None:
    quoted = '"Fruit juices are exempt from the levy" ([1](/documents/levy?start=0&end=9))'
    found = only(verify(client, f"It says {quoted}.")["quotations"])
    assert found["state"] == "moved"
    elsewhere = quoted.replace("/documents/levy?start=0&end=9", "/documents/charge")
    assert only(verify(client, f"It says {elsewhere}.")["quotations"])["state"] == "moved"


def test_a_quotation_is_looked_for_at_the_address_of_its_document(client: TestClient) -> None:
    quoted = "It says “Fruit juices are exempt from the levy” ([here](https://www.example.org/levy/#top))."
    assert only(verify(client, quoted)["quotations"])["state"] == "valid"


def test_changed_words_are_named(client: TestClient) -> None:
    found = only(verify(client, "It says “Vegetable juices are exempt from the levy”.")["quotations"])
    assert found["state"] == "changed"
    assert {"was": "Vegetable", "became": "Fruit"} in found["changes"]
    assert "Fruit juices are exempt from the levy" in found["found"]["quote"]


def test_invented_words_are_not_found(client: TestClient) -> None:
    found = only(verify(client, "It says “penguins breed on islands near Antarctica”.")["quotations"])
    assert (found["state"], found["found"]) == ("not_found", None)


def test_an_answer_of_the_service_is_verified_with_its_citations(client: TestClient) -> None:
    answer = client.post("/v1/answers", json={"question": samples.LEVY_QUESTION}).json()
    response = client.post("/v1/verify", json={"answer": answer})
    assert response.status_code == 200, response.text
    found = response.json()
    assert found["states"]["valid"] == len(answer["citations"]) > 0
    assert found["supports"]["supported"] == len(found["sentences"]) > 0


def test_filters_restrict_the_documents(client: TestClient) -> None:
    text = "The levy took effect on 6 April 2018."
    assert only(verify(client, text, filters={"topic": "health"})["sentences"])["support"] == "supported"
    assert only(verify(client, text, filters={"topic": "transport"})["sentences"])["support"] != "supported"


def test_a_request_has_either_a_text_or_an_answer(client: TestClient) -> None:
    response = client.post("/v1/verify", json={})
    assert response.status_code == 422
    assert "give either text or answer" in response.text
    assert client.post("/v1/verify", json={"text": "x " * 20_000}).status_code == 422


def test_the_counts_are_those_of_the_lists(client: TestClient) -> None:
    found = verify(
        client, "The levy took effect on 6 April 2018. The charge is 25 pounds a day. Penguins breed in May."
    )
    assert sum(found["supports"].values()) == len(found["sentences"]) == 3
    assert found["states"] == {"valid": 0, "moved": 0, "changed": 0, "not_found": 0}
