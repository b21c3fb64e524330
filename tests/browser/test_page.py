"""The page: questions, answers, and messages when there is no answer."""

from __future__ import annotations

import json
import re

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
    expect(page.locator("#index-summary")).to_have_text("2 documents · 41 passages · as of 3\u00a0November\u00a02025")
    suggested = page.get_by_role("group", name="Questions that these documents answer")
    expect(suggested.get_by_role("button")).to_have_text(fake_service.SUGGESTED)
    suggested.get_by_role("button", name=TERM).click()
    expect(newest(page).get_by_role("heading", level=2)).to_have_text(TERM)
    expect(citation(page, 1)).to_be_visible()
    expect(suggested).to_be_hidden()


def test_an_empty_page_says_what_the_documents_are(page: Page, site: str) -> None:
    page.goto(site)
    facts = page.locator("#index-facts")
    expect(facts.locator("dt")).to_have_text(["Published", "Source kind", "Jurisdiction"])
    expect(facts.locator("dd")).to_have_text(
        [
            "1\u00a0September\u00a02021 to December\u00a02022",
            "handbook and article",
            "Kazakhstan and European Union",
        ]
    )


def test_a_long_list_of_kinds_ends_with_the_number_of_others(page: Page, site: str) -> None:
    topics = fake_service.field("topic", "leave", "pay", "travel", "conduct", "safety")
    page.route("**/v1/fields", lambda route: route.fulfill(json={"fields": [topics], "snapshot": "fake"}))
    page.goto(site)
    expect(page.locator("#index-facts dd")).to_have_text("leave, pay, travel and 2 others")


def test_the_newest_answer_suggests_what_its_documents_also_answer(page: Page, site: str) -> None:
    page.goto(site)
    ask(page, LEAVE)
    also = page.get_by_role("heading", name="These documents also answer")
    expect(newest(page).locator("..").locator(".next-questions button")).to_have_text([fake_service.NEXT])
    ask(page, TERM)  # its document answers nothing else
    expect(also).to_have_count(0)
    ask(page, LEAVE)
    with page.expect_request("**/v1/answers") as sent:
        page.get_by_role("button", name=fake_service.NEXT).click()
    assert json.loads(sent.value.post_data or "{}")["question"] == fake_service.NEXT


def test_an_answer_is_complete_without_suggestions(page: Page, site: str, faults: list[str]) -> None:
    page.goto(site)
    page.route("**/v1/suggestions?*", lambda route: route.fulfill(status=503, json={"title": "Busy", "status": 503}))
    with page.expect_response("**/v1/suggestions?*"):
        ask(page, LEAVE)
    expect(newest(page).get_by_role("heading", name="References")).to_be_visible()
    expect(newest(page).get_by_role("alert")).to_have_count(0)
    assert "503" in faults.pop()


@pytest.mark.parametrize(
    ("confidence", "words"), [(0.93, "Well supported"), (0.8, "Well supported"), (0.6, "Supported"), (0.41, "Weakly")]
)
def test_the_confidence_of_an_answer_is_in_words(page: Page, site: str, confidence: float, words: str) -> None:
    reply = {**fake_service.ANSWERS[LEAVE], "confidence": confidence}
    body = fake_service.event("answer", reply)
    page.route("**/v1/answers", lambda route: route.fulfill(content_type="text/event-stream", body=body))
    page.goto(site)
    ask(page, LEAVE)
    expect(newest(page).locator(".references-head .about")).to_contain_text(re.compile(f"^{words}"))


def test_a_partial_answer_names_the_missing_part_if_it_is_known(page: Page, site: str) -> None:
    missing = {"kind": "unanswered", "text": "The documents do not say: “the fee”.", "questions": []}
    reply = {**fake_service.ANSWERS[LEAVE], "outcome": "partial", "notices": [missing]}
    body = fake_service.event("answer", reply)
    page.route("**/v1/answers", lambda route: route.fulfill(content_type="text/event-stream", body=body))
    page.goto(site)
    ask(page, LEAVE)
    expect(newest(page).locator(".note, .notice")).to_have_text(
        ["The documents answer only part of this question.", "The documents do not say: “the fee”."]
    )


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
    expect(status(page)).to_have_text("Reading 2 passages from 2 documents…")
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
    expect(newest(page).get_by_role("alert")).to_have_text("It is too vague.")
    assert "422" in faults.pop()


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("Break", "Ask again in a minute."),
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


def test_a_statement_that_quotes_a_row_is_a_table_with_its_citation(page: Page, site: str) -> None:
    page.goto(site)
    ask(page, "What does trade pay?")
    table = newest(page).get_by_role("table")
    expect(table.get_by_role("columnheader")).to_have_text(["Class", "Fee 2023 Fee 2024"])
    assert table.get_by_role("cell").all_inner_texts() == ["Trade", "EUR 50"]
    expect(newest(page).locator(".statement").get_by_role("button", name="Source 1")).to_be_visible()


def test_a_statement_that_quotes_a_list_is_a_list_with_its_citation(page: Page, site: str) -> None:
    page.goto(site)
    ask(page, "What must an applicant hold?")
    items = newest(page).locator(".statement li")
    expect(items).to_have_count(2)
    expect(items.first).to_have_text("a passport;")
    expect(items.last.get_by_role("button", name="Source 1")).to_be_visible()
