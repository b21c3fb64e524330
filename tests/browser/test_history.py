"""Conversations are kept in the browser, come back, and can be forgotten."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from . import fake_service
from .page_helpers import LEAVE, PERU, TERM, ask, asked, citation, expect_highlighted, newest

pytestmark = pytest.mark.browser

SAID = [
    {"role": "user", "content": LEAVE},
    {"role": "assistant", "content": " ".join(text for text, _ in fake_service.LEAVE)},
]


def history(page: Page) -> Locator:
    page.get_by_role("button", name="History").click()
    return page.get_by_role("dialog", name="History")


def test_a_question_carries_the_conversation_before_it(page: Page, site: str) -> None:
    page.goto(site)
    assert asked(page, LEAVE) == {"question": LEAVE, "history": []}
    assert asked(page, PERU) == {"question": PERU, "history": SAID}
    # What was not answered has a question alone.
    assert asked(page, TERM)["history"] == [*SAID, {"role": "user", "content": PERU}]


def test_a_question_that_failed_is_no_part_of_the_conversation(page: Page, site: str) -> None:
    page.goto(site)
    page.get_by_label("Your question").fill("Break")
    page.keyboard.press("Enter")
    expect(newest(page).get_by_role("alert")).to_be_visible()
    assert asked(page, LEAVE)["history"] == []


def test_a_long_conversation_is_sent_as_far_as_the_service_takes_it(page: Page, site: str) -> None:
    page.goto(site)
    sent = page.evaluate(
        """async (site) => {
          const { ask } = await import(`${site}/ui/service.js`);
          const turns = Array.from({ length: 70 }, (_, i) => ({ role: "user", content: `${i} ` + "😀".repeat(9000) }));
          let body;
          window.fetch = async (_, options) => { body = JSON.parse(options.body); throw new TypeError(); };
          await ask("Why?", turns, {}, null).next().catch(() => {});
          return body.history.map(({ content }) => [content.slice(0, 3), [...content].length, content.isWellFormed()]);
        }""",
        site,
    )
    assert sent == [[f"{number} "[:3], 8000, True] for number in range(20, 70)]


def test_a_reload_keeps_the_conversation_and_what_follows_it(page: Page, site: str) -> None:
    page.goto(site, wait_until="networkidle")  # a reload would cut requests off
    ask(page, LEAVE)
    page.reload()
    expect(newest(page).get_by_role("heading", level=2)).to_have_text(LEAVE)
    citation(page, 1).click()
    expect_highlighted(page, fake_service.ANNUAL)
    page.keyboard.press("Escape")
    assert asked(page, TERM)["history"] == SAID


def test_an_answer_that_was_not_given_comes_back_with_its_nearest_passages(page: Page, site: str) -> None:
    page.goto(site, wait_until="networkidle")  # a reload would cut requests off
    answer = ask(page, PERU)
    page.reload()
    expect(newest(page)).to_contain_text("The documents do not say.")
    newest(page).get_by_role("button", name=answer["evidence"][0]["title"]).click()
    expect_highlighted(page, answer["evidence"][0]["text"])


def test_a_new_conversation_clears_the_page_and_what_is_sent(page: Page, site: str) -> None:
    page.goto(site)
    afresh = page.get_by_role("button", name="New conversation")
    expect(afresh).to_be_hidden()
    ask(page, LEAVE)
    citation(page, 1).click()
    expect_highlighted(page, fake_service.ANNUAL)
    afresh.click()
    expect(page.get_by_role("article")).to_have_count(0)
    expect(page.locator("dialog.source")).to_be_hidden()
    expect(page.get_by_label("Your question")).to_be_focused()
    expect(afresh).to_be_hidden()
    assert asked(page, TERM) == {"question": TERM, "history": []}


def test_a_new_conversation_ends_the_answer_that_is_coming(page: Page, site: str, faults: list[str]) -> None:
    page.goto(site)
    page.get_by_label("Your question").fill("Wait")
    page.keyboard.press("Enter")
    expect(citation(page, 1)).to_be_visible()
    with page.expect_event("requestfailed"):
        page.get_by_role("button", name="New conversation").click()
    expect(page.get_by_role("button", name="Stop")).to_be_hidden()
    assert asked(page, LEAVE)["history"] == []
    assert faults.pop() == f"failed request: {site}/v1/answers"


def test_an_earlier_conversation_is_taken_up_again(page: Page, site: str) -> None:
    page.goto(site)
    ask(page, LEAVE)
    page.get_by_role("button", name="New conversation").click()
    ask(page, TERM)
    kept = history(page)
    expect(kept.get_by_role("listitem")).to_have_count(2)
    kept.get_by_role("button", name=LEAVE, exact=True).click()
    expect(kept).to_be_hidden()
    expect(page.get_by_role("article").get_by_role("heading", level=2)).to_have_text([LEAVE])
    assert asked(page, PERU)["history"] == SAID
    expect(history(page).get_by_role("listitem")).to_have_count(2)


def test_one_conversation_or_all_can_be_forgotten(page: Page, site: str) -> None:
    page.goto(site)
    for question in (LEAVE, TERM, PERU):
        ask(page, question)
        page.get_by_role("button", name="New conversation").click()
    kept = history(page)
    kept.get_by_role("button", name=f"Forget “{TERM}”").click()
    expect(kept.locator(".restore")).to_have_text([PERU, LEAVE])
    kept.get_by_role("button", name="Forget all").click()
    expect(kept).to_contain_text("No conversation is kept.")
    assert page.evaluate("JSON.parse(localStorage.getItem('rag.conversations'))") == []
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="History")).to_be_hidden()


def test_the_conversation_on_the_page_goes_when_it_is_forgotten(page: Page, site: str) -> None:
    page.goto(site, wait_until="networkidle")  # a reload would cut requests off
    ask(page, LEAVE)
    history(page).get_by_role("button", name="Forget all").click()
    expect(page.get_by_role("article")).to_have_count(0)
    page.reload()
    expect(page.get_by_role("article")).to_have_count(0)


def test_a_browser_that_keeps_nothing_still_answers(page: Page, site: str) -> None:
    page.add_init_script("Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); }")
    page.goto(site)
    ask(page, LEAVE)
    expect(citation(page, 1)).to_be_visible()
    expect(page.get_by_role("button", name="History")).to_be_hidden()


@pytest.mark.parametrize("found", ["{", "null", "7", '{"a": 1}', '[null, 7, {"id": "1"}]'])
def test_what_another_page_left_in_the_browser_does_no_harm(page: Page, site: str, found: str) -> None:
    page.goto(site, wait_until="networkidle")  # a reload would cut requests off
    page.evaluate("found => localStorage.setItem('rag.conversations', found)", found)
    page.reload()
    ask(page, LEAVE)
    expect(history(page).locator(".restore")).to_have_text([LEAVE])


def test_when_the_browser_is_full_the_oldest_conversations_make_room(page: Page, site: str) -> None:
    page.goto(site)
    kept = page.evaluate(
        """async (site) => {
          const { keep, conversations } = await import(`${site}/ui/storage.js`);
          const exchanges = [{ question: "x".repeat(1_500_000) }];
          for (const id of ["1", "2", "3", "4", "5"]) keep({ id, time: "", exchanges });
          return conversations().map(({ id }) => id);
        }""",
        site,
    )
    assert kept[0] == "5"
    assert kept == sorted(kept, reverse=True)
    assert 0 < len(kept) < 5
    page.evaluate("localStorage.clear()")
