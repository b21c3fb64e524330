"""Let several processes of one service add up their metrics, in the folder that PROMETHEUS_MULTIPROC_DIR names.

prometheus-client reads the variable when it is imported, so it must be set before the processes start.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from prometheus_client import CollectorRegistry
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead
from prometheus_client.registry import Collector

VARIABLE = "PROMETHEUS_MULTIPROC_DIR"


@contextmanager
def counted_together() -> Iterator[None]:
    """Let the processes that are started in the block add up their metrics, if the variable is not set already."""
    if VARIABLE in os.environ:
        yield
        return
    with TemporaryDirectory(prefix="rag-metrics-") as folder:
        os.environ[VARIABLE] = folder
        try:
            yield
        finally:
            del os.environ[VARIABLE]


def are_several() -> bool:
    """Return whether this process adds up its metrics with others."""
    return VARIABLE in os.environ


def collector_of_all(registry: CollectorRegistry) -> Collector:
    """Return a collector of the metrics of all processes."""
    for process in _named(Path(os.environ[VARIABLE])):
        if not _is_alive(process):  # its gauges would count for ever
            mark_process_dead(process)  # type: ignore[no-untyped-call]
    return MultiProcessCollector(registry)  # type: ignore[no-untyped-call]


def _named(folder: Path) -> set[int]:
    """Return the processes that files of gauges are from."""
    numbers = (path.stem.rpartition("_")[2] for path in folder.glob("gauge_live*.db"))
    return {int(number) for number in numbers if number.isdecimal()}


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except OSError as error:
        return not isinstance(error, ProcessLookupError)
    return True
