"""The pages of versions in a browser: from the list of versions to a comparison and to the timeline of a provision."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from rag.http.app import create_app
from tests import samples

from .page_helpers import expect_no_sideways_scroll
from .server import run_server
from .test_accessibility import WCAG

pytestmark = pytest.mark.browser

LEAVE = """---
title: Leave policy {year}
valid_from: {year}-01-01
version_of: leave
---

## 1. Leave

Staff {may} take {days} days of leave a year.

## 2. Requests

Requests are made in the portal.
"""
ARABIC = """---
title: سياسة الإجازات {year}
valid_from: {year}-01-01
version_of: ijaza
language: ar
---

يحصل الموظفون على {days} يوما من الإجازة السنوية.
"""
ARTICLES = {
    "leave-2023.md": LEAVE.format(year=2023, may="may", days=22),
    "leave-2024.md": LEAVE.format(year=2024, may="must", days=25),
    "ijaza-2023.md": ARABIC.format(year=2023, days=22),
    "ijaza-2024.md": ARABIC.format(year=2024, days=25),
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a real service with two policies, each in two versions."""
    folder = tmp_path_factory.mktemp("versions")
    service = samples.service(folder / "index")
    samples.ingest(service, samples.write(folder / "articles", ARTICLES))
    with run_server(create_app(service)) as address:
        yield address


def check_accessibility(page: Page) -> None:
    results = Axe().run(page, options={"runOnly": WCAG})
    assert results.violations_count == 0, results.generate_report()


def test_a_reader_compares_two_versions_and_follows_a_provision(page: Page, site: str, faults: list[str]) -> None:
    page.goto(f"{site}/#documents")
    page.get_by_role("button", name="Details of “Leave policy 2024”").click()
    versions = page.locator(".version-list li")
    expect(versions).to_have_count(2)
    expect(versions.first).to_contain_text("in force from 1 January 2024")
    expect(versions.last).to_contain_text(
        "Leave policy 2023in force from 1 January 2023 to 31 December 2023 · indexed since"
    )
    expect(versions.last.locator(".version-actions")).to_have_text("Text")
    check_accessibility(page)
    versions.first.get_by_role("link", name="Compare with the version before").click()
    change = page.locator(".change")
    expect(change).to_have_count(1)
    expect(change.get_by_role("deletion").first).to_have_text("was: may")
    expect(change.get_by_role("insertion").first).to_have_text("now: must")
    expect(change.get_by_role("listitem")).to_have_text(["Figure", "Must or may"])
    check_accessibility(page)
    page.get_by_label("Timeline of a provision").fill("1")
    page.get_by_role("button", name="Show the timeline").click()
    expect(page.locator(".timeline > li h2")).to_have_text(["Appears", "Changed"])
    check_accessibility(page)
    faults[:] = [fault for fault in faults if "/v1/" not in fault]  # of the page that is left


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_fit_a_narrow_window_and_are_readable_in_the_dark(page: Page, site: str, scheme: str) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.set_viewport_size({"width": 320, "height": 640})  # as wide as 1280 pixels at 400 %
    for path in ("comparisons?became=leave-2024", "timelines?document=leave-2024&provision=leave"):
        page.goto(f"{site}/{path}")
        expect(page.locator(".change")).to_be_visible()
        expect_no_sideways_scroll(page)
        check_accessibility(page)


def test_words_that_are_written_from_right_to_left_are_shown_so(page: Page, site: str) -> None:
    page.goto(f"{site}/comparisons?became=ijaza-2024")
    words = page.locator(".change .sentence")
    assert words.evaluate("node => getComputedStyle(node).direction") == "rtl"
    deleted, inserted = (words.get_by_role(role).bounding_box() for role in ("deletion", "insertion"))
    assert deleted is not None
    assert inserted is not None
    assert deleted["x"] > inserted["x"], "the old words come first, at the right"


def test_the_page_speaks_german(browser: Browser, site: str) -> None:
    context = browser.new_context(locale="de-DE")
    page = context.new_page()
    page.goto(f"{site}/comparisons?became=leave-2024")
    expect(page.locator(".change .kinds li")).to_have_text(["Zahl", "Muss oder darf"])
    expect(page.locator(".compared")).to_contain_text("In Kraft ab 1. Januar 2024")
    context.close()
