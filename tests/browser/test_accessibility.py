"""Every state of the page meets the WCAG 2.2 rules, levels A and AA, that axe-core checks, in light and dark."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from rag.sources.pages.png import png

from . import fake_service
from .page_helpers import (
    LEAVE,
    PARTIAL,
    PERU,
    ask,
    citation,
    expect_highlighted,
    expect_no_sideways_scroll,
    newest,
    open_shared,
    pane,
)

pytestmark = pytest.mark.browser

WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


def empty(page: Page) -> None:
    expect(page.locator("#suggestions")).to_be_visible()


def filtering(page: Page) -> None:
    page.get_by_role("button", name="Filters").click()
    page.get_by_label("Kazakhstan").check()
    page.get_by_label("From").fill("2022-01-01")


def loading(page: Page) -> None:
    page.route("**/v1/answers", lambda route: None)
    page.get_by_label("Your question").fill(LEAVE)
    page.keyboard.press("Enter")
    expect(newest(page)).to_contain_text("Searching the documents…")


def streaming(page: Page) -> None:
    page.get_by_label("Your question").fill("Wait")
    page.keyboard.press("Enter")
    expect(citation(page, 1)).to_be_visible()


def answered(page: Page) -> None:
    for question in (PARTIAL, LEAVE):
        ask(page, question)
    expect(page.get_by_role("heading", name="These documents also answer")).to_be_visible()


def source_open(page: Page) -> None:
    ask(page, LEAVE)
    citation(page, 1).click()
    expect_highlighted(page, fake_service.ANNUAL)


def list_and_table(page: Page) -> None:
    for question in ("What must an applicant hold?", "What does trade pay?"):
        ask(page, question)
    citation(page, 1).click()
    expect_highlighted(page, fake_service.TRADE)


def page_shown(page: Page) -> None:
    drawn = png(b"\xff" * 3 * 60 * 80, 60, 80, 3 * 60)
    about = {"id": "handbook", **fake_service.DOCUMENTS["handbook"], "headings": []}
    document = {**about, "original": "kept", "original_name": "handbook.pdf"}
    sizes = [{"width": 60, "height": 80, "label": None}] * 14
    box = {"left": 0.1, "top": 0.4, "right": 0.8, "bottom": 0.45}
    boxes = {"quote": fake_service.ANNUAL, "found": 1, "pages": [{"page": 12, "boxes": [box]}]}
    page.route("**/v1/documents/handbook?*", lambda route: route.fulfill(json=document))
    page.route("**/v1/pages/handbook", lambda route: route.fulfill(json={"pages": sizes}))
    page.route("**/v1/page-images/handbook?*", lambda route: route.fulfill(body=drawn, content_type="image/png"))
    page.route("**/v1/page-boxes/handbook?*", lambda route: route.fulfill(json=boxes))
    page.evaluate("localStorage.setItem('rag.source-view', '\"page\"')")
    page.reload()
    ask(page, LEAVE)
    citation(page, 1).click()
    expect(pane(page).locator(".quote-box")).to_be_in_viewport()


def quote_moved(page: Page) -> None:
    ask(page, "What has moved?")
    citation(page, 1).click()
    expect(pane(page).get_by_role("alert")).to_be_visible()


def abstaining(page: Page) -> None:
    filtering(page)
    ask(page, PERU)


def failed(page: Page) -> None:
    page.get_by_label("Your question").fill("Break")
    page.keyboard.press("Enter")
    expect(newest(page).get_by_role("alert")).to_be_visible()


def offline(page: Page) -> None:
    ask(page, LEAVE)
    page.context.set_offline(True)
    page.get_by_label("Your question").fill(LEAVE)
    page.keyboard.press("Enter")
    expect(newest(page).get_by_role("alert")).to_be_visible()


def history_open(page: Page) -> None:
    ask(page, LEAVE)
    page.get_by_role("button", name="History").click()


def downloading(page: Page) -> None:
    for question in (LEAVE, LEAVE):
        ask(page, question)
    newest(page).get_by_text("Download", exact=True).click()
    expect(newest(page).get_by_role("button", name="RIS")).to_be_visible()


def sharing(page: Page) -> None:
    ask(page, LEAVE)
    newest(page).get_by_role("button", name="Share").click()
    page.get_by_role("button", name="Create the link").click()
    expect(page.get_by_text("The link is ready.")).to_be_visible()


def judging(page: Page) -> None:
    ask(page, LEAVE)
    newest(page).get_by_role("button", name="Not helpful").click()
    expect(page.get_by_role("radio")).to_have_count(4)


def shared_answer(page: Page) -> None:
    open_shared(page, ["valid", "moved", "gone"])
    expect(page.locator(".note.shared")).to_be_visible()


def keyboard_help(page: Page) -> None:
    page.get_by_role("button", name="Keyboard").click()


def documents(page: Page) -> None:
    page.get_by_role("link", name="Documents", exact=True).click()
    page.get_by_label("Service key").fill(fake_service.KEY)
    page.keyboard.press("Enter")
    expect(page.locator(".file-states details").first).to_be_visible()


def documents_chosen(page: Page) -> None:
    page.get_by_role("link", name="Documents", exact=True).click()
    page.get_by_text("Filter by fields").click()
    page.locator(".document-list input").first.check()


def document_details(page: Page) -> None:
    page.get_by_role("link", name="Documents", exact=True).click()
    page.get_by_role("button", name="Details of").first.click()
    expect(page.locator(".passages li")).to_be_visible()


def question_about_one_document(page: Page) -> None:
    document_details(page)
    page.get_by_role("button", name="Ask only this document").click()
    expect(page.locator("#active-filters")).to_be_visible()


def access_needed(page: Page) -> None:
    closed = {"asking": "closed", "sign_in": True, "client": None}
    page.route("**/v1/access", lambda route: route.fulfill(json=closed))
    page.reload()
    page.get_by_label("Your key").fill("wrong")
    page.route("**/v1/access", lambda route: route.fulfill(status=401, json={}))
    page.get_by_role("button", name="Use this key").click()
    expect(page.get_by_role("alert")).to_be_visible()


def change_held_back(page: Page) -> None:
    maintainer = {"name": "ada", "role": "maintain", "groups": None}
    access = {"asking": "open", "sign_in": False, "sharing": True, "feedback": True, "client": maintainer}
    before = {"marker": 1, "document_id": "handbook", "title": "The handbook", "author": None, "published": "2026"}
    before |= {"heading": ["Leave"], "quote": "Leave is 16 weeks long.", "link": "documents/handbook"}
    pairs = [
        {"before": before, "after": {**before, "quote": "Leave is 20 weeks long."}, "state": "changed"},
        {"before": before, "after": None, "state": "gone"},
    ]
    sides = {side: {"outcome": "answered", "text": text} for side, text in (("before", "16 weeks. [1]"), ("after", ""))}
    changed = {"id": "a", "question": LEAVE, "comparison": {"effect": "refused", **sides, "citations": pairs}}
    held = {
        "id": "000002-00000000",
        "created": "2026-11-30T09:00:00Z",
        "current": None,
        "asked": 2,
        "changed": [changed],
    }
    page.route("**/v1/access", lambda route: route.fulfill(json=access))
    page.route("**/v1/review", lambda route: route.fulfill(json={"held": held}))
    page.reload()
    page.get_by_role("link", name="Documents", exact=True).click()
    expect(page.get_by_role("button", name="Let it go in force")).to_be_visible()
    expect(page.locator(".document-list li").first).to_be_visible()  # it moves what is below the question


def saved_questions(page: Page) -> None:
    maintainer = {"name": "ada", "role": "maintain", "groups": None}
    access = {"asking": "open", "sign_in": False, "saving": True, "client": maintainer}
    sides = {side: {"outcome": "answered", "text": text} for side, text in (("before", "16 weeks. [1]"), ("after", ""))}
    saved = {
        "id": "a",
        "created": "2026-11-30T09:00:00Z",
        "client": "ada",
        "question": LEAVE,
        "filters": {"topic": ["leave"]},
    }
    change = {"id": 1, "created": "2026-11-30T09:00:00Z", "comparison": {"effect": "refused", **sides, "citations": []}}
    questions = [{**saved, "answer": sides["after"]}]
    page.route("**/v1/access", lambda route: route.fulfill(json=access))
    page.route("**/v1/questions", lambda route: route.fulfill(json={"questions": questions}))
    page.route("**/v1/questions/a/changes", lambda route: route.fulfill(json={"changes": [change]}))
    page.reload()
    page.locator("#show-saved").click()
    page.locator(".changes summary").click()
    expect(page.locator(".changes table")).to_be_visible()


STATES = [empty, filtering, loading, streaming, answered, source_open, quote_moved, abstaining, failed, offline]
STATES += [history_open, keyboard_help, documents, documents_chosen, document_details, question_about_one_document]
STATES += [access_needed, list_and_table]
STATES += [downloading, sharing, judging, shared_answer]
STATES += [page_shown, change_held_back, saved_questions]


@pytest.mark.parametrize("state", STATES)
def test_every_state_is_accessible(page: Page, site: str, faults: list[str], state: Callable[[Page], None]) -> None:
    look(page, 320, "light")
    page.goto(site)
    state(page)
    expect_accessible(page)
    look(page, 1280, "dark")
    expect_accessible(page)
    faults.clear()


def look(page: Page, width: int, scheme: Literal["light", "dark"]) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")


def expect_accessible(page: Page) -> None:
    # At its end, so that the question at the bottom covers no part of a button, which axe reports as a small target.
    page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": WCAG}})
    assert found.violations_count == 0, found.generate_report()
    expect_no_sideways_scroll(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_follows_the_preferred_colour_scheme(page: Page, site: str, scheme: Literal["light", "dark"]) -> None:
    page.emulate_media(color_scheme=scheme)
    page.goto(site)
    red, green, blue = page.evaluate("getComputedStyle(document.body).backgroundColor.match(/\\d+/g).map(Number)")
    assert (red + green + blue < 3 * 128) == (scheme == "dark")


def test_the_question_form_does_not_cover_the_focused_element(page: Page, site: str) -> None:
    page.set_viewport_size({"width": 375, "height": 600})
    page.goto(site)
    ask(page, LEAVE)
    box = page.locator(".question-bar").bounding_box()
    assert box is not None
    for row in newest(page).locator(".row").all():
        page.evaluate("window.scrollTo(0, 0)")
        row.focus()
        place = row.bounding_box()
        assert place is not None
        assert place["y"] < box["y"]  # at least a part is visible (WCAG 2.2, 2.4.11)
