"""The versions of a document over HTTP and as pages: their list, comparisons and timelines, for clients with groups."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from lxml import html

from rag.http.app import create_app
from tests import samples
from tests.client import TestClient
from tests.http.access.clients import API_KEY, bearer, make_key, service

KEY = bearer(API_KEY)
KEYS: dict[str, dict[str, str]] = {}
"""The header of each client."""


def leave(year: int, days: int, more: str = "", head: str = "") -> str:
    return (
        f"---\ntitle: Leave policy {year}\npublished: {year - 1}-11-01\nvalid_from: {year}-01-01\n"
        f"version_of: leave\n{head}---\n\n## 1. Scope\n\nThis applies to all staff.\n\n"
        f"## 2. Leave\n\nStaff get {days} days of leave a year. Leave is approved by a manager.\n{more}"
    )


CARRYING = "\n## 3. Carrying over\n\nStaff may carry over five days. They must use them by 31 March 2024.\n"
ARTICLES = {
    "leave.md": leave(2022, 20).replace("version_of: leave\n", ""),
    "leave-2023.md": leave(2023, 22, CARRYING, "access: hr\n"),
    "leave-2024.md": leave(2024, 25, CARRYING.replace("may", "must").replace("31 March", "30 April")),
    "other.md": "---\ntitle: Other\n---\n\nNothing <b>here</b> is a version of another text.\n",
}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A service with three documents that are versions of one, the second of which is only for the group hr."""
    folder = tmp_path_factory.mktemp("versions")
    made = service(folder, require_key=False, keep_snapshots=20)
    samples.ingest(made, samples.write(folder / "policies", ARTICLES))
    for name, role, groups in (("reader-hr", "ask", ("hr",)), ("maintainer-it", "maintain", ("it",))):
        KEYS[name] = bearer(make_key(made.settings.index_dir, name, role=role, groups=groups))
    with TestClient(create_app(made)) as client:
        body = {"text": "The levy is 20 pence.", "title": "A levy"}
        for text in ("The levy is 20 pence.", "The levy is 24 pence."):
            assert client.put("/v1/documents/a@levy", json={**body, "text": text}, headers=KEY).is_success
        yield client


def names(client: TestClient, document_id: str, headers: dict[str, str]) -> list[tuple[Any, ...]]:
    found = client.get(f"/v1/documents/{document_id}/versions", headers=headers).json()
    return [(one["name"], one["valid_from"], one["valid_to"], one["published"]) for one in found["versions"]]


def test_documents_that_declare_one_identity_are_versions_of_each_other(client: TestClient) -> None:
    expected = [
        ("leave-2024", "2024-01-01", None, "2023-11-01"),
        ("leave-2023", "2023-01-01", "2023-12-31", "2022-11-01"),
        ("leave", "2022-01-01", "2022-12-31", "2021-11-01"),
    ]
    for document_id in ("leave", "leave-2023", "leave-2024"):
        assert names(client, document_id, KEYS["reader-hr"]) == expected
    assert [name for name, *_ in names(client, "other", KEY)] == ["other"]


def test_earlier_texts_and_other_documents_are_in_one_list(client: TestClient) -> None:
    (first, second) = client.get("/v1/documents/a@levy/versions", headers=KEY).json()["versions"]
    assert (first["name"], second["name"]) == ("a@levy", f"a@levy@{second['snapshot']}")
    found = compare(client, "", "a@levy", KEY)
    assert found["was"]["name"] == second["name"]
    assert found["kinds"] == {"figure": 1}


def compare(client: TestClient, was: str, became: str, headers: dict[str, str]) -> Any:
    response = client.get("/v1/comparisons", params={"was": was, "became": became}, headers=headers)
    assert response.status_code == 200, response.text
    return response.json()


def test_a_comparison_has_exact_spans_of_both_texts(client: TestClient) -> None:
    found = compare(client, "leave-2023", "leave-2024", KEY)
    texts = {
        side: client.get(f"/v1/documents/{found[side]['document_id']}", headers=KEY).json()["text"]
        for side in ("was", "became")
    }
    for row in found["rows"]:
        for side, text in texts.items():
            if row[side]:
                assert text[row[side]["start"] : row[side]["end"]] == row[side]["text"]
    edits = [
        (*(texts[side][edit[side]["start"] : edit[side]["end"]] for side in texts), edit["kinds"])
        for row in found["rows"]
        for edit in row["edits"]
    ]
    assert edits == [
        ("22 days", "25 days", ["figure"]),
        ("may", "must", ["modality"]),
        ("31 March 2024", "30 April 2024", ["date"]),
    ]
    assert (found["counts"], found["kinds"]) == ({"same": 5, "changed": 3}, {"figure": 1, "date": 1, "modality": 1})
    assert (found["same"], found["next"]) == (False, None)


def test_the_parts_of_a_comparison_follow_each_other(client: TestClient) -> None:
    query: dict[str, Any] = {"was": "leave", "became": "leave-2024", "limit": 2}
    whole = compare(client, "leave", "leave-2024", KEY)
    rows, offset = [], 0
    while offset is not None:
        part = client.get("/v1/comparisons", params={**query, "offset": offset}, headers=KEY).json()
        rows += part["rows"]
        offset = part["next"]
    assert rows == whole["rows"]
    assert len(rows) == whole["total"]


def test_a_hidden_version_is_in_no_list_comparison_or_timeline(client: TestClient) -> None:
    for headers in ({}, KEYS["maintainer-it"]):
        assert [name for name, *_ in names(client, "leave-2024", headers)] == ["leave-2024", "leave"]
        assert compare(client, "", "leave-2024", headers)["was"]["name"] == "leave"
        for query in ({"was": "leave-2023", "became": "leave-2024"}, {"became": "leave-2023"}):
            assert client.get("/v1/comparisons", params=query, headers=headers).status_code == 404
            assert client.get("/comparisons", params=query, headers=headers).status_code == 404
        assert "2023-01-01" not in client.get("/timelines?document=leave-2024&provision=2", headers=headers).text
        # Nobody may see from which year on the third section stands, if it is the year of the hidden version.
        assert [event["date"] for event in timeline(client, "3", headers)["events"]] == ["2024-01-01"]
    assert [event["date"] for event in timeline(client, "3", KEYS["reader-hr"])["events"]] == [
        "2023-01-01",
        "2024-01-01",
    ]


def timeline(client: TestClient, provision: str, headers: dict[str, str]) -> Any:
    query = {"document": "leave-2024", "provision": provision}
    response = client.get("/v1/timelines", params=query, headers=headers)
    assert response.status_code == 200, response.text
    return response.json()


def test_a_timeline_has_the_changes_of_a_provision(client: TestClient) -> None:
    found = timeline(client, "section 2", KEY)
    assert found["provision"] == "2. Leave"
    assert [(event["kind"], event["dated"], event["date"]) for event in found["events"]] == [
        ("began", "in_force", "2022-01-01"),
        ("changed", "in_force", "2023-01-01"),
        ("changed", "in_force", "2024-01-01"),
    ]
    assert [row["became"]["text"] for row in found["events"][1]["rows"]] == ["Staff get 22 days of leave a year."]


@pytest.mark.parametrize(
    ("path", "status", "detail"),
    [
        ("comparisons?was=nope&became=leave", 404, "no document has the id 'nope'"),
        ("comparisons?became=other", 404, "there is no version before 'other'"),
        ("comparisons?was=leave@999&became=leave", 404, "no snapshot '999'"),
        ("comparisons?was=leave", 422, "became: it is missing"),
        ("timelines?document=nope&provision=2", 404, "no document has the id 'nope'"),
        ("timelines?document=leave&provision=section%2077", 404, "no version of 'leave-2024' has a provision"),
        ("timelines?document=leave", 422, "provision: it is missing"),
    ],
)
def test_a_wrong_request_is_refused(client: TestClient, path: str, status: int, detail: str) -> None:
    response = client.get(f"/v1/{path}", headers=KEY)
    assert response.status_code == status
    assert response.json()["detail"].startswith(detail)


def test_an_earlier_text_requires_the_role_of_a_maintainer(client: TestClient) -> None:
    query = {"was": "a@levy@000003", "became": "a@levy"}
    for path in ("/v1/comparisons", "/comparisons"):
        assert client.get(path, params=query).status_code == 401
        assert client.get(path, params=query, headers=KEYS["reader-hr"]).status_code == 403
        assert client.get(path, params=query, headers=KEY).status_code == 200
    assert client.get("/v1/comparisons", params={"became": "a@levy"}).status_code == 404


def page(client: TestClient, path: str, headers: dict[str, str] = KEY) -> html.HtmlElement:
    response = client.get(path, headers=headers)
    assert response.status_code == 200
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    return html.document_fromstring(response.text)


def test_the_page_of_a_comparison_shows_each_change_with_its_kind(client: TestClient) -> None:
    found = page(client, "/comparisons?was=leave-2023&became=leave-2024")
    for hidden in found.find_class("visually-hidden"):
        hidden.drop_tree()
    changes = [
        (one.get("data-state"), *(words.text_content().strip() for words in one.iter("del", "ins")))
        for one in found.find_class("change")
    ]
    assert changes == [
        ("changed", "22 days", "25 days"),
        ("changed", "may", "must"),
        ("changed", "31 March 2024", "30 April 2024"),
    ]
    assert [one.text_content() for one in found.cssselect(".change .kinds li")] == ["Figure", "Must or may", "Date"]
    assert [one.get("value") for one in found.cssselect("select[name=was] option[selected]")] == ["leave-2023"]
    assert found.findtext(".//title") == "Leave policy 2024"


def test_the_page_of_a_timeline_shows_its_events_and_asks_for_a_provision(client: TestClient) -> None:
    found = page(client, "/timelines?document=leave-2024&provision=leave")
    assert [one.get("data-event") for one in found.cssselect(".timeline > li")] == ["began", "changed", "changed"]
    assert found.findtext(".//h1") == "2. Leave"
    assert [one.get("name") for one in page(client, "/timelines?document=leave").iter("input")] == [
        "document",
        "provision",
    ]


def test_a_page_escapes_the_words_of_documents(client: TestClient) -> None:
    text = client.get("/comparisons?was=leave&became=other", headers=KEY).text
    assert "&lt;b&gt;here&lt;/b&gt;" in text or "<b>" not in text
    assert "<b>" not in text


def test_a_shared_answer_names_the_earlier_version_that_has_its_words(client: TestClient) -> None:
    body = {"text": "The toll of the Wexcombe bridge is 9 pence for a cart.", "title": "Wexcombe toll"}
    assert client.put("/v1/documents/toll", json=body, headers=KEY).is_success
    answer = client.post("/v1/answers", json={"question": "What is the toll of the Wexcombe bridge?"}).json()
    shared = client.post("/v1/shared-answers", json={"answer": {**answer, "evidence": []}}).json()
    assert client.delete("/v1/documents/toll", headers=KEY).is_success
    address = f"/v1/shared-answers/{shared['id']}"
    [check] = client.get(address, headers=KEY).json()["checks"]
    assert (check["state"], check["version"].partition("@")[0]) == ("gone", "toll")
    document_id, _, snapshot = check["version"].partition("@")
    text = client.get(f"/v1/documents/{document_id}/versions/{snapshot}", headers=KEY).json()["text"]
    assert answer["citations"][0]["quote"] in text
    [check] = client.get(address).json()["checks"]
    assert (check["state"], check["version"]) == ("gone", None)
