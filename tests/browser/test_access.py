"""A closed service: the page asks for a key, keeps it in its tab, and sends it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from playwright.sync_api import Browser, Page, expect
from pydantic import SecretStr

from rag.http.access.key_file import KeyFile
from rag.http.app import create_app
from tests import samples
from tests.http.access.clients import bearer, make_key, service
from tests.http.access.provider import CLIENT, SECRET, provided
from tests.http.serving import wait_for

from .page_helpers import ask, citation, newest, pane
from .server import run_server

pytestmark = pytest.mark.browser

NEEDS_KEY = "Failed to load resource: the server responded with a status of 401 (Unauthorized)"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("closed")


@pytest.fixture(scope="module")
def keys(folder: Path) -> dict[str, str]:
    (folder / "index").mkdir()
    return {role: make_key(folder / "index", f"the-{role}", role=role) for role in ("ask", "maintain")}


@pytest.fixture(scope="module")
def site(folder: Path, keys: dict[str, str]) -> Iterator[str]:
    with run_server(create_app(service(folder))) as address:
        yield address


def give(page: Page, key: str) -> None:
    page.get_by_label("Your key").fill(key)
    page.get_by_role("button", name="Use this key").click()


def status(site: str, key: str) -> int:
    """Ask from another address than the page: a wrong key of this client must not slow down the page."""
    elsewhere = httpx2.HTTPTransport(local_address="127.0.0.2")
    with httpx2.Client(transport=elsewhere, timeout=60) as client:
        return client.get(f"{site}/v1/access", headers=bearer(key)).status_code


def test_a_closed_service_asks_for_a_key_and_then_answers(page: Page, site: str, keys: dict[str, str]) -> None:
    page.goto(site)
    expect(page.get_by_role("dialog", name="Access")).to_be_visible()
    expect(page.get_by_label("Your key")).to_be_focused()
    give(page, keys["ask"])
    expect(page.get_by_role("dialog", name="Access")).to_be_hidden()
    expect(page.locator("#index-summary")).to_contain_text("3 documents")
    ask(page, samples.LEVY_QUESTION)
    expect(newest(page)).to_contain_text("24 pence")
    citation(page, 1).click()
    expect(pane(page)).to_contain_text("Fruit juices are exempt")
    assert page.evaluate("JSON.parse(sessionStorage['rag.key'])") == keys["ask"]
    assert keys["ask"] not in page.evaluate("JSON.stringify({...localStorage})")
    assert page.context.cookies() == []


def test_a_reload_keeps_the_key_and_signing_out_forgets_it(page: Page, site: str, keys: dict[str, str]) -> None:
    page.goto(site)
    with page.expect_response("**/v1/suggestions") as last:
        give(page, keys["ask"])
    last.value.finished()
    with page.expect_response("**/v1/suggestions") as last:
        page.reload()
    last.value.finished()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("dialog", name="Access")).to_be_visible()
    assert page.evaluate("sessionStorage['rag.key'] ?? null") is None


def test_a_wrong_key_is_said_to_be_wrong(page: Page, site: str, faults: list[str]) -> None:
    page.goto(site)
    give(page, "rag_wrong")
    expect(page.get_by_role("alert")).to_have_text("This key is wrong. Check that it is complete.")
    expect(page.get_by_label("Your key")).to_be_focused()
    assert page.evaluate("sessionStorage['rag.key'] ?? null") is None
    faults.remove(NEEDS_KEY)


def test_a_revoked_key_makes_the_page_ask_again(page: Page, site: str, folder: Path, faults: list[str]) -> None:
    key = make_key(folder / "index", "short")
    wait_for(lambda: status(site, key) == 200, 30)
    page.goto(site)
    with page.expect_response("**/v1/suggestions") as last:
        give(page, key)
    last.value.finished()
    KeyFile(folder / "index").remove("short")
    wait_for(lambda: status(site, key) == 401, 30)
    page.get_by_label("Your question").fill(samples.LEVY_QUESTION)
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog", name="Access").get_by_role("alert")).to_have_text(
        "The key or the sign-in of this tab is no longer valid."
    )
    faults[:] = [fault for fault in faults if fault != NEEDS_KEY]


def test_a_key_that_may_maintain_shows_the_files_without_asking_again(
    page: Page, site: str, keys: dict[str, str]
) -> None:
    page.goto(f"{site}/#documents")
    give(page, keys["maintain"])
    expect(page.get_by_role("heading", name="Documents", exact=True)).to_be_visible()
    expect(page.get_by_label("Service key")).to_be_hidden()
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.get_by_text("levy.md")).to_be_attached()


def test_the_page_of_a_document_asks_for_a_key_and_then_shows_it(
    page: Page, site: str, keys: dict[str, str], faults: list[str]
) -> None:
    page.goto(f"{site}/documents/levy")
    expect(page.get_by_role("dialog", name="Access")).to_be_visible()
    give(page, keys["ask"])
    expect(page.locator("main")).to_contain_text("Fruit juices are exempt")
    expect(page.get_by_role("heading", name="The sugar levy")).to_be_visible()
    assert page.title() == "The sugar levy"
    faults.remove(NEEDS_KEY)


def test_a_person_signs_in_and_out_at_the_provider(browser: Browser, tmp_path: Path) -> None:
    with provided() as provider:
        secret = SecretStr(SECRET)
        closed = service(tmp_path, oidc_issuer=provider.address, oidc_client_id=CLIENT, oidc_client_secret=secret)
        with run_server(create_app(closed)) as address:
            page = browser.new_page()
            page.goto(f"{address}/documents/levy")
            page.get_by_role("link", name="Sign in with your account").click()
            expect(page).to_have_url(re.compile("/documents/levy$"))
            expect(page.get_by_role("heading", name="The sugar levy")).to_be_visible()
            page.goto(address)
            ask(page, samples.LEVY_QUESTION)
            expect(newest(page)).to_contain_text("24 pence")
            assert page.evaluate("document.cookie") == "", "no script can read the session"
            page.get_by_role("button", name="Sign out").click()
            expect(page.get_by_role("dialog", name="Access")).to_be_visible()
            assert page.context.cookies() == []
            page.context.close()
