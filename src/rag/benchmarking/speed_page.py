"""Writes what was measured as a page in Markdown with plots beside it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from rag.benchmarking import plots
from rag.benchmarking.load import BAR
from rag.benchmarking.speed_report import Report, decisive, figures, offer_rows, versions
from rag.machine import busy_warning, table
from rag.types import Stage

_LIMITS: Mapping[Stage, str] = {
    Stage.ENCODE: "a forward pass of the model over the question: arithmetic, whatever the size of the index",
    Stage.LEXICAL: "BM25 of three fields: a score for every passage, read and written: grows with the index",
    Stage.DENSE: "every vector is read, above 20,000 passages the signs of all and the nearest vectors: reading memory",
    Stage.FUSE: "mean and spread of both scores over the index, and the cosines of a sample: grows with the index",
    Stage.RERANK: "MaxSim of 64 passages, whose signs are looked up and multiplied; the rows of the best in SQLite",
    Stage.PICK: "eight passages chosen, near-duplicates compared sentence by sentence: Python",
    Stage.EXTRACT: "what may be quoted of eight passages scored, the best chosen, their citations verified: Python",
    Stage.GENERATE: "the language model",
}
"""What each stage does, and with it what its time is made of."""


def files(report: Report, name: str, command: str) -> dict[str, str]:
    """Return the page and its plots by the names of their files, the page's being `name`.

    `command` is what writes it anew.
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
    repeated = (
        " They are few enough for the service to remember their encodings under load." if report.remembered else ""
    )
    return (
        f"{size.documents:,} documents in {size.passages:,} passages; {report.questions:,} questions, of which "
        f"{report.stages.answered:,} were answered.{repeated} Ingest took {ingested.seconds:,.1f} s for "
        f"{ingested.passages:,} passages of {ingested.tokens / ingested.passages:.0f} tokens: {read}chunked, encoded, "
        "written and verified."
    )


def _settings(report: Report) -> str:
    return ", ".join(f"`RAG_{name.upper()}={value}`" for name, value in decisive(report.settings).items())


def _stages(report: Report, drawing: str) -> Iterator[str]:
    times = report.stages.times
    whole = times[Stage.TOTAL].p50
    yield "## Stages of an answer"
    yield "In process, one question at a time, in milliseconds; the share is that of the stage's median in the whole's."
    rows = [
        [stage, f"{one.p50:.2f}", f"{one.p95:.2f}", f"{one.p99:.2f}", f"{one.p50 / whole:.0%}"]
        for stage, one in times.items()
    ]
    yield table(["stage", "p50", "p95", "p99", "share"], rows)
    yield f"![Stages of an answer]({drawing})"
    yield "What limits each:"
    yield "\n".join(f"- **{stage}**: {_LIMITS[stage]}" for stage in times if stage in _LIMITS)


def _rates(report: Report, drawing: str) -> Iterator[str]:
    yield "## Questions at a rate"
    yield (
        "Over HTTP, at times drawn from a Poisson process that does not wait for answers; milliseconds from when "
        f"a question was due to the last byte of its answer. A rate holds where p95 is under {BAR:.0f} ms and nothing "
        "fails."
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
