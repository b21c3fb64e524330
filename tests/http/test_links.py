"""Every citation is a link: into the original where that is on the web, into the service's own page otherwise."""

from __future__ import annotations

from urllib.parse import unquote

import pytest
from starlette.requests import Request

from rag.http.links import Links, web_address
from rag.http.dependencies import links_of
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
    return Links("https://rag.example").of(citation(url, quote, page, name))


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
def test_a_public_address_gets_a_text_fragment(url: str, quote: str, page: int | None, expected: str) -> None:
    assert unquote(link(url, quote, page)) == expected


def test_what_has_a_meaning_in_a_text_fragment_is_encoded() -> None:
    fragment = link("https://a.example/x", "e-residency, (Kazakhstan & Құқық)").partition(":~:text=")[2]
    assert not set(fragment) & set("-,&() ")
    assert fragment.isascii()


@pytest.mark.parametrize(
    "url",
    [None, "", "javascript:alert(1)", "file:///etc/passwd", "data:text/html,x", "//a.example", "https://", "https://["],
)
def test_what_is_no_address_of_the_web_becomes_no_link(url: str | None) -> None:
    assert web_address(url) is None
    assert link(url).startswith("https://rag.example/documents/levy?start=10&end=43&sha256=")


def test_an_address_cannot_break_out_of_the_text_around_it() -> None:
    found = web_address('https://a.example/x y"><script>\u0000\n/қ')
    assert found is not None
    assert not set(found) & set(' "<>\n\x00')
    assert found.isascii()


def test_an_id_may_hold_anything() -> None:
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
    return links_of(Request(scope), settings).base


FORWARDED = {
    "X_Forwarded_Proto": "https",
    "X_Forwarded_Host": "forged.example, rag.example",
    "X_Forwarded_Prefix": "/ask",
}


def test_the_address_is_the_one_that_was_asked(settings: Settings) -> None:
    assert base(settings) == "http://inside:8000"


def test_what_a_stranger_forwards_is_not_believed(settings: Settings) -> None:
    assert base(settings, **FORWARDED) == "http://inside:8000"
    assert base(settings.model_copy(update={"trusted_proxies": ()}), "unix", **FORWARDED) == "http://inside:8000"


@pytest.mark.parametrize(("client", "believed"), [("10.0.0.7", True), ("192.168.1.1", True), ("192.168.1.2", False)])
def test_a_trusted_proxy_is_believed(client: str, believed: bool) -> None:
    settings = load({"RAG_TRUSTED_PROXIES": "10.0.0.0/8, 192.168.1.1", "RAG_ENCODER": "hashing"})
    expected = "https://rag.example/ask" if believed else "http://inside:8000"
    assert base(settings, client, **FORWARDED) == expected


def test_the_setting_comes_before_all_else() -> None:
    changes = {"RAG_TRUSTED_PROXIES": "10.0.0.7", "RAG_BASE_URL": "https://ours.example/rag/", "RAG_ENCODER": "hashing"}
    assert base(load(changes), **FORWARDED) == "https://ours.example/rag"


def test_a_whole_document_has_its_own_address_or_its_page_here() -> None:
    links = Links("https://rag.example")
    assert links.document(Reference("a/levy ü", "The levy", "https://a.example/x")) == "https://a.example/x"
    for url in (None, "javascript:alert(1)"):
        assert links.document(Reference("a/levy ü", "The levy", url)) == "https://rag.example/documents/a/levy%20%C3%BC"
