"""Takes the screenshots of the page in docs: the example articles, asked and opened at a quote.

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
from .server import served

ARTICLES = Path(__file__).parents[2] / "examples" / "articles"
QUESTION = "How are drivers charged in London?"
COLOURS = 96
"""Of the palette: text on paper needs no more, and the files are a third of what they were."""

Scheme = Literal["light", "dark"]


def take(folder: Path) -> None:
    """Write every screenshot into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as index:
        service = assemble(Settings(_env_file=None, index_dir=Path(index)))
        service.ingest([ARTICLES], lambda *_: None)
        with served(create_app(service)) as site, sync_playwright() as playwright:
            path = shutil.which("chromium") or playwright.chromium.executable_path
            browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
            _shoot(browser, site, folder / "light.png", (1280, 800), "light", _source)
            _shoot(browser, site, folder / "dark.png", (1280, 800), "dark", _source)
            _shoot(browser, site, folder / "phone.png", (390, 780), "light", _answer)
            browser.close()


def _shoot(
    browser: Browser, site: str, file: Path, size: tuple[int, int], scheme: Scheme, go: Callable[[Page], None]
) -> None:
    width, height = size
    page = browser.new_page(
        viewport={"width": width, "height": height}, color_scheme=scheme, reduced_motion="reduce", locale="en-GB"
    )
    page.goto(site)
    go(page)
    taken = Image.open(io.BytesIO(page.screenshot()))
    taken.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(file, optimize=True)
    page.close()


def _answer(page: Page) -> None:
    ask(page, QUESTION)
    page.mouse.move(0, 0)


def _source(page: Page) -> None:
    _answer(page)
    citation(page, 3).click()
    expect(pane(page).locator("mark")).to_be_visible()
    page.mouse.move(0, 0)


if __name__ == "__main__":
    take(Path(sys.argv[1]))
