"""The state of the index for Prometheus. A background task reads it, so that a scrape never waits for the disk."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar, get_args

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from rag.errors import RagError
from rag.http.hidden_paths import without_folders
from rag.ingest.ledger import State
from rag.service import Service
from rag.snapshots import Snapshot
from rag.upkeep import JobState, Upkeep

_Value = TypeVar("_Value")

REFRESH_SECONDS = 5.0
"""Seconds between two looks at the index."""


@dataclass(slots=True, eq=False)
class IndexState(Collector):
    """The last state that `refresh` saw. `can_change` returns whether any client may change the index."""

    service: Service
    upkeep: Upkeep
    can_change: Callable[[], bool]
    _snapshot: Snapshot | None = None
    _ready: bool = False
    _degraded: bool = False
    _sources: Mapping[str, int] = field(default_factory=dict)
    _jobs: Mapping[str, int] = field(default_factory=dict)
    _counted: object = None

    def look(self) -> None:
        """Look at the snapshot. Raises nothing of the service, because an index that cannot be read is a state too."""
        self._snapshot = _or(None, self.service.snapshot)
        self._ready = self._snapshot is not None and _or(False, self._can_record)
        self._degraded = self.service.degraded(changes=self.can_change()) is not None

    def refresh(self) -> None:
        """Look at the snapshot, and count sources and jobs. It reads the list of documents, so it may be slow."""
        self.look()
        version = (self._snapshot and self._snapshot.id, self.service.ledger_version)
        if version != self._counted:
            self._sources = _or({}, self._source_counts)
            self._counted = version
        if self.can_change():
            self._jobs = _or({}, self._job_counts)

    def collect(self) -> Iterator[Metric]:
        """Yield the metrics."""
        snapshot = self._snapshot
        yield GaugeMetricFamily(
            "rag_ready", "1 if questions can be answered, and recorded if there is an audit log.", int(self._ready)
        )
        yield GaugeMetricFamily("rag_degraded", "1 if /readyz says `degraded`.", int(self._degraded))
        if snapshot is not None:
            yield from _index(snapshot)
        yield _by_label("rag_sources", "Sources by their state in the ledger.", "state", self._sources, get_args(State))
        if self.can_change():
            yield _by_label("rag_jobs", "Jobs that clients sent, by state.", "state", self._jobs, [*JobState])

    def _can_record(self) -> bool:
        self.service.check_audit()
        return True

    def _source_counts(self) -> Mapping[str, int]:
        return Counter(status.state for status in self.service.sources()[0])

    def _job_counts(self) -> Mapping[str, int]:
        return Counter(job.state for job in self.upkeep.jobs())


def _index(snapshot: Snapshot) -> Iterator[Metric]:
    manifest = snapshot.manifest
    size = sum(file.size for file in manifest.files.values())
    created = datetime.fromisoformat(manifest.created).timestamp()
    yield GaugeMetricFamily("rag_index_documents", "Documents in the current snapshot.", manifest.documents)
    yield GaugeMetricFamily("rag_index_passages", "Passages in the current snapshot.", manifest.chunks)
    yield GaugeMetricFamily("rag_index_bytes", "Size of the current snapshot on disk.", size)
    yield GaugeMetricFamily("rag_index_created_timestamp_seconds", "When the current snapshot was built.", created)
    info = GaugeMetricFamily("rag_index_info", "The current snapshot, always 1.", labels=["snapshot", "encoder"])
    info.add_metric([snapshot.id, without_folders(manifest.encoder)], 1)
    yield info


def _by_label(name: str, meaning: str, label: str, counts: Mapping[str, int], values: Iterable[str]) -> Metric:
    family = GaugeMetricFamily(name, meaning, labels=[label])
    for value in values:
        family.add_metric([value], counts.get(value, 0))
    return family


def _or(otherwise: _Value, look: Callable[[], _Value]) -> _Value:
    try:
        return look()
    except RagError:
        return otherwise
