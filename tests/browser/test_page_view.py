"""The source pane shows the page of a PDF with the quoted words in boxes, and only a part of a long text."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, Request, expect

from rag.http.app import create_app
from rag.settings import Settings
from rag.wiring import assemble
from tests.http.access.clients import make_key
from tests.sources.test_pdf import _save, _stack

from . import fake_service
from .page_helpers import ask, citation, expect_highlighted, expect_no_sideways_scroll, pane
from .server import run_server

pytestmark = pytest.mark.browser

FEE = "The mooring fee is 12 euros a day for boats under eight metres."
QUESTION = "What is the mooring fee for boats under eight metres?"
NOTE = "# Winter\n\nThe harbour closes its slipway in January because of the ice.\n"
PAGES = 40
PATIENCE = 60_000
"""Milliseconds. The process that draws starts with the first page, which takes long on a busy machine."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a long PDF, whose page 21 has the fee, and a note in Markdown."""
    folder = tmp_path_factory.mktemp("harbour")
    pages = [
        _stack([f"Part {n} of the code has {word} rules about berths and buoys." for word in WORDS], 80)
        for n in range(1, PAGES + 1)
    ]
    pages[20] = _stack(["Fees of the harbour", "", FEE, "A lower fee applies in winter."], 500)
    _save(folder / "code.pdf", pages, title="The harbour code")
    (folder / "winter.md").write_text(NOTE, encoding="utf-8")
    return folder


WORDS = [
    f"{tens}{ones}" for tens in ("old ", "new ", "odd ", "few ") for ones in ("blue", "grey", "calm", "dry", "wet")
]


@pytest.fixture(scope="module")
def site(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a real service with these documents."""
    index = tmp_path_factory.mktemp("index")
    service = assemble(Settings(_env_file=None, index_dir=index, encoder="hashing", least_confidence=0))
    service.ingest([folder], lambda *_: None)
    with run_server(create_app(service)) as address:
        yield address


@pytest.fixture
def requests(page: Page) -> list[str]:
    """The addresses of the images that the page requests."""
    found: list[str] = []

    def record(request: Request) -> None:
        if "/v1/page-images/" in request.url:
            found.append(request.url)

    page.on("request", record)
    return found


def open_quote(page: Page, site: str, question: str = QUESTION) -> str:
    page.goto(f"{site}/")
    cited = ask(page, question)["citations"][0]
    citation(page, 1).click()
    quote: str = cited["quote"]
    return quote


def test_a_citation_opens_the_page_with_its_words_in_a_box(page: Page, site: str, requests: list[str]) -> None:
    quote = open_quote(page, site)
    box = pane(page).locator(".quote-box").first
    expect(box).to_be_in_viewport(timeout=PATIENCE)
    sheet = pane(page).locator(".sheet", has=page.locator(".quote-box"))
    expect(sheet).to_have_attribute("data-page", "21")
    expect(sheet.get_by_role("img", name="Page 21 of 40")).to_be_visible()
    expect(pane(page).locator("p.status")).to_have_text(f"Quoted: {quote}")
    expect(sheet.locator("canvas")).not_to_have_js_property("width", 1, timeout=PATIENCE)
    dark = (
        "canvas => canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.some(one => one < 90)"
    )
    assert sheet.locator("canvas").evaluate(dark)
    assert 1 <= len(requests) <= 4, "only the pages in view are drawn"


def test_the_choice_of_the_view_is_remembered(page: Page, site: str) -> None:
    quote = open_quote(page, site)
    expect(pane(page).locator(".quote-box").first).to_be_visible(timeout=PATIENCE)
    pane(page).get_by_label("Text", exact=True).check()
    expect_highlighted(page, quote)
    expect(pane(page).locator(".sheets")).to_be_hidden()
    page.reload()
    citation(page, 1).click()
    expect_highlighted(page, quote)
    page.keyboard.press("p")
    expect(pane(page).locator(".quote-box").first).to_be_in_viewport(timeout=PATIENCE)


def test_on_a_narrow_screen_the_text_comes_first_and_the_page_can_be_read(page: Page, site: str) -> None:
    page.set_viewport_size({"width": 375, "height": 760})
    quote = open_quote(page, site)
    expect_highlighted(page, quote)
    pane(page).get_by_label("Page", exact=True).check()
    expect(pane(page).locator(".quote-box").first).to_be_in_viewport(timeout=PATIENCE)
    assert pane(page).locator(".sheet").first.evaluate("sheet => sheet.clientWidth") > 500
    expect_no_sideways_scroll(page)


def test_the_page_becomes_larger_and_sharper(page: Page, site: str) -> None:
    open_quote(page, site)
    box = pane(page).locator(".quote-box").first
    expect(box).to_be_visible(timeout=PATIENCE)
    sheet = pane(page).locator("[data-page='21']")
    before = sheet.evaluate("sheet => sheet.clientWidth"), box.evaluate("box => box.clientWidth")
    with page.expect_response("**/v1/page-images/code?page=21&scale=4", timeout=PATIENCE):
        for _ in range(5):
            pane(page).get_by_role("button", name="Larger").click()
    after = sheet.evaluate("sheet => sheet.clientWidth"), box.evaluate("box => box.clientWidth")
    assert after[0] == pytest.approx(4 * before[0], rel=0.02)
    assert after[1] == pytest.approx(4 * before[1], rel=0.02)
    expect(pane(page).get_by_role("button", name="Larger")).to_be_disabled()


def test_a_pdf_opens_at_the_page_and_other_originals_are_saved(page: Page, site: str) -> None:
    open_quote(page, site)
    link = pane(page).get_by_role("link", name="Open the PDF at page 21")
    expect(link).to_have_attribute("href", f"{site}/v1/documents/code/original?show=true#page=21")
    expect(pane(page).locator(".quote-box").first).to_be_visible(timeout=PATIENCE)
    ask(page, "Why does the harbour close its slipway in January?")
    citation(page, 1).click()
    expect(pane(page).get_by_role("heading", level=2)).to_have_text("Winter")
    expect(pane(page).get_by_label("Page", exact=True)).to_be_hidden()
    with page.expect_download() as saved:
        pane(page).get_by_role("link", name="Download winter.md").click()
    assert saved.value.suggested_filename == "winter.md"
    assert Path(saved.value.path()).read_text(encoding="utf-8") == NOTE


def test_a_long_text_is_loaded_as_the_reader_scrolls(page: Page, site: str) -> None:
    page.goto(f"{site}/")
    page.evaluate("localStorage.setItem('rag.source-view', '\"text\"')")
    lengths: list[int] = []
    page.on(
        "response", lambda one: lengths.append(len(one.json()["text"])) if "/v1/documents/code" in one.url else None
    )
    quote = open_quote(page, site)
    expect_highlighted(page, quote)
    assert lengths[0] < 20_000
    whole = page.request.get(f"{site}/v1/documents/code").json()["length"]
    assert whole > 40_000
    text = pane(page).get_by_role("region", name="Text of the document")
    for _ in range(20):
        text.evaluate("node => { node.scrollTop = 0; }")
        page.wait_for_timeout(300)
        if text.inner_text().find("Part 1 of the code") >= 0:
            break
    assert "Part 1 of the code has old dry rules" in text.inner_text()
    assert "".join(text.locator("mark").all_inner_texts()) == quote


def test_a_key_is_sent_for_images_and_originals(page: Page, folder: Path, tmp_path: Path, faults: list[str]) -> None:
    settings = Settings(_env_file=None, index_dir=tmp_path / "index", encoder="hashing", least_confidence=0)
    assemble(settings).ingest([folder], lambda *_: None)
    key = make_key(tmp_path / "index", "reader")
    with run_server(create_app(assemble(settings.model_copy(update={"require_key": True})))) as address:
        page.goto(address)
        page.evaluate(f"sessionStorage.setItem('rag.key', JSON.stringify('{key}'))")
        open_quote(page, address)
        expect(pane(page).locator(".quote-box").first).to_be_in_viewport(timeout=PATIENCE)
        canvas = pane(page).locator("[data-page='21'] canvas")
        expect(canvas).not_to_have_js_property("width", 1, timeout=PATIENCE)
    faults.clear()  # the address of this service is not that of the fixture, and the first page had no key


def test_a_page_that_cannot_be_drawn_says_why_and_the_text_is_there(page: Page, site: str, faults: list[str]) -> None:
    problem = {"title": "Unprocessable Entity", "detail": "the page takes more than 10 s to draw", "status": 422}
    page.route(
        "**/v1/pages/*", lambda route: route.fulfill(status=422, json=problem, content_type="application/problem+json")
    )
    quote = open_quote(page, site)
    expect(pane(page).get_by_role("alert")).to_contain_text("takes more than 10 s to draw")
    pane(page).get_by_label("Text", exact=True).check()
    expect_highlighted(page, quote)
    faults.clear()


def test_boxes_are_outlines_in_forced_colours(page: Page, site: str) -> None:
    page.emulate_media(forced_colors="active")
    open_quote(page, site)
    box = pane(page).locator(".quote-box").first
    expect(box).to_be_visible(timeout=PATIENCE)
    assert box.evaluate("box => getComputedStyle(box).outlineStyle") == "solid"


def test_the_fake_service_and_this_one_name_the_same_fields(page: Page, site: str) -> None:
    page.goto(f"{site}/")
    document = page.request.get(f"{site}/v1/documents/winter?start=0&end=3").json()
    assert set(fake_service.DOCUMENTS["handbook"]) <= set(document)
    assert document["original_name"] == "winter.md"
