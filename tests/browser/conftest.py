"""A real Chromium, and a site for it to visit."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Request, sync_playwright

from . import fake_service
from .server import served

ARGUMENTS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]


@pytest.fixture(scope="session")
def site() -> Iterator[str]:
    """The address of a running service."""
    with served(fake_service.app) as address:
        yield address


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Chromium from the system or from Playwright; without one, tests skip, except in CI, where they fail.

    Playwright holds an event loop in this thread, so it must end before tests that need one of their own.
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
    """What went wrong in the page; a test that provokes a fault takes it out of the list."""
    return []


@pytest.fixture
def page(browser: Browser, site: str, faults: list[str]) -> Iterator[Page]:
    """A page with nothing loaded, which must end without console errors, failed requests or external requests."""

    def outside(request: Request) -> None:
        if not request.url.startswith(f"{site}/"):
            faults.append(f"external request: {request.url}")

    context = browser.new_context()
    page = context.new_page()
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: faults.append(error.message))
    page.on("requestfailed", lambda request: faults.append(f"failed request: {request.url}"))
    page.on("request", outside)
    yield page
    found = list(faults)  # before the page is left, which ends what it is still being sent
    context.close()
    assert found == []
