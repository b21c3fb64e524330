"""The SQLite file of a snapshot: documents, chunks and metadata, written once and then only read.

A document's text is stored once, in its chunks, which partition it. Chunks of a document are neighbouring rows.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import takewhile
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np

from rag.errors import CorruptSnapshot, InvalidFilter, UnknownDocument
from rag.filters import Condition
from rag.protocols import Rows
from rag.types import Chunk, Document, Heading, Hit, Reference, Span, Value

_SCHEMA = """
CREATE TABLE document (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, title TEXT NOT NULL, url TEXT, author TEXT, published TEXT,
    language TEXT, metadata TEXT NOT NULL, headings TEXT NOT NULL, pages TEXT NOT NULL,
    sha256 TEXT NOT NULL, fingerprint TEXT NOT NULL, source TEXT NOT NULL UNIQUE, source_sha256 TEXT NOT NULL,
    first_row INTEGER NOT NULL, rows INTEGER NOT NULL, near_duplicate_of TEXT
);
CREATE TABLE copy (source TEXT PRIMARY KEY, source_sha256 TEXT NOT NULL, document TEXT NOT NULL);
CREATE INDEX copy_document ON copy (document);
CREATE TABLE chunk (
    row INTEGER PRIMARY KEY, document INTEGER NOT NULL, start INTEGER NOT NULL, heading TEXT NOT NULL,
    text TEXT NOT NULL, key BLOB NOT NULL
);
CREATE TABLE field (
    name TEXT NOT NULL, text TEXT NOT NULL, number REAL, document INTEGER NOT NULL
);
"""
_INDEXES = """
CREATE INDEX document_sha256 ON document (sha256);
CREATE INDEX field_text ON field (name, text);
CREATE INDEX field_number ON field (name, number);
"""
# Some documents of another database, with the numbers and rows they get when they close up, and how far that is.
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
    SELECT c.row + m.shift, m.number, c.start, c.heading, c.text, c.key
    FROM earlier.chunk c CROSS JOIN moved m ON m.old = c.document ORDER BY c.row;
INSERT INTO field
    SELECT f.name, f.text, f.number, m.number
    FROM earlier.field f CROSS JOIN moved m ON m.old = f.document ORDER BY f.rowid;
COMMIT;
DETACH earlier;
"""

_BEFORE = 6  # chunks read back from a passage: few lists are longer

Cell: TypeAlias = str | int | float | bytes | None


@dataclass(frozen=True, slots=True)
class Source:
    """Where a text was found, and the digest of that file as it lay on disk."""

    name: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a document came from, and the digests that tell whether it changed.

    `sha256` is of the canonical text, `fingerprint` of all that is known of the document but its id, `source_sha256`
    of the file as it lay on disk. `copies` are other sources that have the same text.
    """

    source: str
    source_sha256: str
    sha256: str
    fingerprint: str
    copies: tuple[Source, ...] = ()

    @property
    def sources(self) -> tuple[Source, ...]:
        """Every source, first the one that the document was made of."""
        return (Source(self.source, self.source_sha256), *self.copies)


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """A document with its origin and the rows of its chunks, without its text.

    `near_duplicate_of` is the id of the first document in the index that it is nearly the same as.
    """

    reference: Reference
    language: str | None
    metadata: dict[str, Value | tuple[Value, ...]]
    origin: Origin
    first_row: int
    rows: int
    near_duplicate_of: str | None = None


_STORED = (
    "id, title, url, author, published, language, metadata, source, source_sha256, sha256, fingerprint, "
    "first_row, rows, near_duplicate_of"
)


class Reader:
    """Reads one snapshot's database; safe to share between threads."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._connection = sqlite3.connect(_address(path), uri=True, check_same_thread=False)
        except sqlite3.OperationalError as error:
            raise CorruptSnapshot(f"{path} cannot be opened: {error}") from error
        self._lock = threading.Lock()

    def close(self) -> None:
        """Release the file."""
        self._connection.close()

    def documents(self) -> list[StoredDocument]:
        """Return every document without its text, in the order of their rows."""
        copies: dict[str, list[Source]] = {}
        for document_id, *source in self._all("SELECT document, source, source_sha256 FROM copy ORDER BY rowid"):
            copies.setdefault(document_id, []).append(Source(*source))
        rows = self._all(f"SELECT {_STORED} FROM document ORDER BY number")
        return [_with_copies(_stored(row), copies.get(row[0], ())) for row in rows]

    def stored_document(self, document_id: str) -> tuple[StoredDocument, str]:
        """Return one document and its canonical text. Raises UnknownDocument."""
        stored = _stored(self._row(document_id))
        query = "SELECT source, source_sha256 FROM copy WHERE document = ? ORDER BY rowid"
        copies = [Source(*row) for row in self._all(query, (document_id,))]
        return _with_copies(stored, copies), self._text(stored)

    def document(self, document_id: str) -> Document:
        """Return one document as it was read. Raises UnknownDocument."""
        *row, headings, pages = self._row(document_id)
        stored = _stored(tuple(row))
        return Document(
            reference=stored.reference,
            text=self._text(stored),
            language=stored.language,
            metadata=stored.metadata,
            headings=tuple(Heading(Span(start, end), level, title) for start, end, level, title in _load(headings)),
            pages=tuple(_load(pages)),
        )

    def _row(self, document_id: str) -> tuple[Any, ...]:
        found = self._all(f"SELECT {_STORED}, headings, pages FROM document WHERE id = ?", (document_id,))
        if not found:
            raise UnknownDocument(f"no document has the id {document_id!r}: 'rag documents' lists those there are")
        return found[0]

    def _text(self, document: StoredDocument) -> str:
        return "".join(text for _, text, _ in self.chunks(document))

    def chunks(self, document: StoredDocument) -> list[tuple[Chunk, str, bytes]]:
        """Return each chunk of a document, its text, and the key of its vector."""
        rows = self._all(
            "SELECT start, heading, text, key FROM chunk WHERE row >= ? AND row < ? ORDER BY row",
            (document.first_row, document.first_row + document.rows),
        )
        return [
            (Chunk(Span(start, start + len(text)), tuple(_load(heading))), text, key)
            for start, heading, text, key in rows
        ]

    def hits(self, rows: Sequence[int], scores: Sequence[float]) -> list[Hit]:
        """Return the passages at `rows`, in that order."""
        marks = ",".join("?" * len(rows))
        found = {
            row[0]: row
            for row in self._all(
                "SELECT c.row, c.start, c.heading, c.text, d.pages, d.id, d.title, d.url, d.author, d.published "
                f"FROM chunk c JOIN document d ON d.number = c.document WHERE c.row IN ({marks})",
                tuple(rows),
            )
        }
        return [_hit(found[row], score) for row, score in zip(rows, scores, strict=True)]

    def text_before(self, row: int) -> str:
        """Return the text of the chunks before `row` in its section, or of the last few of them."""
        own, *others = self._all(
            "SELECT document, heading, text FROM chunk WHERE row BETWEEN ? AND ? ORDER BY row DESC",
            (row - _BEFORE, row),
        )
        section = takewhile(lambda other: other[:2] == own[:2], others)
        return "".join(reversed([text for _, _, text in section]))

    def vector_keys(self) -> Iterator[tuple[int, bytes]]:
        """Yield each row and the key of its vector."""
        yield from self._all("SELECT row, key FROM chunk ORDER BY row")

    def rows_passing(self, conditions: Sequence[Condition]) -> Rows:
        """Return the rows of the documents that meet every condition, ascending. Raises InvalidFilter."""
        self._check_fields(conditions)
        query = "SELECT first_row, rows FROM document WHERE 1"
        values: list[Cell] = []
        for condition in conditions:
            test, compared = _test(condition)
            among = "NOT IN" if condition.negated else "IN"
            query += f" AND number {among} (SELECT document FROM field WHERE name = ? AND ({test}))"
            values += [condition.field, *compared]
        ranges = self._all(f"{query} ORDER BY first_row", tuple(values))
        return np.concatenate(
            [np.arange(first, first + count, dtype=np.int64) for first, count in ranges] or [np.empty(0, np.int64)]
        )

    @cached_property
    def near_duplicates(self) -> dict[str, str]:
        """Of each document that is nearly the same as an earlier one, by its id, the id of that one."""
        return dict(self._all("SELECT id, near_duplicate_of FROM document WHERE near_duplicate_of IS NOT NULL"))

    @cached_property
    def fields(self) -> tuple[str, ...]:
        """The names that can be filtered on."""
        return tuple(name for (name,) in self._all("SELECT DISTINCT name FROM field ORDER BY name"))

    def _check_fields(self, conditions: Sequence[Condition]) -> None:
        for condition in conditions:
            # Where there is no document, no field is wrong.
            if self.fields and condition.field not in self.fields:
                raise InvalidFilter(
                    f"no document has the field {condition.field!r}: filter on {', '.join(self.fields)}",
                    condition.field,
                )

    def _all(self, query: str, values: tuple[Cell, ...] = ()) -> list[tuple[Any, ...]]:
        try:
            with self._lock:
                return self._connection.execute(query, values).fetchall()
        except sqlite3.DatabaseError as error:
            raise CorruptSnapshot(f"{self.path} cannot be read, {error}: run 'rag snapshots verify'") from error


class Writer:
    """Writes a new database, document by document; `close` makes it durable."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path.absolute().as_uri(), uri=True)
        # The file is worthless until the snapshot is published, and is synced as a whole before that.
        self._connection.executescript(
            f"PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA temp_store = MEMORY; {_SCHEMA}"
        )
        self._documents = 0
        self._rows = 0

    def add(self, document: Document, origin: Origin, chunks: Sequence[tuple[Chunk, str, bytes]]) -> None:
        """Add a document with the text and the vector key of each of its chunks as the next rows."""
        number, reference = self._documents, document.reference
        self._connection.execute(
            f"INSERT INTO document VALUES ({','.join('?' * 16)}, NULL)",
            (
                *(number, reference.id, reference.title, reference.url, reference.author, reference.published),
                *(document.language, json.dumps(dict(document.metadata), ensure_ascii=False)),
                json.dumps([(h.span.start, h.span.end, h.level, h.title) for h in document.headings]),
                json.dumps(document.pages),
                *(origin.sha256, origin.fingerprint, origin.source, origin.source_sha256),
                *(self._rows, len(chunks)),
            ),
        )
        self._connection.executemany(
            "INSERT INTO chunk VALUES (?,?,?,?,?,?)",
            (
                (row, number, chunk.span.start, json.dumps(chunk.heading, ensure_ascii=False), text, key)
                for row, (chunk, text, key) in enumerate(chunks, self._rows)
            ),
        )
        self._connection.executemany("INSERT INTO field VALUES (?,?,?,?)", _fields(document, number))
        self._documents += 1
        self._rows += len(chunks)

    def copy(self, path: Path, document_ids: Sequence[str]) -> None:
        """Add documents of an earlier snapshot's database, in its order, before any other.

        Raises CorruptSnapshot.
        """
        assert not self._documents, "what is kept comes first"
        try:
            self._connection.execute("ATTACH ? AS earlier", (_address(path),))
            self._connection.execute("CREATE TEMP TABLE moved (old INTEGER PRIMARY KEY, number, first_row, shift)")
            self._connection.execute(_MOVED, (json.dumps(document_ids),))
            self._connection.executescript(_COPY)
        except sqlite3.DatabaseError as error:
            if error.sqlite_errorcode & 0xFF not in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
                raise  # the disk refuses what is written
            raise CorruptSnapshot(f"{path} cannot be read, {error}: run 'rag snapshots verify'") from error
        counted = self._connection.execute("SELECT count(*), coalesce(sum(rows), 0) FROM document").fetchone()
        self._documents, self._rows = counted

    def mark(self, near_duplicates: Mapping[int, int]) -> None:
        """Note of documents, by their numbers, which one each is nearly the same as."""
        self._connection.executemany(
            "UPDATE document SET near_duplicate_of = (SELECT id FROM document WHERE number = ?) WHERE number = ?",
            ((first, number) for number, first in near_duplicates.items()),
        )

    def place(self, origins: Mapping[str, Origin]) -> None:
        """Say anew where documents, by their ids, come from. No source may be that of another document."""
        self._connection.executemany(
            "UPDATE document SET source = ?, source_sha256 = ? WHERE id = ?",
            ((origin.source, origin.source_sha256, name) for name, origin in origins.items()),
        )
        self._connection.executemany(
            "INSERT INTO copy VALUES (?,?,?)",
            ((copy.name, copy.sha256, name) for name, origin in origins.items() for copy in origin.copies),
        )

    def close(self) -> None:
        """Make the indexes, commit and release the file."""
        self._connection.executescript(_INDEXES)
        self._connection.close()


def _address(path: Path) -> str:
    """Return how SQLite opens what nothing ever writes to again: it needs no locks and leaves no side files."""
    return f"{path.absolute().as_uri()}?mode=ro&immutable=1"


def _fields(document: Document, number: int) -> Iterator[tuple[str, str, float | None, int]]:
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
                yield name, _text(value), _number(value), number


def _stored(row: tuple[Any, ...]) -> StoredDocument:
    metadata = {name: tuple(value) if isinstance(value, list) else value for name, value in _load(row[6]).items()}
    return StoredDocument(Reference(*row[:5]), row[5], metadata, Origin(*row[7:11]), *row[11:14])


def _with_copies(stored: StoredDocument, copies: Sequence[Source]) -> StoredDocument:
    return replace(stored, origin=replace(stored.origin, copies=tuple(copies))) if copies else stored


def _hit(row: tuple[Any, ...], score: float) -> Hit:
    number, start, heading, text, pages = row[:5]
    return Hit(
        row=number,
        reference=Reference(*row[5:]),
        span=Span(start, start + len(text)),
        text=text,
        heading=tuple(_load(heading)),
        pages=tuple(_load(pages)),
        score=score,
    )


def _load(cell: str) -> Any:  # noqa: ANN401 - JSON is whatever was dumped
    return json.loads(cell)


def _text(value: Value) -> str:
    return json.dumps(value) if isinstance(value, bool) else str(value)


def _test(condition: Condition) -> tuple[str, list[Cell]]:
    """Return SQL that a row of `field` must meet, and the values compared with."""
    if condition.bounds:
        tests = (
            f"{'text' if isinstance(bound, str) else 'number'} {operator} ?" for operator, bound in condition.bounds
        )
        return " AND ".join(tests), [bound if isinstance(bound, str) else float(bound) for _, bound in condition.bounds]
    texts = [_text(value) for value in condition.values if isinstance(value, str | bool)]
    numbers = [float(value) for value in condition.values if not isinstance(value, str | bool)]
    # As one JSON array each, for SQLite limits how many values may be bound.
    column = "{0} IN (SELECT value FROM json_each(?))"
    return f"{column.format('text')} OR {column.format('number')}", [json.dumps(texts), json.dumps(numbers)]


def _number(value: Value) -> float | None:
    """Return what is compared as a number; None for text, and for an integer that no float can hold."""
    try:
        return None if isinstance(value, str) else float(value)
    except OverflowError:
        return None
