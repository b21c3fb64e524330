"""Clients get back the files that they gave, and browsers never show these files as pages."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from pydantic import SecretStr

from rag.http.app import create_app
from rag.http.originals import attachment
from rag.service import Service
from rag.settings import Settings
from rag.types import KeepOriginals
from rag.wiring import assemble
from tests import samples
from tests.client import TestClient

KEY = "open, sesame seeds"
HTML = b"<html><body><h1>Levy</h1><script>alert(1)</script><p>The levy is 7%.</p></body></html>"


def service(index: Path, keep: KeepOriginals = KeepOriginals.REMOTE) -> Service:
    return assemble(
        Settings(_env_file=None, index_dir=index, encoder="hashing", api_key=SecretStr(KEY), keep_originals=keep)
    )


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    with TestClient(create_app(service(tmp_path / "index")), raise_server_exceptions=False) as client:
        yield client


def put(client: TestClient, document_id: str, content: bytes, name: str, media_type: str = "") -> None:
    files = {"file": (name, content, media_type or "application/octet-stream")}
    headers = {"Authorization": f"Bearer {KEY}"}
    found = client.put(f"/v1/documents/{document_id}", files=files, headers=headers)
    assert found.status_code in (200, 201), found.text


def file_name(header: str) -> tuple[str, str]:
    """Return the kind of disposition, and the file name as a browser reads it (RFC 6266)."""
    found = re.fullmatch(r"""(\w+); filename="([^"]*)"(?:; filename\*=UTF-8''(\S+))?""", header)
    assert found is not None
    assert found[2].isascii()
    return found[1], unquote(found[3]) if found[3] else found[2]


def test_the_file_that_was_given_is_returned_without_a_key(client: TestClient) -> None:
    put(client, "levy", HTML, "levy.html")
    assert client.get("/v1/documents/levy").json()["original"] == "kept"
    found = client.get("/v1/documents/levy/original")
    assert (found.status_code, found.content) == (200, HTML)
    assert found.headers["content-type"] == "text/html"
    assert file_name(found.headers["content-disposition"]) == ("attachment", "levy.html")
    assert found.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in found.headers["content-security-policy"]


@pytest.mark.parametrize(
    "name", ["levy (final).txt", "закон.txt", "税法.txt", "ü%20;x.txt", "قانون.txt", "x" * 90 + ".txt"]
)
def test_the_name_of_the_file_is_returned_in_any_script(client: TestClient, name: str) -> None:
    put(client, "levy", b"The levy is 7%.", name)
    header = client.get("/v1/documents/levy/original").headers["content-disposition"]
    assert file_name(header) == ("attachment", name)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ('a"b.txt', 'a"b.txt'),
        ("a/b\\c\r\nX: y.txt", "a_b_c__X: y.txt"),
        ("\udcff.txt", "?.txt"),
        ("", "original"),
    ],
)
def test_no_file_name_breaks_the_header(name: str, expected: str) -> None:
    assert file_name(attachment(name)) == ("attachment", expected)


def test_a_client_that_has_the_file_does_not_get_it_again(client: TestClient) -> None:
    put(client, "levy", b"The levy is 7%.", "levy.txt")
    tag = client.get("/v1/documents/levy/original").headers["etag"]
    again = client.get("/v1/documents/levy/original", headers={"If-None-Match": tag})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    put(client, "levy", b"The levy is 8%.", "levy.txt")
    changed = client.get("/v1/documents/levy/original", headers={"If-None-Match": f'"x", W/{tag}'})
    assert (changed.status_code, changed.content) == (200, b"The levy is 8%.")


def test_a_part_of_the_file_and_its_headers_alone_can_be_requested(client: TestClient) -> None:
    put(client, "levy", b"The levy is 7%.", "levy.txt")
    part = client.get("/v1/documents/levy/original", headers={"Range": "bytes=4-7"})
    assert (part.status_code, part.content) == (206, b"levy")
    head = client.head("/v1/documents/levy/original")
    assert (head.status_code, head.content, head.headers["content-length"]) == (200, b"", "15")


def test_a_document_whose_id_ends_in_original_is_not_hidden(client: TestClient) -> None:
    put(client, "a/original", b"An original painting.", "a.txt")
    assert client.get("/v1/documents/a/original").json()["text"] == "An original painting."
    assert client.get("/v1/documents/a/original/original").content == b"An original painting."
    put(client, "original", b"Another one.", "b.txt")
    assert client.get("/v1/documents/original").json()["text"] == "Another one."
    assert client.get("/v1/documents/original/original").content == b"Another one."


@pytest.mark.parametrize("name", ["a/b", "税法", "a b", "100%25", "a%3Fb"])
def test_the_original_of_a_document_with_any_id_is_returned(client: TestClient, name: str) -> None:
    put(client, name, b"The levy is 7%.", "levy.txt")
    assert client.get(f"/v1/documents/{name}/original").content == b"The levy is 7%."


def test_another_file_with_the_same_text_becomes_the_original(client: TestClient) -> None:
    put(client, "levy", b"The levy is 7%.", "levy.txt")
    put(client, "levy", b"The levy is 7%.\n\n", "levy.txt")
    assert client.get("/v1/documents/levy/original").content == b"The levy is 7%.\n\n"


def test_a_document_that_does_not_exist_has_no_original(client: TestClient) -> None:
    put(client, "levy", b"The levy is 7%.", "levy.txt")
    found = client.get("/v1/documents/nope/original")
    assert found.status_code == 404
    assert "'nope'" in found.json()["detail"]


def test_a_damaged_original_is_reported_and_its_text_stays_available(client: TestClient, tmp_path: Path) -> None:
    put(client, "levy", b"The levy is 7%.", "levy.txt")
    (file,) = (path for path in (tmp_path / "index" / "originals").rglob("*") if path.is_file())
    file.write_bytes(b"moths")
    found = client.get("/v1/documents/levy/original")
    assert found.status_code == 503
    assert "has changed since it was written; give 'levy' again" in found.json()["detail"]
    assert client.get("/v1/documents/levy").json()["text"] == "The levy is 7%."


def test_giving_a_document_again_repairs_its_original(client: TestClient, tmp_path: Path) -> None:
    put(client, "levy", b"The levy is 7%.", "levy.txt")
    (file,) = (path for path in (tmp_path / "index" / "originals").rglob("*") if path.is_file())
    for damage in (lambda: file.write_bytes(b"moths"), file.unlink):
        damage()
        assert client.get("/v1/documents/levy/original").status_code == 503
        put(client, "levy", b"The levy is 7%.", "levy.txt")
        assert client.get("/v1/documents/levy/original").content == b"The levy is 7%."


def test_an_original_that_was_not_kept_is_not_available(tmp_path: Path) -> None:
    with TestClient(create_app(service(tmp_path / "index", KeepOriginals.NONE))) as client:
        put(client, "levy", b"The levy is 7%.", "levy.txt")
        assert client.get("/v1/documents/levy").json()["original"] is None
        found = client.get("/v1/documents/levy/original")
        assert found.status_code == 404
        assert "set RAG_KEEP_ORIGINALS to remote" in found.json()["detail"]
        page = client.get("/documents/levy").text
        assert "The original" not in page


def folder_client(tmp_path: Path, keep: KeepOriginals) -> TestClient:
    made = service(tmp_path / "index", keep)
    articles = samples.write(tmp_path / "articles", {"levy.md": samples.LEVY})
    (articles / "records.jsonl").write_text('{"id": "one", "text": "The first record."}\n')
    samples.ingest(made, articles)
    return TestClient(create_app(made))


def test_a_file_in_a_folder_is_returned_while_it_is_unchanged(tmp_path: Path) -> None:
    client = folder_client(tmp_path, KeepOriginals.REMOTE)
    file = tmp_path / "articles" / "levy.md"
    assert client.get("/v1/documents/levy").json()["original"] == "file"
    assert client.get("/v1/documents/levy/original").content == file.read_bytes()
    file.write_text("Changed.")
    changed = client.get("/v1/documents/levy/original")
    assert changed.status_code == 404
    assert "has changed since it was indexed; ingest it again" in changed.json()["detail"]
    file.unlink()
    gone = client.get("/v1/documents/levy/original")
    assert gone.status_code == 404
    assert "is gone" in gone.json()["detail"]
    assert client.get("/v1/documents/levy").json()["original"] is None
    record: Any = client.get("/v1/documents/one/original")
    assert record.status_code == 404
    assert "is a record, whose line was not kept" in record.json()["detail"]


def test_a_file_whose_name_is_not_utf8_is_returned(tmp_path: Path) -> None:
    file = Path(os.fsdecode(os.fsencode(tmp_path) + b"/levy\xff.md"))
    file.write_text(samples.LEVY)
    made = service(tmp_path / "index", KeepOriginals.REMOTE)
    made.ingest([file], lambda *_: None)
    found = TestClient(create_app(made)).get("/v1/documents/levy/original")
    assert found.content == samples.LEVY.encode()
    assert found.headers["content-disposition"].startswith('attachment; filename="levy?.md"')


def test_a_kept_file_of_a_folder_is_returned_after_it_is_gone(tmp_path: Path) -> None:
    client = folder_client(tmp_path, KeepOriginals.ALL)
    (tmp_path / "articles" / "levy.md").unlink()
    assert client.get("/v1/documents/levy/original").content == samples.LEVY.encode()
    assert client.get("/v1/documents/one/original").content == b'{"id": "one", "text": "The first record."}'


def test_the_page_of_a_document_links_to_its_original(client: TestClient) -> None:
    put(client, "a/b c", b"The levy is 7%.", "levy.txt")
    page = client.get("/documents/a/b c").text
    assert 'href="../../v1/documents/a/b%20c/original"' in page
    put(client, "web", b"---\nurl: https://example.org/levy\n---\nThe levy is 7%.", "levy.md")
    assert 'href="https://example.org/levy"' in client.get("/documents/web").text
