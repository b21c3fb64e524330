"""Helpers for tests of the page: ask a question, find an answer or a source, and check highlights."""

from __future__ import annotations

import json
import re
from typing import Any

from playwright.sync_api import Locator, Page, expect

from . import fake_service

LEAVE = "How much leave do I earn?"
TERM = "How long is the President's term?"
PERU = "What is the capital of Peru?"
PARTIAL = "Is leave paid and transferable?"


def ask(page: Page, question: str) -> dict[str, Any]:
    """Ask with the keyboard, wait for the complete answer, and return it as the service sent it."""
    page.get_by_label("Your question").fill(question)
    with page.expect_response("**/v1/answers") as sent:
        page.keyboard.press("Enter")
    sent.value.finished()
    expect(page.get_by_role("button", name="Stop")).to_be_hidden()
    [answer] = re.findall(r"^event: answer\r?\ndata: (.+?)\r?$", sent.value.text(), re.MULTILINE)
    found: dict[str, Any] = json.loads(answer)
    return found


def ask_and_return_request(page: Page, question: str) -> dict[str, Any]:
    """Ask, wait for the complete answer, and return the body of the request."""
    with page.expect_request("**/v1/answers") as sent:
        ask(page, question)
    body: dict[str, Any] = json.loads(sent.value.post_data or "{}")
    return body


def citation(page: Page, marker: int) -> Locator:
    """Return the button of a citation in the newest answer."""
    return newest(page).get_by_role("button", name=re.compile(f"^Source {marker}: ")).first


def newest(page: Page) -> Locator:
    """Return the newest question with its answer."""
    return page.get_by_role("article").last


def pane(page: Page) -> Locator:
    """Return the source pane."""
    return page.locator("dialog.source")


def status(page: Page) -> Locator:
    """Return the status of the answer in progress, for screen readers."""
    return page.locator("#status")


def open_shared(page: Page, states: list[str]) -> None:
    """Open a shared answer whose citations have these states."""
    answer = fake_service.ANSWERS[LEAVE]

    def check(marker: int, state: str) -> dict[str, Any]:
        now = fake_service.citation(marker, "handbook", "Sick leave is granted", ["Another heading"], 99)
        return {"marker": marker, "state": state, "now": now if state == "moved" else None, "since": None}

    checks = [check(marker, state) for marker, state in enumerate(states, start=1)]
    created = "2025-11-03T09:00:00Z"
    shared = {"id": "made", "created": created, "answer": {**answer, "question": LEAVE}, "checks": checks}
    fake_service.SHARED["made"] = shared
    page.evaluate("location.hash = '#answer=made'")


def expect_highlighted(page: Page, quote: str) -> None:
    """Check that the marked text is exactly the quote, and that its start is visible."""
    marks = pane(page).locator("mark")
    expect(marks.first).to_be_in_viewport()
    assert "".join(marks.evaluate_all("marks => marks.map((mark) => mark.textContent)")) == quote


def expect_no_sideways_scroll(page: Page) -> None:
    """Check that the page is not wider than the window."""
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
