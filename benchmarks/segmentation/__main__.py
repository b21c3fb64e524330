"""`make segmenters`: scores this project's sentence segmenter and some libraries, and writes the tables of a page."""

from __future__ import annotations

import argparse
import os
import platform
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.segmentation.labelled import FOLDER, SETS, read
from benchmarks.segmentation.page import mistakes, results
from benchmarks.segmentation.scores import speeds
from benchmarks.segmentation.segmenters import ours, segmenters, versions
from rag.machine import busy_warning, machine

START, END = "<!-- figures -->", "<!-- end of figures -->"
"""The marks in the page between which this command writes."""


def _main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.segmentation", description=__doc__)
    parser.add_argument("page", type=Path, nargs="?", help="the page whose figures are replaced")
    parser.add_argument("--mistakes", choices=SETS, help="list our mistakes on this set, and do nothing else")
    given = parser.parse_args(arguments)
    if given.mistakes:
        sys.stdout.writelines(f"{line}\n" for line in mistakes(read(FOLDER / given.mistakes), ours))
        return 0
    try:
        figures = _figures()
    except ImportError as error:
        parser.exit(1, f"{error}; run `make segmenters`, which installs the libraries.\n")
    sys.stdout.write(figures)
    if given.page:
        replace(given.page, figures)
    return 0


def _figures() -> str:
    began, load = datetime.now(UTC), os.getloadavg()[0]
    compared = segmenters()
    texts = {name: read(FOLDER / name) for name in SETS}
    fast = speeds([one for some in texts.values() for one in some], compared)
    libraries = ", ".join(f"{name} {number}" for name, number in versions().items())
    sections = [
        f"Measured on {began:%Y-%m-%d} on {machine()}, Python {platform.python_version()}, with {libraries}.",
        *busy_warning(load),
    ]
    for name, some in texts.items():
        sentences = sum(len(one.sentences) for one in some)
        sections += [f"### {name.replace('_', '-').capitalize()}: {sentences} sentences in {len(some)} texts"]
        sections += [results(some, compared, fast)]
    return "\n\n".join(sections) + "\n"


def replace(page: Path, figures: str) -> None:
    """Write `figures` between the marks of the page; the rest of the page stays."""
    before, _, rest = page.read_text(encoding="utf-8").partition(START)
    _, _, after = rest.partition(END)
    page.write_text(f"{before}{START}\n\n{figures}\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(_main(sys.argv[1:]))
