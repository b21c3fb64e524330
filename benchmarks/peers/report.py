"""Writes the page that compares the systems."""

from __future__ import annotations

import platform
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import mean

import numpy as np

from benchmarks.peers.drivers.driving import FOUND
from benchmarks.peers.systems import OURS, Run
from rag.machine import busy_warning, machine, table

FASTER, SHARE = 2.5, 0.7
"""Targets. Our ingest is at least FASTER times as fast as that of the fastest peer. Our search takes at most SHARE of
the time of theirs."""

DENSE = "dense"


@dataclass(frozen=True, slots=True)
class Row:
    """The figures of one variant of a system on one benchmark.

    `rate` is passages ingested a second; `p50` and `p95` are milliseconds of a question; `resident` is MiB.
    `ingest_cpu` and `question_cpu` are milliseconds of one core for a passage and for a question. `found` is the share
    of judged questions with a relevant passage among the first ten; None if no question is judged.
    """

    system: str
    variant: str
    rate: float
    ingest_cpu: float
    p50: float
    p95: float
    question_cpu: float
    found: float | None
    resident: float

    @property
    def ours(self) -> bool:
        """Whether the system is this project."""
        return self.system == OURS.name


@dataclass(frozen=True, slots=True)
class Compared:
    """A benchmark, its size, and the figures of each variant, ours first."""

    name: str
    passages: int
    questions: int
    rows: Sequence[Row]


def row(system: str, variant: str, ran: Run, relevant: Mapping[str, frozenset[str]]) -> Row:
    """Return the figures of a run."""
    p50, p95 = (float(found) for found in np.percentile(ran.times, (50, 95)) * 1000)
    hits = [bool(relevant[name].intersection(ids[:FOUND])) for name, ids in ran.found.items() if name in relevant]
    share = mean(hits) if hits else None
    ingest_cpu, question_cpu = 1000 * ran.ingest_cpu / ran.passages, 1000 * ran.times_cpu / len(ran.times)
    return Row(system, variant, ran.passages / ran.ingest, ingest_cpu, p50, p95, question_cpu, share, ran.resident)


def page(
    compared: Sequence[Compared],
    versions: Mapping[str, Mapping[str, str]],
    missing: Mapping[str, str],
    command: str,
    began: datetime,
    load: float,
) -> str:
    """Return the page. `missing` has the reason for each system without figures; `command` writes the page."""
    sections = [
        "# Compared with other systems",
        f"Measured on {began:%Y-%m-%d %H:%M} UTC on {machine()}, load average {load:.1f} before it began, Python "
        f"{platform.python_version()}. This page is written by:",
        f"    {command}",
        *busy_warning(load),
        "Every system has the same model, all-MiniLM-L6-v2, the same passages and the same questions. Each runs in its "
        "own environment and process, one after the other. Ingest starts with the model loaded and the passages in "
        "memory. Ours also reads the passages from disk, splits those that are too long for the model (others truncate "
        "them), compresses token vectors, and writes and verifies its index. Each question requests "
        f"{FOUND} passages. `dense` compares vectors only, `hybrid` adds BM25, `search` adds reranking to hybrid, and "
        "`answer` adds a cited answer.",
        *(section for one in compared for section in _sections(one)),
        *_missing(missing),
        "## Versions",
        "\n".join(
            f"- {name}: {', '.join(f'{of} {number}' for of, number in v.items())}" for name, v in versions.items()
        ),
    ]
    return "\n\n".join(sections) + "\n"


def _sections(compared: Compared) -> Iterator[str]:
    ours = compared.rows[0]
    yield f"## {compared.name}: {compared.passages:,} passages, {compared.questions:,} questions"
    head = ["", "passages a second", "CPU ms a passage", "p50, ms", "p95, ms", "CPU ms a question"]
    head += [f"found@{FOUND}", "MiB", "our ingest", "our search"]
    yield table(head, [_cells(one, ours) for one in compared.rows])
    yield (
        f"`found@{FOUND}` is the share of judged questions with a relevant passage among the first {FOUND}. MiB is the "
        "memory of the process at the end. `our ingest` is our speed of ingest divided by theirs, and `our search` is "
        "our time of a search divided by theirs. CPU is time of one core. A busy machine affects it less than "
        "elapsed time, but it includes threads that wait actively for each other."
    )
    peers = [one for one in compared.rows if not one.ours]
    if any(one.variant == DENSE for one in peers):
        yield _verdict(ours, peers)


def _cells(one: Row, ours: Row) -> list[str]:
    found = "" if one.found is None else f"{one.found:.3f}"
    figures = (one.rate, one.ingest_cpu, one.p50, one.p95, one.question_cpu)
    cells = [f"{one.system}, {one.variant}", *(f"{figure:.1f}" for figure in figures), found]
    against = ["", ""] if one.ours else [f"{ours.rate / one.rate:.2f} x", f"{ours.p50 / one.p50:.2f}"]
    return [*cells, f"{one.resident:,.0f}", *against]


def _verdict(ours: Row, peers: Sequence[Row]) -> str:
    fastest = max(peers, key=lambda one: one.rate)
    nearest = min((one for one in peers if one.variant == DENSE), key=lambda one: one.p50)
    return (
        f"Compared with the fastest peer, ours ingests {ours.rate / fastest.rate:.2f} times as fast "
        f"({fastest.system}; target: at least {FASTER}). Our search, with BM25 and reranking, takes "
        f"{ours.p50 / nearest.p50:.2f} of the time of their dense search ({nearest.system}; target: at most {SHARE})."
    )


def _missing(missing: Mapping[str, str]) -> Iterator[str]:
    if missing:
        yield "## Not measured"
        yield "\n".join(f"- {name}: {reason}" for name, reason in missing.items())
