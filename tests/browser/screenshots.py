"""Takes the screenshots in docs: an answer from the example articles, and the source of one of its quotes.

python -m tests.browser.screenshots docs/screenshots
"""

from __future__ import annotations

import io
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Literal

from PIL import Image
from playwright.sync_api import Browser, Page, expect, sync_playwright

from rag.http.app import create_app
from rag.settings import Settings
from rag.wiring import assemble

from .conftest import ARGUMENTS
from .page_helpers import ask, citation, pane
from .server import run_server

ARTICLES = Path(__file__).parents[2] / "examples" / "articles"
QUESTION = "How are drivers charged in London?"
COLOURS = 96
"""Number of palette colours. This is enough for text, and makes the files three times smaller."""

Scheme = Literal["light", "dark"]


def write_screenshots(folder: Path) -> None:
    """Write all screenshots to `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as index:
        service = assemble(Settings(_env_file=None, index_dir=Path(index)))
        service.ingest([ARTICLES], lambda *_: None)
        with run_server(create_app(service)) as site, sync_playwright() as playwright:
            path = shutil.which("chromium") or playwright.chromium.executable_path
            browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
            _screenshot(browser, site, folder / "light.png", (1280, 800), "light", _show_source)
            _screenshot(browser, site, folder / "dark.png", (1280, 800), "dark", _show_source)
            _screenshot(browser, site, folder / "phone.png", (390, 780), "light", _show_answer)
            browser.close()


def _screenshot(
    browser: Browser, site: str, file: Path, size: tuple[int, int], scheme: Scheme, prepare: Callable[[Page], None]
) -> None:
    width, height = size
    page = browser.new_page(
        viewport={"width": width, "height": height}, color_scheme=scheme, reduced_motion="reduce", locale="en-GB"
    )
    page.goto(site)
    prepare(page)
    image = Image.open(io.BytesIO(page.screenshot()))
    image.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(file, optimize=True)
    page.close()


def _show_answer(page: Page) -> None:
    ask(page, QUESTION)
    page.mouse.move(0, 0)


def _show_source(page: Page) -> None:
    _show_answer(page)
    citation(page, 3).click()
    expect(pane(page).locator("mark")).to_be_visible()
    page.mouse.move(0, 0)


if __name__ == "__main__":
    write_screenshots(Path(sys.argv[1]))
