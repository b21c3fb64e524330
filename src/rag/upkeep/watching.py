"""Follows folders and feeds: a look whenever something there may have changed, and what each look came to, out."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from watchfiles import Change, watch

from rag.errors import RagError, WriterBusy
from rag.ingest.ingestion import Ingestion, Report
from rag.ingest.plan import Item
from rag.snapshots import Progress
from rag.sources import SIDECARS

_QUIET = 1_000
"""Milliseconds without a change that end a burst of them."""

_BURST = 10_000
"""Milliseconds after which a burst that goes on is looked at all the same."""

_TICK = 500
"""Milliseconds between two looks at the clock, and at whether the folders are still those that are watched."""

AGAIN_SECONDS = 300.0
"""Seconds after which all is looked at without a sign: failed files get another try, and a lost sign does no harm."""

_BUSY_SECONDS = 2.0
"""Seconds until another writer is asked again whether it has finished."""


@dataclass(frozen=True, slots=True)
class Looked:
    """What a look came to: the report, where another snapshot than before is in force, what failed and had not failed
    so before, and why there was no report.
    """  # fmt: skip

    report: Report | None = None
    failures: tuple[Item, ...] = ()
    error: str | None = None


class Follower:
    """Ingests paths at once and whenever they change, and feeds every `interval` seconds, later where they say so.

    `prune` is that of `Ingestion.ingest`.
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
        self._asked: float | None = None
        self._snapshot: str | None = None
        self._failed: frozenset[Item] = frozenset()
        self._error: str | None = None

    def follow(self, signs: Iterator[None], progress: Progress) -> Iterator[Looked]:
        """Look once for each sign, and yield what there is to tell."""
        for _ in signs:
            while True:
                looked, busy = self._look(progress)
                if looked.report or looked.failures or looked.error:
                    yield looked
                if not busy:
                    break
                time.sleep(_BUSY_SECONDS)

    def _look(self, progress: Progress) -> tuple[Looked, bool]:
        try:
            ingestion = self._ingestion()
            feeds = self._due(ingestion)
            report = ingestion.ingest(self._paths, progress, prune=self._prune, feeds=feeds)
        except RagError as error:
            return self._erred(str(error)), isinstance(error, WriterBusy)
        if feeds:
            self._asked = time.monotonic()
        self._error = None
        published = report.snapshot != self._snapshot
        failures = tuple(item for item in report.failed if item not in self._failed)
        unasked = frozenset[Item]() if feeds else frozenset(filter(_is_page, self._failed))
        self._snapshot, self._failed = report.snapshot, frozenset(report.failed) | unasked
        return Looked(report if published else None, failures), False

    def _due(self, ingestion: Ingestion) -> Sequence[str]:
        """Return the feeds that are to be asked for again; at first that is all, whatever they said to earlier runs."""
        if self._asked is None:
            return self._feeds
        return ingestion.due(self._feeds) if time.monotonic() - self._asked >= self._interval else ()

    def _erred(self, error: str) -> Looked:
        """Tell what keeps the paths from being ingested, once."""
        told, self._error = self._error, error
        return Looked(error=error if error != told else None)


def _is_page(item: Item) -> bool:
    return "://" in item.source


def signs(paths: Sequence[Path], index: Path, again: float = AGAIN_SECONDS) -> Iterator[None]:
    """Yield at once, after each burst of changes below `paths`, and every `again` seconds.

    What is hidden, and what happens in the index, is no change. A folder that was put in the place of another is
    watched in its stead. Changes are told by the system; where WATCHFILES_FORCE_POLLING is set, found by comparing.
    """
    looked, watched = -again, _identities(paths)
    while True:
        if (there := _identities(paths)) != watched:
            looked, watched = -again, there
        for changes in _changes(paths, index):
            if changes or time.monotonic() - looked >= again:
                yield
                looked = time.monotonic()
            if _identities(paths) != watched:
                break


def _changes(paths: Sequence[Path], index: Path) -> Iterator[bool]:
    """Yield every tick whether something changed; what changes between two ticks is not missed."""
    folders = {path if path.is_dir() else path.parent for path in map(_real, paths)}
    there = [folder for folder in folders if folder.is_dir()]
    if not there:
        time.sleep(_TICK / 1_000)
        yield False
        return
    yield from map(
        bool,
        watch(
            *there,
            watch_filter=_Relevant(paths, index),
            debounce=_BURST,
            step=_QUIET,
            rust_timeout=_TICK,
            yield_on_timeout=True,
            recursive=any(path.is_dir() for path in paths),
        ),
    )


class _Relevant:
    """Tells what may be a change of a source."""

    def __init__(self, paths: Sequence[Path], index: Path) -> None:
        self._roots = [_real(path) for path in paths]
        self._index = _real(index)

    def __call__(self, _: Change, changed: str) -> bool:
        path = Path(changed)
        if path.is_relative_to(self._index):
            return False
        return any(self._lies_in(path, root) for root in self._roots)

    def _lies_in(self, path: Path, root: Path) -> bool:
        if path.is_relative_to(root):
            return not any(part.startswith((".", "~$")) for part in path.relative_to(root).parts)
        return any(path == root.with_name(root.name + sidecar) for sidecar in SIDECARS)


def _real(path: Path) -> Path:
    return Path(os.path.realpath(path))


def _identities(paths: Sequence[Path]) -> list[tuple[int, int] | None]:
    return [_identity(path) for path in paths]


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
