"""Compares the documents of two snapshots."""

from __future__ import annotations

from dataclasses import dataclass

from rag.snapshots.snapshot import Snapshot
from rag.types import Reference


@dataclass(frozen=True, slots=True)
class Difference:
    """The documents that were added, removed, or changed, each in the order of ids.

    `before` and `after` are the ids of the snapshots.
    """

    before: str
    after: str
    added: tuple[Reference, ...]
    removed: tuple[Reference, ...]
    changed: tuple[Reference, ...]


def difference(before: Snapshot, after: Snapshot) -> Difference:
    """Compare the documents of two snapshots by text, headings, pages and metadata."""
    old = {stored.reference.id: stored for stored in before.documents()}
    new = {stored.reference.id: stored for stored in after.documents()}
    return Difference(
        before.id,
        after.id,
        added=tuple(new[name].reference for name in sorted(new.keys() - old.keys())),
        removed=tuple(old[name].reference for name in sorted(old.keys() - new.keys())),
        changed=tuple(
            new[name].reference
            for name in sorted(new.keys() & old.keys())
            if new[name].origin.fingerprint != old[name].origin.fingerprint
        ),
    )
