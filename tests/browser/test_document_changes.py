"""A maintainer adds, replaces and removes documents on the page of a real service, and sees their versions."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import FilePayload, Locator, Page, expect

from rag.http.app import create_app
from rag.wiring import assemble
from tests import samples
from tests.http.access.clients import API_KEY, settings

from .page_helpers import ask, citation, expect_no_sideways_scroll, pane
from .server import run_server
from .test_accessibility import WCAG

pytestmark = pytest.mark.browser

PARKING = """---
title: Parking rules
---
# Parking

Visitors pay 2 pounds an hour.

## Fines

The fine is 40 pounds.
"""


@pytest.fixture
def site(tmp_path: Path) -> Iterator[str]:
    """The address of a real service with three documents, which a key may change."""
    service = assemble(settings(tmp_path / "index", require_key=False))
    samples.ingest(service, samples.write(tmp_path / "articles"))
    with run_server(create_app(service)) as address:
        yield address


@pytest.fixture
def view(page: Page, site: str, faults: list[str]) -> Iterator[Page]:
    """The view of documents for a maintainer."""
    page.add_init_script(f"sessionStorage.setItem('rag.key', JSON.stringify('{API_KEY}'))")
    page.goto(f"{site}/#documents")
    expect(page.locator(".document-list li")).to_have_count(3)
    yield page
    # The page cancels the request for a list that it does not need any more.
    faults[:] = [fault for fault in faults if "/v1/documents?" not in fault]


def file(name: str, text: str) -> FilePayload:
    return {"name": name, "mimeType": "", "buffer": text.encode()}


def choose(page: Page, button: str, *files: FilePayload) -> None:
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name=button).click()
    chooser.value.set_files(list(files))


def line(page: Page, name: str) -> Locator:
    return page.locator(".upload-lines li").filter(has_text=name)


def check_accessibility(page: Page) -> None:
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": WCAG}})
    assert found.violations_count == 0, found.generate_report()
    expect_no_sideways_scroll(page)


def test_each_file_says_what_became_of_it(view: Page) -> None:
    view.set_viewport_size({"width": 360, "height": 800})
    rules = file("parking rules.md", PARKING)
    choose(view, "Choose files", rules, file("broken.pdf", "%PDF-1.4 broken"))
    expect(line(view, "parking rules.md")).to_contain_text("Indexed.", timeout=20_000)
    expect(line(view, "broken.pdf")).to_contain_text("Rejected: ")
    expect(view.locator(".document-list li")).to_have_count(4)
    choose(view, "Choose files", rules)
    again = line(view, "“Parking rules” has the same name.")
    check_accessibility(view)
    again.get_by_role("button", name="Replace").click()
    expect(view.locator(".upload-lines li").first).to_contain_text("Unchanged: the index has exactly this document")
    line(view, "Indexed.").get_by_role("button", name="See its passages").click()
    expect(view.locator(".passages li")).to_have_count(2)
    expect(view.locator(".passages li").last).to_contain_text("Parking › Fines")


def test_a_dropped_file_is_for_its_groups_only(view: Page, site: str) -> None:
    view.get_by_label("Only for these groups").fill("hr, legal")
    view.evaluate(
        """() => {
            const data = new DataTransfer();
            data.items.add(new File(["The secret levy is 5 pounds."], "secret.txt"));
            document.getElementById("documents").dispatchEvent(
                new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
        }"""
    )
    expect(line(view, "secret.txt")).to_contain_text("Indexed.", timeout=20_000)
    known = view.request.get(f"{site}/v1/documents/secret", headers={"Authorization": f"Bearer {API_KEY}"}).json()
    assert known["access"] == ["hr", "legal"]
    assert view.request.get(f"{site}/v1/documents/secret").status == 404


def test_a_replaced_document_has_an_earlier_version_and_keeps_its_groups(view: Page, site: str) -> None:
    key = {"Authorization": f"Bearer {API_KEY}"}
    body = {"text": "The old secret.", "title": "A secret", "metadata": {"access": "hr"}}
    view.request.put(f"{site}/v1/documents/secret", headers=key, data=body)
    view.get_by_label("Order").select_option("-title")
    view.get_by_role("button", name="Details of “A secret”").click()
    choose(view, "Replace…", file("new.txt", "The new secret."))
    view.get_by_role("dialog").get_by_role("button", name="Replace", exact=True).click()
    expect(line(view, "new.txt")).to_contain_text("Replaced.", timeout=20_000)
    assert view.request.get(f"{site}/v1/documents/secret", headers=key).json()["access"] == ["hr"]
    line(view, "new.txt").get_by_role("button", name="See its passages").click()
    versions = view.locator(".version-list li")
    expect(versions).to_have_count(2)
    versions.last.get_by_role("button", name="Text").click()
    expect(versions.last).to_contain_text("The old secret.")
    check_accessibility(view)


def test_a_removed_document_is_gone_and_its_quote_stays(view: Page, faults: list[str]) -> None:
    view.get_by_role("link", name="Ask the documents").click()
    ask(view, samples.LEVY_QUESTION)
    view.get_by_role("link", name="Documents", exact=True).click()
    view.get_by_role("button", name="Details of “The sugar levy”").click()
    view.get_by_role("button", name="Remove…").click()
    check_accessibility(view)
    view.get_by_role("button", name="Cancel").click()
    expect(view.locator(".document-list li")).to_have_count(3)
    view.get_by_role("button", name="Details of “The sugar levy”").click()
    view.get_by_role("button", name="Remove…").click()
    view.get_by_role("button", name="Remove", exact=True).click()
    expect(line(view, "The sugar levy")).to_contain_text("Removed.", timeout=20_000)
    expect(view.locator(".document-list li")).to_have_count(2)
    view.go_back()
    citation(view, 1).click()
    expect(pane(view).get_by_role("alert")).to_contain_text("This document left the index on")
    expect(pane(view).get_by_role("blockquote")).to_contain_text("24 pence per litre")
    check_accessibility(view)
    faults.clear()
