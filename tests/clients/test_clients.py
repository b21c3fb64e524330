"""Each client shows the whole answer, plain and streamed, with those citations that it can show."""

from __future__ import annotations

import pytest

from tests import asking
from tests.clients.driving import CLIENTS, ROOT, Client, Shown, asked, version
from tests.clients.report import page

LEVY = "https://example.org/levy#:~:text="


def test_a_client_shows_the_answer_and_its_citations(client: Client, url: str, text: str) -> None:
    shown = asked(client, url, asking.LEVY_QUESTION)
    assert [one.text for one in shown] == [text] * len(shown)
    assert {(one.api, one.how) for one in shown if one.citations} == client.shows
    for one in shown:
        check_citations(one, url)


def check_citations(shown: Shown, url: str) -> None:
    """Every marker of the text has its citation, at its place where the client keeps places."""
    if not shown.citations:
        return
    first, again, charge, exempt = shown.citations
    assert first.url == again.url == f"{LEVY}The%20levy%20%F0%9F%A5%A4%20took%20effect%20on%206%20April%202018."
    assert exempt.url == f"{LEVY}Fruit%20juices%20are%20exempt%20from%20the%20levy."
    assert charge.url.startswith(f"{url}/documents/charge?")
    assert [one.title for one in shown.citations] == ["The sugar levy"] * 2 + [
        "The congestion charge",
        "The sugar levy",
    ]
    placed = [shown.text[one.start : one.end] for one in shown.citations if one.start is not None]
    assert placed in ([], ["[1]", "[1]", "[2]", "[3]"])


def test_the_page_tells_what_the_clients_show(url: str) -> None:
    if not all(client.installed for client in CLIENTS):
        pytest.skip("not every client is installed")
    found = [(client, version(client), asked(client, url, asking.LEVY_QUESTION)) for client in CLIENTS]
    written = (ROOT / "docs" / "clients.md").read_text(encoding="utf-8")
    assert page(found) == written, "run 'make clients', which writes docs/clients.md"
