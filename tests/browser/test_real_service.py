"""The page with the real service: the highlighted text is the quote from the index."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from rag.http.app import create_app
from rag.http.security_headers import PAGE_POLICY
from rag.settings import Settings
from rag.wiring import assemble

from . import fake_service
from .page_helpers import ask, citation, expect_highlighted, newest, pane
from .server import run_server

LEVY = """---
title: The mooring levy 🛶
published: 2024-03-01
jurisdiction: Estonia
---
# The mooring levy 🛶

👩‍👩‍👧‍👦 Families with small boats 🚣🏽 were asked first.

## Rates

The harbour board sets the mooring levy at 12 euros a day for boats under eight metres. A lower rate holds in winter.
"""

HARBOUR = """# Harbour Act

## Section 1 Fees 🛶

(1) A barge pays forty crowns.

(2) A ship of the navy pays no fee.

## Section 2 Licences

(1) The skipper of a barge needs a licence, except under section 1(2).
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a real service with one document, which has emoji before the answer."""
    folder: Path = tmp_path_factory.mktemp("articles")
    (folder / "levy.md").write_text(LEVY, encoding="utf-8")
    (folder / "harbour.md").write_text(HARBOUR, encoding="utf-8")
    service = assemble(Settings(index_dir=folder / "index", encoder="hashing", least_confidence=0.2))
    service.ingest([folder], lambda *_: None)
    with run_server(create_app(service)) as address:
        yield address


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 375])
def test_the_quote_of_an_answer_is_highlighted_in_its_document(page: Page, site: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(f"{site}/")
    answer = ask(page, "What is the mooring levy for boats under eight metres?")
    quote = answer["citations"][0]["quote"]
    assert "12 euros a day" in quote
    citation(page, 1).first.click()
    expect_highlighted(page, quote)
    expect(pane(page)).to_contain_text("1 March 2024")


@pytest.mark.browser
def test_a_citation_names_its_provision_and_a_reference_leads_to_another_one(page: Page, site: str) -> None:
    page.goto(f"{site}/")
    ask(page, "Does the skipper of a barge need a licence?")
    citation(page, 1).first.click()
    expect(pane(page)).to_contain_text("s 2(1)")
    pane(page).get_by_role("link", name="section 1(2)").click()
    expect(pane(page).locator("mark").last).to_contain_text("A ship of the navy pays no fee.")
    expect(pane(page).locator("mark").last).to_be_in_viewport()


@pytest.mark.browser
def test_an_unanswered_question_shows_the_nearest_passages(page: Page, site: str) -> None:
    page.goto(f"{site}/")
    answer = ask(page, "Who won the chess olympiad?")
    assert answer["outcome"] == "no_evidence"
    expect(newest(page)).to_contain_text("Nearest passages")


@pytest.mark.browser
def test_the_real_and_fake_services_send_the_same_security_policy(page: Page, site: str) -> None:
    response = page.goto(f"{site}/")
    assert response is not None
    assert response.headers["content-security-policy"] == PAGE_POLICY == fake_service.POLICY
