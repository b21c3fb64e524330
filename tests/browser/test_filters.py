"""Filters: drawn from the fields that documents have, sent with the question, told with the answer."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from .page_helpers import LEAVE, TERM, ask, asked, newest

pytestmark = pytest.mark.browser


def filters(page: Page) -> Locator:
    page.get_by_role("button", name="Filters").click()
    return page.get_by_role("group", name="Filters")


def test_filters_are_offered_only_where_there_is_a_choice(page: Page, site: str) -> None:
    page.goto(site)
    # One language is no choice, and nobody chooses a description from a list.
    expect(filters(page).locator("legend")).to_have_text(["Published", "Jurisdiction", "Author", "Source kind"])


def test_documents_without_fields_offer_no_filters(page: Page, site: str) -> None:
    page.route("**/v1/fields", lambda route: route.fulfill(json={"fields": [], "snapshot": "scripted"}))
    page.goto(site)
    expect(page.locator("#suggestions")).to_be_visible()
    expect(page.get_by_role("button", name="Filters")).to_be_hidden()


def test_what_is_chosen_is_sent_and_told_with_the_answer(page: Page, site: str) -> None:
    page.goto(site)
    panel = filters(page)
    panel.get_by_label("Kazakhstan").check()
    panel.get_by_label("European Union").check()
    panel.get_by_label("Қ. Әлімов").check()
    panel.get_by_label("From").fill("2022-03-15")
    panel.get_by_label("Until").fill("2022-12-31")
    assert asked(page, LEAVE)["filters"] == {
        "jurisdiction": ["Kazakhstan", "European Union"],
        "author": ["Қ. Әлімов"],
        "published": {"gte": "2022-03-15", "lte": "2022-12-31"},
    }
    told = newest(page).locator(".question-filters")
    for words in ("Jurisdiction: Kazakhstan, European Union", "Author: Қ. Әлімов", "from 15\u00a0March\u00a02022"):
        expect(told).to_contain_text(words)


@pytest.mark.parametrize(
    ("since", "sent"), [("2022-01-01", "2022"), ("2022-03-01", "2022-03"), ("2022-03-02", "2022-03-02")]
)
def test_a_document_of_which_only_the_year_is_known_is_from_all_of_it(
    page: Page, site: str, since: str, sent: str
) -> None:
    page.goto(site)
    filters(page).get_by_label("From").fill(since)
    assert asked(page, LEAVE)["filters"] == {"published": {"gte": sent}}


def test_the_filters_make_room_for_the_answer(page: Page, site: str) -> None:
    page.goto(site)
    panel = filters(page)
    ask(page, LEAVE)
    expect(panel).to_be_hidden()
    expect(page.get_by_role("button", name="Filters")).to_have_attribute("aria-expanded", "false")


def test_a_filter_is_lifted_where_it_is_told(page: Page, site: str) -> None:
    page.goto(site)
    panel = filters(page)
    panel.get_by_label("Kazakhstan").check()
    panel.get_by_label("From").fill("2022-01-01")
    page.get_by_role("button", name="Lift the filter Kazakhstan").click()
    expect(panel.get_by_label("Kazakhstan")).not_to_be_checked()
    expect(page.get_by_role("button", name="Filters (1)")).to_be_visible()
    page.get_by_role("button", name="Lift the filter From 1 January 2022").click()
    expect(page.get_by_role("list", name="Filters in force")).to_be_hidden()
    assert "filters" not in asked(page, LEAVE)


def test_where_filters_leave_nothing_the_question_can_be_asked_without_them(page: Page, site: str) -> None:
    page.goto(site)
    filters(page).get_by_label("Kazakhstan").check()
    ask(page, "Is anything left?")
    expect(newest(page)).to_contain_text("No document passes the filters")
    with page.expect_request("**/v1/answers") as sent:
        newest(page).get_by_role("button", name="Ask without filters").click()
    assert "filters" not in (sent.value.post_data or "")
    expect(newest(page).locator(".question-filters")).to_have_count(0)


def test_filters_stay_for_the_next_question_and_come_back_with_the_conversation(page: Page, site: str) -> None:
    page.goto(site, wait_until="networkidle")  # a reload would cut requests off
    filters(page).get_by_label("Kazakhstan").check()
    ask(page, LEAVE)
    assert asked(page, TERM)["filters"] == {"jurisdiction": ["Kazakhstan"]}
    page.reload()
    expect(newest(page).locator(".question-filters")).to_have_text("Jurisdiction: Kazakhstan")
