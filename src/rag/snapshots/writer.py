"""Writes the database of a new snapshot: copies documents from the previous snapshot, and adds new ones."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from rag.errors import CorruptSnapshot
from rag.snapshots.records import Origin, Passage
from rag.snapshots.tables import INDEXES, SCHEMA, Cell, address, as_text, has_table, original_row, pages_cell
from rag.types import Document, Value

# The documents to copy: new numbers and first rows, both without gaps, and the shift from old rows to new ones.
_MOVED = """
INSERT INTO moved
    SELECT number, row_number() OVER place - 1, sum(rows) OVER place - rows,
        sum(rows) OVER place - rows - first_row
    FROM earlier.document WHERE id IN (SELECT value FROM json_each(?))
    WINDOW place AS (ORDER BY number ROWS UNBOUNDED PRECEDING)
"""
_COPY = """
BEGIN;
INSERT INTO document
    SELECT m.number, d.id, d.title, d.url, d.author, d.published, d.language, d.metadata, d.headings, d.pages,
        d.sha256, d.fingerprint, d.source, d.source_sha256, m.first_row, d.rows, NULL
    FROM moved m CROSS JOIN earlier.document d ON d.number = m.old ORDER BY m.number;
INSERT INTO chunk
    SELECT c.row + m.shift, m.number, c.start, c.heading, c.text, c.key, c.quotable
    FROM earlier.chunk c CROSS JOIN moved m ON m.old = c.document ORDER BY c.row;
INSERT INTO field
    SELECT f.name, f.text, f.number, m.number
    FROM earlier.field f CROSS JOIN moved m ON m.old = f.document ORDER BY f.rowid;
COMMIT;
DETACH earlier;
"""
_COPY_ORIGINALS = """
INSERT INTO original
    SELECT m.number, o.sha256, o.sidecar_sha256, o.details
    FROM earlier.original o CROSS JOIN moved m ON m.old = o.document ORDER BY m.number
"""
_COPY_ACCESS = """
INSERT INTO access
    SELECT m.number, a.label FROM earlier.access a CROSS JOIN moved m ON m.old = a.document ORDER BY a.rowid
"""

_COPY_INFERRED = """
INSERT INTO inferred
    SELECT m.number, i.field, i.start, i.stop
    FROM earlier.inferred i CROSS JOIN moved m ON m.old = i.document ORDER BY i.rowid
"""
_COPY_INDEXED = """
INSERT INTO indexed
    SELECT m.number, i.time FROM earlier.indexed i CROSS JOIN moved m ON m.old = i.document ORDER BY m.number
"""
_COPIES = {
    "original": _COPY_ORIGINALS,
    "access": _COPY_ACCESS,
    "inferred": _COPY_INFERRED,
    "indexed": _COPY_INDEXED,
}
"""The tables that older formats may lack."""

_SET_INDEXED = "INSERT INTO indexed SELECT number, ? FROM moved WHERE number NOT IN (SELECT document FROM indexed)"


class Writer:
    """Writes a new database, document by document. Call `close` at the end. `time` is that of the new snapshot."""

    def __init__(self, path: Path, time: str) -> None:
        self._time = time
        self._connection = sqlite3.connect(path.absolute().as_uri(), uri=True)
        # No journal and no syncs, because the file is synced as a whole before the snapshot is published.
        self._connection.executescript(
            f"PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA temp_store = MEMORY; {SCHEMA}"
        )
        self._documents = 0
        self._rows = 0

    def add(self, document: Document, origin: Origin, passages: Sequence[Passage]) -> None:
        """Add a document. Its passages become the next rows."""
        number, reference = self._documents, document.reference
        self._connection.execute(
            f"INSERT INTO document VALUES ({','.join('?' * 16)}, NULL)",
            (
                *(number, reference.id, reference.title, reference.url, reference.author, reference.published),
                *(document.language, json.dumps(dict(document.metadata), ensure_ascii=False)),
                json.dumps([(h.span.start, h.span.end, h.level, h.title) for h in document.headings]),
                pages_cell(document),
                *(origin.sha256, origin.fingerprint, origin.source, origin.source_sha256),
                *(self._rows, len(passages)),
            ),
        )
        self._connection.executemany(
            "INSERT INTO chunk VALUES (?,?,?,?,?,?,?)",
            ((row, number, *passage_cells(passage)) for row, passage in enumerate(passages, self._rows)),
        )
        self._connection.executemany("INSERT INTO field VALUES (?,?,?,?)", field_rows(document, number))
        self._connection.executemany("INSERT INTO access VALUES (?,?)", ((number, label) for label in document.access))
        self._connection.executemany(
            "INSERT INTO inferred VALUES (?,?,?,?)",
            ((number, one.field, one.span.start, one.span.end) for one in document.inferred),
        )
        self._connection.execute("INSERT INTO indexed VALUES (?,?)", (number, origin.indexed or self._time))
        if origin.original is not None:
            row = (number, *original_row(origin.original))
            self._connection.execute("INSERT INTO original VALUES (?,?,?,?)", row)
        self._documents += 1
        self._rows += len(passages)

    def copy(self, path: Path, document_ids: Sequence[str], time: str) -> None:
        """Copy documents from the database of an earlier snapshot, in their order there. Call it before `add`.

        `time` is that of the earlier snapshot. It counts as the time of documents whose own time was not stored.
        Raises CorruptSnapshot if that database cannot be read.
        """
        assert not self._documents, "copied documents come first"
        try:
            self._connection.execute("ATTACH ? AS earlier", (address(path),))
            self._connection.execute("CREATE TEMP TABLE moved (old INTEGER PRIMARY KEY, number, first_row, shift)")
            self._connection.execute(_MOVED, (json.dumps(document_ids),))
            for table, query in _COPIES.items():
                if has_table(self._connection, table, "earlier"):
                    self._connection.execute(query)
            self._connection.execute(_SET_INDEXED, (time,))
            self._connection.executescript(_COPY)
        except sqlite3.DatabaseError as error:
            if error.sqlite_errorcode & 0xFF not in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
                raise  # the new database cannot be written
            raise CorruptSnapshot(f"{path} cannot be read, {error}: run 'rag snapshots verify'") from error
        counted = self._connection.execute("SELECT count(*), coalesce(sum(rows), 0) FROM document").fetchone()
        self._documents, self._rows = counted

    def set_near_duplicates(self, near_duplicates: Mapping[int, int]) -> None:
        """Store near-duplicates: a map from document numbers to the number of the first document like each."""
        self._connection.executemany(
            "UPDATE document SET near_duplicate_of = (SELECT id FROM document WHERE number = ?) WHERE number = ?",
            ((first, number) for number, first in near_duplicates.items()),
        )

    def set_origins(self, origins: Mapping[str, Origin]) -> None:
        """Store the sources of documents, by document id. A source must not belong to two documents."""
        self._connection.executemany(
            "UPDATE document SET source = ?, source_sha256 = ? WHERE id = ?",
            ((origin.source, origin.source_sha256, name) for name, origin in origins.items()),
        )
        self._connection.executemany(
            "INSERT INTO copy VALUES (?,?,?)",
            ((copy.name, copy.sha256, name) for name, origin in origins.items() for copy in origin.copies),
        )

    def close(self) -> None:
        """Create the indexes, commit and close the file."""
        self._connection.executescript(INDEXES)
        self._connection.close()


def passage_cells(passage: Passage) -> tuple[Cell, ...]:
    """Return the cells of a passage in the table `chunk`, from `start` on."""
    heading = json.dumps(passage.chunk.heading, ensure_ascii=False)
    return passage.chunk.span.start, heading, passage.text, passage.key, passage.quotable


def field_rows(document: Document, number: int) -> Iterator[tuple[str, str, float | None, int]]:
    """Yield the rows of the table `field` for a document: its metadata and the parts of its reference."""
    reference = document.reference
    known = {
        "id": reference.id,
        "title": reference.title,
        "url": reference.url,
        "author": reference.author,
        "published": reference.published,
        "language": document.language,
    }
    for name, values in {**document.metadata, **known}.items():
        for value in values if isinstance(values, tuple) else (values,):
            if value is not None:
                yield name, as_text(value), _number(value), number


def _number(value: Value) -> float | None:
    """Return the value as a number to compare, or None if it is text or an integer too large for a float."""
    try:
        return None if isinstance(value, str) else float(value)
    except OverflowError:
        return None
