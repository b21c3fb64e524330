"""The roots of an index: the files, folders and feeds that were given to `rag ingest`.

index/ROOTS   a checksum, then one root on each line, in JSON; replaced in one step

A file or folder is recorded by its real path. ROOTS is no part of a snapshot: without it, the index answers as before.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from shlex import quote

from rag.errors import UnknownDocument, UnreadableSource
from rag.feeds import listed_pages
from rag.ingest.checked_lines import read_lines, write_lines
from rag.ingest.found import Found, Skipped, is_path, locations, printable, system_path
from rag.ingest.scan import Scan, file_exists, path_exists
from rag.snapshots import StoredDocument
from rag.sources import discover

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class RootStatus:
    """One root.

    `documents` is the number of documents that came from it. `exists` is None for a feed. `prunable` is the number of
    sources that `--prune` would remove now; it is None if only the web can tell, or if the root cannot be ingested.
    `note` is one sentence for the user if the root needs attention.
    """

    root: str
    documents: int
    exists: bool | None
    prunable: int | None
    note: str | None = None


class Roots:
    """The file ROOTS. A missing or damaged one counts as empty."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._path = directory / "ROOTS"

    def read(self) -> list[str]:
        """Return the roots, sorted."""
        try:
            return sorted({str(line["root"]) for line in read_lines(self._path)})
        except (OSError, ValueError, TypeError, KeyError) as error:
            _log.warning("%s cannot be read (%s): the next ingest of a root records it again", self._path, error)
            return []

    def record(self, given: Iterable[str], sources: Collection[str]) -> None:
        """Add the roots of a run, and forget those that no longer exist and have none of the indexed `sources`.

        Raises StorageError.
        """
        used = {place for source in sources for place in locations(source)}
        kept = {root for root in self.read() if not is_path(root) or root in used or path_exists(root)}
        self._write(kept.union(given))

    def forget(self, roots: Collection[str]) -> None:
        """Remove roots. Raises StorageError."""
        self._write(one for one in self.read() if one not in roots)

    def pages(self) -> dict[str, frozenset[str]]:
        """Return the pages that each feed among the roots has ever listed, as far as they are cached."""
        return listed_pages(self._directory, [root for root in self.read() if not is_path(root)])

    def statuses(self, documents: Sequence[StoredDocument]) -> list[RootStatus]:
        """Return the status of each root. `documents` are those of the current snapshot."""
        pages = self.pages()
        sources = [source.name for stored in documents for source in stored.origin.sources]
        return [
            self._status(root, documents, [one for one in sources if _has(root, one, pages)]) for root in self.read()
        ]

    def _status(self, root: str, documents: Sequence[StoredDocument], sources: Sequence[str]) -> RootStatus:
        own = set(sources)
        count = sum(any(source.name in own for source in stored.origin.sources) for stored in documents)
        if not is_path(root):
            return RootStatus(root, count, None, None, "--prune removes its pages that answer 404 or 410")
        if not path_exists(root):
            note = f"it does not exist: mount its disk, ingest its new path, or run 'rag remove --root {quote(root)}'"
            return RootStatus(root, count, exists=False, prunable=None, note=note)
        try:
            prunable, reason = _prunable(Path(system_path(root)), self._directory, sources)
        except UnreadableSource as error:
            return RootStatus(root, count, exists=True, prunable=None, note=str(error))
        return RootStatus(root, count, exists=True, prunable=prunable, note=reason)

    def _write(self, roots: Iterable[str]) -> None:
        write_lines(self._path, ({"root": root} for root in sorted(set(roots))))


@dataclass(frozen=True, slots=True)
class RootRemoval:
    """The removal of a root: the known sources that only it has, and the others, each with a root that keeps it."""

    own: tuple[str, ...]
    shared: Mapping[str, str]


def root_name(given: str) -> str:
    """Return the name of a root in ROOTS: the address of a feed, or the real path of a file or folder."""
    return given if "://" in given else printable(os.path.realpath(given))


def plan_root_removal(root: str, roots: Roots, sources: Iterable[str]) -> RootRemoval:
    """Decide which of the `sources` leave the index with a root, which need not be recorded.

    Another root keeps a source if it lies inside `root`, or if the source's file still exists. Raises UnknownDocument
    if there is neither such a root nor a source.
    """
    recorded, pages = roots.read(), roots.pages()
    belonging = [source for source in sources if _has(root, source, pages)]
    if root not in recorded and not belonging:
        raise UnknownDocument(f"no root and no source is {root}, so nothing was removed: see 'rag documents --roots'")
    shared = {}
    for source in belonging:
        for other in recorded:
            inside = is_path(other) and root in locations(other)
            if other != root and _has(other, source, pages) and (inside or not is_path(source) or file_exists(source)):
                shared[source] = other
    return RootRemoval(tuple(source for source in belonging if source not in shared), shared)


def _has(root: str, source: str, pages: Mapping[str, Collection[str]]) -> bool:
    """Return whether a source came from a root."""
    return root in locations(source) if is_path(source) else source in pages.get(root, ())


def _prunable(root: Path, index: Path, sources: Sequence[str]) -> tuple[int, str | None]:
    """Return how many of the indexed `sources` below a root `--prune` would remove, and why it would keep others."""
    scan = Scan((root,), discover([root], index), prune=True)
    kept = [Found(name, name, error) for path, error in scan.discovery.refused.items() for name in [printable(path)]]
    kept += scan.emptied(sources)
    skipped = [Found(name, name, Skipped(reason)) for name, reason in scan.discovery.skipped.items()]
    missing = scan.missing(sources, [*kept, *skipped])
    files = {printable(path) for path in scan.discovery.files}
    gone = [source for source in missing if files.isdisjoint(locations(source))]
    return len(gone), str(kept[0].content) if kept else None
