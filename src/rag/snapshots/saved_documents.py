"""Reads the documents of a snapshot that cannot serve, and verifies them one by one.

An equal document of another snapshot takes the place of a damaged one.
"""

from __future__ import annotations

import weakref
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from rag.errors import CorruptSnapshot, SnapshotError, UnknownDocument, WriteRefused
from rag.snapshots.manifest import Manifest, matches, read_any_manifest
from rag.snapshots.older import DocumentDatabase, Row, UnreadableDocument
from rag.snapshots.originals import Originals
from rag.snapshots.records import Origin, Original, StoredDocument, fingerprint_of
from rag.snapshots.snapshot import DATABASE, Snapshot
from rag.types import SEALED, Document, Reference

_NAMED = 10
"""The largest number of documents that an error names."""


class SavedDocuments:
    """The documents of a snapshot that cannot serve.

    `hidden` counts documents whose ids cannot be read. `encodings` is a sound snapshot with encodings to reuse.
    """

    def __init__(
        self, folder: Path, snapshot_id: str, others: Iterable[Snapshot] = (), originals: Originals | None = None
    ) -> None:
        """`others` yields sound snapshots, newest first. It is read only if a document or an original is damaged.

        `originals` has the originals that exist. It is not needed if the database is as it was written.
        """
        self.id = snapshot_id
        self.folder = folder
        self.encodings: Snapshot | None = None
        self._database: DocumentDatabase | None = None
        self._trusted = False
        self._records: dict[str, StoredDocument] = {}
        self._rows: dict[str, Row] = {}
        self._sources: set[str] = set()
        self._substitutes: dict[str, Snapshot] = {}
        self._supplied: dict[str, Document] = {}
        self._damaged: dict[str, Row | None] = {}
        self._originals = originals
        self.hidden = self._read(folder)
        self._substitute(others)

    @property
    def lost(self) -> frozenset[str]:
        """The ids of documents that cannot be verified."""
        return frozenset(self._damaged)

    def documents(self) -> Sequence[StoredDocument]:
        """Return all documents without their texts. A lost one has no digests, so that a run reads its file again."""
        return list(self._records.values())

    def document(self, document_id: str) -> Document:
        """Return one document as it was parsed. Raises UnknownDocument, WriteRefused if it is lost."""
        if document_id in self._supplied:
            return self._supplied[document_id]
        if document_id in self._substitutes:
            return self._substitutes[document_id].document(document_id)
        if document_id in self.lost:
            raise refusal(self.folder, [document_id])
        if document_id not in self._rows or self._database is None:
            raise UnknownDocument(f"no document has the id {document_id!r}: 'rag documents' lists them")
        try:
            return self._database.document(self._rows[document_id], trusted=self._trusted)
        except UnreadableDocument as error:  # the disk damaged it after it was verified
            raise CorruptSnapshot(f"{error}: run 'rag snapshots verify'") from error

    def supply(self, document_id: str, document: Document) -> None:
        """Take a document that was read elsewhere in place of a lost one, if it is the same."""
        row = self._damaged.get(document_id)
        if row and row.origin.fingerprint == fingerprint_of(document):
            before = self._records[document_id].origin
            origin = replace(row.origin, copies=before.copies, original=before.original)
            self._records[document_id] = StoredDocument(
                *(document.reference, document.language, dict(document.metadata), origin, 0, 0), access=document.access
            )
            self._supplied[document_id] = document
            del self._damaged[document_id]

    def _read(self, folder: Path) -> int:
        """Read and verify all documents. Return the number of documents without a readable id."""
        manifest = _manifest(folder)
        try:
            self._database = database = DocumentDatabase(folder / DATABASE)
        except CorruptSnapshot:
            return manifest.documents if manifest else 1
        weakref.finalize(self, database.close)
        self._trusted = manifest is not None and matches(folder, manifest, DATABASE)
        nameless = sum(not self._read_document(database, number) for number in sorted(database.numbers))
        self._add_originals(database)
        self._add_copies(database)
        if manifest is None:
            complete = database.is_whole and database.numbers == set(range(len(self._records)))
            return nameless + (not complete)
        return max(nameless, manifest.documents - len(self._records))  # ids are unique, so damage hides the difference

    def _read_document(self, database: DocumentDatabase, number: int) -> bool:
        """Verify one document, and record it. Return false if not even its id can be read."""
        row = None
        try:
            row = database.row(number)
            if not self._trusted and not database.agrees(row):
                row = None
                raise UnreadableDocument
            document = database.document(row, trusted=self._trusted)
        except UnreadableDocument:
            name, source = database.names(number)
            if name is not None and name not in self._records:
                self._damaged[name] = row
                self._records[name] = replace(_placeholder(name, source, row), access=_labels(database, number))
            return name is not None
        name = document.reference.id
        if name in self._rows or row.origin.source in self._sources:
            return False  # a forged database has an id or a source twice
        self._damaged.pop(name, None)
        self._sources.add(row.origin.source)
        self._rows[name] = row
        self._records[name] = database.stored(row, document)
        return True

    def _add_originals(self, database: DocumentDatabase) -> None:
        originals = database.originals()
        for name, row in [*self._rows.items(), *self._damaged.items()]:
            if row and (original := originals.get(row.cells["number"])) and self._is_there(original):
                stored = self._records[name]
                self._records[name] = replace(stored, origin=replace(stored.origin, original=original))

    def _is_there(self, original: Original) -> bool:
        """Return whether the files of an original exist. Damage may have changed the digests in the database."""
        if self._trusted or self._originals is None:
            return True
        return all(self._originals.path(digest).is_file() for digest in original.digests)

    def _add_copies(self, database: DocumentDatabase) -> None:
        taken = {stored.origin.source for stored in self._records.values()}
        for name, copies in database.copies().items():
            if name in self._records:
                stored = self._records[name]
                known = {copy.name: copy for copy in copies if copy.name not in taken}
                taken |= known.keys()
                self._records[name] = replace(stored, origin=replace(stored.origin, copies=tuple(known.values())))

    def _substitute(self, others: Iterable[Snapshot]) -> None:
        """Take equal documents of other snapshots in place of damaged ones, and their originals."""
        rows = {name: row for name, row in self._damaged.items() if row is not None}
        if self._trusted or not self._records:
            return
        for snapshot in others:
            for stored in snapshot.documents():
                name = stored.reference.id
                self._take_original(stored)
                row = rows.get(name)
                if row and row.origin.fingerprint == stored.origin.fingerprint:
                    copies, original = self._records[name].origin.copies, stored.origin.original
                    origin = replace(row.origin, copies=copies, original=original)
                    self._records[name] = replace(stored, origin=origin)
                    self._substitutes[name] = snapshot
                    self._damaged.pop(name, None)

    def _take_original(self, other: StoredDocument) -> None:
        """Take the original of an equal document of another snapshot if this one has lost the record of its own."""
        stored = self._records.get(other.reference.id)
        original = other.origin.original
        if stored is None or stored.origin.original or original is None or not self._is_there(original):
            return
        if (stored.origin.source, stored.origin.fingerprint) == (other.origin.source, other.origin.fingerprint):
            self._records[other.reference.id] = replace(stored, origin=replace(stored.origin, original=original))


def refusal(folder: Path, names: Sequence[str], hidden: int = 0) -> WriteRefused:
    """Return the error for documents that cannot be recovered: those with the ids `names`, and `hidden` others."""
    listed = [*names[:_NAMED], *([f"{more} more"] if (more := len(names) + hidden - len(names[:_NAMED])) else [])]
    count = f"{len(names) + hidden} of its documents" if len(names) + hidden > 1 else "one of its documents"
    known = f" ({', '.join(listed)})" if names else ""
    last_resort = "move the index away" if hidden else f"remove them with 'rag remove {' '.join(names[:_NAMED])}'"
    return WriteRefused(
        f"{folder} is damaged and {count}{known} cannot be recovered, so nothing was changed: give them again, restore "
        f"a backup with 'rag restore', go back with 'rag snapshots activate', or {last_resort}"
    )


def _manifest(folder: Path) -> Manifest | None:
    try:
        return read_any_manifest(folder)
    except SnapshotError:
        return None


def _labels(database: DocumentDatabase, number: int) -> tuple[str, ...]:
    """Return the labels of a lost document as far as they can be read. Its fingerprint shows whether they are right."""
    try:
        return database.access(number)
    except UnreadableDocument:
        return SEALED


def _placeholder(name: str, source: str | None, row: Row | None) -> StoredDocument:
    """Return the record of a lost document. It equals no other document, so a run that reads its file replaces it."""
    text = row.origin.sha256 if row else f"lost:{name}"
    return StoredDocument(Reference(name, name), None, {}, Origin(source or f"lost:{name}", "", text, ""), 0, 0)
