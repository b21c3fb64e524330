"""The view of all documents and of the status of every file."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from . import fake_service
from .page_helpers import LEAVE, ask, expect_no_sideways_scroll, newest, pane

pytestmark = pytest.mark.browser

HANDBOOK = "Human Resources Policies and Procedures"


def visit(page: Page, site: str) -> None:
    page.goto(site)
    page.get_by_role("link", name="Documents", exact=True).click()
    expect(page.get_by_role("heading", name="Documents", exact=True)).to_be_focused()


def test_every_document_is_listed_with_its_fields(page: Page, site: str) -> None:
    visit(page, site)
    items = page.locator(".document-list li")
    expect(items).to_have_count(2)
    expect(items.first).to_contain_text(
        "Office of Human Resources · 1\u00a0September\u00a02021 · Kazakhstan · leave, pay"
    )
    expect(items.last.locator(".state")).to_have_text(f"Nearly the same as “{HANDBOOK}”")
    expect(page.locator("#documents .about").first).to_have_text(
        "2 documents in 41 passages, as of 3\u00a0November\u00a02025."
    )


def test_documents_can_be_searched_by_title_author_or_field(page: Page, site: str) -> None:
    visit(page, site)
    find = page.get_by_label("Find by title, author or any field")
    find.fill("reform әлімов")
    expect(page.locator(".document-list li")).to_have_count(1)
    find.fill("nothing of that kind")
    expect(page.locator(".document-list")).to_have_text("No document matches.")


def test_a_document_opens_at_its_start(page: Page, site: str) -> None:
    visit(page, site)
    page.get_by_role("button", name=HANDBOOK).click()
    expect(pane(page)).to_contain_text("Regular employees earn two working days")
    expect(pane(page).locator("mark")).to_have_count(0)
    expect(pane(page).get_by_role("alert")).to_have_count(0)
    expect(pane(page).get_by_role("button", name="Copy quotation")).to_be_hidden()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name=HANDBOOK)).to_be_focused()


def test_going_back_returns_to_the_conversation(page: Page, site: str) -> None:
    page.goto(site)
    ask(page, LEAVE)
    page.get_by_role("link", name="Documents", exact=True).click()
    expect(newest(page)).to_be_hidden()
    page.go_back()
    expect(newest(page)).to_be_visible()
    expect(page.get_by_role("heading", name="Documents", exact=True)).to_be_hidden()


def test_a_long_list_grows_by_a_hundred_documents_at_a_time(page: Page, site: str) -> None:
    known = {"url": None, "author": None, "published": None, "language": None, "near_duplicate_of": None}
    many: list[dict[str, Any]] = [{"id": str(n), "title": f"Act {n}", "metadata": {}, **known} for n in range(250)]
    page.route("**/v1/documents", lambda route: route.fulfill(json={"documents": many, "snapshot": "fake"}))
    visit(page, site)
    for count in (100, 200, 250):
        expect(page.locator(".document-list li")).to_have_count(count)
        if count < 250:
            page.get_by_role("button", name="Show more").click()
    expect(page.get_by_role("button", name="Act 200", exact=True)).to_be_focused()
    expect(page.get_by_role("button", name="Show more")).to_be_hidden()


def test_a_user_with_the_service_key_sees_the_status_of_every_file(page: Page, site: str) -> None:
    page.set_viewport_size({"width": 320, "height": 760})
    visit(page, site)
    page.get_by_label("Service key").fill(fake_service.KEY)
    page.keyboard.press("Enter")
    groups = page.locator(".file-states details")
    expect(groups.locator("summary")).to_have_text(["Failed 1", "Skipped 1", "Indexed 1"])
    expect(groups.first).to_contain_text("/hr/scan.pdf")
    expect(groups.first).to_contain_text("it has no text · 3 tries · 2\u00a0November\u00a02025")
    expect(groups.last.get_by_text("/hr/handbook.pdf")).to_be_hidden()
    groups.last.locator("summary").click()
    expect(groups.last.get_by_text("/hr/handbook.pdf")).to_be_visible()
    expect_no_sideways_scroll(page)
    assert fake_service.KEY not in json.dumps(page.evaluate("[{...localStorage}, {...sessionStorage}]"))


def test_a_wrong_service_key_shows_a_sentence(page: Page, site: str, faults: list[str]) -> None:
    visit(page, site)
    page.get_by_label("Service key").fill("wrong")
    page.keyboard.press("Enter")
    expect(page.locator(".file-states [role=status]")).to_have_text("Unauthorized: the key is wrong.")
    assert "401" in faults.pop()


def test_a_failure_to_load_the_list_shows_a_sentence(page: Page, site: str, faults: list[str]) -> None:
    page.route("**/v1/documents", lambda route: route.abort("connectionrefused"))
    visit(page, site)
    expect(page.locator("#documents .about").first).to_contain_text("The service cannot be reached")
    faults.clear()
