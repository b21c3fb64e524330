"""The page, as a reader meets it: questions, answers, and what is said when there is none."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Page, expect

from . import fake_service
from .page_helpers import LEAVE, PARTIAL, PERU, TERM, ask, asked, citation, expect_highlighted, newest, pane, said

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


def test_an_empty_page_says_what_there_is_and_what_can_be_asked(page: Page, site: str) -> None:
    page.goto(site)
    expect(page.locator("#index-summary")).to_have_text("From 2 documents in 41 passages, as of 3\u00a0November\u00a02025.")
    suggested = page.get_by_role("group", name="Questions these documents answer")
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


def test_newer_answers_stand_below_older_ones_and_come_into_view(page: Page, site: str) -> None:
    page.goto(site)
    for question in (PERU, LEAVE, TERM):
        ask(page, question)
    expect(page.get_by_role("article").get_by_role("heading", level=2)).to_have_text([PERU, LEAVE, TERM])
    expect(newest(page).get_by_role("heading", level=2)).to_be_in_viewport()
    expect(page.get_by_label("Your question")).to_be_in_viewport()


def test_statements_are_shown_as_they_come(page: Page, site: str) -> None:
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
    expect(newest(page)).to_contain_text("No passage comes close enough")
    expect(newest(page).get_by_role("heading", name="Nearest passages")).to_be_visible()
    for hit in answer["evidence"]:
        expect(newest(page).get_by_role("button", name=hit["title"])).to_be_visible()


def test_without_documents_there_are_no_nearest_passages(page: Page, site: str) -> None:
    page.goto(site)
    ask(page, "Is anything here?")
    expect(newest(page)).to_contain_text("No documents have been added yet.")
    expect(newest(page).get_by_role("heading", name="Nearest passages")).to_have_count(0)


def test_a_partial_and_a_degraded_answer_say_so(page: Page, site: str) -> None:
    page.goto(site)
    ask(page, PARTIAL)
    expect(newest(page)).to_contain_text("only part of this question")
    expect(newest(page)).to_contain_text("the model timed out")


def test_an_answer_can_be_stopped(page: Page, site: str, faults: list[str]) -> None:
    page.goto(site)
    page.get_by_label("Your question").fill("Wait")
    page.keyboard.press("Enter")
    expect(citation(page, 1)).to_be_visible()
    expect(said(page)).to_have_text("Reading 2 passages…")
    with page.expect_event("requestfailed"):
        page.get_by_role("button", name="Stop").click()
    expect(newest(page)).to_contain_text("You stopped this answer.")
    expect(page.get_by_role("button", name="Stop")).to_be_hidden()
    citation(page, 1).click()
    expect_highlighted(page, fake_service.ANNUAL)
    assert faults.pop() == f"failed request: {site}/v1/answers"


def test_a_lost_connection_is_a_sentence_and_can_be_tried_again(page: Page, site: str, faults: list[str]) -> None:
    page.goto(site)
    page.route("**/v1/answers", lambda route: route.abort("connectionrefused"))
    page.get_by_label("Your question").fill(LEAVE)
    page.keyboard.press("Enter")
    expect(newest(page).get_by_role("alert")).to_have_text("The service cannot be reached; it may be restarting.")
    faults.clear()
    page.unroute("**/v1/answers")
    newest(page).get_by_role("button", name="Ask again").click()
    expect(citation(page, 1)).to_be_visible()


def test_being_offline_is_a_sentence_before_and_after_asking(page: Page, site: str, faults: list[str]) -> None:
    page.goto(site)
    ask(page, LEAVE)
    page.context.set_offline(True)
    expect(page.locator("#offline")).to_have_text("You are offline. What was answered before can still be read.")
    page.get_by_label("Your question").fill(TERM)
    page.keyboard.press("Enter")
    expect(newest(page).get_by_role("alert")).to_contain_text("You are offline")
    faults.clear()
    page.context.set_offline(False)
    expect(page.locator("#offline")).to_be_empty()
    newest(page).get_by_role("button", name="Ask again").click()
    expect(citation(page, 1)).to_be_visible()


def test_a_refused_question_is_a_sentence(page: Page, site: str, faults: list[str]) -> None:
    page.goto(site)
    page.get_by_label("Your question").fill("Refuse")
    page.keyboard.press("Enter")
    expect(newest(page).get_by_role("alert")).to_have_text("The question is not valid: It is too vague.")
    assert "422" in faults.pop()


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("Break", "The model is overloaded: Ask again in a minute."),
        ("Vanish", "The answer broke off before its end."),
    ],
)
def test_a_stream_that_fails_ends_in_a_sentence(page: Page, site: str, question: str, sentence: str) -> None:
    page.goto(site)
    page.get_by_label("Your question").fill(question)
    page.keyboard.press("Enter")
    expect(newest(page).get_by_role("alert")).to_have_text(sentence)


def test_events_are_read_whole_however_the_stream_is_cut(page: Page, site: str) -> None:
    page.goto(site)
    assert page.evaluate(SPLIT_STREAM, site) == [
        {"event": "a", "data": "one\n🇰🇿"},
        {"event": "message", "data": "two"},
    ]


def test_the_page_lives_under_its_security_policy(page: Page, site: str) -> None:
    response = page.goto(site)
    assert response is not None
    assert response.headers["content-security-policy"] == fake_service.POLICY
    ask(page, LEAVE)
    citation(page, 1).click()
    expect(pane(page).locator("mark")).to_be_visible()  # a violation would be a console error, which `page` refuses


def test_what_is_printed_is_the_answer_with_numbered_references(page: Page, site: str) -> None:
    page.goto(site)
    answer = ask(page, LEAVE)
    page.emulate_media(media="print")
    references = newest(page).locator(".references")
    for cited in answer["citations"]:
        expect(references.get_by_text(cited["quote"])).to_be_visible()
    expect(references.get_by_text("https://policies.example/hr/handbook.pdf")).to_be_visible()
    expect(references.get_by_text("javascript:")).to_have_count(0)
    expect(newest(page).locator(".print-footer")).to_contain_text("from snapshot scripted")
    for hidden in (page.get_by_label("Your question"), page.get_by_role("navigation")):
        expect(hidden).to_be_hidden()


def test_a_printed_quote_is_whole(page: Page, site: str) -> None:
    page.set_viewport_size({"width": 320, "height": 760})
    page.goto(site)
    ask(page, LEAVE)
    quote = newest(page).locator(".row .snippet").first
    cut = "quote => quote.scrollHeight > quote.clientHeight + 1"
    assert quote.evaluate(cut)
    page.emulate_media(media="print")
    assert not quote.evaluate(cut)


def test_a_question_is_sent_without_filters_where_none_is_chosen(page: Page, site: str) -> None:
    page.goto(site)
    assert asked(page, LEAVE) == {"question": LEAVE, "history": []}
