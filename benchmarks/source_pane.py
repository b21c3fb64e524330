"""Measure the source pane: `python -m benchmarks.source_pane PAGE [PDF...]` writes a page of figures.

For sentences of each PDF, it draws boxes and compares the words under the boxes with the sentence. For a generated
document of 340 pages, it measures the time and the bytes until a citation is shown.
"""

from __future__ import annotations

import os
import random
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Self
from unittest.mock import patch

import httpx2
import pypdfium2
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from rag.benchmarking.running_server import run_server
from rag.ingest.original_pages import page_texts
from rag.machine import busy_warning, machine
from rag.settings import Settings
from rag.sources import Limits, ParserProcess
from rag.sources.pages import FoundQuote, PageProcesses
from rag.sources.pages.alignment import Folded
from rag.sources.pdf.characters import Characters
from rag.text.segmentation import sentences
from rag.types import Document
from rag.wiring import assemble

SENTENCES = 100
"""Sentences of each PDF, chosen at random with a fixed seed."""

SHORTEST = 20
PAGES = 340
ROUNDS = 15
STARTS = 7
"""Starts of the service, each for one measurement of its first page."""

WINDOW = 8000
"""The code points on each side of a quote that the page requests, as in `ui/text_view.js`."""

WORDS = str.split(
    "the board grants leave for staff who serve under a contract of more than twelve months and pays the allowance in "
    "full when the office confirms the claim within thirty days of the notice unless another rule of this code applies"
)


@dataclass(frozen=True, slots=True)
class Shares:
    """The quotes of a PDF, those whose words are under the boxes in this order, and those in any order."""

    name: str
    pages: int
    quotes: int
    ordered: int
    whole: int


@dataclass(frozen=True, slots=True)
class Load:
    """The median milliseconds and the bytes of a response."""

    name: str
    milliseconds: float
    sent: int


def shares(path: Path, processes: PageProcesses) -> Shares:
    """Draw boxes around sentences of a PDF, and compare the words under them."""
    with ParserProcess(Limits(seconds=600)) as parser:
        [record] = parser.parse(path)
    document = record.content
    if not isinstance(document, Document):
        raise document
    spans = [span for span in sentences(document.text, document.language) if span.end - span.start >= SHORTEST]
    chosen = random.Random(7).sample(spans, min(SENTENCES, len(spans)))  # noqa: S311 - a sample, not a secret
    scans = {note.page for note in document.page_notes if note.ocr_confidence is not None}
    ordered = whole = count = 0
    with pypdfium2.PdfDocument(path) as file:
        for span in chosen:
            texts = list(page_texts(document, span))
            if any(text.page in scans for text in texts):
                continue  # PDFium has no words under the boxes of a scan
            wanted = Folded(span.of(document.text)).text
            under = _under(file, processes.find(path, "", texts))
            count += 1
            ordered += under == wanted
            whole += sorted(under) == sorted(wanted)
    return Shares(path.name, len(document.pages), count, ordered, whole)


def _under(file: pypdfium2.PdfDocument, found: FoundQuote) -> str:
    """Return the letters whose middle is in a box, box by box."""
    letters: list[str] = []
    for one in found.pages:
        page = file[one.page - 1]
        width, height = page.get_size()
        characters = Characters(page, page.get_textpage())
        boxes = [characters.box(index) for index in range(len(characters.text))]
        for left, top, right, bottom in one.boxes:
            for index, (x1, y1, x2, y2) in enumerate(boxes):
                x, y = (x1 + x2) / 2 / width, 1 - (y1 + y2) / 2 / height
                if left <= x <= right and top <= y <= bottom:
                    letters.append(characters.text[index])
    return Folded("".join(letters)).text


def loads(folder: Path) -> Iterator[Load]:
    """Yield the times and bytes of what the page requests for a citation in the middle of a long document."""
    _write(folder / "code.pdf")
    with patch.dict(os.environ, {"RAG_ENCODER": "hashing"}):
        service = assemble(Settings(_env_file=None, index_dir=folder / "index", parse_seconds=600))
        service.ingest([folder / "code.pdf"], lambda *_: None)
        text = service.view(None).document("code")[1].text
        start = text.index(f"The fee of part {PAGES // 2} ")
        paths = Paths.of(start, start + 60)
        firsts, name = [], "a page with its boxes, the first of the service"
        for _ in range(STARTS):
            with _client(folder / "index") as client:
                firsts.append(_load(client, name, paths.citation, rounds=1))
        yield replace(firsts[0], milliseconds=median(one.milliseconds for one in firsts))
        with _client(folder / "index") as client:
            yield from _measured(client, paths)


@contextmanager
def _client(index: Path) -> Iterator[httpx2.Client]:
    with (
        run_server(index) as server,
        httpx2.Client(base_url=server.address, timeout=60, trust_env=False) as client,
    ):
        yield client


@dataclass(frozen=True, slots=True)
class Paths:
    """The paths that the page requests for a citation."""

    part: str
    boxes: str
    image: str

    @classmethod
    def of(cls, start: int, end: int) -> Self:
        """Return the paths for the quote `[start, end)`."""
        return cls(
            part=f"?start={max(0, start - WINDOW)}&end={end + WINDOW}",
            boxes=f"/v1/page-boxes/code?start={start}&end={end}",
            image=f"/v1/page-images/code?page={PAGES // 2}&scale=",
        )

    @property
    def citation(self) -> list[str]:
        """All that is needed until the page and its boxes are shown."""
        return [f"/v1/documents/code{self.part}", "/v1/pages/code", self.boxes, f"{self.image}1.5"]


def _measured(client: httpx2.Client, paths: Paths) -> Iterator[Load]:
    citation, part, boxes, image = paths.citation, paths.part, paths.boxes, paths.image
    yield _load(client, "a page with its boxes", citation)
    tag = client.get(f"/v1/documents/code{part}").headers["etag"]
    yield _load(client, "the whole text, not compressed", ["/v1/documents/code"], {"Accept-Encoding": "identity"})
    yield _load(client, "the whole text", ["/v1/documents/code"])
    yield _load(client, "the text around the quote", citation[:1])
    yield _load(client, "the same text again", citation[:1], {"If-None-Match": tag})
    yield _load(client, "the sizes of all pages", ["/v1/pages/code"])
    yield _load(client, "the boxes", [boxes])
    for scale in ("1", "1.5", "2", "3", "4"):
        yield _load(client, f"the image of the page at scale {scale}", [f"{image}{scale}"])


def _load(
    client: httpx2.Client, name: str, paths: Sequence[str], headers: dict[str, str] | None = None, rounds: int = ROUNDS
) -> Load:
    times, sent = [], 0
    for _ in range(rounds):
        began, sent = time.perf_counter(), 0
        for path in paths:
            with client.stream("GET", path, headers={"Accept-Encoding": "gzip", **(headers or {})}) as response:
                sent += sum(map(len, response.iter_raw()))
                assert response.status_code in (200, 304), response.status_code
        times.append(1000 * (time.perf_counter() - began))
    return Load(name, median(times), sent)


def _write(path: Path) -> None:
    """Write a PDF of 340 pages with 50 lines each."""
    chance = random.Random(3)  # noqa: S311 - words, not a secret
    canvas = Canvas(str(path), pagesize=A4)
    for page in range(1, PAGES + 1):
        canvas.setFont("Times-Roman", 11)
        for line in range(50):
            words = " ".join(chance.choice(WORDS) for _ in range(13)).capitalize()
            text = f"The fee of part {page} is {3 * page} euros." if line == 25 else f"{words}."
            canvas.drawString(72, 780 - 14 * line, text)
        canvas.showPage()
    canvas.save()


def page(quotes: Sequence[Shares], times: Sequence[Load], load: float) -> str:
    """Return the page of figures."""
    rows = [f"| {one.name} | {one.pages} | {one.quotes} | {one.ordered} | {one.whole} |" for one in quotes]
    total = [sum(values) for values in zip(*((q.pages, q.quotes, q.ordered, q.whole) for q in quotes), strict=True)]
    if quotes:
        rows.append("| **all** | " + " | ".join(f"**{value}**" for value in total) + " |")
        rows += [
            "",
            f"The share of all quotes is {total[2] / total[1]:.3f} in order, {total[3] / total[1]:.3f} in any order.",
        ]
    parts = [f"| {one.name} | {one.milliseconds:.0f} | {one.sent:,} |" for one in times]
    return "\n".join(
        [
            *("# Figures of the source pane", ""),
            "`make bench-source-pane PDFS=...` measures these figures and writes this page.",
            *("", "## Boxes", ""),
            f"For {SENTENCES} sentences of each PDF, the words under the boxes are read with PDFium and compared with",
            "the sentence, by their letters and digits. A row of a table that repeats the headers of its columns can",
            "have its words only in another order.",
            *("", "| PDF | pages | quotes | equal | equal in any order |", "|---|---|---|---|---|", *rows),
            *("", "## Time and bytes", ""),
            f"A citation in the middle of a generated document of {PAGES} pages, over HTTP on one machine, in the",
            f"median of {ROUNDS} rounds; the first page is the median of {STARTS} starts of the service. Bodies are",
            "compressed unless the name says otherwise.",
            *("", "| response | ms | bytes |", "|---|---|---|", *parts),
            *("", f"Machine: {machine()}.", *busy_warning(load), ""),
        ]
    )


def main() -> None:
    """Measure, and write the page that the first argument names."""
    target, paths = Path(sys.argv[1]), [Path(one) for one in sys.argv[2:]]
    load = os.getloadavg()[0]
    processes = PageProcesses(Limits())
    quotes = [shares(path, processes) for path in paths]
    with TemporaryDirectory() as folder:
        times = list(loads(Path(folder)))
    target.write_text(page(quotes, times, load), encoding="utf-8")


if __name__ == "__main__":
    main()
