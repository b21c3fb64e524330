"""Measures the page in a browser, at full speed and over a slow connection.

python -m tests.browser.speed docs/page-speed.md
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from rag.http.app import create_app
from rag.machine import busy_warning, machine
from rag.settings import Settings
from rag.wiring import assemble

from .conftest import ARGUMENTS
from .page_helpers import ask, citation, pane
from .server import run_server

ARTICLES = Path(__file__).parents[2] / "examples" / "articles"
QUESTIONS = {"text": "How are drivers charged in London?", "PDF": "When did the Kigali Amendment enter into force?"}
ROUNDS = 5
_BITS = 8


@dataclass(frozen=True, slots=True)
class Connection:
    """A connection with its bits a second, None for no limit, and the milliseconds until a response begins."""

    name: str
    bits: int | None = None
    latency: int = 0


CONNECTIONS = (Connection("full speed"), Connection("400 kbit/s, 100 ms away", 400_000, 100))

INTRODUCTION = f"""# The speed of the page

`make bench-page` writes this page: the time until a reader sees something. The service and Chromium run on one machine,
and the index has the example articles. Each figure is the median of {ROUNDS} visits with an empty cache. The browser
simulates the slow connection.
"""


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a visit: the seconds until it is shown, and the bytes that were received for it."""

    seconds: float
    received: int


def visit(browser: Browser, site: str, connection: Connection) -> dict[str, Step]:
    """Open the page, ask, and open a citation of a text and one of a PDF."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-GB")
    page, received = _page(context, connection)
    steps: dict[str, Step] = {}

    def step(name: str, act: Callable[[], object]) -> None:
        before, begun = sum(received), time.perf_counter()
        act()
        steps[name] = Step(time.perf_counter() - begun, sum(received) - before)

    step("the page, ready for a question", lambda: _open(page, site))
    expect(page.locator("#suggestions li").first).to_be_visible(timeout=60_000)
    step("a question until its answer is complete", lambda: ask(page, QUESTIONS["text"]))
    step("a citation in its text", lambda: _show(page, "mark"))
    page.keyboard.press("Escape")
    ask(page, QUESTIONS["PDF"])
    step("a citation on the page of a PDF", lambda: _show(page, '.sheet:has(.quote-box) canvas:not([width="1"])'))
    context.close()
    return steps


def _page(context: BrowserContext, connection: Connection) -> tuple[Page, list[int]]:
    """Return a page with this connection, and a list that grows by the bytes of each part of a response."""
    page, received = context.new_page(), list[int]()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    speed = connection.bits // _BITS if connection.bits else -1
    limits = {"latency": connection.latency, "downloadThroughput": speed, "uploadThroughput": speed}
    session.send("Network.emulateNetworkConditions", {"offline": False, **limits})
    session.on("Network.loadingFinished", lambda event: received.append(int(event["encodedDataLength"])))
    return page, received


def _open(page: Page, site: str) -> None:
    page.goto(site, wait_until="commit")
    expect(page.get_by_label("Your question")).to_be_focused(timeout=60_000)


def _show(page: Page, mark: str) -> None:
    citation(page, 1).click()
    expect(pane(page).locator(mark).first).to_be_visible(timeout=60_000)


def table(found: dict[str, list[dict[str, Step]]]) -> str:
    """Return a table with the median of each step."""
    first = next(iter(found.values()))[0]
    lines = [f"| until the reader sees | {' | '.join(found)} | KB |", f"|---|{'---:|' * (len(found) + 1)}"]
    for name in first:
        seconds = [f"{median(one[name].seconds for one in visits):.2f} s" for visits in found.values()]
        kilobytes = median(one[name].received for visits in found.values() for one in visits) / 1000
        lines.append(f"| {name} | {' | '.join(seconds)} | {kilobytes:.0f} |")
    return "\n".join(lines)


def main() -> int:
    """Measure and write the page. Return the exit code."""
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as index:
        service = assemble(Settings(_env_file=None, index_dir=Path(index)))
        service.ingest([ARTICLES], lambda *_: None)
        with run_server(create_app(service)) as site, sync_playwright() as playwright:
            path = shutil.which("chromium") or playwright.chromium.executable_path
            browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
            visit(browser, site, CONNECTIONS[0])  # the service finds its suggestions once
            found = {one.name: [visit(browser, site, one) for _ in range(ROUNDS)] for one in CONNECTIONS}
            browser.close()
    text = "\n".join([INTRODUCTION, table(found), "", machine(), *busy_warning(load), ""])
    Path(sys.argv[1]).write_text(text, encoding="utf-8")
    sys.stdout.write(f"{table(found)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
