"""The text of a copied quotation, with its reference."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Page, expect

from . import fake_service
from .page_helpers import LEAVE, TERM, ask, citation, expect_highlighted, pane

pytestmark = pytest.mark.browser

WRITE = """async ([site, format, passage]) => {
  const { FORMATS } = await import(`${site}/ui/quotation.js`);
  return FORMATS[format].write(passage);
}"""


def copy_quotation(page: Page, question: str, marker: int, format_name: str) -> str:
    """Ask, open a citation, copy it in a format, and return the text on the clipboard."""
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    ask(page, question)
    citation(page, marker).click()
    expect(pane(page).locator("mark")).to_be_visible()
    pane(page).get_by_label("Quotation format").select_option(format_name)
    pane(page).get_by_role("button", name="Copy quotation").click()
    expect(pane(page).locator(".copied")).to_have_text(f"Copied as {format_name}.")
    text: str = page.evaluate("navigator.clipboard.readText()")
    return text


def test_plain_text_has_the_quote_and_its_reference(page: Page, site: str) -> None:
    page.goto(site)
    assert copy_quotation(page, LEAVE, 1, "Plain text") == (
        f"“{fake_service.ANNUAL}”\n"
        "Office of Human Resources, Human Resources Policies and Procedures, 1 September 2021, p. 12 · "
        "Leave and absence › Annual leave, https://policies.example/hr/handbook.pdf"
    )


def test_markdown_is_a_block_quotation_without_markup_in_its_words(page: Page, site: str) -> None:
    page.goto(site)
    quote, _, source = copy_quotation(page, LEAVE, 2, "Markdown").splitlines()
    assert quote == (
        r"> Sick leave is granted for up to \<b\>thirty\</b\> working days in a calendar year & is fully paid."
    )
    assert "[Human Resources Policies and Procedures](<https://policies.example/hr/handbook.pdf>)" in source


def test_a_dangerous_address_is_left_out_of_every_format(page: Page, site: str) -> None:
    page.goto(site)
    for format_name in ("Plain text", "Markdown", "BibTeX", "CSL-JSON"):
        assert "javascript:" not in copy_quotation(page, TERM, 1, format_name)


def test_bibtex_protects_names_and_escapes_latex_commands(page: Page, site: str) -> None:
    page.goto(site)
    entry = copy_quotation(page, LEAVE, 2, "BibTeX").splitlines()
    assert entry[0].startswith("@misc{handbook-")
    assert entry[1:5] == [
        "  author = {{Office of Human Resources}},",
        "  title = {{Human Resources Policies and Procedures}},",
        "  year = {2021},",
        "  url = {https://policies.example/hr/handbook.pdf},",
    ]
    assert entry[5] == "  month = sep,"
    assert r"calendar year \& is fully paid.”}," in entry[6]
    assert entry[7:] == ["}"]


def test_csl_json_has_the_fields_of_a_citation_manager(page: Page, site: str) -> None:
    page.goto(site)
    [item] = json.loads(copy_quotation(page, LEAVE, 1, "CSL-JSON"))
    start = fake_service.HANDBOOK.index(fake_service.ANNUAL)
    assert item == {
        "id": f"handbook-{start}",
        "type": "webpage",
        "title": "Human Resources Policies and Procedures",
        "author": [{"literal": "Office of Human Resources"}],
        "issued": {"date-parts": [[2021, 9, 1]]},
        "URL": "https://policies.example/hr/handbook.pdf",
        "page": "12",
        "section": "Leave and absence › Annual leave",
        "custom": {
            "quote": fake_service.ANNUAL,
            "document": "handbook",
            "start": start,
            "end": start + len(fake_service.ANNUAL),
        },
    }


@pytest.mark.parametrize("format_name", ["plain", "markdown", "bibtex", "csl"])
def test_unknown_fields_are_left_out(page: Page, site: str, format_name: str) -> None:
    page.goto(site)
    bare = {"document_id": "🥤", "title": "A levy", "url": None, "author": None, "published": None, "page": None}
    written = page.evaluate(WRITE, [site, format_name, {**bare, "heading": [], "start": 0, "end": 2, "quote": "24"}])
    assert "24" in written
    assert "A levy" in written
    assert not any(nothing in written for nothing in ("null", "undefined", "NaN", ", ,", "{}"))


def test_copying_works_without_the_clipboard_api(page: Page, site: str) -> None:
    page.add_init_script("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    page.goto(site)
    ask(page, LEAVE)
    citation(page, 1).click()
    expect_highlighted(page, fake_service.ANNUAL)
    pane(page).get_by_role("button", name="Copy quotation").click()
    expect(pane(page).locator(".copied")).to_have_text("Copied as Plain text.")
    expect(pane(page).get_by_role("button", name="Copy quotation")).to_be_focused()
    pane(page).get_by_role("button", name="Close source").click()
    page.get_by_label("Your question").focus()
    page.keyboard.press("Control+V")
    expect(page.get_by_label("Your question")).to_have_value(
        "“Regular employees earn two working days of annual leave for each month of service.\n"
        "Leave that is not taken by 31 March of the next year lapses.”\n"
        "Office of Human Resources, Human Resources Policies and Procedures, 1 September 2021, "
        "p. 12 · Leave and absence › Annual leave, https://policies.example/hr/handbook.pdf"
    )
