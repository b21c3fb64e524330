"""Lists snapshots and their faults without opening them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from rag.errors import IncompatibleSnapshot, SnapshotError
from rag.snapshots.manifest import Manifest, damage, format_of, read_any_manifest, servable
from rag.snapshots.retention import pinned


@dataclass(frozen=True, slots=True)
class ListedSnapshot:
    """A snapshot on disk. `current` is true for the snapshot that serves, or would serve if its format allowed it.

    `fault` says why it cannot serve, as far as known: listing compares only the sizes of files. `format` is its format
    if that is the reason; None otherwise.
    """

    id: str
    current: bool
    manifest: Manifest | None
    fault: str | None = None
    format: int | None = None


def list_snapshot(folder: Path, *, current: bool) -> ListedSnapshot:
    """Describe the snapshot in `folder`. Compare only the sizes of its files."""
    manifest = None
    try:
        manifest = read_any_manifest(folder)
        if fault := next(damage(folder, manifest, reading=False), None):
            return ListedSnapshot(folder.name, current, manifest, fault)
        servable(manifest, folder)
    except IncompatibleSnapshot as error:
        return ListedSnapshot(folder.name, current, manifest, str(error), format_of(folder))
    except SnapshotError as error:
        return ListedSnapshot(folder.name, current, None, str(error))
    return ListedSnapshot(folder.name, current, manifest)


def file_faults(folder: Path) -> Iterator[str]:
    """Compare every file of a snapshot with its digest. Yield a sentence for each fault."""
    try:
        with pinned(folder):
            yield from damage(folder, read_any_manifest(folder))
    except SnapshotError as error:
        yield str(error)
