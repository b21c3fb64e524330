"""Print how the passages of PDF files begin and end: `python -m tests.reading.passages FOLDER`."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from rag.index.chunking import Chunker
from rag.sources.documents import parse
from rag.types import Document

_TOKEN = re.compile(r"\w+|[^\w\s]")
_LEADS_ON = (":", "—", "–")
_NO_NEW_START = re.compile(r"(?:[a-z]{1,4}|[ivx]+)[.)]|o |https?:|www\.")


def without_list(document: Document) -> Iterator[bool]:
    """Yield for each passage whether it ends with a lead-in whose list is in the next passage of its section."""
    chunker = Chunker(lambda text: len(_TOKEN.findall(text)), 256)
    chunks = chunker.chunks(document)
    for one, two in pairwise(chunks):
        ended = one.span.of(document.text).rstrip().endswith(_LEADS_ON)
        yield ended and one.heading == two.heading
    yield False


def cut_blocks(document: Document) -> Iterator[bool]:
    """Yield for each boundary between two blocks of prose whether it seems to cut a sentence.

    The first has no stop, and the second begins in lower case and is no list item.
    """
    headings = {heading.span.start for heading in document.headings}
    blocks = list(re.finditer(r"[^\n]+", document.text))
    for one, two in pairwise(blocks):
        if one.start() in headings or two.start() in headings or one[0].startswith("- "):
            continue
        row = " | " in two[0] or "; " in two[0][:80]
        yield not row and two[0][0].islower() and one[0][-1] not in ".;:!?" and not _NO_NEW_START.match(two[0])


def main() -> None:
    """Print both shares over all PDF files of a folder."""
    ended: list[bool] = []
    cut: list[bool] = []
    for path in sorted(Path(sys.argv[1]).glob("*.pdf")):
        for record in parse(path):
            if isinstance(record.content, Document):
                ended += without_list(record.content)
                cut += cut_blocks(record.content)
    sys.stdout.write(f"passages that end before their list: {sum(ended)} of {len(ended)} ({_share(ended)})\n")
    sys.stdout.write(f"block boundaries that cut a sentence: {sum(cut)} of {len(cut)} ({_share(cut)})\n")


def _share(found: list[bool]) -> str:
    return f"{sum(found) / max(1, len(found)):.2%}"


if __name__ == "__main__":
    main()
