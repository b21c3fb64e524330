"""Finds the file that a document was parsed from: the kept original, or the unchanged file in its folder."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

from rag.errors import CorruptSnapshot, UnknownDocument
from rag.ingest.found import path_on_disk
from rag.ingest.originals import advice
from rag.ingest.scan import file_exists
from rag.snapshots import Index, Originals, StoredDocument
from rag.sources import fingerprint

OriginalPlace: TypeAlias = Literal["kept", "file"]
"""Where an original is: in the index, or in the folder that was ingested."""


@dataclass(frozen=True, slots=True)
class OriginalFile:
    """The original of a document. `digest` changes with its bytes.

    `snapshot` refers to it: while this value is referenced, the original is not deleted.
    """

    path: Path
    name: str
    digest: str
    snapshot: Index


def place_of(stored: StoredDocument) -> OriginalPlace | None:
    """Return where the original of a document is, or None if there is none.

    Files in folders are not compared with the index here, because that takes as long as reading them.
    """
    if stored.origin.original is not None:
        return "kept"
    return "file" if any(path_on_disk(path).is_file() for path in _paths(stored)) else None


def name_of(stored: StoredDocument) -> str | None:
    """Return the name of the original of a document, or None if there is none."""
    if (original := stored.origin.original) is not None:
        return original.given or original.name
    return next((path.name for path in map(path_on_disk, _paths(stored)) if path.is_file()), None)


def original_file(snapshot: Index, originals: Originals, document_id: str) -> OriginalFile:
    """Return the original of a document in `snapshot`.

    Raises UnknownDocument if there is no document or no original, and CorruptSnapshot if the kept original is missing
    or damaged.
    """
    stored = snapshot.stored_document(document_id)
    original = stored.origin.original
    if original is not None:
        if fault := originals.fault(original.sha256):
            way = "run 'rag ingest --reparse'" if _paths(stored) else advice(stored.origin.source, document_id)
            raise CorruptSnapshot(f"{fault}; {way}")
        name = original.given or original.name
        return OriginalFile(originals.path(original.sha256), name, original.sha256, snapshot)
    for source in stored.origin.sources:
        path = path_on_disk(source.name)
        if source.name in _paths(stored) and path.is_file() and fingerprint(path) == source.sha256:
            return OriginalFile(path, path.name, source.sha256, snapshot)
    raise UnknownDocument(f"the original of {document_id!r} is not available: {_reason(stored)}")


def _paths(stored: StoredDocument) -> list[str]:
    """Return the sources of a document that are whole files."""
    return [source.name for source in stored.origin.sources if os.path.isabs(source.name)]  # noqa: PTH117


def _reason(stored: StoredDocument) -> str:
    """Return why a document has no original, and what to do."""
    source = stored.origin.source
    if not _paths(stored):
        return "it was not kept; set RAG_KEEP_ORIGINALS to remote, and give the document again"
    if place_of(stored) is None:
        state = "is a record, whose line was not kept" if file_exists(source) else "is gone"
        return f"{source} {state}; set RAG_KEEP_ORIGINALS to all, remove the document, and ingest its file again"
    return f"{source} has changed since it was indexed; ingest it again"
