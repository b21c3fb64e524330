"""Conversations are saved in the browser; the user can restore and delete them."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from . import fake_service
from .page_helpers import LEAVE, PERU, TERM, ask, ask_and_return_request, citation, expect_highlighted, newest

pytestmark = pytest.mark.browser

MESSAGES = [
    {"role": "user", "content": LEAVE},
    {"role": "assistant", "content": " ".join(text for text, _ in fake_service.LEAVE)},
]


def open_history(page: Page) -> Locator:
    """Open the history and return its dialog."""
    page.get_by_role("button", name="History").click()
    return page.get_by_role("dialog", name="History")


def test_a_question_is_sent_with_the_earlier_conversation(page: Page, site: str) -> None:
    page.goto(site)
    assert ask_and_return_request(page, LEAVE) == {"question": LEAVE, "history": []}
    assert ask_and_return_request(page, PERU) == {"question": PERU, "history": MESSAGES}
    # A question without an answer adds only itself to the history.
    assert ask_and_return_request(page, TERM)["history"] == [*MESSAGES, {"role": "user", "content": PERU}]


def test_a_failed_question_is_not_part_of_the_history(page: Page, site: str) -> None:
    page.goto(site)
    page.get_by_label("Your question").fill("Break")
    page.keyboard.press("Enter")
    expect(newest(page).get_by_role("alert")).to_be_visible()
    assert ask_and_return_request(page, LEAVE)["history"] == []


def test_a_long_conversation_is_cut_to_the_limits_of_the_service(page: Page, site: str) -> None:
    page.goto(site)
    sent = page.evaluate(
        """async (site) => {
          const { ask } = await import(`${site}/ui/service.js`);
          const turns = Array.from({ length: 70 }, (_, i) => ({ role: "user", content: `${i} ` + "😀".repeat(9000) }));
          let body;
          window.fetch = async (_, options) => { body = JSON.parse(options.body); throw new TypeError(); };
          await ask("Why?", turns, { filters: {}, asOf: null }, null).next().catch(() => {});
          return body.history.map(({ content }) => [content.slice(0, 3), [...content].length, content.isWellFormed()]);
        }""",
        site,
    )
    assert sent == [[f"{number} "[:3], 8000, True] for number in range(20, 70)]


def test_a_reload_restores_the_conversation_and_its_history(page: Page, site: str) -> None:
    page.goto(site, wait_until="networkidle")  # so that the reload interrupts no request
    ask(page, LEAVE)
    page.reload()
    expect(newest(page).get_by_role("heading", level=2)).to_have_text(LEAVE)
    citation(page, 1).click()
    expect_highlighted(page, fake_service.ANNUAL)
    page.keyboard.press("Escape")
    assert ask_and_return_request(page, TERM)["history"] == MESSAGES


def test_a_reload_restores_the_nearest_passages_of_an_unanswered_question(page: Page, site: str) -> None:
    page.goto(site, wait_until="networkidle")  # so that the reload interrupts no request
    answer = ask(page, PERU)
    page.reload()
    expect(newest(page)).to_contain_text("The documents do not say.")
    newest(page).get_by_role("button", name=answer["evidence"][0]["title"]).click()
    expect_highlighted(page, answer["evidence"][0]["text"])


def test_a_new_conversation_clears_the_page_and_the_history(page: Page, site: str) -> None:
    page.goto(site)
    new_conversation = page.get_by_role("button", name="New conversation")
    expect(new_conversation).to_be_hidden()
    ask(page, LEAVE)
    citation(page, 1).click()
    expect_highlighted(page, fake_service.ANNUAL)
    new_conversation.click()
    expect(page.get_by_role("article")).to_have_count(0)
    expect(page.locator("dialog.source")).to_be_hidden()
    expect(page.get_by_label("Your question")).to_be_focused()
    expect(new_conversation).to_be_hidden()
    assert ask_and_return_request(page, TERM) == {"question": TERM, "history": []}


def test_a_new_conversation_stops_the_answer_in_progress(page: Page, site: str, faults: list[str]) -> None:
    page.goto(site)
    page.get_by_label("Your question").fill("Wait")
    page.keyboard.press("Enter")
    expect(citation(page, 1)).to_be_visible()
    with page.expect_event("requestfailed"):
        page.get_by_role("button", name="New conversation").click()
    expect(page.get_by_role("button", name="Stop")).to_be_hidden()
    assert ask_and_return_request(page, LEAVE)["history"] == []
    assert faults.pop() == f"failed request: {site}/v1/answers"


def test_an_earlier_conversation_can_be_restored_and_continued(page: Page, site: str) -> None:
    page.goto(site)
    ask(page, LEAVE)
    page.get_by_role("button", name="New conversation").click()
    ask(page, TERM)
    saved = open_history(page)
    expect(saved.get_by_role("listitem")).to_have_count(2)
    saved.get_by_role("button", name=LEAVE, exact=True).click()
    expect(saved).to_be_hidden()
    expect(page.get_by_role("article").get_by_role("heading", level=2)).to_have_text([LEAVE])
    assert ask_and_return_request(page, PERU)["history"] == MESSAGES
    expect(open_history(page).get_by_role("listitem")).to_have_count(2)


def test_one_conversation_or_all_can_be_deleted(page: Page, site: str) -> None:
    page.goto(site)
    for question in (LEAVE, TERM, PERU):
        ask(page, question)
        page.get_by_role("button", name="New conversation").click()
    saved = open_history(page)
    saved.get_by_role("button", name=f"Delete “{TERM}”").click()
    expect(saved.locator(".restore")).to_have_text([PERU, LEAVE])
    saved.get_by_role("button", name="Delete all").click()
    expect(saved).to_contain_text("There are no saved conversations.")
    assert page.evaluate("JSON.parse(localStorage.getItem('rag.conversations'))") == []
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="History")).to_be_hidden()


def test_deleting_the_current_conversation_clears_the_page(page: Page, site: str) -> None:
    page.goto(site, wait_until="networkidle")  # so that the reload interrupts no request
    ask(page, LEAVE)
    open_history(page).get_by_role("button", name="Delete all").click()
    expect(page.get_by_role("article")).to_have_count(0)
    page.reload()
    expect(page.get_by_role("article")).to_have_count(0)


def test_the_page_answers_if_the_browser_cannot_save(page: Page, site: str) -> None:
    page.add_init_script("Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); }")
    page.goto(site)
    ask(page, LEAVE)
    expect(citation(page, 1)).to_be_visible()
    expect(page.get_by_role("button", name="History")).to_be_hidden()


@pytest.mark.parametrize("stored", ["{", "null", "7", '{"a": 1}', '[null, 7, {"id": "1"}]'])
def test_malformed_saved_data_is_ignored(page: Page, site: str, stored: str) -> None:
    page.goto(site, wait_until="networkidle")  # so that the reload interrupts no request
    page.evaluate("stored => localStorage.setItem('rag.conversations', stored)", stored)
    page.reload()
    ask(page, LEAVE)
    expect(open_history(page).locator(".restore")).to_have_text([LEAVE])


def test_if_the_browser_storage_is_full_the_oldest_conversations_are_dropped(page: Page, site: str) -> None:
    page.goto(site)
    saved = page.evaluate(
        """async (site) => {
          const { save, conversations } = await import(`${site}/ui/storage.js`);
          const exchanges = [{ question: "x".repeat(1_500_000) }];
          for (const id of ["1", "2", "3", "4", "5"]) save({ id, time: "", exchanges });
          return conversations().map(({ id }) => id);
        }""",
        site,
    )
    assert saved[0] == "5"
    assert saved == sorted(saved, reverse=True)
    assert 0 < len(saved) < 5
    page.evaluate("localStorage.clear()")
