"""The page: questions, answers, and messages when there is no answer."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Page, expect

from . import fake_service
from .page_helpers import (
    LEAVE,
    PARTIAL,
    PERU,
    TERM,
    ask,
    ask_and_return_request,
    citation,
    expect_highlighted,
    newest,
    pane,
    status,
)

pytestmark = pytest.mark.browser

SPLIT_STREAM = """async (site) => {
  const { events } = await import(`${site}/ui/stream.js`);
  const wire = ": hi\\r\\nevent: a\\r\\ndata: one\\r\\ndata: 🇰🇿\\r\\n\\r\\ndata:two\\n\\ndata: lost";
  const bytes = new TextEncoder().encode(wire);
  const body = new ReadableStream({
    start(controller) {
      for (const byte of bytes) controller.enqueue(new Uint8Array([byte]));
      controller.close();
    },
  });
  const found = [];
  for await (const event of events(body)) found.push(event);
  return found;
}"""
NO_INDEX = {"title": "Service Unavailable", "status": 503, "detail": "no index in index/: run 'rag ingest' first"}


def test_an_empty_page_shows_the_index_size_and_suggested_questions(page: Page, site: str) -> None:
    page.goto(site)
    expect(page.locator("#index-summary")).to_have_text(
        "From 2 documents in 41 passages, as of 3\u00a0November\u00a02025."
    )
    suggested = page.get_by_role("group", name="Questions that these documents answer")
    expect(suggested.get_by_role("button")).to_have_text(fake_service.SUGGESTED)
    suggested.get_by_role("button", name=TERM).click()
    expect(newest(page).get_by_role("heading", level=2)).to_have_text(TERM)
    expect(citation(page, 1)).to_be_visible()
    expect(suggested).to_be_hidden()


def test_without_an_index_the_page_says_what_to_do(page: Page, site: str, faults: list[str]) -> None:
    body = json.dumps(NO_INDEX)
    for path in ("fields", "suggestions"):
        page.route(f"**/v1/{path}", lambda r: r.fulfill(status=503, content_type="application/problem+json", body=body))
    page.goto(site)
    expect(page.locator("#index-summary")).to_contain_text("run 'rag ingest' first")
    expect(page.get_by_role("button", name="Filters")).to_be_hidden()
    assert "503" in faults.pop()


def test_a_new_answer_is_below_earlier_ones_and_scrolls_into_view(page: Page, site: str) -> None:
    page.goto(site)
    for question in (PERU, LEAVE, TERM):
        ask(page, question)
    expect(page.get_by_role("article").get_by_role("heading", level=2)).to_have_text([PERU, LEAVE, TERM])
    expect(newest(page).get_by_role("heading", level=2)).to_be_in_viewport()
    expect(page.get_by_label("Your question")).to_be_in_viewport()


def test_statements_are_shown_as_they_are_streamed(page: Page, site: str) -> None:
    page.goto(site)
    page.get_by_label("Your question").fill("Wait")
    page.keyboard.press("Enter")
    expect(newest(page).locator(".statement")).to_have_count(1)
    expect(newest(page).locator(".pending")).to_be_visible()
    expect(newest(page)).not_to_contain_text("References")


def test_no_evidence_shows_the_nearest_passages(page: Page, site: str) -> None:
    page.goto(site)
    answer = ask(page, PERU)
    expect(newest(page)).to_contain_text("The documents do not say.")
    expect(newest(page)).to_contain_text("No passage is close enough")
    expect(newest(page).get_by_role("heading", name="Nearest passages")).to_be_visible()
    for hit in answer["evidence"]:
        expect(newest(page).get_by_role("button", name=hit["title"])).to_be_visible()


def test_without_documents_there_are_no_nearest_passages(page: Page, site: str) -> None:
    page.goto(site)
    ask(page, "Is anything here?")
    expect(newest(page)).to_contain_text("No documents have been added yet.")
    expect(newest(page).get_by_role("heading", name="Nearest passages")).to_have_count(0)


def test_an_answer_says_if_it_is_partial_or_degraded(page: Page, site: str) -> None:
    page.goto(site)
    ask(page, PARTIAL)
    expect(newest(page)).to_contain_text("only part of this question")
    expect(newest(page)).to_contain_text("because the language model did not answer in time")


def test_the_page_says_that_questions_leave_for_another_host(page: Page, site: str) -> None:
    page.goto(site)
    expect(page.locator("#destination")).to_have_text(
        "Questions and passages are sent to a language model on another host."
    )


def test_an_answer_can_be_stopped(page: Page, site: str, faults: list[str]) -> None:
    page.goto(site)
    page.get_by_label("Your question").fill("Wait")
    page.keyboard.press("Enter")
    expect(citation(page, 1)).to_be_visible()
    expect(status(page)).to_have_text("Reading 2 passages…")
    with page.expect_event("requestfailed"):
        page.get_by_role("button", name="Stop").click()
    expect(newest(page)).to_contain_text("You stopped this answer.")
    expect(page.get_by_role("button", name="Stop")).to_be_hidden()
    citation(page, 1).click()
    expect_highlighted(page, fake_service.ANNUAL)
    assert faults.pop() == f"failed request: {site}/v1/answers"


def test_a_lost_connection_shows_a_sentence_and_the_user_can_ask_again(
    page: Page, site: str, faults: list[str]
) -> None:
    page.goto(site)
    page.route("**/v1/answers", lambda route: route.abort("connectionrefused"))
    page.get_by_label("Your question").fill(LEAVE)
    page.keyboard.press("Enter")
    expect(newest(page).get_by_role("alert")).to_have_text("The service cannot be reached. It may be restarting.")
    faults.clear()
    page.unroute("**/v1/answers")
    newest(page).get_by_role("button", name="Ask again").click()
    expect(citation(page, 1)).to_be_visible()


def test_the_page_says_that_it_is_offline_before_and_after_a_question(page: Page, site: str, faults: list[str]) -> None:
    page.goto(site)
    ask(page, LEAVE)
    page.context.set_offline(True)
    expect(page.locator("#offline")).to_have_text("You are offline. You can still read earlier answers.")
    page.get_by_label("Your question").fill(TERM)
    page.keyboard.press("Enter")
    expect(newest(page).get_by_role("alert")).to_contain_text("You are offline")
    faults.clear()
    page.context.set_offline(False)
    expect(page.locator("#offline")).to_be_empty()
    newest(page).get_by_role("button", name="Ask again").click()
    expect(citation(page, 1)).to_be_visible()


def test_a_refused_question_shows_a_sentence(page: Page, site: str, faults: list[str]) -> None:
    page.goto(site)
    page.get_by_label("Your question").fill("Refuse")
    page.keyboard.press("Enter")
    expect(newest(page).get_by_role("alert")).to_have_text("The question is not valid: It is too vague.")
    assert "422" in faults.pop()


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("Break", "The model is overloaded: Ask again in a minute."),
        ("Vanish", "The answer was cut off before it was complete."),
    ],
)
def test_a_failed_stream_shows_a_sentence(page: Page, site: str, question: str, sentence: str) -> None:
    page.goto(site)
    page.get_by_label("Your question").fill(question)
    page.keyboard.press("Enter")
    expect(newest(page).get_by_role("alert")).to_have_text(sentence)


def test_events_are_parsed_even_if_each_byte_is_a_chunk(page: Page, site: str) -> None:
    page.goto(site)
    assert page.evaluate(SPLIT_STREAM, site) == [
        {"event": "a", "data": "one\n🇰🇿"},
        {"event": "message", "data": "two"},
    ]


def test_the_page_obeys_its_security_policy(page: Page, site: str) -> None:
    response = page.goto(site)
    assert response is not None
    assert response.headers["content-security-policy"] == fake_service.POLICY
    ask(page, LEAVE)
    citation(page, 1).click()
    expect(pane(page).locator("mark")).to_be_visible()  # a violation is a console error, and then `page` fails the test


def test_a_printed_page_has_the_answer_and_numbered_references(page: Page, site: str) -> None:
    page.goto(site)
    answer = ask(page, LEAVE)
    page.emulate_media(media="print")
    references = newest(page).locator(".references")
    for cited in answer["citations"]:
        expect(references.get_by_text(cited["quote"])).to_be_visible()
    expect(references.get_by_text("https://policies.example/hr/handbook.pdf")).to_be_visible()
    expect(references.get_by_text("javascript:")).to_have_count(0)
    expect(newest(page).locator(".print-footer")).to_contain_text("from snapshot fake")
    for hidden in (page.get_by_label("Your question"), page.get_by_role("navigation")):
        expect(hidden).to_be_hidden()


def test_a_printed_quote_is_not_truncated(page: Page, site: str) -> None:
    page.set_viewport_size({"width": 320, "height": 760})
    page.goto(site)
    ask(page, LEAVE)
    quote = newest(page).locator(".row .snippet").first
    is_truncated = "quote => quote.scrollHeight > quote.clientHeight + 1"
    assert quote.evaluate(is_truncated)
    page.emulate_media(media="print")
    assert not quote.evaluate(is_truncated)


def test_a_question_is_sent_without_filters_if_none_is_chosen(page: Page, site: str) -> None:
    page.goto(site)
    assert ask_and_return_request(page, LEAVE) == {"question": LEAVE, "history": []}
