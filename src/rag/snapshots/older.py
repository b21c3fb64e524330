"""Reads documents from the database of a snapshot of any format, and checks each one.

The database need not be sound: it may be damaged, or come from somebody else. A document counts as read only if a
digest confirms it. `rag.snapshots.database` reads faster, but it trusts its file and knows only the formats that serve.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from rag.errors import CorruptSnapshot
from rag.snapshots.records import Origin, Original, Source, StoredDocument, fingerprint_of, text_digest
from rag.snapshots.sound_originals import are_details, is_digest
from rag.snapshots.tables import address, from_original_row, from_pages_cell
from rag.types import Document, Heading, Inferred, PageNote, Reference, Span, Value

_CHUNK = ("row", "document", "start", "heading", "text", "key")
_DOCUMENT = (
    *("number", "id", "title", "url", "author", "published", "language", "metadata", "headings", "pages"),
    *("sha256", "fingerprint", "source", "source_sha256", "first_row", "rows"),
)
TABLES = {
    "document": {*_DOCUMENT, "near_duplicate_of"},
    "chunk": {*_CHUNK, "quotable"},
    "field": {"name", "text", "number", "document"},
    "copy": {"source", "source_sha256", "document"},
    "original": {"document", "sha256", "sidecar_sha256", "details"},
    "access": {"document", "label"},
    "indexed": {"document", "time"},
    "inferred": {"document", "field", "start", "stop"},
}
"""The tables and columns of all formats. Formats 1 and 2 have no `copy` and no `near_duplicate_of`, nor have some
indexes of format 3. Formats 1 to 4 have no `quotable`, formats 1 to 6 no `original`, formats 1 to 7 no `access`, and
formats 1 to 8 neither `indexed` nor `inferred`. A new format adds its tables and columns here."""

_STRINGS = ("id", "title", "metadata", "headings", "pages", "sha256", "fingerprint", "source", "source_sha256")
_OPTIONAL = ("url", "author", "published", "language")
_READ = ", ".join(_DOCUMENT)

_DAMAGE = (sqlite3.Error, UnicodeError, OverflowError, MemoryError)
"""The errors that damage can cause in any call. Even the message of SQLite may contain damaged text."""


class UnreadableDocument(Exception):
    """A document cannot be read, or a digest does not match it."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the table `document`. Its cells have the right types, but are not verified yet."""

    cells: dict[str, Any]

    @property
    def origin(self) -> Origin:
        """The origin of the document, without its copies."""
        return Origin(*(self.cells[name] for name in ("source", "source_sha256", "sha256", "fingerprint")))


class DocumentDatabase:
    """The documents of one database. Call its methods in one thread at a time."""

    def __init__(self, path: Path) -> None:
        """Raises CorruptSnapshot if the file is not a database with the tables of a snapshot."""
        self.path = path
        try:
            self._connection = sqlite3.connect(address(path), uri=True, check_same_thread=False)
            # The schema is not trusted, so it must not call functions.
            self._connection.execute("PRAGMA trusted_schema = OFF")
            self._connection.execute("PRAGMA cell_size_check = ON")
            self._check_schema()
        except _DAMAGE as error:
            raise CorruptSnapshot(f"{path} cannot be read: {error}") from error

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    @property
    def is_whole(self) -> bool:
        """Whether SQLite finds no damage in the structure of the file."""
        return self._readable("PRAGMA integrity_check(1)") == [("ok",)]

    @cached_property
    def numbers(self) -> set[int]:
        """The numbers of all documents that can be found."""
        found = [*self._ids, *self._sources]
        for order in ("ASC", "DESC"):  # from both ends, because damage may stop a scan
            found += [
                row[0] for row in self._readable(f"SELECT number FROM document NOT INDEXED ORDER BY number {order}")
            ]
        return {number for number in found if isinstance(number, int)}

    def names(self, number: int) -> tuple[str | None, str | None]:
        """Return the id and the source of a document, each as most places in the file have it; None if none has it."""
        try:
            row = self.row(number).cells
        except UnreadableDocument:
            row = {}
        ids = row.get("id"), self._ids.get(number), self._field_ids.get(number)
        return _most_common(ids), _most_common((self._sources.get(number), row.get("source")))

    def agrees(self, row: Row) -> bool:
        """Return whether a second place in the file has the same id and source as the table.

        No digest covers these two cells. The indexes repeat both, and the table `field` repeats the id.
        """
        number, name = row.cells["number"], row.cells["id"]
        same_id = name in (self._ids.get(number), self._field_ids.get(number))
        return same_id and self._sources.get(number) == row.cells["source"]

    def row(self, number: int) -> Row:
        """Return the row of one document. Raises UnreadableDocument."""
        found = self._all(f"SELECT {_READ} FROM document WHERE number = ?", (number,))
        if len(found) != 1:
            raise UnreadableDocument(f"{self.path} has no document {number}")
        cells = dict(zip(_DOCUMENT, found[0], strict=True))
        right = (
            all(isinstance(cells[name], str) for name in _STRINGS)
            and all(isinstance(cells[name], str | None) for name in _OPTIONAL)
            and all(isinstance(cells[name], int) for name in ("number", "first_row", "rows"))
        )
        if not right or not cells["id"]:
            raise UnreadableDocument(f"{self.path} has cells of a wrong type in document {number}")
        return Row(cells)

    def document(self, row: Row, *, trusted: bool) -> Document:
        """Return the document of a row. Raises UnreadableDocument if its text does not match its digest.

        If the file is not `trusted`, everything else in the document must match its digest too.
        """
        cells = row.cells
        text = self._text(cells["number"], cells["first_row"], cells["rows"])
        try:
            starts, notes = _pages(cells["pages"], len(text))
            document = Document(
                reference=Reference(*(cells[name] for name in ("id", "title", "url", "author", "published"))),
                text=text,
                language=cells["language"],
                metadata=_metadata(cells["metadata"]),
                headings=tuple(_headings(cells["headings"], len(text))),
                pages=starts,
                page_notes=notes,
                access=self.access(cells["number"]),
                inferred=self._inferred(cells["number"], len(text)),
            )
            fingerprint = cells["fingerprint"] if trusted else fingerprint_of(document)
            digests = text_digest(document), fingerprint
        except (ValueError, TypeError, RecursionError) as error:
            raise UnreadableDocument(f"{self.path} has wrong cells in document {cells['number']}: {error}") from error
        if digests != (cells["sha256"], cells["fingerprint"]):
            raise UnreadableDocument(f"{self.path} has changed in document {cells['number']}")
        return document

    def stored(self, row: Row, document: Document) -> StoredDocument:
        """Return the record of a document, without its copies. `document` is the result of the method `document`."""
        metadata = dict(document.metadata)
        cells = row.cells
        return StoredDocument(
            *(document.reference, document.language, metadata, row.origin, cells["first_row"], cells["rows"]),
            access=document.access,
            inferred=document.inferred,
        )

    def _inferred(self, number: int, end: int) -> tuple[Inferred, ...]:
        """Return the fields that were found in the text of a document. Its fingerprint shows whether they are right."""
        if "inferred" not in self._tables:
            return ()
        query = "SELECT field, start, stop FROM inferred WHERE document = ? ORDER BY field"
        found = self._all(query, (number,))
        if not all(isinstance(name, str) and 0 <= first <= last <= end for name, first, last in found):
            raise ValueError("words about a date lie outside the text")
        return tuple(Inferred(name, Span(first, last)) for name, first, last in found)

    def access(self, number: int) -> tuple[str, ...]:
        """Return the labels of a document. Raises UnreadableDocument, because it must not seem to have none."""
        if "access" not in self._tables:
            return ()
        found = self._all("SELECT label FROM access WHERE document = ? ORDER BY label", (number,))
        if not all(isinstance(label, str) for (label,) in found):
            raise UnreadableDocument(f"{self.path} has labels of a wrong type in document {number}")
        return tuple(label for (label,) in found)

    def originals(self) -> dict[int, Original]:
        """Return the original of each document, by number. One whose cells are not valid is left out."""
        found: dict[int, Original] = {}
        query = "SELECT document, sha256, sidecar_sha256, details FROM original"
        for number, digest, sidecar, details in self._readable(query) if "original" in self._tables else ():
            digests = [digest] if sidecar is None else [digest, sidecar]
            if all(map(is_digest, digests)) and are_details(details, has_sidecar=sidecar is not None):
                found[number] = from_original_row(digest, sidecar, details)
        return found

    def copies(self) -> dict[str, list[Source]]:
        """Return the copies of each document, by document id. A copy is left out if its table and indexes disagree.

        A copy that only the indexes have gets an empty digest, so that its file is read again.
        """
        if "copy" not in self._tables:
            return {}
        query = "SELECT rowid, document, source, source_sha256 FROM copy NOT INDEXED ORDER BY rowid"
        rows = {number: cells for number, *cells in self._readable(query)}
        names = dict(self._readable("SELECT rowid, document FROM copy INDEXED BY copy_document"))
        sources = dict(self._readable("SELECT rowid, source FROM copy INDEXED BY sqlite_autoindex_copy_1"))
        copies: dict[str, list[Source]] = {}
        for number in sorted(rows.keys() | (names.keys() & sources.keys())):
            name, source, digest = rows.get(number, (names.get(number), sources.get(number), ""))
            agree = names.get(number, name) == name and sources.get(number, source) == source
            if agree and isinstance(name, str) and isinstance(source, str) and isinstance(digest, str):
                copies.setdefault(name, []).append(Source(source, digest))
        return copies

    @cached_property
    def _ids(self) -> dict[int, Any]:
        return dict(self._readable("SELECT number, id FROM document INDEXED BY sqlite_autoindex_document_1"))

    @cached_property
    def _sources(self) -> dict[int, Any]:
        return dict(self._readable("SELECT number, source FROM document INDEXED BY sqlite_autoindex_document_2"))

    @cached_property
    def _field_ids(self) -> dict[int, Any]:
        return dict(self._readable("SELECT document, text FROM field NOT INDEXED WHERE name = 'id'"))

    def _text(self, number: int, first_row: int, rows: int) -> str:
        """Return the text of a document: its chunks, which partition it."""
        query = "SELECT document, start, text FROM chunk WHERE row >= ? AND row < ? ORDER BY row"
        parts, offset = [], 0
        for document, start, text in self._all(query, (first_row, first_row + rows)):
            if document != number or start != offset or not isinstance(text, str):
                raise UnreadableDocument(f"{self.path} has wrong passages in document {number}")
            parts.append(text)
            offset += len(text)
        if len(parts) != rows:
            raise UnreadableDocument(f"{self.path} lacks passages of document {number}")
        return "".join(parts)

    def _check_schema(self) -> None:
        """Raise CorruptSnapshot if the database has anything but the known tables, columns and indexes."""
        entries = self._connection.execute("SELECT type, name FROM sqlite_master").fetchall()
        self._tables = {name for kind, name in entries if kind == "table"}
        fits = {"document", "chunk", "field"} <= self._tables <= TABLES.keys()
        if not fits or any(kind not in ("table", "index") for kind, _ in entries):
            raise CorruptSnapshot(f"{self.path} is not the database of a snapshot")
        for table in self._tables:
            columns = self._connection.execute(f"SELECT name, hidden FROM pragma_table_xinfo('{table}')").fetchall()
            if any(hidden or name not in TABLES[table] for name, hidden in columns):
                raise CorruptSnapshot(f"{self.path} has other columns than a snapshot in its table {table}")

    def _all(self, query: str, values: tuple[int, ...] = ()) -> list[tuple[Any, ...]]:
        try:
            return self._connection.execute(query, values).fetchall()
        except _DAMAGE as error:
            raise UnreadableDocument(f"{self.path} cannot be read: {error}") from error

    def _readable(self, query: str) -> list[tuple[Any, ...]]:
        """Return the rows of a query up to the first that cannot be read."""
        return list(self._until_error(query))

    def _until_error(self, query: str) -> Iterator[tuple[Any, ...]]:
        try:
            yield from self._connection.execute(query)
        except _DAMAGE:
            return


def _most_common(found: Iterable[object]) -> str | None:
    """Return the most common text, or else the first."""
    counts = Counter(one for one in found if isinstance(one, str))
    return counts.most_common(1)[0][0] if counts else None


def _metadata(cell: str) -> dict[str, Value | tuple[Value, ...]]:
    values = json.loads(cell)
    if not isinstance(values, dict):
        raise TypeError("metadata is not an object")
    return {name: tuple(map(_value, one)) if isinstance(one, list) else _value(one) for name, one in values.items()}


def _value(value: object) -> Value:
    if not isinstance(value, str | int | float | bool):
        raise TypeError("a metadata value is neither text nor a number")
    return value


def _headings(cell: str, end: int) -> Iterator[Heading]:
    for first, last, level, title in json.loads(cell):
        if not isinstance(title, str) or not isinstance(level, int) or not 0 <= first <= last <= end:
            raise ValueError("a heading lies outside the text")
        yield Heading(Span(first, last), level, title)


def _pages(cell: str, end: int) -> tuple[tuple[int, ...], tuple[PageNote, ...]]:
    starts, notes = from_pages_cell(cell)
    if not all(isinstance(offset, int) and 0 <= offset <= end for offset in starts):
        raise ValueError("a page lies outside the text")
    for note in notes:
        if not isinstance(note.label, str | None) or not isinstance(note.ocr_confidence, float | None):
            raise TypeError("a page has a note of a wrong type")
    return starts, notes
