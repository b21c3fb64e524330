"""What axe-core cannot check of WCAG 2.2 AA: focus order, names, zoom, forced colours and text spacing."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, ViewportSize, expect

from .page_helpers import LEAVE, PARTIAL, ask, citation, expect_no_sideways_scroll, newest, pane

pytestmark = pytest.mark.browser

ZOOMED: ViewportSize = {"width": 320, "height": 256}
"""A window of 1280 by 1024 pixels at a zoom of 400 %."""

SPACING = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`* { line-height: 1.5 !important; letter-spacing: 0.12em !important;
    word-spacing: 0.16em !important; } p { margin-bottom: 2em !important; }`);
  document.adoptedStyleSheets = [sheet];
}"""
"""The spacing that a reader may set, from the criterion 1.4.12."""

CUT = """() => [...document.querySelectorAll("body *")].filter((node) => {
  const { overflowX, overflowY } = getComputedStyle(node);
  if (node.closest(".visually-hidden, .snippet, .skip, label[for=question], .status, textarea")) return false;
  const hides = [overflowX, overflowY].some((value) => value === "hidden" || value === "clip");
  const isSmall = node.matches("button, .citation, .position, .hint, h1, nav > *");
  return (hides || isSmall) && (node.scrollWidth > node.clientWidth + 1 || node.scrollHeight > node.clientHeight + 1);
}).map((node) => `${node.tagName}.${node.className}: ${node.textContent.slice(0, 40)}`)"""
"""Elements whose text does not fit. The start of a long quote is short on purpose: its button opens the whole."""


def tab_to(page: Page, wanted: Locator, limit: int = 12) -> None:
    """Press Tab until the element has the focus."""
    for _ in range(limit):
        page.keyboard.press("Tab")
        if wanted.evaluate("node => node === document.activeElement"):
            return
    pytest.fail(f"Tab does not reach {wanted}")


def test_the_first_tab_stop_skips_the_header(page: Page, site: str) -> None:
    page.goto(f"{site}/#documents")
    expect(page.get_by_role("heading", name="Documents", exact=True)).to_be_focused()
    page.get_by_role("heading", level=1).get_by_role("link").focus()
    page.keyboard.press("Shift+Tab")
    skip = page.get_by_role("link", name="Skip to the content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_label("Words of the title or the author")).to_be_focused()


@pytest.mark.parametrize("width", [375, 1280])
def test_tab_goes_from_the_source_to_its_controls(page: Page, site: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(site)
    ask(page, LEAVE)
    citation(page, 2).click()
    expect(pane(page).locator("mark")).to_be_visible()
    for name in ("Previous citation", "Next citation", "Close source"):
        tab_to(page, pane(page).get_by_role("button", name=name), limit=2)
    page.keyboard.press("Enter")
    expect(citation(page, 2)).to_be_focused()


def test_citations_of_one_document_have_distinct_names(page: Page, site: str) -> None:
    page.goto(site)
    ask(page, LEAVE)
    names = [button.get_attribute("aria-label") for button in newest(page).locator(".citation").all()]
    title = "Human Resources Policies and Procedures"
    assert names[0] == f"Source 1: {title}, p. 12, “Regular employees earn two working days…”"
    assert names[1] == f"Source 2: {title}, p. 14, “Sick leave is granted for up…”"
    assert len(set(names)) == len(names)


def test_escape_leaves_the_question_and_then_closes_the_source(page: Page, site: str) -> None:
    page.goto(site)
    ask(page, LEAVE)
    citation(page, 1).click()
    page.get_by_label("Your question").fill("And sick")
    page.keyboard.press("Escape")
    expect(page.get_by_role("main")).to_be_focused()
    expect(page.get_by_label("Your question")).to_have_value("And sick")
    expect(pane(page)).to_be_visible()
    page.keyboard.press("j")
    expect(pane(page)).to_contain_text("Citation 2 of 3")
    page.keyboard.press("Escape")
    expect(pane(page)).to_be_hidden()
    expect(citation(page, 2)).to_be_focused()


def test_escape_closes_a_dialog_and_returns_to_its_button(page: Page, site: str) -> None:
    page.goto(site)
    ask(page, LEAVE)
    for name in ("History", "Keyboard"):
        page.get_by_role("button", name=name).click()
        expect(page.get_by_role("dialog", name=name)).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog", name=name)).to_be_hidden()
        expect(page.get_by_role("button", name=name)).to_be_focused()


def test_at_a_zoom_of_400_percent_the_quote_and_the_close_button_are_in_view(page: Page, site: str) -> None:
    page.set_viewport_size(ZOOMED)
    page.goto(site)
    ask(page, LEAVE)
    for marker in (1, 2):
        citation(page, marker).click()
        expect(pane(page).locator("mark").first).to_be_in_viewport(ratio=0.9)
        expect(pane(page).get_by_role("button", name="Close source")).to_be_in_viewport(ratio=1)
        expect_no_sideways_scroll(page)
        page.keyboard.press("Escape")


def test_forced_colours_keep_outlines(page: Page, site: str) -> None:
    page.emulate_media(forced_colors="active")
    page.goto(site)
    ask(page, LEAVE)
    borders = newest(page).locator(".citation").first.evaluate("node => getComputedStyle(node).borderTopWidth")
    assert borders == "1px"
    citation(page, 1).click()
    for marked in (pane(page).locator("mark").first, citation(page, 1)):
        outline = marked.evaluate("node => [getComputedStyle(node).outlineStyle, getComputedStyle(node).outlineWidth]")
        assert outline == ["solid", "2px"]
    for _ in range(12):
        page.keyboard.press("Tab")
        assert page.evaluate(FOCUS_IS_SHOWN), page.evaluate("document.activeElement.outerHTML")


FOCUS_IS_SHOWN = """() => {
  const focused = document.activeElement;
  if (focused === document.body) return true;
  const shown = focused.matches("textarea") ? focused.closest(".box") : focused;
  return [getComputedStyle(shown), getComputedStyle(shown, "::after")].some(
    ({ outlineStyle, outlineWidth }) => outlineStyle !== "none" && parseFloat(outlineWidth) >= 1,
  );
}"""


@pytest.mark.parametrize("width", [320, 1280])
def test_wider_text_spacing_cuts_nothing(page: Page, site: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(site)
    page.evaluate(SPACING)
    assert page.evaluate(CUT) == []
    page.get_by_role("button", name="Filters").click()
    page.get_by_label("Kazakhstan").check()
    assert page.evaluate(CUT) == []
    for question in (PARTIAL, LEAVE):
        ask(page, question)
    assert page.evaluate(CUT) == []
    expect_no_sideways_scroll(page)
    citation(page, 1).click()
    expect(pane(page).locator("mark").first).to_be_visible()
    assert page.evaluate(CUT) == []
    page.keyboard.press("Escape")
    page.get_by_role("link", name=re.compile("Documents")).last.click()
    assert page.evaluate(CUT) == []
    expect_no_sideways_scroll(page)
