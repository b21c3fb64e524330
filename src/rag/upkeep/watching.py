"""Watch folders and feeds: scan them whenever something may have changed, and yield the result of each scan."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import inf
from pathlib import Path

from watchfiles import Change, watch

from rag.errors import RagError, WriterBusy
from rag.ingest.ingestion import Ingestion
from rag.ingest.plan import Item
from rag.ingest.publication import Report
from rag.snapshots import Progress
from rag.sources import FOLDER_FILE, SIDECARS

_QUIET_MS = 1_000
"""Milliseconds without a change after which a burst of changes is over."""

_MAX_BURST_MS = 10_000
"""Milliseconds after which a scan starts even if the burst of changes goes on."""

_TICK_MS = 500
"""Milliseconds between two checks whether a scan is due or a folder was replaced."""

RESCAN_SECONDS = 300.0
"""Seconds between two scans if nothing changes. Such a scan retries failed files and finds missed changes."""

_BUSY_SECONDS = 2.0
"""Seconds between two attempts while another process writes."""


@dataclass(frozen=True, slots=True)
class ScanResult:
    """The result of one scan: the report if there is another snapshot than before, new failures, or the error."""

    report: Report | None = None
    failures: tuple[Item, ...] = ()
    error: str | None = None


class SourceWatcher:
    """Ingests paths at each trigger, and feeds after `interval` seconds if they are no longer fresh.

    `prune` has the same meaning as for `Ingestion.ingest`.
    """

    def __init__(
        self,
        ingestion: Callable[[], Ingestion],
        paths: Sequence[Path],
        *,
        prune: bool,
        feeds: Sequence[str] = (),
        interval: float = 0.0,
    ) -> None:
        self._ingestion = ingestion
        self._paths = paths
        self._prune = prune
        self._feeds = feeds
        self._interval = interval
        self._feeds_due = -inf
        self._feeds_ingested = False
        self._snapshot: str | None = None
        self._failed: frozenset[Item] = frozenset()
        self._error: str | None = None

    def watch(self, triggers: Iterator[None], progress: Progress) -> Iterator[ScanResult]:
        """Scan at each trigger, and yield each result that is not empty. Scan again while another process writes."""
        for _ in triggers:
            while True:
                result, busy = self._scan(progress)
                if result.report or result.failures or result.error:
                    yield result
                if not busy:
                    break
                time.sleep(_BUSY_SECONDS)

    def _scan(self, progress: Progress) -> tuple[ScanResult, bool]:
        try:
            ingestion = self._ingestion()
            feeds = self._due_feeds(ingestion)
            report = ingestion.ingest(
                self._paths, progress, prune=self._prune, feeds=feeds, fetching=self._note_fetching
            )
        except RagError as error:
            return self._failure(str(error)), isinstance(error, WriterBusy)
        if feeds:
            self._feeds_due, self._feeds_ingested = time.monotonic() + self._interval, True
        self._error = None
        published = report.snapshot != self._snapshot
        failures = tuple(item for item in report.failed if item not in self._failed)
        not_fetched = frozenset[Item]() if feeds else frozenset(filter(_is_page, self._failed))
        self._snapshot, self._failed = report.snapshot, frozenset(report.failed) | not_fetched
        return ScanResult(report if published else None, failures), False

    def _due_feeds(self, ingestion: Ingestion) -> Sequence[str]:
        """Return the feeds to fetch now.

        Until a scan has ingested the feeds, all are fetched, even if they are fresh: an earlier run may have failed.
        """
        if not self._feeds or time.monotonic() < self._feeds_due:
            return ()
        return ingestion.stale_feeds(self._feeds) if self._feeds_ingested else self._feeds

    def _note_fetching(self, *_: int) -> None:
        """Note that feeds are being fetched. If the scan then fails, they are due again only after a while."""
        self._feeds_due = time.monotonic() + min(self._interval, RESCAN_SECONDS)
        self._feeds_ingested = False

    def _failure(self, error: str) -> ScanResult:
        """Return a result with the error, unless the last scan had the same one."""
        previous, self._error = self._error, error
        return ScanResult(error=error if error != previous else None)


def _is_page(item: Item) -> bool:
    return "://" in item.source


def scan_triggers(paths: Sequence[Path], index: Path, rescan: float = RESCAN_SECONDS) -> Iterator[None]:
    """Yield at once, after each burst of changes below `paths`, and every `rescan` seconds.

    Changes to the index and to hidden files do not count, except to the labels of a folder. If a folder is replaced,
    the new folder is watched. The operating system reports changes; with WATCHFILES_FORCE_POLLING, the folders are
    polled.
    """
    scanned, watched = -rescan, _identities(paths)
    while True:
        if (current := _identities(paths)) != watched:
            scanned, watched = -rescan, current
        for changed in _changes(paths, index):
            if changed or time.monotonic() - scanned >= rescan:
                yield
                scanned = time.monotonic()
            if _identities(paths) != watched:
                break


def _changes(paths: Sequence[Path], index: Path) -> Iterator[bool]:
    """Yield at every tick whether something changed since the last one."""
    folders = {path if path.is_dir() else path.parent for path in map(_real, paths)}
    existing = [folder for folder in folders if folder.is_dir()]
    if not existing:
        time.sleep(_TICK_MS / 1_000)
        yield False
        return
    yield from map(
        bool,
        watch(
            *existing,
            watch_filter=_SourceFilter(paths, index),
            debounce=_MAX_BURST_MS,
            step=_QUIET_MS,
            rust_timeout=_TICK_MS,
            yield_on_timeout=True,
            recursive=any(path.is_dir() for path in paths),
        ),
    )


class _SourceFilter:
    """Accepts only changes of files that may be sources."""

    def __init__(self, paths: Sequence[Path], index: Path) -> None:
        self._roots = [_real(path) for path in paths]
        self._index = _real(index)

    def __call__(self, _: Change, changed: str) -> bool:
        path = Path(changed)
        if path.is_relative_to(self._index):
            return False
        return any(self._belongs_to(path, root) for root in self._roots)

    def _belongs_to(self, path: Path, root: Path) -> bool:
        if path.is_relative_to(root):
            parts = path.relative_to(root).parts
            return not any(part.startswith((".", "~$")) for part in parts[: -1 if path.name == FOLDER_FILE else None])
        return any(path == root.with_name(root.name + sidecar) for sidecar in SIDECARS)


def _real(path: Path) -> Path:
    return Path(os.path.realpath(path))


def _identities(paths: Sequence[Path]) -> list[tuple[int, int] | None]:
    return [_identity(path) for path in paths]


def _identity(path: Path) -> tuple[int, int] | None:
    """Return the device and inode of a path, which change if it is replaced; None if it does not exist."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
