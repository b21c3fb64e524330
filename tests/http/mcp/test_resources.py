"""Documents are resources. They are listed in pages and can be read."""

from __future__ import annotations

from pathlib import Path

import pytest
from mcp.client import Client
from mcp_types import Resource, TextResourceContents

from rag.http.links import Links
from rag.http.mcp import resources
from rag.http.mcp.server import Handlers
from rag.service import Service
from tests import samples
from tests.http.mcp.connection import connect, error_message


def read(url: str, uri: str) -> str:
    [contents] = connect(f"{url}/mcp", lambda client: client.read_resource(uri)).contents
    assert isinstance(contents, TextResourceContents)
    assert (contents.uri, contents.mime_type) == (uri, "text/plain")
    return contents.text


def test_every_document_is_a_resource_with_its_text(url: str, service: Service) -> None:
    listed = connect(f"{url}/mcp", lambda client: client.list_resources())
    assert listed.next_cursor is None
    assert [(one.name, one.title, one.description) for one in listed.resources] == [
        ("charge", "The congestion charge", "2003-02"),
        ("levy", "The sugar levy", "Ada Obi, 2018-04-06"),
        ("referendum", "The referendum in Kazakhstan", None),
    ]
    for resource in listed.resources:
        assert read(url, resource.uri) == service.snapshot().document(resource.name).text


def test_a_long_list_has_several_pages(tmp_path: Path) -> None:
    service = samples.service(tmp_path / "index")
    names = [f"{number:03} – ?#%" for number in range(401)]
    texts = {f"{name}.txt": f"Rule {name} is in force." for name in names}
    samples.ingest(service, samples.write(tmp_path / "articles", texts))

    async def list_all(client: Client) -> list[list[Resource]]:
        pages = [await client.list_resources()]
        while (cursor := pages[-1].next_cursor) is not None:
            pages.append(await client.list_resources(cursor=cursor))
        return [page.resources for page in pages]

    pages = connect(Handlers(lambda _: service.view(None), lambda _: Links("")).server(), list_all)
    assert [len(page) for page in pages] == [200, 200, 1]
    found = [resource for page in pages for resource in page]
    assert len({resource.uri for resource in found}) == 401
    for resource in (found[0], found[-1]):
        [contents] = resources.read(service.view(None), resource.uri).contents
        assert isinstance(contents, TextResourceContents)
        assert contents.text == service.snapshot().document(resource.name).text


def test_a_cursor_stays_valid_when_its_document_is_removed(service: Service) -> None:
    listed = resources.list_page(service.view(None), "krypton").resources
    assert [one.name for one in listed] == ["levy", "referendum"]
    assert resources.list_page(service.view(None), "zzz").resources == []


@pytest.mark.parametrize("mode", ["auto", "legacy"])
@pytest.mark.parametrize(
    ("uri", "message"),
    [
        ("rag://documents/nowhere", "no document has the id 'nowhere'"),
        ("file:///etc/passwd", "'file:///etc/passwd' is not the URI of a document"),
    ],
)
def test_an_unknown_uri_is_refused(url: str, mode: str, uri: str, message: str) -> None:
    assert error_message(f"{url}/mcp", lambda client: client.read_resource(uri), mode).startswith(message)


def test_the_uri_template_contains_the_id_of_a_document(url: str) -> None:
    [template] = connect(f"{url}/mcp", lambda client: client.list_resource_templates()).resource_templates
    assert "24 pence" in read(url, template.uri_template.replace("{+id}", "levy"))
