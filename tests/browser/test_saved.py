"""People save questions on the page, see there how the answers have changed, and remove them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from rag.http.app import create_app
from rag.types import Ask
from rag.wiring import assemble
from tests import samples
from tests.http.access.clients import API_KEY, bearer, settings
from tests.kept.subscribed import CHARGE_QUESTION, TURNOUT_QUESTION

from .page_helpers import ask, newest
from .server import run_server

pytestmark = pytest.mark.browser


@pytest.fixture
def site(tmp_path: Path) -> Iterator[str]:
    """A service with a saved question, whose answer has changed."""
    service = assemble(settings(tmp_path / "index", require_key=False))
    articles = samples.write(tmp_path / "articles")
    samples.ingest(service, articles)
    service.view(None).save_question(Ask(CHARGE_QUESTION), None)
    service.catch_up()
    (articles / "charge.md").write_text(samples.CHARGE.replace("15 pounds", "18 pounds"), encoding="utf-8")
    samples.ingest(service, articles)
    service.catch_up()
    with run_server(create_app(service)) as address:
        yield address


def test_a_saved_question_shows_what_has_changed_until_it_is_removed(page: Page, site: str) -> None:
    page.set_extra_http_headers(bearer(API_KEY))
    page.goto(site)
    page.get_by_role("button", name="Saved questions").click()
    saved = page.get_by_role("dialog").get_by_role("listitem")
    saved.locator("summary", has_text="The answer has changed").click()
    assert saved.locator("td.answer, tr.answer mark").all_inner_texts() == ["15 ", "18 "]
    saved.get_by_role("button", name=f"Delete “{CHARGE_QUESTION}”").click()
    expect(page.get_by_text("There are no saved questions.")).to_be_visible()


def test_a_question_is_saved_below_its_answer_and_asked_again_from_the_list(page: Page, site: str) -> None:
    page.set_extra_http_headers(bearer(API_KEY))
    page.goto(site)
    ask(page, TURNOUT_QUESTION)
    newest(page).get_by_role("button", name="Save question").click()
    expect(newest(page).get_by_text("Saved. “Saved questions” shows when its answer changes.")).to_be_visible()
    page.get_by_role("button", name="Saved questions").click()
    page.get_by_role("dialog").get_by_role("button", name=TURNOUT_QUESTION, exact=True).click()
    expect(page.get_by_role("article")).to_have_count(2)


def test_nobody_saves_questions_without_the_right_to(page: Page, site: str) -> None:
    page.goto(site)
    ask(page, TURNOUT_QUESTION)
    expect(newest(page).get_by_role("button", name="Share")).to_be_visible()
    expect(newest(page).get_by_role("button", name="Save question")).to_be_hidden()
