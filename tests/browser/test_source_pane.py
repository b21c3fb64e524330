"""The source pane: a document with the quoted words highlighted."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import Page, expect

from . import fake_service
from .page_helpers import LEAVE, PERU, TERM, ask, citation, expect_highlighted, expect_no_sideways_scroll, newest, pane

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("question", [LEAVE, TERM, "What spans two paragraphs?"])
def test_each_citation_highlights_exactly_its_quote(page: Page, site: str, question: str) -> None:
    page.goto(site)
    answer = ask(page, question)
    for cited in answer["citations"]:
        citation(page, cited["marker"]).click()
        expect(pane(page).get_by_role("heading", level=2)).to_have_text(cited["title"])
        expect_highlighted(page, cited["quote"])


def test_a_quote_after_emoji_is_highlighted_exactly(page: Page, site: str) -> None:
    page.goto(site)
    [cited] = ask(page, TERM)["citations"]
    assert any(ord(character) > 0xFFFF for character in fake_service.OUTLOOK[: cited["start"]])
    citation(page, 1).click()
    expect_highlighted(page, cited["quote"])


def test_a_quote_that_spans_two_paragraphs_is_marked_in_both(page: Page, site: str) -> None:
    page.goto(site)
    ask(page, "What spans two paragraphs?")
    citation(page, 1).click()
    expect(pane(page).locator("p.quoted")).to_have_count(2)
    expect(pane(page).locator("p.quoted mark")).to_have_count(2)


def test_the_pane_shows_every_word_of_the_document(page: Page, site: str) -> None:
    page.goto(site)
    ask(page, LEAVE)
    citation(page, 1).click()
    expect_highlighted(page, fake_service.ANNUAL)
    shown = pane(page).locator(".words > p").evaluate_all("blocks => blocks.map((block) => block.textContent)")
    assert [words for block in shown for words in block.split()] == fake_service.HANDBOOK.split()


def test_headings_of_the_document_are_headings_on_the_page(page: Page, site: str) -> None:
    page.goto(site)
    ask(page, LEAVE)
    citation(page, 1).click()
    text = pane(page).get_by_role("region", name="Text of the document")
    expect(text.get_by_role("heading", level=3)).to_have_text("Leave and absence")
    expect(text.get_by_role("heading", level=4)).to_have_text("Annual leave")


def test_a_quoted_row_is_marked_in_its_table_below_the_names_of_its_columns(page: Page, site: str) -> None:
    page.goto(site)
    [cited] = ask(page, "What does trade pay?")["citations"]
    citation(page, 1).click()
    expect_highlighted(page, cited["quote"])
    table = pane(page).get_by_role("table")
    expect(table.get_by_role("columnheader")).to_have_text(["Class", "Fee 2023", "Fee 2024"])
    expect(table.locator("tbody tr")).to_have_count(3)
    expect(table.locator("tbody tr.quoted mark")).to_have_count(2)
    expect(table.locator("tbody tr.quoted td[colspan='2']")).to_have_text("EUR 50", use_inner_text=True)
    assert table.locator("tbody tr").nth(2).locator("td").all_inner_texts() == ["Charity", "", "EUR 0"]


def test_quoted_items_are_marked_in_their_list(page: Page, site: str) -> None:
    page.goto(site)
    [cited] = ask(page, "What must an applicant hold?")["citations"]
    citation(page, 1).click()
    expect_highlighted(page, cited["quote"])
    items = pane(page).locator(".words li")
    assert [" ".join(words.split()) for words in items.all_inner_texts()] == [
        "1. be over 18;",
        "2. hold one of the following:",
        "a passport;",
        "an identity card;",
        "3. pay the fee.",
    ]
    levels = items.evaluate_all("items => items.map((item) => item.ariaLevel)")
    assert levels == ["1", "1", "2", "2", "1"]
    expect(pane(page).locator("li.quoted")).to_have_count(2)


def test_text_from_a_document_is_never_markup(page: Page, site: str) -> None:
    page.goto(site)
    ask(page, LEAVE)
    citation(page, 2).click()
    expect(pane(page).locator("mark")).to_contain_text("<b>thirty</b>")
    expect(page.locator("b")).to_have_count(0)
    citation(page, 3).click()
    expect(pane(page).get_by_text("limits the President")).to_be_visible()
    expect(pane(page).get_by_role("link")).to_have_count(0)  # because the document's address starts with javascript:


def test_a_source_shows_author_date_page_and_heading(page: Page, site: str) -> None:
    page.goto(site)
    ask(page, LEAVE)
    citation(page, 1).click()
    for words in ("Office of Human Resources", "1 September 2021", "p. 12", "Leave and absence › Annual leave"):
        expect(pane(page).locator("header")).to_contain_text(words)
    expect(pane(page).get_by_role("link")).to_have_attribute("href", "https://policies.example/hr/handbook.pdf")


def test_a_reference_opens_its_quote(page: Page, site: str) -> None:
    page.goto(site)
    answer = ask(page, LEAVE)
    for cited in answer["citations"]:
        expect(newest(page).locator(".references")).to_contain_text(cited["title"])
        newest(page).get_by_role("button", name=re.compile(rf"^{cited['marker']}\b")).click()
        expect_highlighted(page, cited["quote"])


def test_the_step_buttons_go_through_all_citations_of_an_answer(page: Page, site: str) -> None:
    page.goto(site)
    cited = ask(page, LEAVE)["citations"]
    citation(page, 1).click()
    expect_highlighted(page, cited[0]["quote"])
    expect(pane(page).get_by_role("button", name="Previous citation")).to_be_disabled()
    for place in (2, 3):
        pane(page).get_by_role("button", name="Next citation").click()
        expect(pane(page)).to_contain_text(f"Citation {place} of 3")
        expect(pane(page).get_by_role("heading", level=2)).to_have_text(cited[place - 1]["title"])
        expect_highlighted(page, cited[place - 1]["quote"])
        expect(citation(page, place)).to_have_attribute("aria-current", "true")
    expect(pane(page).get_by_role("heading", level=2)).to_be_focused()
    page.keyboard.press("Escape")
    expect(citation(page, 3)).to_be_focused()


def test_a_quote_that_has_moved_is_not_highlighted(page: Page, site: str) -> None:
    page.goto(site)
    [cited] = ask(page, "What has moved?")["citations"]
    citation(page, 1).click()
    expect(pane(page).get_by_role("alert")).to_contain_text("nothing is highlighted")
    expect(pane(page).get_by_role("blockquote")).to_have_text(cited["quote"])
    expect(pane(page).locator("mark")).to_have_count(0)


@pytest.mark.parametrize("width", [320, 375, 768])
def test_on_a_narrow_screen_the_source_covers_the_page(page: Page, site: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 760})
    page.goto(site)
    answer = ask(page, LEAVE)
    citation(page, 1).click()
    expect_highlighted(page, answer["citations"][0]["quote"])
    expect_no_sideways_scroll(page)
    assert pane(page).evaluate("pane => pane.matches(':modal')")
    page.keyboard.press("Escape")
    expect(pane(page)).to_be_hidden()
    expect(citation(page, 1)).to_be_focused()


def test_a_click_beside_the_source_closes_it(page: Page, site: str) -> None:
    page.set_viewport_size({"width": 375, "height": 760})
    page.goto(site)
    ask(page, LEAVE)
    citation(page, 1).click()
    expect_highlighted(page, fake_service.ANNUAL)
    page.mouse.click(100, 10)
    expect(pane(page)).to_be_hidden()


@pytest.mark.parametrize("width", [1024, 1280])
def test_on_a_wide_screen_the_source_is_beside_the_answer(page: Page, site: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(site)
    ask(page, LEAVE)
    citation(page, 1).click()
    expect(pane(page).locator("mark")).to_be_in_viewport()
    expect_no_sideways_scroll(page)
    left, right = newest(page).bounding_box(), pane(page).bounding_box()
    assert left is not None
    assert right is not None
    assert right["x"] >= left["x"] + left["width"]


def test_the_source_stays_open_when_the_window_becomes_narrow(page: Page, site: str) -> None:
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(site)
    ask(page, LEAVE)
    citation(page, 1).click()
    expect_highlighted(page, fake_service.ANNUAL)
    page.set_viewport_size({"width": 400, "height": 800})
    expect(pane(page).locator("mark")).to_be_visible()
    expect(page.locator("dialog.source:modal")).to_be_visible()


def test_a_nearest_passage_opens_in_its_document(page: Page, site: str) -> None:
    page.goto(site)
    answer = ask(page, PERU)
    for hit in answer["evidence"]:
        newest(page).get_by_role("button", name=hit["title"]).click()
        expect_highlighted(page, hit["text"])


def test_closing_the_source_moves_the_focus_to_its_citation(page: Page, site: str) -> None:
    page.goto(site)
    ask(page, LEAVE)
    citation(page, 3).click()
    expect(pane(page).locator("mark")).to_be_visible()  # closing earlier would cancel the loading
    pane(page).get_by_role("button", name="Close source").click()
    expect(citation(page, 3)).to_be_focused()


@pytest.mark.parametrize(
    ("known", "sentence"),
    [
        ({}, "This document is not in the index. The answer quoted:"),
        (
            {"gone_since": "2025-11-02T12:00:00Z"},
            "This document left the index on 2\u00a0November\u00a02025. The answer quoted:",
        ),
    ],
)
def test_a_missing_document_shows_the_quote(
    page: Page, site: str, faults: list[str], known: dict[str, str], sentence: str
) -> None:
    page.goto(site)
    ask(page, LEAVE)
    gone = json.dumps({"title": "Not Found", "status": 404, "detail": "It was removed.", **known})
    page.route("**/v1/documents/*", lambda r: r.fulfill(status=404, content_type="application/problem+json", body=gone))
    citation(page, 1).click()
    expect(pane(page).get_by_role("alert").locator("p")).to_have_text(sentence)
    expect(pane(page).get_by_role("alert").locator("blockquote")).to_have_text(fake_service.ANNUAL)
    assert "404" in faults.pop()
