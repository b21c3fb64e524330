"""The page is in the language of the reader, and can be read from right to left."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

from . import fake_service
from .page_helpers import LEAVE, expect_no_sideways_scroll, newest, open_shared, pane

pytestmark = pytest.mark.browser

FRENCH = fake_service.UI / "languages/fr.json"


@contextmanager
def visit(browser: Browser, site: str, locale: str, **options: Any) -> Iterator[Page]:
    context = browser.new_context(locale=locale, **options)
    page = context.new_page()
    page.goto(site)
    expect_ready(page)
    yield page
    context.close()


def expect_ready(page: Page) -> None:
    """Wait until the page has its language. Until then, it hears no key."""
    expect(page.locator(".page-footer select")).to_be_attached()


def made_up(route: Route) -> None:
    """Answer with a language that reads from right to left, and has each sentence between brackets."""
    sentences = json.loads(FRENCH.read_text(encoding="utf-8"))["sentences"]
    marked = {
        english: plural_forms(english) if isinstance(words, dict) else f"⟦{english}⟧"
        for english, words in sentences.items()
    }
    route.fulfill(json={"direction": "rtl", "sentences": marked})


def plural_forms(english: str) -> dict[str, str]:
    return {"one": f"⟦one {english}⟧", "other": f"⟦{english}⟧"}


@contextmanager
def visit_made_up(browser: Browser, site: str, **options: Any) -> Iterator[Page]:
    context = browser.new_context(locale="fr", **options)
    page = context.new_page()
    page.route("**/ui/languages/fr.json", made_up)
    page.goto(site)
    expect_ready(page)
    yield page
    context.close()


@pytest.mark.parametrize(
    ("locale", "language", "heading", "size", "answer"),
    [
        (
            "de-CH",
            "de",
            "Dokumente befragen",
            "2 Dokumente · 41 Textstellen · Stand 3. November 2025",
            "Quellenangaben",
        ),
        ("fr-CA", "fr", "Interroger les documents", "2 documents · 41 passages · au 3 novembre 2025", "Références"),
        ("en-US", "en", "Ask the documents", "2 documents · 41 passages · as of November 3, 2025", "References"),
        ("ja", "en", "Ask the documents", "2 documents · 41 passages · as of 3 November 2025", "References"),
    ],
)
def test_the_page_is_in_the_language_of_the_browser(
    browser: Browser, site: str, locale: str, language: str, heading: str, size: str, answer: str
) -> None:
    with visit(browser, site, locale) as page:
        expect(page.locator("html")).to_have_attribute("lang", language)
        expect(page).to_have_title(heading)
        expect(page.get_by_role("heading", level=1)).to_have_text(heading, use_inner_text=True)
        expect(page.locator("#index-summary")).to_have_text(size)
        page.locator("#question").fill(LEAVE)
        page.keyboard.press("Enter")
        expect(newest(page).get_by_role("heading", level=3).first).to_have_text(answer)


def test_the_chosen_language_is_remembered(browser: Browser, site: str) -> None:
    with visit(browser, site, "en-GB") as page:
        page.get_by_label("Language").select_option(label="Français")
        expect(page.get_by_label("Langue")).to_have_value("fr")
        expect(page.locator("#question")).to_have_accessible_name("Votre question")
        page.reload()
        expect(page.locator("html")).to_have_attribute("lang", "fr")
        page.get_by_label("Langue").select_option(label="English")
        expect(page.locator("#question")).to_have_accessible_name("Your question")


def test_a_language_that_cannot_be_loaded_leaves_the_page_in_english(browser: Browser, site: str) -> None:
    context = browser.new_context(locale="de")
    page = context.new_page()
    page.route("**/ui/languages/de.json", lambda route: route.abort())
    page.goto(site)
    expect(page.locator("#question")).to_have_accessible_name("Your question")
    expect(page.get_by_role("group", name="Questions that these documents answer")).to_be_visible()
    context.close()


def test_notices_and_reasons_are_in_the_language_of_the_page(browser: Browser, site: str) -> None:
    corrected = {"kind": "understood", "text": "The question was read with “levvy” as “levy”.", "questions": []}
    reply = {**fake_service.ANSWERS[LEAVE], "notices": [corrected], "degraded": "the language model failed"}
    body = fake_service.event("answer", reply)
    with visit(browser, site, "de") as page:
        page.route("**/v1/answers", lambda route: route.fulfill(content_type="text/event-stream", body=body))
        page.locator("#question").fill(LEAVE)
        page.keyboard.press("Enter")
        expect(newest(page).locator(".notice")).to_have_text("In der Frage wurde „levvy“ als „levy“ gelesen.")
        expect(newest(page).locator(".note")).to_contain_text("Grund: Das Sprachmodell ist ausgefallen.")


@pytest.mark.parametrize("width", [320, 1280])
def test_the_page_can_be_read_from_right_to_left(browser: Browser, site: str, width: int) -> None:
    with visit_made_up(browser, site, viewport={"width": width, "height": 800}) as page:
        expect(page.locator("html")).to_have_attribute("dir", "rtl")
        expect_no_sideways_scroll(page)
        page.locator("#question").fill(LEAVE)
        page.keyboard.press("Enter")
        newest(page).locator(".citation").first.click()
        expect(pane(page).locator("mark").first).to_be_in_viewport()
        expect_no_sideways_scroll(page)
        if width > 1000:
            assert left_edge(pane(page)) < left_edge(newest(page))
            assert left_edge(page.locator(".masthead nav")) < left_edge(page.locator(".masthead h1"))


def left_edge(part: Locator) -> float:
    box = part.bounding_box()
    assert box is not None
    return box["x"]


UNTRANSLATED = """() => {
  const outside = "[dir=auto], .words, .print-url, .active-filters, select, kbd, .number, .count, .citation, noscript, "
    + "[translate=no]";
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found = [];
  while (walker.nextNode()) {
    const { parentElement, data } = walker.currentNode;
    if (/\\p{L}{2}/u.test(data) && !parentElement.closest(outside)) found.push(data.trim());
  }
  for (const node of document.querySelectorAll("[aria-label], [placeholder]")) {
    for (const name of ["aria-label", "placeholder"]) {
      if (node.getAttribute(name)) found.push(node.getAttribute(name));
    }
  }
  return found.filter((words) => !words.includes("⟦"));
}"""


def at_the_start(page: Page) -> None:
    expect(page.locator("#suggestions")).to_be_visible()


def with_filters(page: Page) -> None:
    page.locator("#show-filters").click()
    page.locator("#filters").get_by_label("Kazakhstan").check()


def with_answers(page: Page) -> None:
    for question in [*fake_service.ANSWERS, "Break"]:
        page.locator("#question").fill(question)
        page.keyboard.press("Enter")
        expect(newest(page).locator(".pending")).to_have_count(0)


def with_a_source(page: Page) -> None:
    page.locator("#question").fill(LEAVE)
    page.keyboard.press("Enter")
    newest(page).locator(".citation").first.click()
    expect(pane(page).locator("mark").first).to_be_visible()


def with_the_history(page: Page) -> None:
    with_answers(page)
    page.locator("#show-history").click()


def with_details(page: Page) -> None:
    page.locator("#show-documents").click()
    page.locator(".document-list input").first.check()
    page.locator(".document-list .plain").first.click()
    expect(page.locator(".passages li")).to_be_visible()


def with_documents(page: Page) -> None:
    page.locator("#show-documents").click()
    page.locator("#key").fill(fake_service.KEY)
    page.keyboard.press("Enter")
    expect(page.locator(".file-states details").first).to_be_visible()


def sharing(page: Page) -> None:
    with_a_source(page)
    page.keyboard.press("Escape")
    newest(page).locator(".share").click()
    page.locator(".link-row button").click()
    expect(page.locator(".link-row input")).to_be_focused()


def judging(page: Page) -> None:
    with_a_source(page)
    page.keyboard.press("Escape")
    newest(page).locator(".feedback").last.click()
    expect(page.locator(".feedback-form")).to_be_visible()


def with_a_shared_answer(page: Page) -> None:
    open_shared(page, ["moved", "changed", "gone"])
    expect(page.locator(".note.shared")).to_be_visible()


STATES = [at_the_start, with_filters, with_answers, with_a_source, with_the_history, with_documents, with_details]
STATES += [sharing, judging, with_a_shared_answer]
FROM_THE_SERVICE = [
    "Description",
    "2021",
    "2022",
    "it has no text",
    "no parser for .png",
    "Ask again in a minute.",
]
"""Sentences, names of fields and dates of the fake service, which the page shows as they are."""


@pytest.mark.parametrize("state", STATES)
def test_every_sentence_on_the_page_is_translated(browser: Browser, site: str, state: Callable[[Page], None]) -> None:
    with visit_made_up(browser, site) as page:
        state(page)
        shown = page.evaluate(UNTRANSLATED)
        assert [words for words in shown if not any(said in words for said in FROM_THE_SERVICE)] == []
