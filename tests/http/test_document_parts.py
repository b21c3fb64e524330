"""The list of documents in parts, the passages of a document, its versions, and documents that are gone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from rag.http.app import create_app
from rag.service import Service
from tests import samples
from tests.client import TestClient
from tests.http.access.clients import API_KEY, bearer, make_key
from tests.http.access.clients import service as closed_service

ARTICLES = {
    "b.md": "---\ntitle: Äpfel and Pears\nauthor: Zoë Öz\npublished: 2020-05\ntopic: fruit\n---\nPears are green.",
    "a.md": "---\ntitle: apple tax\npublished: 2021\ntopic: [tax, fruit]\n---\nThe tax is 3 pounds.",
    "c.md": "---\ntitle: 50% of [all] taxes*\ntopic: tax\n---\nHalf of them are late.",
}


@pytest.fixture(scope="module")
def listed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    folder = tmp_path_factory.mktemp("listed")
    made = samples.service(folder / "index")
    samples.ingest(made, samples.write(folder / "articles", ARTICLES))
    with TestClient(create_app(made)) as client:
        yield client


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ({}, ["a", "b", "c"]),
        ({"sort": "title"}, ["c", "b", "a"]),
        ({"sort": "-title"}, ["a", "b", "c"]),
        ({"sort": "published"}, ["b", "a", "c"]),
        ({"sort": "-published"}, ["a", "b", "c"]),
        ({"q": "ÄPFEL"}, ["b"]),
        ({"q": "öz PEA"}, ["b"]),
        ({"q": "pp tax"}, ["a"]),
        ({"q": "[all]"}, ["c"]),
        ({"q": "taxes*"}, ["c"]),
        ({"q": "t?x"}, []),
        ({"q": "  "}, ["a", "b", "c"]),
        ({"filters": json.dumps({"topic": "tax"}), "sort": "title"}, ["c", "a"]),
        ({"filters": json.dumps({"id": ["c", "b"]})}, ["b", "c"]),
        ({"filters": json.dumps({"published": {"gte": "2021"}})}, ["a"]),
        ({"filters": json.dumps({"topic": "tax"}), "q": "apple"}, ["a"]),
    ],
)
def test_the_list_can_be_searched_filtered_and_sorted(
    listed: TestClient, query: dict[str, str], ids: list[str]
) -> None:
    found = listed.get("/v1/documents", params=query).json()
    assert [one["id"] for one in found["documents"]] == ids
    assert (found["total"], found["next"]) == (len(ids), None)


def test_the_parts_of_the_list_follow_each_other(listed: TestClient) -> None:
    ids, offset = [], 0
    while offset is not None:
        query: dict[str, Any] = {"sort": "title", "limit": 1, "offset": offset}
        found = listed.get("/v1/documents", params=query).json()
        ids += [one["id"] for one in found["documents"]]
        assert found["total"] == 3
        offset = found["next"]
    assert ids == ["c", "b", "a"]
    beyond = listed.get("/v1/documents", params={"offset": 7}).json()
    assert (beyond["documents"], beyond["total"], beyond["next"]) == ([], 3, None)


@pytest.mark.parametrize(
    ("query", "detail"),
    [
        ({"limit": "0"}, "limit: "),
        ({"limit": "1001"}, "limit: "),
        ({"offset": "-1"}, "offset: "),
        ({"sort": "size"}, "sort: "),
        ({"q": "x" * 201}, "q: "),
        ({"filters": "{"}, "filters: it is not valid JSON"),
        ({"filters": "[]"}, "filters: "),
        ({"filters": '{"topic": {"from": 1}}'}, "filters.topic: "),
        ({"filters": '{"nope": 1}'}, "no document has the field 'nope': filter on "),
    ],
)
def test_a_wrong_parameter_is_named(listed: TestClient, query: dict[str, str], detail: str) -> None:
    response = listed.get("/v1/documents", params=query)
    assert response.status_code == 422
    assert response.json()["detail"].startswith(detail)


def test_the_passages_are_the_text_with_their_headings(client: TestClient) -> None:
    text = client.get("/v1/documents/levy").json()["text"]
    found = client.get("/v1/documents/levy/passages").json()
    assert "".join(one["text"] for one in found["passages"]) == text
    assert all(text[one["start"] : one["end"]] == one["text"] for one in found["passages"])
    assert [one["heading"] for one in found["passages"]] == [[], ["Exemptions"]]
    assert (found["total"], found["next"]) == (2, None)
    first = client.get("/v1/documents/levy/passages", params={"limit": 1}).json()
    second = client.get("/v1/documents/levy/passages", params={"limit": 1, "offset": first["next"]}).json()
    assert (first["passages"] + second["passages"], second["next"]) == (found["passages"], None)
    assert client.get("/v1/documents/nope/passages").status_code == 404


def test_a_document_may_have_the_name_of_a_part(tmp_path: Path) -> None:
    made = closed_service(tmp_path, require_key=False)
    with TestClient(create_app(made)) as client:
        for name in ("levy/passages", "levy/versions", "levy/versions/1"):
            stored = client.put(f"/v1/documents/{name}", json={"text": f"The text of {name}."}, headers=KEY)
            assert stored.status_code == 201
        for name in ("levy/passages", "levy/versions", "levy/versions/1"):
            assert client.get(f"/v1/documents/{name}").json()["text"] == f"The text of {name}."


KEY = bearer(API_KEY)
CLIENTS = {
    "reader": ("ask", ()),
    "reader-hr": ("ask", ("hr",)),
    "maintainer-it": ("maintain", ("it",)),
    "maintainer-hr": ("maintain", ("hr",)),
}
KEYS: dict[str, dict[str, str]] = {}
"""The header of each client."""


@pytest.fixture(scope="module")
def changed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A service with a document that changed twice, one that is gone, and one that was only for a group."""
    made = closed_service(tmp_path_factory.mktemp("changed"), require_key=False, keep_snapshots=20)
    for name, (role, groups) in CLIENTS.items():
        KEYS[name] = bearer(make_key(made.settings.index_dir, name, role=role, groups=groups))
    with TestClient(create_app(made)) as client:
        put(client, "levy", "The levy is 20 pence.")
        put(client, "levy", "The levy is 24 pence.", title="The new levy")
        put(client, "gone", "The old rule.")
        put(client, "secret", "The secret rule.", metadata={"access": "hr"})
        put(client, "closed", "Once for everybody.")
        put(client, "closed", "Now for a group.", metadata={"access": "hr"})
        for name in ("gone", "secret"):
            assert client.delete(f"/v1/documents/{name}", headers=KEY).status_code == 204
        yield client


def put(client: TestClient, name: str, text: str, **facts: object) -> None:
    response = client.put(f"/v1/documents/{name}", json={"text": text, **facts}, headers=KEY)
    assert response.status_code in (200, 201), response.text


def test_a_maintainer_sees_the_versions_of_a_document(changed: TestClient) -> None:
    found = changed.get("/v1/documents/levy/versions", headers=KEY).json()["versions"]
    assert [one["current"] for one in found] == [True, False, False]
    assert found[0]["title"] == "The new levy"
    assert found[0]["until"] is None
    assert [one["until"] for one in found[1:]] == [one["since"] for one in found[:-1]]
    texts = [changed.get(f"/v1/documents/levy/versions/{one['snapshot']}", headers=KEY).json() for one in found]
    assert [one["text"] for one in texts[:2]] == ["The levy is 24 pence.", "The levy is 20 pence."]
    assert "6 April 2018" in texts[2]["text"]
    assert [one["original"] for one in texts] == [None] * 3


def test_a_removed_document_has_versions(changed: TestClient) -> None:
    (found,) = changed.get("/v1/documents/gone/versions", headers=KEY).json()["versions"]
    listed = changed.get("/v1/snapshots", headers=KEY).json()["snapshots"]
    times = {one["id"].partition("-")[0]: one["created"] for one in listed}  # whole seconds, so some are equal
    assert (found["current"], found["since"], found["until"]) == (False, times["000004"], times["000008"])
    text = changed.get(f"/v1/documents/gone/versions/{found['snapshot']}", headers=KEY).json()["text"]
    assert text == "The old rule."


@pytest.mark.parametrize(
    ("path", "status", "detail"),
    [
        ("nope/versions", 404, "no snapshot has a document with the id 'nope'"),
        ("levy/versions/999", 404, "no snapshot '999' in "),
        ("gone/versions/1-", 404, ""),
    ],
)
def test_an_unknown_version_is_not_found(changed: TestClient, path: str, status: int, detail: str) -> None:
    response = changed.get(f"/v1/documents/{path}", headers=KEY)
    assert response.status_code == status
    assert response.json()["detail"].startswith(detail)


def test_a_client_that_only_asks_sees_no_earlier_text(changed: TestClient) -> None:
    path = "/v1/documents/levy/versions"
    for headers, status in ((None, 401), (KEYS["reader"], 403)):
        (listed,) = changed.get(path, headers=headers).json()["versions"]
        assert (listed["name"], listed["current"]) == ("levy", True)
        assert changed.get(f"{path}/000001", headers=headers).status_code == status
        assert changed.get("/v1/documents/gone/versions", headers=headers).status_code == 404


def test_a_maintainer_of_other_groups_sees_no_version_of_a_hidden_document(changed: TestClient) -> None:
    other, hr = KEYS["maintainer-it"], KEYS["maintainer-hr"]
    for name in ("closed", "secret"):
        assert changed.get(f"/v1/documents/{name}/versions", headers=other).status_code == 404
        (first, *_) = changed.get(f"/v1/documents/{name}/versions", headers=hr).json()["versions"]
        address = f"/v1/documents/{name}/versions/{first['snapshot']}"
        assert changed.get(address, headers=hr).status_code == 200
        assert changed.get(address, headers=other).status_code == 404
    # The first version of `closed` was for everybody, but the document is for one group today.
    old = changed.get("/v1/documents/closed/versions", headers=hr).json()["versions"][-1]["snapshot"]
    assert changed.get(f"/v1/documents/closed/versions/{old}", headers=other).status_code == 404


def test_a_gone_document_says_since_when(changed: TestClient) -> None:
    for path in ("gone", "gone/original", "gone/passages"):
        response = changed.get(f"/v1/documents/{path}")
        assert response.status_code == 404
        since = response.json()["gone_since"]
        assert response.json()["detail"] == f"the document 'gone' left the index at {since}"
    (known,) = [
        one for one in changed.get("/v1/sources", headers=KEY).json()["sources"] if one["source"] == "http:gone"
    ]
    assert since == known["time"]


@pytest.mark.parametrize("name", ["secret", "closed", "never"])
def test_a_client_learns_nothing_of_a_document_that_it_could_not_see(changed: TestClient, name: str) -> None:
    response = changed.get(f"/v1/documents/{name}")
    assert response.status_code == 404
    assert response.json()["detail"] == f"no document has the id '{name}': 'rag documents' lists them"
    assert "gone_since" not in response.json()


def test_a_client_of_the_group_learns_since_when(changed: TestClient) -> None:
    assert "gone_since" in changed.get("/v1/documents/secret", headers=KEYS["reader-hr"]).json()
    assert "gone_since" in changed.get("/v1/documents/secret", headers=KEY).json()


def test_a_removed_document_is_gone_even_if_nothing_is_left_of_it(tmp_path: Path) -> None:
    made = closed_service(tmp_path, require_key=False, keep_snapshots=1, past_days=0)
    with TestClient(create_app(made)) as client:
        put(client, "gone", "The old rule.")
        assert client.delete("/v1/documents/gone", headers=KEY).status_code == 204
        made.prune()
        assert "gone_since" in client.get("/v1/documents/gone", headers=KEY).json()
        assert "gone_since" not in client.get("/v1/documents/gone").json(), "nobody knows who might have seen it"


def test_an_erased_document_leaves_no_trace(tmp_path: Path) -> None:
    made: Service = closed_service(tmp_path, require_key=False)
    with TestClient(create_app(made)) as client:
        put(client, "erased", "The old rule.")
    made.erase(["erased"])
    with TestClient(create_app(made)) as client:
        assert "gone_since" not in client.get("/v1/documents/erased", headers=KEY).json()
        assert client.get("/v1/documents/erased/versions", headers=KEY).status_code == 404
