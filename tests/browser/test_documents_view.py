"""The view of all documents and of the status of every file."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, Route, expect

from . import fake_service
from .page_helpers import LEAVE, ask, ask_and_return_request, expect_no_sideways_scroll, newest, pane

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
    expect(items.last).to_contain_text(
        "Office of Human Resources · 1\u00a0September\u00a02021 · Kazakhstan · leave, pay"
    )
    expect(items.first.locator(".state")).to_have_text(f"Nearly the same as “{HANDBOOK}”")
    expect(page.locator("#documents .about").first).to_have_text(
        "2 documents · 41 passages · as of 3\u00a0November\u00a02025"
    )


def test_documents_can_be_searched_by_title_and_author_and_filtered_by_field(page: Page, site: str) -> None:
    visit(page, site)
    find = page.get_by_label("Words of the title or the author")
    find.fill("outlook әлімов")
    expect(page.locator(".document-list li")).to_have_count(1)
    find.fill("nothing of that kind")
    expect(page.locator(".found-documents")).to_have_text("No document matches.")
    expect(page.locator(".document-list li")).to_have_count(0)
    find.fill("")
    expect(page.locator(".document-list li")).to_have_count(2)
    page.get_by_text("Filter by fields").click()
    page.get_by_label("Author", exact=True).select_option("Қ. Әлімов")
    expect(page.locator(".found-documents")).to_have_text("1 document found")
    expect(page.locator(".field-choice summary")).to_have_text("Filter by fields (1)")


def test_a_question_can_be_limited_to_chosen_documents(page: Page, site: str) -> None:
    visit(page, site)
    page.get_by_label(f"Choose “{HANDBOOK}”").check()
    expect(page.locator(".chosen")).to_contain_text("1 document chosen")
    page.get_by_role("button", name="Ask only these").click()
    expect(page.locator("#active-filters")).to_have_text(f"Only: “{HANDBOOK}” ×")
    assert ask_and_return_request(page, LEAVE)["filters"] == {"id": ["handbook"]}
    expect(newest(page)).to_contain_text(f"Only: “{HANDBOOK}”")
    page.get_by_role("button", name="Ask all documents again").click()
    expect(page.locator("#active-filters")).to_be_hidden()
    assert "filters" not in ask_and_return_request(page, LEAVE)


def test_the_details_of_a_document_show_its_passages(page: Page, site: str) -> None:
    visit(page, site)
    page.get_by_role("button", name=f"Details of “{HANDBOOK}”").click()
    details = page.get_by_role("dialog")
    expect(details.get_by_role("listitem")).to_have_text("Passage 1 · p. 4 · Leave and absenceA passage.")
    expect(details.get_by_role("button", name="Remove…")).to_have_count(0)
    expect(details.get_by_role("button", name="Replace…")).to_have_count(0)
    expect(page.get_by_role("heading", name="Add documents")).to_be_hidden()
    details.get_by_role("button", name="Ask only this document").click()
    expect(page.locator("#active-filters")).to_have_text(f"Only: “{HANDBOOK}” ×")


def test_a_document_opens_at_its_start(page: Page, site: str) -> None:
    visit(page, site)
    page.get_by_role("button", name=HANDBOOK, exact=True).click()
    expect(pane(page)).to_contain_text("Regular employees earn two working days")
    expect(pane(page).locator("mark")).to_have_count(0)
    expect(pane(page).get_by_role("alert")).to_have_count(0)
    expect(pane(page).get_by_role("button", name="Copy quotation")).to_be_hidden()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name=HANDBOOK, exact=True)).to_be_focused()


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

    def part(route: Route) -> None:
        offset = int(parse_qs(urlsplit(route.request.url).query)["offset"][0])
        following = offset + 100 if offset + 100 < len(many) else None
        found = {"documents": many[offset : offset + 100], "total": len(many), "next": following, "snapshot": "fake"}
        route.fulfill(json=found)

    page.route("**/v1/documents?*", part)
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
    expect(page.locator(".file-states [role=status]")).to_have_text("The key is wrong.")
    assert "401" in faults.pop()


def test_a_failure_to_load_the_list_shows_a_sentence(page: Page, site: str, faults: list[str]) -> None:
    page.route("**/v1/documents?*", lambda route: route.abort("connectionrefused"))
    visit(page, site)
    expect(page.locator(".found-documents")).to_contain_text("The service cannot be reached")
    faults.clear()
