"""Sharing, downloading and judging an answer on the page, and Back, Forward and addresses of questions."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Request, expect

from . import fake_service
from .page_helpers import LEAVE, PERU, TERM, ask, citation, expect_highlighted, newest, open_shared, pane

pytestmark = pytest.mark.browser

ADDRESS = re.compile(r"\?q=How\+much\+leave\+do\+I\+earn%3F$")


@pytest.fixture(autouse=True)
def _nothing_kept() -> None:
    fake_service.SHARED.clear()
    fake_service.GIVEN.clear()


def headings(page: Page) -> list[str]:
    return page.get_by_role("heading", level=2).all_inner_texts()


def asked_questions(page: Page) -> list[str]:
    """Return a list that gets each question that the page asks."""
    sent: list[str] = []

    def record(request: Request) -> None:
        if request.method == "POST" and request.url.endswith("/v1/answers"):
            sent.append(body(request)["question"])

    page.on("request", record)
    return sent


def body(request: Request) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(request.post_data or "{}")
    return found


def test_the_address_asks_its_question_once(page: Page, site: str) -> None:
    sent = asked_questions(page)
    page.goto(f"{site}/?q=How+much+leave+do+I+earn%3F&filter=jurisdiction%3DKazakhstan&filter=published%3E%3D2021")
    expect(newest(page).locator(".question-filters")).to_have_text("Jurisdiction: Kazakhstan · from 2021")
    expect(newest(page).locator(".actions")).to_be_visible()
    page.reload()
    expect(newest(page).locator(".actions")).to_be_visible()
    assert sent == [LEAVE]


def test_filters_in_the_address_are_sent(page: Page, site: str) -> None:
    with page.expect_request("**/v1/answers") as sent:
        page.goto(f"{site}/?q=x&filter=topic%3Dleave&filter=topic%3Dpay&filter=published%3C%3D2022")
    assert body(sent.value)["filters"] == {"topic": ["leave", "pay"], "published": {"lte": "2022"}}
    expect(page).to_have_url(f"{site}/?q=x&filter=topic%3Dleave&filter=topic%3Dpay&filter=published%3C%3D2022")


def test_a_question_becomes_an_address_and_back_and_forward_follow(page: Page, site: str) -> None:
    page.goto(site)
    ask(page, LEAVE)
    expect(page).to_have_url(ADDRESS)
    page.get_by_role("button", name="New conversation").click()
    expect(page).to_have_url(f"{site}/")
    ask(page, TERM)
    page.go_back()
    assert headings(page)[:1] == ["Questions that these documents answer"]
    page.go_back()
    expect(page.get_by_role("article")).to_have_count(1)
    assert LEAVE in headings(page)
    page.go_forward()
    page.go_forward()
    assert TERM in headings(page)
    page.reload()
    assert TERM in headings(page)


def test_back_leaves_the_documents(page: Page, site: str) -> None:
    page.goto(site)
    ask(page, LEAVE)
    page.get_by_role("link", name="Documents", exact=True).click()
    expect(page.locator("#documents")).to_be_visible()
    page.go_back()
    expect(page.locator("#documents")).to_be_hidden()
    expect(newest(page)).to_be_visible()


def test_back_closes_the_source_first_on_a_phone(page: Page, site: str) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(site)
    ask(page, LEAVE)
    citation(page, 1).click()
    expect(pane(page)).to_be_visible()
    page.go_back()
    expect(pane(page)).to_be_hidden()
    expect(page).to_have_url(ADDRESS)
    expect(newest(page)).to_be_visible()
    citation(page, 1).click()
    page.get_by_role("button", name="Close source").click()
    expect(pane(page)).to_be_hidden()
    page.go_back()  # not to the closed source
    expect(page).to_have_url(f"{site}/")


def test_asking_again_replaces_the_failed_turn(page: Page, site: str, faults: list[str]) -> None:
    page.goto(site)
    ask(page, PERU)
    page.get_by_label("Your question").fill("Refuse")
    page.keyboard.press("Enter")
    for _ in range(2):
        expect(newest(page).get_by_role("alert")).to_be_visible()
        with page.expect_response("**/v1/answers"):
            newest(page).get_by_role("button", name="Ask again").click()
    expect(page.get_by_role("article")).to_have_count(2)
    faults.clear()


def test_an_answer_is_shared_only_on_purpose_and_can_be_taken_back(page: Page, site: str) -> None:
    page.goto(site)
    ask(page, LEAVE)
    newest(page).get_by_role("button", name="Share").click()
    assert fake_service.SHARED == {}
    question = page.get_by_role("textbox", name="Link to the question")
    expect(question).to_have_value(f"{site}/?q=How+much+leave+do+I+earn%3F")
    page.get_by_role("button", name="Create the link").click()
    link = page.get_by_role("textbox", name="Link to this answer")
    expect(link).to_be_focused()
    [shared] = fake_service.SHARED.values()
    assert link.input_value() == f"{site}/#answer={shared['id']}"
    assert shared["answer"]["seal"] == "5" * 64
    page.keyboard.press("Escape")
    newest(page).get_by_role("button", name="Share").click()
    page.get_by_role("button", name="Delete the link").click()
    expect(page.get_by_role("button", name="Create the link")).to_be_focused()
    assert fake_service.SHARED == {}


def test_a_shared_answer_says_what_has_changed(page: Page, site: str) -> None:
    page.goto(site)
    open_shared(page, ["valid", "moved", "gone"])
    note = newest(page).locator(".note.shared")
    expect(note).to_have_text(re.compile("shared on .*2025. 1 of its quotes is no longer in its document."))
    expect(newest(page).locator(".change")).to_have_text(
        [
            "These words have moved since. This is their new place.",
            "The document is no longer in the index.",
        ]
    )
    expect(newest(page)).to_contain_text("p. 99 · Another heading")
    citation(page, 2).click()
    expect_highlighted(page, "Sick leave is granted")


def test_a_question_after_a_shared_answer_continues_it(page: Page, site: str) -> None:
    page.goto(site)
    open_shared(page, ["valid", "valid", "valid"])
    expect(newest(page).locator(".note.shared")).to_contain_text("All its quotes are still in their documents.")
    ask(page, TERM)
    assert headings(page)[:2] == [LEAVE, TERM]
    page.go_back()
    expect(page.locator(".note.shared")).to_be_visible()
    expect(page.get_by_role("article")).to_have_count(1)


def test_a_link_that_leads_nowhere_says_so(page: Page, site: str, faults: list[str]) -> None:
    page.goto(f"{site}/#answer=none")
    expect(page.get_by_role("alert")).to_have_text("There is no such shared answer.")
    ask(page, LEAVE)
    expect(page.get_by_role("alert")).to_have_count(0)
    faults.clear()


@pytest.mark.parametrize(
    ("name", "file", "form"), [("Word document", "answers.docx", "word"), ("RIS", "sources.ris", "ris")]
)
def test_an_answer_or_the_conversation_is_downloaded(page: Page, site: str, name: str, file: str, form: str) -> None:
    page.goto(site)
    ask(page, LEAVE)
    for whole, count in ((False, 1), (True, 2)):
        if whole:
            ask(page, TERM)
        newest(page).get_by_text("Download", exact=True).click()
        expect(newest(page).get_by_label("The whole conversation")).to_be_visible(visible=whole)
        if whole:
            newest(page).get_by_label("The whole conversation").check()
        with page.expect_download() as download:
            newest(page).get_by_role("button", name=name).click()
        assert download.value.suggested_filename == file
        assert Path(download.value.path()).read_text() == f"{form}: {count} answers"
        expect(newest(page).get_by_text("Download", exact=True)).to_be_focused()


def test_escape_closes_the_menu(page: Page, site: str) -> None:
    page.goto(site)
    ask(page, LEAVE)
    menu = newest(page).get_by_text("Download", exact=True)
    menu.press("Enter")
    expect(newest(page).get_by_role("button", name="BibTeX")).to_be_visible()
    page.keyboard.press("Escape")
    expect(newest(page).get_by_role("button", name="BibTeX")).to_be_hidden()
    expect(menu).to_be_focused()


def test_the_dialog_says_what_is_stored_before_feedback_is_sent(page: Page, site: str) -> None:
    page.goto(site)
    ask(page, LEAVE)
    newest(page).get_by_role("button", name="Not helpful").click()
    dialog = page.get_by_role("dialog", name="This answer does not help")
    expect(dialog).to_contain_text("but not your name")
    dialog.get_by_label("It is outdated").check()
    dialog.get_by_label("About").select_option(label="[2] Human Resources Policies and Procedures")
    dialog.get_by_label("In your words").fill(" It is 30 days now. ")
    assert fake_service.GIVEN == []
    dialog.get_by_role("button", name="Send").click()
    expect(newest(page).get_by_text("Thank you. Your feedback was stored.")).to_be_visible()
    expect(newest(page).get_by_role("button", name="Not helpful", pressed=True)).to_be_focused()
    [given] = fake_service.GIVEN
    known = {name: given[name] for name in ("verdict", "reason", "words", "marker")}
    assert known == {"verdict": "bad", "reason": "outdated", "words": "It is 30 days now.", "marker": 2}
    assert given["answer"]["seal"] == "5" * 64


def test_a_good_verdict_needs_no_reason(page: Page, site: str) -> None:
    page.goto(site)
    ask(page, PERU)
    newest(page).get_by_role("button", name="Helpful", exact=True).click()
    page.get_by_role("button", name="Send").click()
    expect(newest(page).get_by_text("Thank you.")).to_be_visible()
    assert (fake_service.GIVEN[0]["verdict"], fake_service.GIVEN[0]["reason"]) == ("good", None)


def test_a_service_that_keeps_nothing_offers_neither(page: Page, site: str) -> None:
    access = {"asking": "open", "sign_in": False, "sharing": False, "feedback": False, "client": None}
    page.route("**/v1/access", lambda route: route.fulfill(json=access))
    page.goto(site)
    ask(page, LEAVE)
    expect(newest(page).get_by_role("button", name="Helpful", exact=True)).to_be_hidden()
    newest(page).get_by_role("button", name="Share").click()
    expect(page.get_by_role("textbox", name="Link to the question")).to_be_visible()
    expect(page.get_by_role("button", name="Create the link")).to_be_hidden()


def test_an_answer_is_copied_with_its_quotes(page: Page, site: str) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(site)
    ask(page, LEAVE)
    newest(page).get_by_role("button", name="Copy", exact=True).click()
    expect(newest(page).get_by_text("Copied.")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith(LEAVE)
    assert f"“{fake_service.SICK}”" in copied
