"""Finds the documents that the next snapshot starts from, and refuses changes that would lose any.

Usually these are the documents of the current snapshot. If it is damaged or has an older format, they are read from
its database by `rag.snapshots.saved_documents`.
"""

from __future__ import annotations

from collections.abc import Iterator

from rag.errors import SnapshotError, WriteRefused
from rag.snapshots.build import Changes
from rag.snapshots.ids import is_snapshot_id
from rag.snapshots.manifest import FORMAT, is_newer, matches
from rag.snapshots.pointer import pointer_fault
from rag.snapshots.records import Previous
from rag.snapshots.saved_documents import SavedDocuments, refusal
from rag.snapshots.snapshot import DATABASE, Snapshot
from rag.snapshots.store import SnapshotStore


def previous_documents(store: SnapshotStore, *, locked: bool = True) -> Snapshot | SavedDocuments | None:
    """Return the documents that the next snapshot starts from, or None if there is no index.

    If `locked`, the caller holds the writer's lock, and a damaged CURRENT is written again if there is only one
    snapshot. Raises WriteRefused if a newer version wrote the index, or if it is unclear which documents the index has:
    CURRENT is damaged, or not even the ids of some documents can be read.
    """
    current = _current(store)
    if locked and current is not None and store.pointed() != current:
        store.point_to(current)
    if current is None:
        return None
    folder = store.folder(current)
    if is_newer(folder):
        raise WriteRefused(
            f"a newer version of rag wrote {folder}, and this version reads formats up to {FORMAT}: "
            "install a newer version of rag"
        )
    if (snapshot := _sound(store, current)) is not None:
        return snapshot
    saved = SavedDocuments(folder, current, _others(store, current), store.originals)
    if saved.hidden:
        raise refusal(folder, sorted(saved.lost), saved.hidden)
    saved.encodings = next(_others(store, current), None)
    return saved


def check_losses(previous: Previous | None, changes: Changes) -> None:
    """Raise WriteRefused if the next snapshot would lack a document that cannot be read from the previous one."""
    if isinstance(previous, SavedDocuments):
        lost = previous.lost - changes.removed - {document.reference.id for document, _ in changes.added}
        if lost:
            raise refusal(previous.folder, sorted(lost))


def _current(store: SnapshotStore) -> str | None:
    """Return the id of the current snapshot, or None if there is no index."""
    named, ids = store.pointed(), store.ids()
    if named in ids or (named is None and not ids):
        return named
    if len(ids) == 1 and not is_snapshot_id(named):
        return ids[0]  # the first run was killed before it wrote CURRENT, or CURRENT is damaged
    raise WriteRefused(
        f"{pointer_fault(store.directory, named)}, so it is unclear which documents the index has, and nothing was "
        "changed: choose a snapshot with 'rag snapshots activate', restore a backup with 'rag restore', or move "
        f"{store.directory} away"
    )


def _sound(store: SnapshotStore, current: str) -> Snapshot | None:
    """Return the current snapshot if it can serve and its database is still as it was written."""
    opened = store.opened
    try:
        snapshot = store.refresh()
    except SnapshotError:
        return None
    if snapshot.id != current:
        return None
    if snapshot is opened and not matches(store.folder(current), snapshot.manifest, DATABASE):
        return None
    return snapshot


def _others(store: SnapshotStore, current: str) -> Iterator[Snapshot]:
    """Open the other sound snapshots, newest first."""
    for name in reversed(store.ids()):
        if name != current:
            try:
                yield store.open(name)
            except SnapshotError:
                continue
