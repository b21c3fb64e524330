"""Filters: the page builds them from document fields, sends them with the question and shows them with the answer."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from .page_helpers import LEAVE, TERM, ask, ask_and_return_request, newest

pytestmark = pytest.mark.browser


def open_filters(page: Page) -> Locator:
    """Open the filters and return their panel."""
    page.get_by_role("button", name="Filters").click()
    return page.get_by_role("group", name="Filters")


def test_a_filter_is_shown_only_for_a_field_with_useful_choices(page: Page, site: str) -> None:
    page.goto(site)
    # All documents have the same language, and descriptions are too long for a list.
    expect(open_filters(page).locator("legend")).to_have_text(["Published", "Jurisdiction", "Author", "Source kind"])


def test_without_document_fields_there_are_no_filters(page: Page, site: str) -> None:
    page.route("**/v1/fields", lambda route: route.fulfill(json={"fields": [], "snapshot": "fake"}))
    page.goto(site)
    expect(page.locator("#suggestions")).to_be_visible()
    expect(page.get_by_role("button", name="Filters")).to_be_hidden()


def test_chosen_filters_are_sent_and_shown_with_the_answer(page: Page, site: str) -> None:
    page.goto(site)
    panel = open_filters(page)
    panel.get_by_label("Kazakhstan").check()
    panel.get_by_label("European Union").check()
    panel.get_by_label("Қ. Әлімов").check()
    panel.get_by_label("From").fill("2022-03-15")
    panel.get_by_label("Until").fill("2022-12-31")
    assert ask_and_return_request(page, LEAVE)["filters"] == {
        "jurisdiction": ["Kazakhstan", "European Union"],
        "author": ["Қ. Әлімов"],
        "published": {"gte": "2022-03-15", "lte": "2022-12-31"},
    }
    shown = newest(page).locator(".question-filters")
    for words in ("Jurisdiction: Kazakhstan, European Union", "Author: Қ. Әлімов", "from 15\u00a0March\u00a02022"):
        expect(shown).to_contain_text(words)


@pytest.mark.parametrize(
    ("since", "sent"), [("2022-01-01", "2022"), ("2022-03-01", "2022-03"), ("2022-03-02", "2022-03-02")]
)
def test_a_from_date_is_shortened_if_it_is_the_first_day_of_a_year_or_month(
    page: Page, site: str, since: str, sent: str
) -> None:
    page.goto(site)
    open_filters(page).get_by_label("From").fill(since)
    assert ask_and_return_request(page, LEAVE)["filters"] == {"published": {"gte": sent}}


def test_asking_hides_the_filter_panel(page: Page, site: str) -> None:
    page.goto(site)
    panel = open_filters(page)
    ask(page, LEAVE)
    expect(panel).to_be_hidden()
    expect(page.get_by_role("button", name="Filters")).to_have_attribute("aria-expanded", "false")


def test_an_active_filter_can_be_removed_with_its_button(page: Page, site: str) -> None:
    page.goto(site)
    panel = open_filters(page)
    panel.get_by_label("Kazakhstan").check()
    panel.get_by_label("From").fill("2022-01-01")
    page.get_by_role("button", name="Remove the filter Kazakhstan").click()
    expect(panel.get_by_label("Kazakhstan")).not_to_be_checked()
    expect(page.get_by_role("button", name="Filters (1)")).to_be_visible()
    page.get_by_role("button", name="Remove the filter From 1 January 2022").click()
    expect(page.get_by_role("list", name="Active filters")).to_be_hidden()
    assert "filters" not in ask_and_return_request(page, LEAVE)


def test_if_no_document_matches_the_user_can_ask_without_filters(page: Page, site: str) -> None:
    page.goto(site)
    open_filters(page).get_by_label("Kazakhstan").check()
    ask(page, "Is anything left?")
    expect(newest(page)).to_contain_text("No document matches the filters")
    with page.expect_request("**/v1/answers") as sent:
        newest(page).get_by_role("button", name="Ask without filters").click()
    assert "filters" not in (sent.value.post_data or "")
    expect(newest(page).locator(".question-filters")).to_have_count(0)


def test_filters_apply_to_the_next_question_and_a_reload_restores_them(page: Page, site: str) -> None:
    page.goto(site, wait_until="networkidle")  # a reload would cut requests off
    open_filters(page).get_by_label("Kazakhstan").check()
    ask(page, LEAVE)
    assert ask_and_return_request(page, TERM)["filters"] == {"jurisdiction": ["Kazakhstan"]}
    page.reload()
    expect(newest(page).locator(".question-filters")).to_have_text("Jurisdiction: Kazakhstan")
