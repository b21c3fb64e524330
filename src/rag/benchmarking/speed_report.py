"""Formats a report as JSON and as tables for a terminal."""

from __future__ import annotations

import platform
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version

from rich.box import SIMPLE_HEAD
from rich.table import Table

from rag.benchmarking.ingest_speed import Ingested, Size
from rag.benchmarking.load import P95_LIMIT, OfferedRate, highest_sustained
from rag.benchmarking.percentiles import Percentiles
from rag.benchmarking.questions import CACHED_ENCODINGS
from rag.benchmarking.stage_times import Stages
from rag.machine import Memory
from rag.settings import Settings

_SHOWN_SETTINGS = ("encoder", "chunk_tokens", "store", "fusion", "reranker", "generator", "least_confidence")
_PACKAGES = ("numpy", "faiss-cpu", "sentence-transformers", "torch", "openvino", "fastapi", "uvicorn")


@dataclass(frozen=True, slots=True)
class OverHttp:
    """The speed of `rag serve`: seconds from its start to ready, times of questions in turn, and results by rate.

    `first_statement` has the times to the first statement of a streamed answer; None if no answer has one.
    `at_rest` is its memory before the load, `loaded` after it; None if the system does not report memory.
    """

    start: float
    times: Percentiles
    first_statement: Percentiles | None
    offers: Sequence[OfferedRate]
    at_rest: Memory | None
    loaded: Memory | None


@dataclass(frozen=True, slots=True)
class Report:
    """The results of a run, with its time, machine and settings.

    `load` is the load average before the run. `questions` is the number of different questions.
    """

    began: datetime
    machine: str
    load: float
    settings: Settings
    ingested: Ingested
    size: Size
    questions: int
    stages: Stages
    http: OverHttp

    @property
    def encodings_cached(self) -> bool:
        """Whether the service caches the encodings of all questions, so that repeated ones are not re-encoded."""
        return self.questions <= CACHED_ENCODINGS

    def json(self) -> dict[str, object]:
        """Return the report for JSON."""
        ingested, size, http, sustained = self.ingested, self.size, self.http, highest_sustained(self.http.offers)
        rates = {"passage_rate": ingested.passage_rate, "token_rate": ingested.token_rate}
        return {
            "began": self.began.isoformat(timespec="seconds"),
            "machine": self.machine,
            "load": self.load,
            "versions": versions(),
            "settings": shown_settings(self.settings),
            "ingest": {**asdict(ingested), **rates},
            "snapshot": {**asdict(size), "bytes": size.total, "bytes_a_passage": size.total / size.passages},
            "questions": self.questions,
            "answered": self.stages.answered,
            "stages_ms": {stage.value: asdict(times) for stage, times in self.stages.times.items()},
            "http": {**asdict(http), "highest_rate": sustained.rate if sustained else None, "bar_ms": P95_LIMIT},
        }


def shown_settings(settings: Settings) -> dict[str, object]:
    """Return the settings that affect speed."""
    values = settings.model_dump(mode="json")
    return {name: values[name] for name in _SHOWN_SETTINGS}


def versions() -> dict[str, str]:
    """Return the versions of Python and of the installed packages that affect speed."""
    found = {"Python": platform.python_version()}
    for package in _PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found


def figures(report: Report) -> Iterator[tuple[str, str]]:
    """Yield the name and the value of each single figure."""
    ingested, size, http = report.ingested, report.size, report.http
    yield "ingest, passages a second", f"{ingested.passage_rate:,.1f}"
    yield "ingest, tokens a second", f"{ingested.token_rate:,.0f}"
    yield "of ingest, share of the encoder", f"{ingested.encoding / ingested.seconds:.0%}"
    yield "snapshot, bytes a passage", f"{size.total / size.passages:,.0f}"
    yield "start of the service, s", f"{http.start:.2f}"
    yield "question to answer over HTTP, p50 / p95 / p99, ms", f"{format_percentiles(http.times)}"
    if http.first_statement:
        yield "question to first statement over HTTP, p50 / p95 / p99, ms", format_percentiles(http.first_statement)
    sustained = highest_sustained(http.offers)
    yield (
        f"answers a second over HTTP, p95 under {P95_LIMIT:.0f} ms",
        f"{sustained.answered:.1f}" if sustained else "none sustained",
    )
    if http.at_rest and http.loaded:
        yield (
            "memory of the service, before / after load, MiB",
            f"{http.at_rest.resident:.0f} / {http.loaded.resident:.0f}",
        )
        yield "of that, pages of files, MiB", f"{http.at_rest.of_files:.0f} / {http.loaded.of_files:.0f}"
        yield "the most it held, MiB", f"{http.loaded.peak:.0f}"


def format_percentiles(times: Percentiles) -> str:
    """Format percentiles."""
    return f"{times.p50:.1f} / {times.p95:.1f} / {times.p99:.1f}"


def tables(report: Report) -> Iterator[Table]:
    """Yield the tables for a terminal: single figures, stages, rates."""
    about = f"{report.size.documents:,} documents, {report.size.passages:,} passages, {report.questions:,} questions"
    yield _table(about, ("", "value"), [*figures(report)])
    yield _table(
        "Stages of an answer in process, ms",
        ("stage", "p50", "p95", "p99"),
        [
            (stage, f"{times.p50:.2f}", f"{times.p95:.2f}", f"{times.p99:.2f}")
            for stage, times in report.stages.times.items()
        ],
    )
    yield _table(
        "Questions at a rate over HTTP, ms from when they were due",
        ("a second", "answered", "p50", "p95", "p99", "failed"),
        offer_rows(report),
    )


def offer_rows(report: Report) -> list[tuple[str, ...]]:
    """Return the result of each rate as cells."""
    return [
        (
            *(f"{figure:.1f}" for figure in (one.rate, one.answered, one.times.p50, one.times.p95, one.times.p99)),
            str(one.failed),
        )
        for one in report.http.offers
    ]


def _table(title: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold", box=SIMPLE_HEAD, min_width=76)
    for number, column in enumerate(head):
        table.add_column(column, justify="right" if number else "left")
    for row in rows:
        table.add_row(*row)
    return table
