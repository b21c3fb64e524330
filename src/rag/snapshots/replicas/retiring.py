"""Deletes from the storage what no replica needs any more.

A publication stays for a grace time after its successor, because a replica may still be reading its content.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from itertools import pairwise

from rag.snapshots.manifest import FileDigest
from rag.snapshots.replicas.past_texts import read_past
from rag.snapshots.replicas.publication import (
    CONTENT,
    Publication,
    content_name,
    numbers,
    read_originals,
    read_publication,
    read_published_manifest,
)
from rag.snapshots.replicas.storage import Storage


def retire(storage: Storage, grace: float) -> tuple[frozenset[str], float]:
    """Delete the publications that were replaced `grace` seconds ago, and the content that no other one needs.

    Return the names of the deleted content, and the time when the next publication is due. Raises ReplicationError.
    """
    now = time.time()
    known = [read_publication(storage, number) for number in numbers(storage)]
    old = [one for one, successor in pairwise(known) if now - successor.time >= grace]
    kept = known[len(old) :]
    due = kept[1].time + grace if len(kept) > 1 else float("inf")
    if not old:
        return frozenset(), due
    needed = frozenset(name for one in kept for name in _names(storage, one))
    storage.delete([one.name for one in old])
    unneeded = frozenset(name for kind in CONTENT for name in storage.sizes(kind)) - needed
    storage.delete(sorted(unneeded))
    return unneeded, due


def _names(storage: Storage, publication: Publication) -> Iterator[str]:
    """Yield the names of all content that a publication needs."""
    yield from (content_name("sha256", one) for one in publication.state.files.values())
    if listed := publication.state.past:
        yield content_name("sha256", listed)
        yield from (content_name("sha256", one) for one in read_past(storage, listed).values())
    for snapshot_id, one in publication.state.snapshots.items():
        yield content_name("sha256", one.manifest)
        _, manifest = read_published_manifest(storage, snapshot_id, one.manifest)
        yield from (
            content_name("blake3", file.blake3) for file in manifest.files.values() if isinstance(file, FileDigest)
        )
        if one.originals:
            yield content_name("sha256", one.originals)
        yield from (content_name("sha256", original) for original in read_originals(storage, one))
