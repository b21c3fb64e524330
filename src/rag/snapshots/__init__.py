"""Immutable snapshots of the index, and the file CURRENT that names the current one."""

from rag.snapshots.build import Builder, Changes
from rag.snapshots.compiled_models import CompiledModels
from rag.snapshots.difference import Difference, difference
from rag.snapshots.document_list import DocumentList, ListRequest, Order
from rag.snapshots.encoding import Progress
from rag.snapshots.held import Decision, HeldChanges, Review, ReviewSnapshot
from rag.snapshots.listing import ListedSnapshot
from rag.snapshots.originals import Originals
from rag.snapshots.preparation import Preparer, unsaved_hits
from rag.snapshots.protocol import Index
from rag.snapshots.records import Facet, Origin, Original, PageFacts, Previous, Sidecar, Source, StoredDocument
from rag.snapshots.retention import Pruned
from rag.snapshots.snapshot import Snapshot
from rag.snapshots.store import SnapshotStore
from rag.snapshots.versions import Version, full_id, last_version, may_see, version, versions
from rag.text.provisions import CrossReference

__all__ = [
    "Builder",
    "Changes",
    "CompiledModels",
    "CrossReference",
    "Decision",
    "Difference",
    "DocumentList",
    "Facet",
    "HeldChanges",
    "Index",
    "ListRequest",
    "ListedSnapshot",
    "Order",
    "Origin",
    "Original",
    "Originals",
    "PageFacts",
    "Preparer",
    "Previous",
    "Progress",
    "Pruned",
    "Review",
    "ReviewSnapshot",
    "Sidecar",
    "Snapshot",
    "SnapshotStore",
    "Source",
    "StoredDocument",
    "Version",
    "difference",
    "full_id",
    "last_version",
    "may_see",
    "unsaved_hits",
    "version",
    "versions",
]
