"""Fixtures: a real Chromium, and a site for it to visit."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Request, sync_playwright

from . import fake_service
from .server import run_server

ARGUMENTS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]


@pytest.fixture(scope="session")
def site() -> Iterator[str]:
    """The address of a running fake service."""
    with run_server(fake_service.app) as address:
        yield address


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Chromium from the system or from Playwright. If it is not installed, tests are skipped; in CI, they fail.

    Playwright runs an event loop in this thread, so it must stop before tests that need their own event loop.
    """
    with sync_playwright() as playwright:
        path = shutil.which("chromium") or playwright.chromium.executable_path
        if not Path(path).exists():
            (pytest.fail if os.environ.get("CI") else pytest.skip)("Chromium is not installed")
        chromium = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture
def faults() -> list[str]:
    """The errors of the page. A test that causes an error on purpose removes it from the list."""
    return []


@pytest.fixture
def page(browser: Browser, site: str, faults: list[str]) -> Iterator[Page]:
    """An empty page. The test fails if the page has console errors, failed requests or external requests.

    A page that is left or reloaded gives up what it still reads, so reads given up are no faults. Given-up writes are.
    """

    def record_failed(request: Request) -> None:
        if request.method != "GET" or request.failure != "net::ERR_ABORTED":
            faults.append(f"failed request: {request.url}")

    def record_external(request: Request) -> None:
        if not request.url.startswith(f"{site}/"):
            faults.append(f"external request: {request.url}")

    context = browser.new_context(locale="en-GB")
    page = context.new_page()
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: faults.append(error.message))
    page.on("requestfailed", record_failed)
    page.on("request", record_external)
    yield page
    found = list(faults)  # before the page closes, because closing makes unfinished requests fail
    context.close()
    assert found == []
