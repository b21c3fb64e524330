"""The page, as a reader meets it."""

from __future__ import annotations

import json
import re
from typing import Any, Literal

import pytest
from playwright.sync_api import Locator, Page, expect

from . import scripted

pytestmark = pytest.mark.browser

LEAVE = "How much leave do I earn?"
TERM = "How long is the President's term?"
PERU = "What is the capital of Peru?"

COLOURS = """() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found = [];
  while (walker.nextNode()) {
    const parent = walker.currentNode.parentElement;
    const words = walker.currentNode.data.trim();
    if (words === "" || !parent.checkVisibility() || parent.closest("noscript")) continue;
    let behind = parent;
    while (behind && getComputedStyle(behind).backgroundColor === "rgba(0, 0, 0, 0)") behind = behind.parentElement;
    found.push([words, getComputedStyle(parent).color, getComputedStyle(behind ?? document.body).backgroundColor]);
  }
  return found;
}"""

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


def ask(page: Page, question: str) -> dict[str, Any]:
    """Ask with the keyboard and wait for the end of the answer; returns the answer as it was sent."""
    page.get_by_label("Your question").fill(question)
    with page.expect_response("**/v1/answers") as sent:
        page.keyboard.press("Enter")
    sent.value.finished()
    expect(page.get_by_role("button", name="Stop")).to_be_hidden()
    [answer] = re.findall(r"^event: answer\r?\ndata: (.+?)\r?$", sent.value.text(), re.MULTILINE)
    found: dict[str, Any] = json.loads(answer)
    return found


def citation(page: Page, marker: int) -> Locator:
    """The button of one citation in the newest answer."""
    return newest(page).get_by_role("button", name=re.compile(f"^Source {marker}: ")).first


def newest(page: Page) -> Locator:
    return page.get_by_role("article").first


def pane(page: Page) -> Locator:
    return page.get_by_role("complementary")


def expect_highlighted(page: Page, quote: str) -> None:
    """The words in the mark are the quote, to the character, and in view."""
    mark = pane(page).locator("mark")
    expect(mark).to_be_in_viewport()
    assert mark.evaluate("mark => mark.textContent") == quote


def luminance(colour: str) -> float:
    channels = [int(channel) / 255 for channel in re.findall(r"\d+", colour)[:3]]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted([luminance(one), luminance(other)])
    return (high + 0.05) / (low + 0.05)


def expect_contrast(page: Page) -> None:
    faint = [(words, contrast(text, behind)) for words, text, behind in page.evaluate(COLOURS)]
    assert faint
    assert [(words, ratio) for words, ratio in faint if ratio < 4.5] == []


def expect_no_sideways_scroll(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


@pytest.mark.parametrize("question", [LEAVE, TERM])
def test_each_citation_highlights_exactly_its_quote(page: Page, site: str, question: str) -> None:
    page.goto(site)
    answer = ask(page, question)
    for cited in answer["citations"]:
        citation(page, cited["marker"]).click()
        expect(pane(page).get_by_role("heading")).to_have_text(cited["title"])
        expect_highlighted(page, cited["quote"])


def test_a_quote_after_emoji_is_highlighted_exactly(page: Page, site: str) -> None:
    page.goto(site)
    [cited] = ask(page, TERM)["citations"]
    assert any(ord(character) > 0xFFFF for character in scripted.OUTLOOK[: cited["start"]])
    citation(page, 1).click()
    expect_highlighted(page, cited["quote"])


def test_words_from_outside_are_never_markup(page: Page, site: str) -> None:
    page.goto(site)
    ask(page, LEAVE)
    citation(page, 2).click()
    expect(pane(page).locator("mark")).to_contain_text("<b>thirty</b>")
    expect(page.locator("b")).to_have_count(0)
    citation(page, 3).click()
    expect(pane(page).get_by_text("limits the President")).to_be_visible()
    expect(pane(page).get_by_role("link")).to_have_count(0)  # its address is a javascript: one


def test_a_source_shows_where_the_words_stand(page: Page, site: str) -> None:
    page.goto(site)
    ask(page, LEAVE)
    citation(page, 1).click()
    expect(pane(page)).to_contain_text("Office of Human Resources · 1\u00a0September\u00a02021")
    expect(pane(page)).to_contain_text("p. 12 · Leave and absence › Annual leave")
    link = pane(page).get_by_role("link", name="Open the original at policies.example")
    expect(link).to_have_attribute("href", "https://policies.example/hr/handbook.pdf")


def test_the_sources_of_an_answer_are_listed(page: Page, site: str) -> None:
    page.goto(site)
    answer = ask(page, LEAVE)
    expect(newest(page).get_by_role("heading", name="Sources")).to_be_visible()
    for cited in answer["citations"]:
        expect(newest(page).locator(".sources")).to_contain_text(cited["title"])
        newest(page).get_by_role("button", name=re.compile(rf"^\[{cited['marker']}\]")).click()
        expect_highlighted(page, cited["quote"])


def test_the_citations_of_one_document_are_stepped_through(page: Page, site: str) -> None:
    page.goto(site)
    first, second, _ = ask(page, LEAVE)["citations"]
    citation(page, 1).click()
    expect_highlighted(page, first["quote"])
    expect(pane(page)).to_contain_text("1 of 2")
    pane(page).get_by_role("button", name="Next").click()
    expect(pane(page)).to_contain_text("2 of 2")
    expect(pane(page).get_by_role("heading")).to_be_focused()
    expect_highlighted(page, second["quote"])
    page.keyboard.press("Escape")
    expect(citation(page, 2)).to_be_focused()


def test_words_that_have_moved_are_not_highlighted(page: Page, site: str) -> None:
    page.goto(site)
    [cited] = ask(page, "What has moved?")["citations"]
    citation(page, 1).click()
    expect(pane(page).get_by_role("alert")).to_contain_text("nothing is highlighted")
    expect(pane(page).get_by_role("blockquote")).to_have_text(cited["quote"])
    expect(pane(page).locator("mark")).to_have_count(0)


@pytest.mark.parametrize("width", [320, 375])
def test_on_a_phone_the_source_is_below_the_answer(page: Page, site: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 760})
    page.goto(site)
    answer = ask(page, LEAVE)
    citation(page, 1).click()
    expect_highlighted(page, answer["citations"][0]["quote"])
    expect_no_sideways_scroll(page)
    above, below = newest(page).bounding_box(), pane(page).bounding_box()
    assert above is not None
    assert below is not None
    assert below["y"] >= above["y"] + above["height"]
    assert below["x"] + below["width"] <= width


@pytest.mark.parametrize("width", [720, 1280])
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


def test_no_evidence_shows_the_nearest_passages(page: Page, site: str) -> None:
    page.goto(site)
    answer = ask(page, PERU)
    expect(newest(page)).to_contain_text("The documents do not say.")
    expect(newest(page).get_by_role("heading", name="Nearest passages")).to_be_visible()
    for hit in answer["evidence"]:
        newest(page).get_by_role("button", name=hit["title"]).click()
        expect_highlighted(page, hit["text"])


def test_without_documents_there_are_no_nearest_passages(page: Page, site: str) -> None:
    page.goto(site)
    ask(page, "Is anything here?")
    expect(newest(page)).to_contain_text("No documents have been added yet.")
    expect(newest(page).get_by_role("heading", name="Nearest passages")).to_have_count(0)


def test_a_partial_and_a_degraded_answer_say_so(page: Page, site: str) -> None:
    page.goto(site)
    ask(page, "Is leave paid and transferable?")
    expect(newest(page)).to_contain_text("only part of this question")
    expect(newest(page)).to_contain_text("the model timed out")


def test_the_keyboard_alone_reaches_a_source_and_returns(page: Page, site: str) -> None:
    page.goto(site)
    expect(page.get_by_label("Your question")).to_be_focused()
    page.keyboard.type("How much leave")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("do I earn?")
    expect(page.get_by_label("Your question")).to_have_value("How much leave\ndo I earn?")
    page.keyboard.press("Enter")
    expect(newest(page).get_by_role("heading", name="Sources")).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="New conversation")).to_be_focused()
    page.keyboard.press("Tab")
    expect(citation(page, 1)).to_be_focused()
    page.keyboard.press("Enter")
    expect(pane(page).get_by_role("heading")).to_be_focused()
    expect_highlighted(page, scripted.ANNUAL)
    page.keyboard.press("Escape")
    expect(pane(page)).to_have_count(0)
    expect(citation(page, 1)).to_be_focused()


def test_closing_the_source_returns_to_its_citation(page: Page, site: str) -> None:
    page.goto(site)
    ask(page, LEAVE)
    citation(page, 3).click()
    expect(pane(page).locator("mark")).to_be_visible()  # closing sooner would rightly give the loading up
    pane(page).get_by_role("button", name="Close source").click()
    expect(citation(page, 3)).to_be_focused()


def test_an_answer_can_be_stopped(page: Page, site: str, faults: list[str]) -> None:
    page.goto(site)
    page.get_by_label("Your question").fill("Wait")
    page.keyboard.press("Enter")
    expect(citation(page, 1)).to_be_visible()
    expect(page.get_by_role("status")).to_have_text("Reading 2 passages…")
    with page.expect_event("requestfailed"):
        page.get_by_role("button", name="Stop").click()
    expect(newest(page)).to_contain_text("You stopped this answer.")
    expect(page.get_by_role("button", name="Stop")).to_be_hidden()
    citation(page, 1).click()
    expect_highlighted(page, scripted.ANNUAL)
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


def test_being_offline_is_a_sentence(page: Page, site: str, faults: list[str]) -> None:
    page.goto(site)
    page.context.set_offline(True)
    page.get_by_label("Your question").fill(LEAVE)
    page.keyboard.press("Enter")
    expect(newest(page).get_by_role("alert")).to_contain_text("You are offline")
    faults.clear()


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


def test_a_missing_document_is_a_sentence(page: Page, site: str, faults: list[str]) -> None:
    page.goto(site)
    ask(page, LEAVE)
    gone = json.dumps({"title": "No such document", "status": 404, "detail": "It was removed."})
    page.route("**/v1/documents/*", lambda r: r.fulfill(status=404, content_type="application/problem+json", body=gone))
    citation(page, 1).click()
    expect(pane(page).get_by_role("alert")).to_have_text("No such document: It was removed.")
    assert "404" in faults.pop()


def test_events_are_read_whole_however_the_stream_is_cut(page: Page, site: str) -> None:
    page.goto(site)
    assert page.evaluate(SPLIT_STREAM, site) == [
        {"event": "a", "data": "one\n🇰🇿"},
        {"event": "message", "data": "two"},
    ]


def test_the_page_lives_under_its_security_policy(page: Page, site: str) -> None:
    response = page.goto(site)
    assert response is not None
    assert response.headers["content-security-policy"] == scripted.POLICY
    ask(page, LEAVE)
    citation(page, 1).click()
    expect(pane(page).locator("mark")).to_be_visible()  # a violation would be a console error, which `page` refuses


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_its_background(page: Page, site: str, scheme: Literal["light", "dark"]) -> None:
    page.emulate_media(color_scheme=scheme)
    page.goto(site)
    dark = luminance(page.evaluate("getComputedStyle(document.body).backgroundColor")) < 0.5
    assert dark == (scheme == "dark")
    for question in (PERU, "Is leave paid and transferable?", LEAVE):
        ask(page, question)
    expect_contrast(page)
    citation(page, 1).click()
    expect_highlighted(page, scripted.ANNUAL)
    expect_contrast(page)


def test_newer_answers_stand_first_and_suggestions_are_hidden(page: Page, site: str) -> None:
    page.goto(site)
    ask(page, PERU)
    ask(page, TERM)
    expect(page.get_by_role("article").get_by_role("heading", level=2)).to_have_text([TERM, PERU])
    expect(page.get_by_role("list", name="Example questions")).to_be_hidden()


def asked(page: Page, question: str) -> dict[str, Any]:
    """Ask, wait for the end of the answer, and return what the page sent."""
    with page.expect_request("**/v1/answers") as sent:
        ask(page, question)
    body: dict[str, Any] = json.loads(sent.value.post_data or "{}")
    return body


def test_a_question_carries_the_conversation_before_it(page: Page, site: str) -> None:
    page.goto(site)
    assert asked(page, LEAVE) == {"question": LEAVE, "history": []}
    said = [
        {"role": "user", "content": LEAVE},
        {"role": "assistant", "content": " ".join(t for t, _ in scripted.LEAVE)},
    ]
    assert asked(page, PERU) == {"question": PERU, "history": said}
    # What was not answered has a question alone.
    assert asked(page, TERM)["history"] == [*said, {"role": "user", "content": PERU}]


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
          await ask("Why?", turns, null).next().catch(() => {});
          return body.history.map(({ content }) => [content.slice(0, 3), [...content].length, content.isWellFormed()]);
        }""",
        site,
    )
    assert sent == [[f"{number} "[:3], 8000, True] for number in range(20, 70)]


def test_a_new_conversation_clears_the_page_and_what_is_sent(page: Page, site: str) -> None:
    page.goto(site)
    afresh = page.get_by_role("button", name="New conversation")
    expect(afresh).to_be_hidden()
    ask(page, LEAVE)
    citation(page, 1).click()
    expect_highlighted(page, scripted.ANNUAL)
    page.set_viewport_size({"width": 320, "height": 760})
    expect_no_sideways_scroll(page)
    afresh.click()
    expect(page.get_by_role("article")).to_have_count(0)
    expect(pane(page)).to_have_count(0)
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
