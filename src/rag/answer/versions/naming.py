"""Names of versions: `leave`, the document as it is now, or `leave@000003`, as one snapshot has or had it."""

from __future__ import annotations

from dataclasses import dataclass

from rag.answer.versions.comparison import Comparison
from rag.errors import UnknownDocument
from rag.snapshots import Index, SnapshotStore, StoredDocument, Version, full_id
from rag.types import Document

_AT = "@"


@dataclass(frozen=True, slots=True)
class VersionName:
    """The id of a document, and the snapshot that has the version; None for the current snapshot."""

    document_id: str
    snapshot: str | None = None

    def __str__(self) -> str:
        return self.document_id if self.snapshot is None else f"{self.document_id}{_AT}{self.snapshot}"

    @classmethod
    def of(cls, version: Version) -> VersionName:
        """Return the name of a version."""
        return cls(version.stored.reference.id, None if version.current else version.snapshot)


@dataclass(frozen=True, slots=True)
class VersionText:
    """A version with its text."""

    name: VersionName
    stored: StoredDocument
    document: Document


@dataclass(frozen=True, slots=True)
class ComparedVersions:
    """Two versions, the older one first, and their comparison."""

    was: VersionText
    became: VersionText
    comparison: Comparison


def parse_name(words: str, current: Index, store: SnapshotStore) -> VersionName:
    """Parse the name of a version. An id may have an `@` too. Raises UnknownSnapshot."""
    document_id, at, snapshot_id = words.rpartition(_AT)
    if not at or _has(current, words):
        return VersionName(words)
    name = full_id(store, document_id, snapshot_id)
    return VersionName(document_id, None if name == current.id else name)


def version_before(name: VersionName, versions: list[Version]) -> VersionName:
    """Return the version before another one of `versions`, which are newest first. Raises UnknownDocument."""
    names = [VersionName.of(version) for version in versions]
    at = names.index(name) if name in names else len(names)
    if at + 1 >= len(names):
        raise UnknownDocument(f"there is no version before {str(name)!r}: name the two versions to compare")
    return names[at + 1]


def _has(snapshot: Index, document_id: str) -> bool:
    try:
        return bool(snapshot.stored_document(document_id))
    except UnknownDocument:
        return False
