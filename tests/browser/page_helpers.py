"""What the tests of the page share: how a reader asks, opens a source and looks at it."""

from __future__ import annotations

import json
import re
from typing import Any

from playwright.sync_api import Locator, Page, expect

LEAVE = "How much leave do I earn?"
TERM = "How long is the President's term?"
PERU = "What is the capital of Peru?"
PARTIAL = "Is leave paid and transferable?"


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


def asked(page: Page, question: str) -> dict[str, Any]:
    """Ask, wait for the end of the answer, and return what the page sent."""
    with page.expect_request("**/v1/answers") as sent:
        ask(page, question)
    body: dict[str, Any] = json.loads(sent.value.post_data or "{}")
    return body


def citation(page: Page, marker: int) -> Locator:
    """The button of one citation in the newest answer."""
    return newest(page).get_by_role("button", name=re.compile(f"^Source {marker}: ")).first


def newest(page: Page) -> Locator:
    return page.get_by_role("article").last


def pane(page: Page) -> Locator:
    return page.locator("dialog.source")


def said(page: Page) -> Locator:
    """What the page says aloud of the answer that is coming."""
    return page.locator("#status")


def expect_highlighted(page: Page, quote: str) -> None:
    """The words in the marks are the quote, to the character, and their beginning is in view."""
    marks = pane(page).locator("mark")
    expect(marks.first).to_be_in_viewport()
    assert "".join(marks.evaluate_all("marks => marks.map((mark) => mark.textContent)")) == quote


def expect_no_sideways_scroll(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
