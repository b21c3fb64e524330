"""Every state of the page meets the WCAG 2.2 rules, levels A and AA, that axe-core checks, in light and dark."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

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


def source_open(page: Page) -> None:
    ask(page, LEAVE)
    citation(page, 1).click()
    expect_highlighted(page, fake_service.ANNUAL)


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


def keyboard_help(page: Page) -> None:
    page.get_by_role("button", name="Keyboard").click()


def documents(page: Page) -> None:
    page.get_by_role("link", name="Documents", exact=True).click()
    page.get_by_label("Service key").fill(fake_service.KEY)
    page.keyboard.press("Enter")
    expect(page.locator(".file-states details").first).to_be_visible()


def access_needed(page: Page) -> None:
    closed = {"asking": "closed", "sign_in": True, "client": None}
    page.route("**/v1/access", lambda route: route.fulfill(json=closed))
    page.reload()
    page.get_by_label("Your key").fill("wrong")
    page.route("**/v1/access", lambda route: route.fulfill(status=401, json={}))
    page.get_by_role("button", name="Use this key").click()
    expect(page.get_by_role("alert")).to_be_visible()


STATES = [empty, filtering, loading, streaming, answered, source_open, quote_moved, abstaining, failed, offline]
STATES += [history_open, keyboard_help, documents, access_needed]


@pytest.mark.parametrize(("width", "scheme"), [(320, "light"), (1280, "dark")])
@pytest.mark.parametrize("state", STATES)
def test_every_state_is_accessible(
    page: Page,
    site: str,
    faults: list[str],
    state: Callable[[Page], None],
    width: int,
    scheme: Literal["light", "dark"],
) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page.goto(site)
    state(page)
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": WCAG}})
    assert found.violations_count == 0, found.generate_report()
    expect_no_sideways_scroll(page)
    faults.clear()


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
