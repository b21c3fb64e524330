"""Each client shows the whole answer, plain and streamed, with those citations that it can show."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.clients.drive import CLIENTS, ROOT, Client, Shown, version
from tests.clients.clients_page import page

QUOTES = [
    "The levy 🥤 took effect on 6 April 2018.",
    "The congestion charge is 15 pounds a day.",
    "Fruit juices are exempt from the levy.",
]
Ask = Callable[[Client], list[Shown]]
LEVY = "https://example.org/levy#:~:text="


def test_a_client_shows_the_answer_and_its_citations(client: Client, ask: Ask, url: str, text: str) -> None:
    shown = ask(client)
    assert [one.text for one in shown] == [text] * len(shown)
    assert {(one.api, one.how) for one in shown if one.citations} == client.shows
    for one in shown:
        check_citations(one, url)


def check_citations(shown: Shown, url: str) -> None:
    """Every marker of the text has its citation, in its place and with its words where the client keeps these."""
    if not shown.citations:
        return
    assert list(dict.fromkeys((one.title, one.url.partition("&sha256=")[0]) for one in shown.citations)) == [
        ("The sugar levy", f"{LEVY}The%20levy%20%F0%9F%A5%A4%20took%20effect%20on%206%20April%202018."),
        ("The congestion charge", f"{url}/documents/charge?start=0&end=41"),
        ("The sugar levy", f"{LEVY}Fruit%20juices%20are%20exempt%20from%20the%20levy."),
    ]
    placed = [shown.text[one.start : one.end] for one in shown.citations if one.start is not None]
    assert placed in ([], ["[1]", "[1]", "[2]", "[3]"])
    quoted = list(dict.fromkeys(one.quote for one in shown.citations if one.quote is not None))
    assert quoted in ([], QUOTES)


def test_the_page_tells_what_the_clients_show(ask: Ask) -> None:
    if not all(client.installed for client in CLIENTS):
        pytest.skip("not every client is installed")
    found = [(client, version(client), ask(client)) for client in CLIENTS]
    written = (ROOT / "docs" / "clients.md").read_text(encoding="utf-8")
    assert page(found) == written, "run 'make clients', which writes docs/clients.md"
