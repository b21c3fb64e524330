"""Each client shows the complete answer with the citations that it supports, plain and streamed."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.clients.clients_page import page
from tests.clients.drive import CLIENTS, ROOT, Client, Result, version

QUOTES = [
    "The levy 🥤 took effect on 6 April 2018.",
    "The congestion charge is 15 pounds a day.",
    "Fruit juices are exempt from the levy.",
]
Ask = Callable[[Client], list[Result]]
LEVY = "https://example.org/levy#:~:text="


def test_a_client_shows_the_answer_and_its_citations(client: Client, ask: Ask, url: str, text: str) -> None:
    results = ask(client)
    assert [one.text for one in results] == [text] * len(results)
    assert {(one.api, one.mode) for one in results if one.citations} == client.cites
    for one in results:
        check_citations(one, url)


def check_citations(result: Result, url: str) -> None:
    """Check that every marker has its citation, with the position and the quote if the client keeps them."""
    if not result.citations:
        return
    assert list(dict.fromkeys((one.title, one.url.partition("&sha256=")[0]) for one in result.citations)) == [
        ("The sugar levy", f"{LEVY}The%20levy%20%F0%9F%A5%A4%20took%20effect%20on%206%20April%202018."),
        ("The congestion charge", f"{url}/documents/charge?start=0&end=41"),
        ("The sugar levy", f"{LEVY}Fruit%20juices%20are%20exempt%20from%20the%20levy."),
    ]
    placed = [result.text[one.start : one.end] for one in result.citations if one.start is not None]
    assert placed in ([], ["[1]", "[1]", "[2]", "[3]"])
    quoted = list(dict.fromkeys(one.quote for one in result.citations if one.quote is not None))
    assert quoted in ([], QUOTES)


def test_the_page_equals_the_results_of_the_clients(ask: Ask) -> None:
    if not all(client.installed for client in CLIENTS):
        pytest.skip("not every client is installed")
    results = [(client, version(client), ask(client)) for client in CLIENTS]
    stored = (ROOT / "docs" / "clients.md").read_text(encoding="utf-8")
    assert page(results) == stored, "docs/clients.md is out of date: run 'make clients'"
