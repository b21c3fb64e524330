"""Documents as resources: listed a page at a time, and read."""

from __future__ import annotations

from pathlib import Path

import pytest
from mcp.client import Client
from mcp_types import Resource, TextResourceContents

from rag.http.links import Links
from rag.http.mcp import resources
from rag.http.mcp.server import Handlers
from rag.service import Service
from tests import asking
from tests.http.mcp.connection import refusal, talk


def read(url: str, uri: str) -> str:
    [contents] = talk(f"{url}/mcp", lambda client: client.read_resource(uri)).contents
    assert isinstance(contents, TextResourceContents)
    assert (contents.uri, contents.mime_type) == (uri, "text/plain")
    return contents.text


def test_every_document_is_a_resource_with_its_text(url: str, service: Service) -> None:
    listed = talk(f"{url}/mcp", lambda client: client.list_resources())
    assert listed.next_cursor is None
    assert [(one.name, one.title, one.description) for one in listed.resources] == [
        ("charge", "The congestion charge", "2003-02"),
        ("levy", "The sugar levy", "Ada Obi, 2018-04-06"),
        ("referendum", "The referendum in Kazakhstan", None),
    ]
    for resource in listed.resources:
        assert read(url, resource.uri) == service.snapshot().document(resource.name).text


def test_a_long_list_comes_in_pages(tmp_path: Path) -> None:
    service = asking.service(tmp_path / "index")
    names = [f"{number:03} – ?#%" for number in range(401)]
    texts = {f"{name}.txt": f"Rule {name} is in force." for name in names}
    asking.ingest(service, asking.write(tmp_path / "articles", texts))

    async def walk(client: Client) -> list[list[Resource]]:
        pages = [await client.list_resources()]
        while (cursor := pages[-1].next_cursor) is not None:
            pages.append(await client.list_resources(cursor=cursor))
        return [page.resources for page in pages]

    pages = talk(Handlers(service, lambda _: Links("")).server(), walk)
    assert [len(page) for page in pages] == [200, 200, 1]
    found = [resource for page in pages for resource in page]
    assert len({resource.uri for resource in found}) == 401
    for resource in (found[0], found[-1]):
        [contents] = resources.read(service, resource.uri).contents
        assert isinstance(contents, TextResourceContents)
        assert contents.text == service.snapshot().document(resource.name).text


def test_a_list_goes_on_where_it_was_though_a_document_is_gone(service: Service) -> None:
    listed = resources.page(service, "krypton").resources
    assert [one.name for one in listed] == ["levy", "referendum"]
    assert resources.page(service, "zzz").resources == []


@pytest.mark.parametrize("mode", ["auto", "legacy"])
@pytest.mark.parametrize(
    ("uri", "said"),
    [
        ("rag://documents/nowhere", "no document has the id 'nowhere'"),
        ("file:///etc/passwd", "'file:///etc/passwd' is no document"),
    ],
)
def test_what_is_no_document_is_not_read(url: str, mode: str, uri: str, said: str) -> None:
    assert refusal(f"{url}/mcp", lambda client: client.read_resource(uri), mode).startswith(said)


def test_the_address_of_a_document_is_made_of_its_id(url: str) -> None:
    [template] = talk(f"{url}/mcp", lambda client: client.list_resource_templates()).resource_templates
    assert "24 pence" in read(url, template.uri_template.replace("{+id}", "levy"))
