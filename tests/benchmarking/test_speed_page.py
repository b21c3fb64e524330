"""Tests the page of `rag bench`, also when memory is unknown or no rate is sustained."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from xml.etree import ElementTree

import pytest
from rich.console import Console

from rag.benchmarking.ingest_speed import Ingested, Size
from rag.benchmarking.load import OfferedRate
from rag.benchmarking.percentiles import Percentiles, percentiles
from rag.benchmarking.speed_page import files
from rag.benchmarking.speed_report import OverHttp, Report, tables
from rag.benchmarking.stage_times import Stages
from rag.machine import Memory
from rag.settings import Settings
from rag.types import Stage

TIMES = Percentiles(2.0, 3.0, 4.0, 300)
SUSTAINED, FAILED = OfferedRate(80.0, 79.5, Percentiles(10.0, 60.0, 90.0, 800), 0), OfferedRate(120.0, 90.0, TIMES, 3)
REPORT = Report(
    began=datetime(2026, 1, 2, 3, 4, tzinfo=UTC),
    machine="a processor, 2 cores",
    load=0.25,
    settings=Settings(_env_file=None),
    ingested=Ingested(documents=10, passages=100, tokens=20_000, seconds=4.0, encoding=3.0, read=True),
    size=Size(documents=10, passages=100, parts={"vectors.faiss": 76_800, "lexical": 23_200}),
    questions=300,
    stages=Stages({Stage.ENCODE: TIMES, Stage.TOTAL: replace(TIMES, p50=8.0)}, answered=280),
    http=OverHttp(0.9, TIMES, TIMES, (SUSTAINED, FAILED), Memory(300.0, 320.0, 40.0), Memory(310.0, 330.0, 50.0)),
)


def _page(report: Report) -> str:
    return files(report, "speed.md", "rag bench acts")["speed.md"]


def test_the_page_has_every_figure() -> None:
    page = _page(REPORT)
    assert "2026-01-02 03:04 UTC on a processor, 2 cores, load average 0.2 before it began." in page
    assert "other work" not in page
    assert "| ingest, passages a second | 25.0 |" in page
    assert "| ingest, tokens a second | 5,000 |" in page
    assert "| of ingest, share of the encoder | 75% |" in page
    assert "| snapshot, bytes a passage | 1,000 |" in page
    assert "| answers a second over HTTP, p95 under 100 ms | 79.5 |" in page
    assert "| memory of the service, before / after load, MiB | 300 / 310 |" in page
    assert "| encode | 2.00 | 3.00 | 4.00 | 25% |" in page
    assert "| 120.0 | 90.0 | 2.0 | 3.0 | 4.0 | 3 |" in page
    assert "| `vectors.faiss` | 0.08 | 768 |" in page
    assert "300 questions, of which 280 were answered. Ingest" in page


def test_the_page_leaves_out_memory_if_it_is_unknown() -> None:
    page = _page(replace(REPORT, http=replace(REPORT.http, at_rest=None, loaded=None)))
    assert "memory" not in page.split("## Stages")[0]


def test_a_page_from_a_busy_machine_has_a_warning() -> None:
    assert "The machine was busy with other work during this run" in _page(replace(REPORT, load=10_000.0))


def test_the_page_says_when_no_rate_was_sustained() -> None:
    broken = replace(REPORT, http=replace(REPORT.http, offers=(FAILED,)))
    assert "| answers a second over HTTP, p95 under 100 ms | none sustained |" in _page(broken)
    console = Console(width=100)
    with console.capture() as shown:
        console.print(*tables(broken))
    assert re.search(r"p95 under 100 ms +none sustained", shown.get())


def test_the_page_says_when_all_encodings_are_cached() -> None:
    assert "caches their encodings under load" in _page(replace(REPORT, questions=256))
    assert "caches" not in _page(replace(REPORT, questions=257))


def test_plots_are_svg_with_labels() -> None:
    _, stages, rates = files(REPORT, "speed.md", "rag bench acts").values()
    for drawing, names in ((stages, {"encode", "total", "p50"}), (rates, {"p95", "questions a second"})):
        texts = {node.text for node in ElementTree.fromstring(drawing).iter("{http://www.w3.org/2000/svg}text")}
        assert names <= texts


def test_percentiles_interpolate_between_values() -> None:
    found = percentiles([float(n) for n in range(101)])
    assert (found.p50, found.p95, found.p99, found.count) == pytest.approx((50.0, 95.0, 99.0, 101))
