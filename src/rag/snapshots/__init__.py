"""Immutable snapshots of the index, and the file CURRENT that names the current one."""

from rag.snapshots.build import Builder, Changes
from rag.snapshots.compiled_models import CompiledModels
from rag.snapshots.difference import Difference, difference
from rag.snapshots.encoding import Progress
from rag.snapshots.listing import ListedSnapshot
from rag.snapshots.originals import Originals
from rag.snapshots.preparation import Preparer
from rag.snapshots.records import Facet, Origin, Original, PageFacts, Previous, Sidecar, Source, StoredDocument
from rag.snapshots.retention import Pruned
from rag.snapshots.snapshot import Snapshot
from rag.snapshots.store import SnapshotStore

__all__ = [
    "Builder",
    "Changes",
    "CompiledModels",
    "Difference",
    "Facet",
    "ListedSnapshot",
    "Origin",
    "Original",
    "Originals",
    "PageFacts",
    "Preparer",
    "Previous",
    "Progress",
    "Pruned",
    "Sidecar",
    "Snapshot",
    "SnapshotStore",
    "Source",
    "StoredDocument",
    "difference",
]
