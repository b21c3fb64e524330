"""Measure the reading of files, and write the page: `python -m tests.reading docs/reading.md [--pdfs FOLDER]`."""

from __future__ import annotations

import os
from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from rag.machine import busy_warning, machine, table
from tests.reading.examples import Example
from tests.reading.kinds import examples
from tests.reading.measures import Score, Share
from tests.reading.measuring import Peer, peers, scores
from tests.reading.peers import readers

_INTRODUCTION = """# Reading

`make reading` makes {count} pages and documents, parses them, and writes this page. The project made each example for
this purpose, and wrote down the text that a person reads off it, without using the parser. `tests/reading/kinds` has
one module for each kind. Some rules of the parsers were corrected after a look at these examples, so other files fare
worse.

- **Word order**: the share of the words that the longest common subsequence of both texts has.
- **Cells**: the share of table cells that stand in their row, after the header of their column.
- **Numbers**: the share of list items that begin with the number that a reader sees.
- **Headings**: the share of headings that are found. Each false one counts as another heading.
- **Left out**: the share of running heads, hidden words and quoted e-mails that are left out.
- **Metadata**: the share of titles, authors, dates and languages that are right.

A dash means that the examples have none.
"""
_SPEED = """## Beside other libraries

The same PDF pages, read by other libraries with their default settings. They return text alone: no headings, lists or
tables. Processor time of the best of three runs on {machine}, for {timed}.
"""
_NAMES = {
    "order": "Word order",
    "cells": "Cells",
    "numbers": "Numbers",
    "headings": "Headings",
    "unread": "Left out",
    "facts": "Metadata",
}


def main() -> None:
    """Measure, and write the page."""
    parser = ArgumentParser(prog="python -m tests.reading", description="Measure the reading of files.")
    parser.add_argument("page", type=Path, help="The Markdown page to write.")
    parser.add_argument("--pdfs", type=Path, help="Time the libraries on the PDF files in this folder.")
    given = parser.parse_args()
    load = os.getloadavg()[0]
    made = examples()
    with TemporaryDirectory() as folder:
        found = list(scores(made, Path(folder)))
        timed = sorted(given.pdfs.glob("*.pdf")) if given.pdfs else []
        compared = peers([one for one in made if one.suffix == ".pdf"], readers(), timed, Path(folder))
    where = f"{len(timed)} public documents" if timed else "the examples"
    parts = [
        _INTRODUCTION.format(count=len(made)),
        _kinds(found),
        "",
        _SPEED.format(machine=machine(), timed=where),
        _peers(compared),
        *busy_warning(load),
    ]
    given.page.write_text("\n".join(parts) + "\n", encoding="utf-8")


def _kinds(found: Sequence[tuple[Example, Score]]) -> str:
    kinds: dict[str, list[Score]] = {}
    for example, one in found:
        kinds.setdefault(example.kind, []).append(one)
    rows = [_row(kind, kinds[kind]) for kind in sorted(kinds)]
    return table(["Kind", "Examples", *_NAMES.values()], [*rows, _row("**all**", [one for _, one in found])])


def _row(name: str, found: Sequence[Score]) -> list[str]:
    total = sum(found, Score())
    return [name, str(len(found)), *(_shown(getattr(total, measure)) for measure in _NAMES)]


def _shown(share: Share) -> str:
    return f"{share.value:.3f}" if share.total else "–"


def _peers(found: Sequence[Peer]) -> str:
    rows = [[one.name, f"{one.order:.3f}", f"{one.pages_a_second:.0f}"] for one in found]
    return table(["Library", "Word order", "Pages a second"], rows)


if __name__ == "__main__":
    main()
