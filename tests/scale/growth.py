"""Grows one index from 10,000 to a million passages for `make growth`, and measures its cost at each size.

`rag bench` takes the measurements. The encoder of `encoder.py` is installed as a plugin.
"""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from matplotlib.axes import Axes

from rag.benchmarking.plots import drawing
from rag.machine import machine, table
from tests.scale import corpus
from tests.scale.changes import Place, Run, run

_ROOT = Path(__file__).parents[2]
_STEP = 100_000  # passages in one ingest, which holds them in memory
_SEARCH = ("encode", "lexical", "dense", "fuse", "rerank")
_METADATA = """Metadata-Version: 2.1
Name: words
Version: 1
"""


@dataclass(frozen=True)
class Size:
    """The cost of an index: build seconds, peak MiB of the build, kind of vector index, and the JSON of `rag bench`."""

    passages: int
    built: float
    peak: float
    kind: str
    bench: Mapping[str, Any]

    @property
    def search(self) -> float:
        """The milliseconds to find and rank passages: the sum of the medians of the stages."""
        return float(sum(self.bench["stages_ms"][stage]["p50"] for stage in _SEARCH))


def grow(folder: Path, sizes: Sequence[int], questions: int = 200, seconds: float = 2.0) -> Iterator[Size]:
    """Add articles until the index has each size in turn (ascending), and measure it at each.

    `questions` and `seconds` are the number of questions and the seconds at each rate of `rag bench`.
    """
    place, articles, built, peak = Place(folder), 0, 0.0, 0.0
    for size in sizes:
        while articles * corpus.SECTIONS < size:
            added = min(_STEP, size - articles * corpus.SECTIONS) // corpus.SECTIONS
            step = _add(place, articles, added)
            articles, built, peak = articles + added, built + step.seconds, max(peak, step.peak)
        snapshot = place.store().current()
        yield Size(len(snapshot), built, peak, snapshot.manifest.vectors, _bench(folder, questions, seconds))


def _add(place: Place, first: int, articles: int) -> Run:
    folder = place.articles / f"from-{first}"
    corpus.write(folder, articles, first)
    return run(place, "added", [folder])


def _bench(folder: Path, questions: int, seconds: float) -> Mapping[str, Any]:
    """Measure the existing index with `rag bench`."""
    plugin = folder / "plugin"
    metadata = plugin / "words-1.dist-info"
    metadata.mkdir(parents=True, exist_ok=True)
    (metadata / "METADATA").write_text(_METADATA, encoding="utf-8")
    (metadata / "entry_points.txt").write_text("[rag.encoders]\nwords = tests.scale.encoder:load\n", encoding="utf-8")
    settings = {"RAG_ENCODER": "words", "RAG_INDEX_DIR": str(folder / "index"), "RAG_LEAST_CONFIDENCE": "0"}
    paths = {"PYTHONPATH": os.pathsep.join([str(plugin), str(_ROOT), os.environ.get("PYTHONPATH", "")])}
    options = ["bench", "--json", "--count", str(questions), "--seconds", str(seconds)]
    command = [sys.executable, "-c", "from rag.cli import main; main()", *options]
    ran = subprocess.run(command, env={**os.environ, **settings, **paths}, capture_output=True, text=True, check=True)
    measured: Mapping[str, Any] = json.loads(ran.stdout)
    return measured


def page(found: Sequence[Size], plot: str) -> str:
    """Return the page of measurements."""
    sections = [
        "# Cost as an index grows",
        f"Measured on {datetime.now(UTC):%Y-%m-%d} on {machine()}, load average {os.getloadavg()[0]:.1f} at the end. "
        "Written by `make growth`. `python -m tests.scale.growth PAGE SIZE...` measures other sizes.",
        "The articles are generated, with 20 passages each, and added 100,000 passages at a time. The encoder has no "
        "model, and its vectors have 384 dimensions. So add the time to encode a question and the memory of a model, "
        "which are in [performance.md](performance.md). *Search* is the sum of the medians of its stages, from the "
        "question to the ranked passages. *Answer* is over HTTP, with the citations.",
        table(
            (
                "passages",
                "built in, s",
                "search p50, ms",
                "answer p50 / p99, ms",
                "start, s",
                "memory, MiB",
                "disk, MB",
            ),
            [_row(one) for one in found],
        ),
        f"![Cost as an index grows]({plot})",
        "Memory is that of the service after load. It includes the mapped pages of the index's files, which the "
        "system can reclaim. The peak of the build was "
        f"{max(one.peak for one in found):,.0f} MiB.",
        "The vector index at each size, from the manifest:",
        table(("passages", "index"), [(f"{one.passages:,}", one.kind) for one in found]),
        "The stages of a search, p50 in milliseconds:",
        table(
            ("passages", *_SEARCH),
            [
                (f"{one.passages:,}", *(f"{one.bench['stages_ms'][stage]['p50']:.2f}" for stage in _SEARCH))
                for one in found
            ],
        ),
    ]
    return "\n\n".join(sections) + "\n"


def _row(one: Size) -> tuple[str, ...]:
    http = one.bench["http"]
    return (
        f"{one.passages:,}",
        f"{one.built:,.0f}",
        f"{one.search:.1f}",
        f"{http['times']['p50']:.1f} / {http['times']['p99']:.1f}",
        f"{http['start']:.2f}",
        f"{http['loaded']['resident']:,.0f}",
        f"{one.bench['snapshot']['bytes'] / 1e6:,.0f}",
    )


def plot(found: Sequence[Size]) -> str:
    """Draw latency, build time, memory and disk over the number of passages."""
    with drawing(height=2.6, panels=4) as (figures, svg):
        passages = [one.passages for one in found]
        panels = {
            "search, ms": [one.search for one in found],
            "build, s": [one.built for one in found],
            "memory, MiB": [one.bench["http"]["loaded"]["resident"] for one in found],
            "disk, MB": [one.bench["snapshot"]["bytes"] / 1e6 for one in found],
        }
        for axes, (name, values) in zip(figures, panels.items(), strict=True):
            _panel(axes, name, passages, values)
    return svg.getvalue()


def _panel(axes: Axes, name: str, passages: Sequence[int], values: Sequence[float]) -> None:
    axes.plot(passages, values, color="#1f6f8b", marker="o", markersize=4)
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_title(name, fontsize=9)
    axes.set_xlabel("passages")


def _main(report: Path, sizes: Sequence[int]) -> None:
    logging.disable()
    plot_file = report.with_suffix(".svg")
    with tempfile.TemporaryDirectory() as folder:
        found = []
        for one in grow(Path(folder), sizes):
            found.append(one)
            report.write_text(page(found, plot_file.name), encoding="utf-8")
            plot_file.write_text(plot(found), encoding="utf-8")
    sys.stdout.write(page(found, plot_file.name))


if __name__ == "__main__":
    _main(Path(sys.argv[1]), [int(size) for size in sys.argv[2:]] or [10_000, 100_000, 1_000_000])
