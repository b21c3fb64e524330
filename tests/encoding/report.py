"""Writes the page of measurements."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from tests.encoding.measuring import Quality, Run
from tests.encoding.peak import passage_operations
from tests.encoding.texts import PASSAGE_TOKENS, QUESTION_TOKENS

ROUNDS = 3


@dataclass(frozen=True)
class Measured:
    """The figures of each runtime (the library first), and the load average `busy` before the run.

    `products` is the floating-point operations a second of a matrix product, by precision. `quality` is by benchmark.
    """

    runs: Sequence[Run]
    products: Mapping[str, float]
    quality: Mapping[str, Mapping[str, Quality]]
    busy: float

    @property
    def reference(self) -> Run:
        return self.runs[0]


def page(measured: Measured, questions: int) -> str:
    """Return the report in Markdown."""
    lines = [
        "# The encoder",
        "",
        f"Written by `make encoder-bench{_given(measured.quality)}`.",
        "",
        f"- When: {datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
        f"- Where: {_processor()}, {os.cpu_count()} cores, load average {measured.busy:.1f} before the run, "
        f"Python {platform.python_version()}",
        f"- With: all-MiniLM-L6-v2, OpenVINO {version('openvino')}, sentence-transformers "
        f"{version('sentence-transformers')}, torch {version('torch')}",
        f"- A question has {QUESTION_TOKENS} tokens, a passage {PASSAGE_TOKENS}. Each runtime ran "
        f"{ROUNDS} times in a separate process. The table shows the best of each figure",
        "",
        "| | load, s | question p50 / p95, ms | passages a second | least cosine of a passage | mean cosine of a token "
        "| memory asking / ingesting, MiB |",
        "|---|---|---|---|---|---|---|",
        *(_row(run, measured.reference) for run in measured.runs),
        "",
        "Cosines compare with the vectors of sentence-transformers. Memory is the peak of the process, and includes",
        "Python and the measurement.",
        "",
        *(
            line
            for name, found in measured.quality.items()
            for line in _quality(f"{name}, {questions} questions", found)
        ),
        *_peak(measured),
    ]
    return "\n".join(lines).rstrip() + "\n"


def _row(run: Run, reference: Run) -> str:
    vector, token = run.cosines(reference)
    return (
        f"| {run.name} | {run.load:.1f} | {run.p50:.1f} / {run.p95:.1f} | {run.rate:.0f} | {vector:.5f} | {token:.5f} "
        f"| {run.asking:.0f} / {run.peak:.0f} |"
    )


def _given(benchmarks: Iterable[str]) -> str:
    folders = " ".join(f".../{name}" for name in benchmarks)
    return f' BENCHMARKS="{folders}"' if folders else ""


def _quality(benchmark: str, found: Mapping[str, Quality]) -> list[str]:
    rows = [f"| {name} | {dense:.4f} | {full:.4f} |" for name, (dense, full) in found.items()]
    return [
        f"nDCG@10 of retrieval on {benchmark}, over an index built with each runtime:",
        "",
        "| | dense alone | full retrieval |",
        "|---|---|---|",
        *rows,
        "",
    ]


def _peak(measured: Measured) -> list[str]:
    work = passage_operations(PASSAGE_TOKENS)
    rates = {run.name.rpartition(" ")[2]: run.rate for run in measured.runs[1:]}
    shares = [
        f"{rates[precision] * work / product:.0%} in {precision} ({product / 1e9:.0f} GFLOP/s)"
        for precision, product in measured.products.items()
    ]
    return [
        f"A passage takes {work / 1e9:.1f} GFLOP. The peak is a product of two 2048 x 2048 matrices. In the same",
        f"precision, the graph reaches {', '.join(shares)}.",
    ]


def _processor() -> str:
    """Return the processor's name and its relevant instruction sets, if the system reports them."""
    cpuinfo = Path("/proc/cpuinfo")
    if not cpuinfo.exists():
        return f"{platform.system()} {platform.machine()}"
    fields = dict(line.split("\t", 1) for line in cpuinfo.read_text().splitlines() if "\t" in line)
    name = fields.get("model name", platform.machine()).strip("\t: ")
    flags = fields.get("flags", "").split()
    supported = [flag for flag in ("avx2", "avx512_vnni", "avx512_bf16", "amx_bf16") if flag in flags]
    return f"{platform.system()} {platform.machine()}, {name} ({', '.join(supported)})"
