"""Takes every measurement in one run, one after the other, so that none disturbs another."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import TypeAlias

from rag.benchmarking.ingest_speed import ingest, ingest_again, size
from rag.benchmarking.load import connected, highest, in_turn, offer
from rag.benchmarking.questions import made
from rag.benchmarking.server import serving
from rag.benchmarking.speed_report import OverHttp, Report
from rag.benchmarking.stage_times import ask
from rag.errors import ConfigurationError
from rag.machine import machine
from rag.settings import Settings
from rag.snapshots import Progress
from rag.wiring import assemble

Watch: TypeAlias = Callable[[str], Progress]
"""Is told what begins, and gives what is told how far that is."""


@dataclass(frozen=True, slots=True)
class Effort:
    """How much is measured: questions, starts of the service, how many rates, and the seconds each is offered."""

    questions: int = 500
    starts: int = 3
    rates: int = 20
    seconds: float = 10.0


def run(
    settings: Settings, paths: Sequence[Path], questions: Sequence[str] | None, effort: Effort, watch: Watch
) -> Report:
    """Measure an index made of `paths`, or the one that stands where there are none; nothing of it is changed.

    Without `questions`, they are made of the index's own words. Raises UnreadableSource, NoSnapshot,
    IncompatibleSnapshot, ConfigurationError where the index is empty, BackendUnavailable.
    """
    began, load = datetime.now(UTC), os.getloadavg()[0]
    with TemporaryDirectory(prefix="rag-bench-") as folder:
        elsewhere = settings.model_copy(update={"index_dir": Path(folder) / "index"})
        encoding = watch("encoding passages")
        service = assemble(elsewhere if paths else settings)
        if paths:
            ingested = ingest(service, paths, encoding)
        else:
            snapshot = service.snapshot()
            _check(len(snapshot), settings)
            own = assemble(elsewhere, encoder=service.parts.encoder)
            ingested = ingest_again(snapshot, own, encoding)
        snapshot = service.snapshot()
        asked = list(questions or made(snapshot, effort.questions))[: effort.questions]
        return Report(
            began=began,
            machine=machine(),
            load=load,
            settings=settings,
            ingested=ingested,
            size=size(snapshot),
            questions=len(set(asked)),
            stages=ask(service, asked, watch("asking in process")),
            http=_over_http(service.settings.index_dir, asked, effort, watch),
        )


def _check(passages: int, settings: Settings) -> None:
    if not passages:
        raise ConfigurationError(f"the index in {settings.index_dir} is empty: give paths to measure with")


def _over_http(index: Path, questions: Sequence[str], effort: Effort, watch: Watch) -> OverHttp:
    starting = watch("starting the service")
    starts = []
    for number in range(effort.starts - 1):
        with serving(index) as served:
            starts.append(served.start)
        starting(number + 1, effort.starts)
    with serving(index) as served, connected(served.address) as client:
        starting(effort.starts, effort.starts)
        times = in_turn(client, questions, watch("asking over HTTP"))
        at_rest = served.memory()
        first = max(1.0, 250 / times.p50)  # a quarter of what one asker gets
        offers = highest(lambda rate: offer(client, questions, rate, effort.seconds), first, effort.rates)
        return OverHttp(median([*starts, served.start]), times, tuple(offers), at_rest, served.memory())
