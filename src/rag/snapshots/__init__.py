"""Immutable snapshots of the index, and the one pointer that says which is in force."""

from rag.snapshots.build import Builder, Changes
from rag.snapshots.compiled import CompiledModels
from rag.snapshots.difference import Difference, difference
from rag.snapshots.drafting import Drafting
from rag.snapshots.encoding import Progress
from rag.snapshots.records import Facet, Origin, Source, StoredDocument
from rag.snapshots.retention import Pruned
from rag.snapshots.snapshot import Snapshot
from rag.snapshots.store import Listed, SnapshotStore

__all__ = [
    "Builder",
    "Changes",
    "CompiledModels",
    "Difference",
    "Drafting",
    "Facet",
    "Listed",
    "Origin",
    "Progress",
    "Pruned",
    "Snapshot",
    "SnapshotStore",
    "Source",
    "StoredDocument",
    "difference",
]
