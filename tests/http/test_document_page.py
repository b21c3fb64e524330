"""The HTML page of a document highlights the words that a citation quotes."""

from __future__ import annotations

from html import unescape
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from lxml import html

from rag.http.app import create_app
from rag.http.links import Links
from rag.service import Service
from rag.types import Ask
from tests import samples
from tests.client import TestClient
from tests.http.access import clients

HARBOUR = """# Harbour Act

## Section 1 Fees

(1) A ship pays a fee of forty crowns.

(2) A ship of the navy pays no fee.

## Section 2 Licences

(1) The master of a ship needs a licence, except under section 1(2).

(2) A licence lapses after five years.
"""


def quote_path(service: Service, question: str = samples.LEVY_QUESTION) -> str:
    """Return the path and query of the page with the quote of the first citation of an answer."""
    citation = service.view(None).answer(Ask(question)).citations[0]
    parts = urlsplit(Links("http://x").page(citation))
    assert parts.fragment == "quote"
    return f"{parts.path}?{parts.query}"


def page(client: TestClient, path: str) -> html.HtmlElement:
    response = client.get(path)
    assert response.status_code == 200
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    return html.document_fromstring(response.text)


def test_the_quoted_words_are_highlighted_at_their_position(client: TestClient, service: Service) -> None:
    found = page(client, quote_path(service))
    (words,) = found.find_class("words")
    (mark,) = found.iter("mark")
    citation = service.view(None).answer(Ask(samples.LEVY_QUESTION)).citations[0]
    assert mark.text_content() == citation.quote
    assert mark.get("id") == "quote"
    assert words.text_content() == service.snapshot().document("levy").text
    assert "".join(words.itertext()).index(citation.quote) == citation.span.start


def test_words_are_highlighted_without_a_digest(client: TestClient, service: Service) -> None:
    text = service.snapshot().document("levy").text
    (mark,) = page(client, "/documents/levy?start=4&end=8").iter("mark")
    assert mark.text_content() == text[4:8]


def test_the_page_shows_the_title_the_author_the_date_and_the_address(client: TestClient) -> None:
    found = page(client, "/documents/levy")
    assert found.findtext(".//title") == "The sugar levy"
    assert "Ada Obi · 2018-04-06" in found.text_content()
    assert [link.get("href") for link in found.iter("a")] == ["#main", "../", "https://example.org/levy"]
    assert not list(found.iter("mark"))


def test_changed_words_are_not_highlighted(client: TestClient, service: Service) -> None:
    changed = quote_path(service).replace("end=", "end=1")
    for path in (changed, "/documents/levy?start=3&end=9&sha256=0", "/documents/levy?start=99999&end=999999"):
        found = page(client, path)
        assert "The document has changed since" in found.find_class("warning")[0].text_content()
        assert not list(found.iter("mark"))


@pytest.mark.parametrize("query", ["start=9&end=3", "start=5", "end=5", "sha256=x"])
def test_without_a_complete_span_there_is_no_warning(client: TestClient, query: str) -> None:
    found = page(client, f"/documents/levy?{query}")
    assert not found.find_class("warning")
    assert not list(found.iter("mark"))


def test_an_unknown_document_gets_an_error_page(client: TestClient) -> None:
    response = client.get("/documents/a/<b>nope</b>?start=1&end=2")
    assert response.status_code == 404
    assert "<b>" not in response.text
    assert "'rag documents' lists" in unescape(response.text)
    assert 'href="../../../ui/style.css"' in response.text


def test_an_invalid_offset_gets_an_error_page(client: TestClient) -> None:
    response = client.get("/documents/levy?start=x&end=2")
    assert (response.status_code, response.headers["content-type"]) == (422, "text/html; charset=utf-8")
    assert "start: " in response.text


def test_a_document_cannot_inject_markup_into_its_page(tmp_path: Path) -> None:
    hostile = (
        '---\ntitle: "<script>alert(1)</script> $root"\nauthor: "\\"><img src=x>"\nurl: javascript:alert(1)\n'
        'language: "\'><b>"\n---\n\nThe tax is 5 <i>euros</i> & ${title} more. </div><script>alert(2)</script>\n'
    )
    service = samples.service(tmp_path / "index")
    samples.ingest(service, samples.write(tmp_path / "articles", {"tax.txt": hostile}))
    with TestClient(create_app(service)) as client:
        response = client.get("/documents/tax")
    found = html.document_fromstring(response.text)
    assert not [node for name in ("img", "i", "b") for node in found.iter(name)]
    assert [(script.get("src"), script.text) for script in found.iter("script")] == [("../ui/document.js", None)]
    assert [link.get("href") for link in found.iter("a")] == ["#main", "../"]
    assert "script-src 'self'" in response.headers["content-security-policy"]
    assert found.find_class("words")[0].text_content() == service.snapshot().document("tax").text


def test_references_to_other_provisions_are_links_to_their_places(tmp_path: Path) -> None:
    samples.write(tmp_path / "articles", {"harbour.md": HARBOUR})
    with TestClient(create_app(clients.service(tmp_path, require_key=False))) as client:
        found = page(client, "/documents/harbour")
        document = client.get("/v1/documents/harbour").json()
        answer = client.post("/v1/answers", json={"question": "What does section 2(1) of the Harbour Act say?"}).json()
    (words,) = found.find_class("words")
    assert words.text_content() == document["text"]
    (link,) = words.iter("a")
    assert link.text == "section 1(2)"
    (target,) = words.xpath(f"//*[@id='{link.get('href')[1:]}']")
    assert target.text_content().startswith("(2) A ship of the navy")
    (reference,) = document["references"]
    assert document["text"][reference["start"] : reference["end"]] == "section 1(2)"
    assert (
        document["text"][reference["target_start"] : reference["target_end"]] == "(2) A ship of the navy pays no fee."
    )
    assert answer["citations"][0]["pinpoint"] == "s 2(1)"
