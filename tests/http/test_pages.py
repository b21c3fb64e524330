"""Clients get images of the pages of PDF originals, boxes around quotes on them, and parts of texts."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from typing import Any

import httpx2
import pytest

from rag.http.app import create_app
from rag.service import Service, View
from tests import samples
from tests.client import TestClient
from tests.http.access.clients import bearer, make_key
from tests.http.access.clients import service as closed_service
from tests.http.serving import serving
from tests.sources.test_pdf import _PROSE, _save, _stack

FEE = "The fee of the archive is 12 euros."


def _pdf(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    return _save(path, [_stack([*_PROSE, "", FEE], 100), _stack(["A second page has other words."], 100)])


@pytest.fixture(scope="module")
def pdf_service(tmp_path_factory: pytest.TempPathFactory) -> Service:
    folder = tmp_path_factory.mktemp("pages")
    made = samples.service(folder / "index")
    samples.ingest(made, _pdf(folder / "docs" / "fees.pdf"), samples.write(folder / "articles"))
    return made


@pytest.fixture(scope="module")
def client(pdf_service: Service) -> Iterator[TestClient]:
    with TestClient(create_app(pdf_service), raise_server_exceptions=False) as client:
        yield client


def span(client: TestClient, words: str = FEE) -> dict[str, int]:
    start = client.get("/v1/documents/fees").json()["text"].index(words)
    return {"start": start, "end": start + len(words)}


def test_the_pages_of_a_pdf_are_listed_with_their_sizes(client: TestClient) -> None:
    pages = client.get("/v1/pages/fees").json()["pages"]
    assert [(round(page["width"]), round(page["height"]), page["label"]) for page in pages] == [(595, 842, None)] * 2


def test_a_page_is_an_image_that_only_its_client_may_keep(client: TestClient) -> None:
    found = client.get("/v1/page-images/fees", params={"page": 2, "scale": "1.5"})
    assert (found.status_code, found.headers["content-type"]) == (200, "image/png")
    assert found.content.startswith(b"\x89PNG")
    assert int.from_bytes(found.content[16:20], "big") == pytest.approx(1.5 * 595.3, abs=1)
    assert found.headers["cache-control"] == "private, no-cache"
    tag = found.headers["etag"]
    again = client.get("/v1/page-images/fees", params={"page": 2, "scale": "1.5"}, headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")
    other = client.get("/v1/page-images/fees", params={"page": 1, "scale": "1.5"}, headers={"If-None-Match": tag})
    assert (other.status_code, other.headers["etag"] == tag) == (200, False)


def test_the_boxes_of_a_quote_are_parts_of_its_page(client: TestClient) -> None:
    found = client.get("/v1/page-boxes/fees", params=span(client)).json()
    assert (found["quote"], found["found"]) == (FEE, 1.0)
    [page] = found["pages"]
    [box] = page["boxes"]
    assert page["page"] == 1
    assert box["left"] == pytest.approx(72 / 595.3, abs=0.01)
    assert 0.14 < box["top"] < box["bottom"] < 0.2


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/v1/pages/nothing", 404, "nothing"),
        ("/v1/pages/levy", 404, "'levy.md' is not a PDF"),
        ("/v1/page-images/fees?page=3", 404, "has 2 pages, so it has no page 3"),
        ("/v1/page-images/fees?page=0", 422, "page"),
        ("/v1/page-images/fees?page=1&scale=7", 422, "scale"),
        ("/v1/page-boxes/fees", 422, "start"),
        ("/v1/page-boxes/fees?start=5&end=5", 422, "is empty"),
        ("/v1/page-boxes/fees?start=99999&end=999999", 422, "outside the text"),
        ("/v1/page-boxes/fees?start=-1&end=5", 422, "start"),
    ],
)
def test_a_wrong_request_gets_a_sentence(client: TestClient, path: str, status: int, words: str) -> None:
    found = client.get(path)
    assert (found.status_code, found.headers["content-type"]) == (status, "application/problem+json")
    assert words in found.json()["detail"]


def test_a_file_that_has_changed_has_no_pages(tmp_path: Path) -> None:
    made = samples.service(tmp_path / "index")
    samples.ingest(made, path := _pdf(tmp_path / "docs" / "fees.pdf"))
    _save(path, [_stack(["Other words."], 100)])
    with TestClient(create_app(made), raise_server_exceptions=False) as client:
        found = client.get("/v1/page-images/fees")
        assert (found.status_code, "has changed" in found.json()["detail"]) == (404, True)


def test_a_client_sees_no_page_of_a_document_of_other_groups(tmp_path: Path) -> None:
    _pdf(tmp_path / "articles" / "board" / "fees.pdf")
    (tmp_path / "articles" / "board" / ".access").write_text("board\n")
    made = closed_service(tmp_path)
    keys = {name: make_key(tmp_path / "index", name, groups=(name,)) for name in ("board", "staff")}
    with TestClient(create_app(made), raise_server_exceptions=False) as client:
        listed = client.get("/v1/documents", headers=bearer(keys["board"])).json()["documents"]
        [name] = [one["id"] for one in listed if "fees" in one["id"]]
        for path in (f"/v1/pages/{name}", f"/v1/page-images/{name}", f"/v1/page-boxes/{name}?start=0&end=9"):
            assert client.get(path, headers=bearer(keys["board"])).status_code == 200
            refused, unknown = (
                client.get(one, headers=bearer(keys["staff"])) for one in (path, path.replace(name, "xxxx"))
            )
            assert refused.status_code == unknown.status_code == 404
            assert refused.json()["detail"].replace(name, "xxxx") == unknown.json()["detail"]


def test_drawings_take_no_places_of_questions(pdf_service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn, release = Event(), Event()
    original = View.pages

    def held(view: View, document_id: str) -> Any:
        drawn.set()
        assert release.wait(60)
        return original(view, document_id)

    monkeypatch.setattr(View, "pages", held)
    with serving(pdf_service) as address, ThreadPoolExecutor(8) as threads:
        drawings = [
            threads.submit(httpx2.get, f"{address}/v1/page-images/fees", trust_env=False, timeout=60) for _ in range(8)
        ]
        assert drawn.wait(20)
        for path in ("/healthz", "/readyz", "/v1/documents/fees"):
            assert httpx2.get(f"{address}{path}", trust_env=False).status_code == 200
        question = {"question": samples.LEVY_QUESTION}
        assert httpx2.post(f"{address}/v1/answers", json=question, trust_env=False, timeout=60).status_code == 200
        release.set()
        assert {one.result().status_code for one in drawings} == {200}


def test_a_part_of_a_text_has_whole_paragraphs_and_the_offsets_of_the_whole(client: TestClient) -> None:
    whole = client.get("/v1/documents/levy").json()
    assert (whole["start"], whole["length"]) == (0, len(whole["text"]))
    place = whole["text"].index("Fruit juices")
    part = client.get("/v1/documents/levy", params={"start": place + 3, "end": place + 5}).json()
    assert whole["text"][part["start"] :].startswith(part["text"])
    assert part["text"].startswith("Fruit juices")
    assert "\n\n" not in part["text"]
    assert (part["length"], part["headings"]) == (whole["length"], [])
    rest = client.get("/v1/documents/levy", params={"start": whole["headings"][-1]["start"]}).json()
    assert rest["headings"] == whole["headings"][-1:]
    assert client.get("/v1/documents/levy", params={"start": 10**9}).json()["text"] == ""


def test_a_client_that_has_a_text_does_not_get_it_again(client: TestClient) -> None:
    found = client.get("/v1/documents/levy")
    again = client.get("/v1/documents/levy", headers={"If-None-Match": found.headers["etag"]})
    assert (again.status_code, again.content, again.headers["cache-control"]) == (304, b"", "private, no-cache")
    part = client.get("/v1/documents/levy?start=0&end=1", headers={"If-None-Match": found.headers["etag"]})
    assert part.status_code == 200


def test_texts_are_compressed_and_answers_and_originals_are_not(client: TestClient) -> None:
    gzip = {"Accept-Encoding": "gzip"}
    for path in ("/v1/documents/fees", "/v1/documents", "/documents/fees", "/ui/app.js", "/"):
        assert client.get(path, headers=gzip).headers.get("content-encoding") == "gzip", path
    for path in ("/v1/documents/fees/original", "/v1/page-images/fees", "/v1/access"):
        assert "content-encoding" not in client.get(path, headers=gzip).headers
    question = {"question": samples.LEVY_QUESTION}
    for accept in ("application/json", "text/event-stream"):
        found = client.post("/v1/answers", json=question, headers={**gzip, "Accept": accept})
        assert "content-encoding" not in found.headers


def test_a_pdf_is_shown_only_when_asked_and_no_other_file_is(client: TestClient) -> None:
    saved = client.get("/v1/documents/fees/original")
    assert saved.headers["content-disposition"] == 'attachment; filename="fees.pdf"'
    shown = client.get("/v1/documents/fees/original?show=true")
    assert shown.headers["content-disposition"] == 'inline; filename="fees.pdf"'
    assert shown.headers["content-type"] == "application/pdf"
    assert shown.headers["content-security-policy"].startswith("default-src 'none'")
    assert shown.headers["x-content-type-options"] == "nosniff"
    text = client.get("/v1/documents/levy/original?show=true")
    assert text.headers["content-disposition"].startswith("attachment")
    assert "sandbox" in text.headers["content-security-policy"]
