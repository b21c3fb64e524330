"""Erases documents from the snapshots, the past texts, the ledger and the caches of an index."""

from __future__ import annotations

import json
import logging
import re
import time
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from rag.errors import SnapshotError
from rag.feeds import erase_pages
from rag.ingest.ledger import Ledger
from rag.ingest.publication import Publisher, documents_of
from rag.ingest.roots import Roots
from rag.snapshots import Changes, Review, SnapshotStore
from rag.snapshots.durable import storage_errors
from rag.snapshots.holders import sources_held
from rag.snapshots.recovery import check_losses

_RELEASE_SECONDS = 10.0
"""Seconds to wait until other processes close an older snapshot. A service does so within a second."""

_RETRY_SECONDS = 0.25

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Erased:
    """The result of erasing documents from the snapshots.

    `snapshot` is the current snapshot. `deleted` are the older snapshots that held a document. `read` are those that
    still hold one, because a process reads them. `sources` are the sources that the documents had.
    """

    snapshot: str | None
    deleted: tuple[str, ...]
    read: tuple[str, ...]
    sources: frozenset[str]


@dataclass(frozen=True, slots=True)
class Holders:
    """The snapshots that hold one of the documents, or that may hold it because they cannot be read.

    `sources` are the sources of the documents in all snapshots that can be read, and those of their past texts.
    """

    snapshots: frozenset[str]
    sources: frozenset[str]


def erase_documents(
    publisher: Publisher, roots: Roots, document_ids: Sequence[str], sources: Collection[str]
) -> Erased:
    """Remove documents, and delete their traces, those of `sources`, and every older snapshot that holds a document.

    Call only with the writer's lock. Raises WriteRefused if the change would lose other documents.
    """
    store = publisher.store
    found = holders(store, document_ids)
    held = _held_with(store, document_ids)
    current = _publish_without(publisher, document_ids)
    store.past.forget(document_ids)  # after the publication, which keeps the text as a past text
    # Delete the older snapshots last. If this erasure is killed, the next one finds the sources in them.
    erase_traces(store.directory, found.sources.union(sources))
    roots.forget(found.sources)
    if held:
        store.drop_held(held, reason="it held a document that was erased")
    deleted, read = delete_snapshots(store, found.snapshots - {current, held.id if held else None})
    return Erased(current, tuple(deleted), tuple(read), found.sources)


def _publish_without(publisher: Publisher, document_ids: Collection[str]) -> str | None:
    """Publish a snapshot without the documents, if the current one has any. Return the id of the current one."""
    previous = publisher.previous()
    present = frozenset(document_ids) & {stored.reference.id for stored in documents_of(previous)}
    changes = Changes(removed=present)
    check_losses(previous, changes)
    return publisher.publish_unreviewed(previous, changes).snapshot


def _held_with(store: SnapshotStore, document_ids: Collection[str]) -> Review | None:
    """Return the review of the change that is held back, if its snapshot or its report may hold a document."""
    waiting = store.held.waiting()
    if waiting is None:
        return None
    is_named = any(json.dumps(one, ensure_ascii=False) in waiting.report for one in document_ids)
    return waiting if is_named or waiting.id in holders(store, document_ids).snapshots else None


def holders(store: SnapshotStore, document_ids: Collection[str]) -> Holders:
    """Look for documents in every snapshot on disk, also in one that is held back, and among the past texts."""
    found: dict[str, frozenset[str] | None] = {}
    waiting = store.held.waiting()
    for folder in [*map(store.folder, store.ids()), *([store.held.folder(waiting.id)] if waiting else [])]:
        name = folder.name
        try:
            found[name] = sources_held(folder, document_ids)
        except SnapshotError as error:
            _log.warning("snapshot %s counts as one that holds the document, because %s", name, error)
            found[name] = None
    sources = {one for held in found.values() for one in held or ()}
    past = {past.origin.source for document_id in document_ids for past in store.past.of(document_id)}
    return Holders(frozenset(name for name, held in found.items() if held is None or held), frozenset(sources | past))


def delete_snapshots(store: SnapshotStore, snapshot_ids: Iterable[str]) -> tuple[list[str], list[str]]:
    """Delete snapshots. If processes read some, wait a while for them.

    Return the deleted ones, and those that are still read. Call only inside `writing`. Raises StorageError.
    """
    deleted, read = [], sorted(snapshot_ids)
    deadline = time.monotonic() + _RELEASE_SECONDS
    while read:
        done = [name for name in read if store.discard(name)]
        deleted += done
        read = [name for name in read if name not in done]
        if not read or time.monotonic() >= deadline:
            break
        time.sleep(_RETRY_SECONDS)
    return deleted, read


def erase_traces(directory: Path, sources: Collection[str]) -> None:
    """Erase sources from the ledger and the caches. Call only inside `writing`. Raises StorageError."""
    ledger = Ledger(directory)
    named = _naming(sources)
    kept = (entry for entry in ledger.read().values() if entry.source not in sources)
    ledger.write({entry.source: entry for entry in kept if not (named and named.search(entry.reason or ""))})
    erase_pages(directory, sources)
    # A killed run leaves the encodings of its passages, and a file that it was about to replace.
    for remains in (*directory.glob("encoded-*.sqlite*"), *directory.glob(".*.tmp")):
        with storage_errors(remains):
            remains.unlink(missing_ok=True)


def _naming(sources: Collection[str]) -> re.Pattern[str] | None:
    """Return a pattern for sentences that name one of the sources; None if there are none.

    The reason for a removal names the old path of a file that moved, or the file that has the same text.
    """
    names = "|".join(map(re.escape, sources))
    return re.compile(rf"(?<!\S)(?:{names})(?![^\s,;:])") if names else None
