"""Parse the examples, and measure `rag` and other libraries on them."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rag.sources.documents import parse
from rag.types import Document
from tests.reading.examples import Example
from tests.reading.measures import Score, score, word_order
from tests.reading.peers import Reader

_RUNS = 3


@dataclass(frozen=True, slots=True)
class Peer:
    """The measures of one library on PDF pages."""

    name: str
    order: float
    """Share of the words in reading order, on the examples."""
    pages_a_second: float


def scores(examples: Sequence[Example], folder: Path) -> Iterator[tuple[Example, Score]]:
    """Yield the measures of each example. Raises AssertionError if one is no document."""
    for example, path in write(examples, folder):
        (record,) = parse(path)
        assert isinstance(record.content, Document), f"{example.name}: {record.content}"
        yield example, score(example, record.content)


def write(examples: Sequence[Example], folder: Path) -> Iterator[tuple[Example, Path]]:
    """Write the files, and yield their paths."""
    for number, example in enumerate(examples):
        path = folder / f"example-{number}{example.suffix}"
        example.write(path)
        yield example, path


def peers(
    examples: Sequence[Example], readers: Mapping[str, Reader], timed: Sequence[Path], folder: Path
) -> list[Peer]:
    """Measure each reader: the order of words on the examples, and the speed on the files `timed`, or the examples."""
    made = [(example, path.read_bytes()) for example, path in write(examples, folder)]
    files = [path.read_bytes() for path in timed] or [raw for _, raw in made]
    pages = sum(map(_pages, files))
    found = []
    for name, read in readers.items():
        shares = [word_order(example.text, read(raw)) for example, raw in made]
        order = sum(share.right for share in shares) / sum(share.total for share in shares)
        found.append(Peer(name, order, pages / min(_seconds(read, files) for _ in range(_RUNS))))
    return found


def _seconds(read: Reader, files: Sequence[bytes]) -> float:
    start = time.process_time()
    for raw in files:
        read(raw)
    return time.process_time() - start


def _pages(raw: bytes) -> int:
    import pypdfium2

    document = pypdfium2.PdfDocument(raw)
    try:
        return len(document)
    finally:
        document.close()
