"""A maintainer sees a change that is held back on the page of documents, and decides about it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from rag.http.app import create_app
from rag.types import Ask
from rag.wiring import assemble
from tests import samples
from tests.articles import quietly
from tests.http.access.clients import API_KEY, bearer, settings
from tests.kept.subscribed import CHARGE_QUESTION, TURNOUT_QUESTION

from .server import run_server

pytestmark = pytest.mark.browser


@pytest.fixture
def site(tmp_path: Path) -> Iterator[str]:
    """A service with a change that is held back: one of two saved answers changes."""
    service = assemble(settings(tmp_path / "index", require_key=False))
    articles = samples.write(tmp_path / "articles")
    samples.ingest(service, articles)
    for question in (CHARGE_QUESTION, TURNOUT_QUESTION):
        service.view(None).save_question(Ask(question), None)
    (articles / "charge.md").write_text(samples.CHARGE.replace("15 pounds", "18 pounds"), encoding="utf-8")
    assert service.ingest([articles], quietly, review=True).held
    with run_server(create_app(service)) as address:
        yield address


def test_a_maintainer_lets_a_change_go_in_force_or_drops_it(page: Page, site: str) -> None:
    page.set_extra_http_headers(bearer(API_KEY))
    page.goto(f"{site}/#documents")
    review = page.get_by_role("region", name="A change waits for your decision")
    expect(review).to_contain_text("1 answer would change · 2 saved questions")
    [before, after] = review.get_by_role("row").nth(2).get_by_role("cell").all()
    expect(before.locator("mark")).to_have_text("15 ")
    expect(after.locator("mark")).to_have_text("18 ")
    expect(before).to_contain_text("Its document no longer has these words.")
    review.get_by_role("button", name="Drop it…").click()
    page.get_by_role("dialog").get_by_role("button", name="Cancel").click()
    review.get_by_role("button", name="Let it go in force").click()
    expect(review).to_be_hidden()
    page.get_by_role("link", name="Ask the documents").click()
    page.get_by_label("Your question").fill(CHARGE_QUESTION)
    page.keyboard.press("Enter")
    expect(page.get_by_role("article").last).to_contain_text("18 pounds")


def test_nobody_else_sees_the_change(page: Page, site: str) -> None:
    page.goto(f"{site}/#documents")
    expect(page.get_by_role("heading", name="Documents", exact=True)).to_be_visible()
    expect(page.get_by_text("3 documents found")).to_be_visible()
    expect(page.locator(".review")).to_be_hidden()
