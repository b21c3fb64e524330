"""Every citation has a link: to the original if it is on the web, otherwise to a page of the service."""

from __future__ import annotations

import asyncio
from urllib.parse import unquote

import pytest
from starlette.requests import Request
from starlette.types import Message, Receive, Scope, Send

from rag.http.dependencies import links_of
from rag.http.links import Links, web_address
from rag.http.proxied import Proxied
from rag.settings import Settings, load
from rag.types import Citation, Reference, Span

SENTENCE = "Drinks with 8 grams pay 24 pence."
LONG = (
    "The Congestion Charge, which began on 17 February 2003, makes drivers pay for pay for using the busiest streets."
)


def citation(url: str | None = None, quote: str = SENTENCE, page: int | None = None, name: str = "levy") -> Citation:
    reference = Reference(name, "The levy", url)
    return Citation(1, reference, Span(10, 10 + len(quote)), quote, (), page, 1.0)


def link(url: str | None = None, quote: str = SENTENCE, page: int | None = None, name: str = "levy") -> str:
    return Links("https://rag.example").citation(citation(url, quote, page, name))


@pytest.mark.parametrize(
    ("url", "quote", "page", "expected"),
    [
        ("https://a.example/x", SENTENCE, None, f"https://a.example/x#:~:text={SENTENCE}"),
        ("https://a.example/x#s2", SENTENCE, None, f"https://a.example/x#s2:~:text={SENTENCE}"),
        ("https://a.example/x.pdf", SENTENCE, 3, f"https://a.example/x.pdf#page=3:~:text={SENTENCE}"),
        ("https://a.example/x?y=1", SENTENCE, 3, f"https://a.example/x?y=1#:~:text={SENTENCE}"),
        (
            "https://a.example/x",
            LONG,
            None,
            "https://a.example/x#:~:text=The Congestion Charge, which began on,pay for using the busiest streets.",
        ),
        (
            "https://a.example/x",
            "Eight grams:\n- 24 pence",
            None,
            "https://a.example/x#:~:text=Eight grams:,- 24 pence",
        ),
    ],
)
def test_the_link_to_a_web_address_has_a_text_fragment(url: str, quote: str, page: int | None, expected: str) -> None:
    assert unquote(link(url, quote, page)) == expected


def test_special_characters_of_a_text_fragment_are_encoded() -> None:
    fragment = link("https://a.example/x", "e-residency, (Kazakhstan & Құқық)").partition(":~:text=")[2]
    assert not set(fragment) & set("-,&() ")
    assert fragment.isascii()


@pytest.mark.parametrize(
    "url",
    [None, "", "javascript:alert(1)", "file:///etc/passwd", "data:text/html,x", "//a.example", "https://", "https://["],
)
def test_only_http_and_https_addresses_become_links(url: str | None) -> None:
    assert web_address(url) is None
    assert link(url).startswith("https://rag.example/documents/levy?start=10&end=43&sha256=")


def test_an_address_cannot_inject_markup() -> None:
    found = web_address('https://a.example/x y"><script>\u0000\n/қ')
    assert found is not None
    assert not set(found) & set(' "<>\n\x00')
    assert found.isascii()


def test_special_characters_of_an_id_are_encoded() -> None:
    assert link(name="a b/ü?#.md").startswith("https://rag.example/documents/a%20b/%C3%BC%3F%23.md?start=10")


# The address of the service


def base(settings: Settings, client: str = "10.0.0.7", **headers: str) -> str:
    raw = [(name.replace("_", "-").lower().encode(), value.encode()) for name, value in headers.items()]
    scope = {
        "type": "http",
        "scheme": "http",
        "path": "/v1/responses",
        "root_path": "",
        "query_string": b"",
        "headers": [(b"host", b"inside:8000"), *raw],
        "server": ("inside", 8000),
        "client": (client, 4000),
    }
    return links_of(Request(proxied(settings, scope)), settings).base


def proxied(settings: Settings, scope: Scope) -> Scope:
    """Return a scope as the application sees it."""
    seen: list[Scope] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(scope)

    async def receive() -> Message:
        return {}

    async def send(message: Message) -> None:
        pass

    asyncio.run(Proxied(app, settings.trusted_proxies, settings.base_url)(scope, receive, send))
    return seen[0]


FORWARDED = {
    "X_Forwarded_Proto": "https",
    "X_Forwarded_Host": "forged.example, rag.example",
    "X_Forwarded_Prefix": "/ask",
}


def test_the_base_is_the_address_of_the_request(settings: Settings) -> None:
    assert base(settings) == "http://inside:8000"


def test_forwarded_headers_of_an_untrusted_sender_are_ignored(settings: Settings) -> None:
    assert base(settings, **FORWARDED) == "http://inside:8000"
    assert base(settings.model_copy(update={"trusted_proxies": ()}), "unix", **FORWARDED) == "http://inside:8000"


@pytest.mark.parametrize(("client", "trusted"), [("10.0.0.7", True), ("192.168.1.1", True), ("192.168.1.2", False)])
def test_forwarded_headers_of_a_trusted_proxy_are_used(client: str, trusted: bool) -> None:
    settings = load({"RAG_TRUSTED_PROXIES": "10.0.0.0/8, 192.168.1.1", "RAG_ENCODER": "hashing"})
    expected = "https://rag.example/ask" if trusted else "http://inside:8000"
    assert base(settings, client, **FORWARDED) == expected


def test_rag_base_url_takes_precedence() -> None:
    changes = {"RAG_TRUSTED_PROXIES": "10.0.0.7", "RAG_BASE_URL": "https://ours.example/rag/", "RAG_ENCODER": "hashing"}
    assert base(load(changes), **FORWARDED) == "https://ours.example/rag"


def test_the_link_to_a_document_is_its_web_address_or_a_page_of_the_service() -> None:
    links = Links("https://rag.example")
    assert links.document(Reference("a/levy ü", "The levy", "https://a.example/x")) == "https://a.example/x"
    for url in (None, "javascript:alert(1)"):
        assert links.document(Reference("a/levy ü", "The levy", url)) == "https://rag.example/documents/a/levy%20%C3%BC"
