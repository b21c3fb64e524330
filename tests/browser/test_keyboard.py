"""The page can be used with the keyboard alone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from . import fake_service
from .page_helpers import LEAVE, ask, citation, expect_highlighted, newest, pane

pytestmark = pytest.mark.browser


def leave_question_box(page: Page) -> None:
    """Move the focus out of the question box, because single-key shortcuts do not work while the user types."""
    page.evaluate("document.activeElement.blur()")


def test_the_keyboard_can_open_a_source_and_go_back(page: Page, site: str) -> None:
    page.goto(site)
    expect(page.get_by_label("Your question")).to_be_focused()
    page.keyboard.type("How much leave")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("do I earn?")
    expect(page.get_by_label("Your question")).to_have_value("How much leave\ndo I earn?")
    page.keyboard.press("Enter")
    expect(newest(page).get_by_role("heading", name="References")).to_be_visible()
    while not citation(page, 1).evaluate("button => button === document.activeElement"):
        page.keyboard.press("Shift+Tab")
        assert page.evaluate("document.activeElement !== document.body")
    page.keyboard.press("Enter")
    expect(pane(page).get_by_role("heading", level=2)).to_be_focused()
    expect_highlighted(page, fake_service.ANNUAL)
    page.keyboard.press("Escape")
    expect(pane(page)).to_be_hidden()
    expect(citation(page, 1)).to_be_focused()


@pytest.mark.parametrize("width", [375, 1280])
def test_single_keys_step_through_citations(page: Page, site: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(site)
    ask(page, LEAVE)
    leave_question_box(page)
    for marker in (1, 2, 3):
        page.keyboard.press("j")
        expect(pane(page)).to_contain_text(f"Citation {marker} of 3")
        expect(pane(page).locator("mark")).to_be_visible()
    page.keyboard.press("j")  # there is no fourth citation
    page.keyboard.press("k")
    expect(pane(page)).to_contain_text("Citation 2 of 3")
    expect_highlighted(page, fake_service.SICK)
    page.keyboard.press("c")
    expect(pane(page).locator(".copied")).not_to_be_empty()
    page.keyboard.press("Escape")
    expect(citation(page, 2)).to_be_focused()


def test_single_keys_open_every_view(page: Page, site: str) -> None:
    page.goto(site)
    ask(page, LEAVE)
    leave_question_box(page)
    page.keyboard.press("d")
    expect(page.get_by_role("heading", name="Documents", exact=True)).to_be_focused()
    page.keyboard.press("d")
    expect(newest(page)).to_be_visible()
    page.keyboard.press("h")
    expect(page.get_by_role("dialog", name="History")).to_be_visible()
    page.keyboard.press("d")  # shortcuts do not work behind a dialog
    page.keyboard.press("Escape")
    page.keyboard.press("f")
    expect(page.get_by_label("From", exact=True)).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Filters")).to_be_focused()
    page.keyboard.press("/")
    expect(page.get_by_label("Your question")).to_be_focused()
    expect(page.get_by_label("Your question")).to_have_value("")
    leave_question_box(page)
    page.keyboard.press("n")
    expect(page.get_by_role("article")).to_have_count(0)


def test_typing_a_question_triggers_no_shortcut(page: Page, site: str) -> None:
    page.goto(site)
    page.get_by_label("Your question").press_sequentially("/jkdn?")
    expect(page.get_by_label("Your question")).to_have_value("/jkdn?")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_the_keyboard_dialog_lists_every_shortcut(page: Page, site: str) -> None:
    page.goto(site)
    leave_question_box(page)
    page.keyboard.press("?")
    keys = page.get_by_role("dialog", name="Keyboard")
    named = set(keys.locator("kbd").all_text_contents())
    shortcuts = page.locator("[aria-keyshortcuts]")
    assert {shortcut.get_attribute("aria-keyshortcuts") for shortcut in shortcuts.all()} <= named


def test_single_key_shortcuts_stay_off_after_a_reload(page: Page, site: str) -> None:
    page.goto(site, wait_until="networkidle")  # so that the reload interrupts no request
    page.get_by_role("button", name="Keyboard").click()
    page.get_by_label("Use single-key shortcuts").uncheck()
    page.keyboard.press("Escape")
    page.reload()
    leave_question_box(page)
    page.keyboard.press("d")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_label("Your question")).to_be_visible()
    page.get_by_role("button", name="Keyboard").click()
    expect(page.get_by_label("Use single-key shortcuts")).not_to_be_checked()
