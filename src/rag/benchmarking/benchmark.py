"""Takes all measurements of a run one after the other, so that none disturbs another."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import TypeAlias

from rag.benchmarking.first_statement import stream_in_turn
from rag.benchmarking.ingest_speed import ingest, reencode, size
from rag.benchmarking.load import ask_in_turn, connect, find_highest_rate, offer_rate
from rag.benchmarking.questions import generate
from rag.benchmarking.running_server import run_server
from rag.benchmarking.speed_report import OverHttp, Report
from rag.benchmarking.stage_times import ask
from rag.errors import ConfigurationError
from rag.machine import machine
from rag.settings import Settings
from rag.snapshots import Progress
from rag.wiring import assemble

StartTask: TypeAlias = Callable[[str], Progress]
"""Called with the name of a task that starts; returns the callback for its progress."""


@dataclass(frozen=True, slots=True)
class Workload:
    """The size of a run: the most questions, the starts of the service, the most rates, the seconds at each rate."""

    questions: int = 500
    starts: int = 3
    rates: int = 20
    seconds: float = 10.0


def run(
    settings: Settings,
    paths: Sequence[Path],
    questions: Sequence[str] | None,
    workload: Workload,
    start_task: StartTask,
) -> Report:
    """Measure an index of `paths`, or the existing index if there are none. The existing index does not change.

    Without `questions`, generate them from the passages. Raises UnreadableSource, NoSnapshot, IncompatibleSnapshot,
    BackendUnavailable, and ConfigurationError if the index is empty.
    """
    began, load = datetime.now(UTC), os.getloadavg()[0]
    with TemporaryDirectory(prefix="rag-bench-") as folder:
        temporary = settings.model_copy(update={"index_dir": Path(folder) / "index"})
        encoding = start_task("encoding passages")
        service = assemble(temporary if paths else settings)
        if paths:
            ingested = ingest(service, paths, encoding)
        else:
            snapshot = service.snapshot()
            _check(len(snapshot), settings)
            own = assemble(temporary, encoder=service.parts.encoder)
            ingested = reencode(snapshot, own, encoding)
        snapshot = service.snapshot()
        selected = list(questions or generate(snapshot, workload.questions))[: workload.questions]
        return Report(
            began=began,
            machine=machine(),
            load=load,
            settings=settings,
            ingested=ingested,
            size=size(snapshot),
            questions=len(set(selected)),
            stages=ask(service, selected, start_task("asking in process")),
            http=_over_http(service.settings.index_dir, selected, workload, start_task),
        )


def _check(passages: int, settings: Settings) -> None:
    if not passages:
        raise ConfigurationError(f"the index in {settings.index_dir} is empty: give files or folders to measure")


def _over_http(index: Path, questions: Sequence[str], workload: Workload, start_task: StartTask) -> OverHttp:
    starting = start_task("starting the service")
    starts = []
    for number in range(workload.starts - 1):
        with run_server(index) as served:
            starts.append(served.start)
        starting(number + 1, workload.starts)
    with run_server(index) as served, connect(served.address) as client:
        starting(workload.starts, workload.starts)
        times = ask_in_turn(client, questions, start_task("asking over HTTP"))
        first_statement = stream_in_turn(client, questions, start_task("streaming over HTTP"))
        at_rest = served.memory()
        first = max(1.0, 250 / times.p50)  # a quarter of the rate that one client reaches
        offers = find_highest_rate(
            lambda rate: offer_rate(client, questions, rate, workload.seconds), first, workload.rates
        )
        start = median([*starts, served.start])
        return OverHttp(start, times, first_statement, tuple(offers), at_rest, served.memory())
