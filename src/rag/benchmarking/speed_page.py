"""Writes a report as a Markdown page with plots."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from rag.benchmarking import plots
from rag.benchmarking.load import P95_LIMIT
from rag.benchmarking.speed_report import Report, figures, offer_rows, shown_settings, versions
from rag.machine import busy_warning, table
from rag.types import Stage

_LIMITS: Mapping[Stage, str] = {
    Stage.ENCODE: "a forward pass of the model over the question. Limit: arithmetic, at any size of the index",
    Stage.LEXICAL: "BM25 of three fields, a score for every passage. Limit: memory; grows with the index",
    Stage.DENSE: "reads every vector; above 20,000 passages, all sign bits and the nearest vectors. Limit: memory",
    Stage.FUSE: "mean and spread of both scores over the index, and the cosines of a sample. Grows with the index",
    Stage.RERANK: "MaxSim of 64 passages from their sign bits, and the rows of the best from SQLite",
    Stage.PICK: "chooses eight passages, and compares near-duplicates sentence by sentence. Limit: Python",
    Stage.EXTRACT: "scores the quotable parts of eight passages, chooses the best, verifies citations. Limit: Python",
    Stage.GENERATE: "the language model",
    Stage.VERIFY: "compares each sentence of the language model with the quotes. Limit: Python",
}
"""The work of each stage, and the resource that limits it."""


def files(report: Report, name: str, command: str) -> dict[str, str]:
    """Return the page and its plots by file name. The page's file name is `name`.

    `command` is the command line that writes them.
    """
    stem = name.rpartition(".")[0] or name
    drawings = {
        f"{stem}-stages.svg": plots.stages(report.stages),
        f"{stem}-rates.svg": plots.offers(report.http.offers),
    }
    text = "\n\n".join(_sections(report, command, *drawings)) + "\n"
    return {name: text, **drawings}


def _sections(report: Report, command: str, stages: str, rates: str) -> Iterator[str]:
    yield "# Performance"
    when, load = f"{report.began:%Y-%m-%d %H:%M} UTC", f"load average {report.load:.1f} before it began"
    yield f"Measured on {when} on {report.machine}, {load}. This page is written by:"
    yield f"    {command}"
    yield from busy_warning(report.load)
    yield f"With {', '.join(f'{name} {number}' for name, number in versions().items())}."
    yield f"The settings were {_settings(report)}."
    yield _corpus(report)
    yield table(["", "value"], [*figures(report)])
    yield from _stages(report, stages)
    yield from _rates(report, rates)
    yield from _snapshot(report)


def _corpus(report: Report) -> str:
    ingested, size = report.ingested, report.size
    read = "files read, " if ingested.read else "documents of the index, "
    repeated = " They are so few that the service caches their encodings under load." if report.encodings_cached else ""
    return (
        f"{size.documents:,} documents in {size.passages:,} passages; {report.questions:,} questions, of which "
        f"{report.stages.answered:,} were answered.{repeated} Ingest took {ingested.seconds:,.1f} s for "
        f"{ingested.passages:,} passages of {ingested.tokens / ingested.passages:.0f} tokens: {read}chunked, encoded, "
        "written and verified."
    )


def _settings(report: Report) -> str:
    return ", ".join(f"`RAG_{name.upper()}={value}`" for name, value in shown_settings(report.settings).items())


def _stages(report: Report, drawing: str) -> Iterator[str]:
    times = report.stages.times
    whole = times[Stage.TOTAL].p50
    yield "## Stages of an answer"
    yield "In process, one question at a time, in milliseconds. The share is the stage's median divided by the total's."
    rows = [
        [stage, f"{one.p50:.2f}", f"{one.p95:.2f}", f"{one.p99:.2f}", f"{one.p50 / whole:.0%}"]
        for stage, one in times.items()
    ]
    yield table(["stage", "p50", "p95", "p99", "share"], rows)
    yield f"![Stages of an answer]({drawing})"
    yield "The work of each stage, and its limit:"
    yield "\n".join(f"- **{stage}**: {_LIMITS[stage]}" for stage in times if stage in _LIMITS)


def _rates(report: Report, drawing: str) -> Iterator[str]:
    yield "## Questions at a rate"
    yield (
        "Over HTTP, at the times of a Poisson process that does not wait for answers. Times are milliseconds from when "
        f"a question is due to the last byte of its answer. The service sustains a rate if p95 is under "
        f"{P95_LIMIT:.0f} ms and no question fails."
    )
    yield table(["questions a second", "answered a second", "p50", "p95", "p99", "failed"], offer_rows(report))
    yield f"![Questions at a rate]({drawing})"


def _snapshot(report: Report) -> Iterator[str]:
    size = report.size
    yield "## The snapshot"
    rows = [
        [f"`{name}`", f"{count / 1e6:,.2f}", f"{count / size.passages:,.0f}"]
        for name, count in sorted(size.parts.items(), key=lambda one: -one[1])
    ]
    whole = ["all", f"{size.total / 1e6:,.2f}", f"{size.total / size.passages:,.0f}"]
    yield table(["part", "MB", "bytes a passage"], [*rows, whole])
