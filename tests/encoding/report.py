"""The page that tells what was measured."""

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
    """Every runtime, the library's first; matrix products a second by precision; retrieval by benchmark."""

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
        f"- Where: {_processor()}, {os.cpu_count()} cores, load average {measured.busy:.1f} before it began, "
        f"Python {platform.python_version()}",
        f"- With: all-MiniLM-L6-v2, OpenVINO {version('openvino')}, sentence-transformers "
        f"{version('sentence-transformers')}, torch {version('torch')}",
        f"- A question has {QUESTION_TOKENS} tokens, a passage {PASSAGE_TOKENS}; each runtime ran "
        f"{ROUNDS} times, in turn, in a process of its own, and the best of each figure stands here",
        "",
        "| | load, s | question p50 / p95, ms | passages a second | least cosine of a passage | mean cosine of a token "
        "| memory asking / ingesting, MiB |",
        "|---|---|---|---|---|---|---|",
        *(_row(run, measured.reference) for run in measured.runs),
        "",
        "Cosines are to sentence-transformers' vectors. Memory is the most the process held, with what Python and the",
        "measurement themselves take.",
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


def _quality(asked: str, found: Mapping[str, Quality]) -> list[str]:
    rows = [f"| {name} | {dense:.4f} | {whole:.4f} |" for name, (dense, whole) in found.items()]
    return [
        f"Retrieval on {asked}, over an index built with each, nDCG@10:",
        "",
        "| | dense alone | the whole of retrieval |",
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
        f"A passage takes {work / 1e9:.1f} GFLOP. Of the rate of a product of two matrices of 2048 x 2048 in the same",
        f"precision the graph reaches {', '.join(shares)}.",
    ]


def _processor() -> str:
    """Return the processor's name and what it has that matters here, where the system tells."""
    cpuinfo = Path("/proc/cpuinfo")
    if not cpuinfo.exists():
        return f"{platform.system()} {platform.machine()}"
    told = dict(line.split("\t", 1) for line in cpuinfo.read_text().splitlines() if "\t" in line)
    name = told.get("model name", platform.machine()).strip("\t: ")
    flags = told.get("flags", "").split()
    able = [flag for flag in ("avx2", "avx512_vnni", "avx512_bf16", "amx_bf16") if flag in flags]
    return f"{platform.system()} {platform.machine()}, {name} ({', '.join(able)})"
