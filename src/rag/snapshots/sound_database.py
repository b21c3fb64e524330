"""Checks the database in a backup: its schema, the types of its values, and every row."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import Any

from pydantic import ConfigDict, TypeAdapter, ValidationError

from rag.snapshots.hostile import Unsound, connect
from rag.snapshots.manifest import FORMAT, Manifest
from rag.snapshots.sound_originals import check_originals
from rag.snapshots.tables import INDEXES, REACH, SCHEMA, has_table
from rag.snapshots.writer import field_rows
from rag.types import Document, Reference

_MAX_JSON = 64 << 20
"""Bytes of a cell that holds JSON. A parser may return a quarter of that for a whole document (RAG_PARSE_OUTPUT)."""

_PRAGMAS = ("encoding", "application_id", "user_version", "auto_vacuum")
_ROLLBACK_JOURNAL = b"\1\1"  # bytes 18 and 19 of the file; with another journal mode SQLite would look for more files
_TYPES = {"INTEGER": "'integer'", "REAL": "'real'", "TEXT": "'text'", "BLOB": "'blob'"}

_OBJECTS = "SELECT type, name, tbl_name, sql FROM sqlite_schema"
_JSON = {"document": ("metadata", "headings", "pages"), "chunk": ("heading", "quotable")}
_DOCUMENTS = """
SELECT number, id, title, url, author, published, language, metadata, headings, pages, sha256, first_row, rows,
    near_duplicate_of FROM document ORDER BY number
"""
_CHUNKS = "SELECT row, document, start, heading, text, quotable FROM chunk ORDER BY row"
_FIELDS = "SELECT name, text, number, document FROM field ORDER BY rowid"
_NO_DOCUMENT = "SELECT source FROM copy WHERE document NOT IN (SELECT id FROM document) LIMIT 1"
_NO_LABELLED = "SELECT label FROM access WHERE document NOT IN (SELECT number FROM document) LIMIT 1"
_SAME_LABELS = "SELECT label FROM access GROUP BY document, label HAVING count(*) > 1 LIMIT 1"
_LABELLED = "SELECT count(DISTINCT document) FROM access"
_NO_INDEXED = """
SELECT 1 FROM indexed WHERE document NOT IN (SELECT number FROM document) OR time NOT GLOB '[0-9][0-9][0-9][0-9]-*'
UNION ALL SELECT 1 FROM document WHERE number NOT IN (SELECT document FROM indexed) LIMIT 1
"""
_NO_INFERRED = """
SELECT 1 FROM inferred i WHERE i.start < 0 OR i.start > i.stop OR i.stop > coalesce((
    SELECT max(c.start + length(c.text)) FROM chunk c JOIN document d
    ON c.row >= d.first_row AND c.row < d.first_row + d.rows WHERE d.number = i.document
), -1) LIMIT 1
"""
_TWO_DOCUMENTS = "SELECT source FROM copy WHERE source IN (SELECT source FROM document) LIMIT 1"

_Scalar = bool | int | float | str
_Pair = tuple[int, int]
_STRICT = ConfigDict(strict=True, allow_inf_nan=False)
_METADATA = TypeAdapter(dict[str, _Scalar | list[_Scalar]], config=_STRICT)
_HEADINGS = TypeAdapter(list[tuple[int, int, int, str]], config=_STRICT)
_Page = tuple[int, str | None, float | None]
_PAGES = TypeAdapter(list[int | _Page], config=_STRICT)
_PATH = TypeAdapter(list[str], config=_STRICT)
_Unit = tuple[int, int, int, list[_Pair], list[_Pair], bool, bool, bool]
_UnitWithTails = tuple[int, int, int, list[_Pair], list[_Pair], bool, bool, bool, list[_Pair], list[int]]
_QUOTABLE = TypeAdapter(list[_UnitWithTails | _Unit], config=_STRICT)


def check_database(path: Path, manifest: Manifest) -> None:
    """Check the database of the snapshot that `manifest` describes. Raises Unsound with the first fault."""
    try:
        with closing(connect(path)) as connection:
            _check_settings(path, connection)
            _check_schema(connection, complete=manifest.format == FORMAT)
            _check_structure(connection)
            _check_cells(connection)
            _check_documents(connection, manifest)
            _check_copies(connection)
            check_originals(connection)
            _check_labels(connection, manifest)
            _check_dates(connection)
    except OSError as error:
        raise Unsound("it has no database") from error
    except (sqlite3.Error, UnicodeError) as error:
        raise Unsound(f"its database cannot be read: {_one_line(error)}") from error


def _one_line(message: object) -> str:
    """Return a message of SQLite, which may quote names in the database, as one line of printable characters."""
    return "".join(one if one.isprintable() else " " for one in str(message))[:200]


@dataclass(frozen=True, slots=True)
class _Expected:
    """The objects and the settings of a sound database, and for each table an SQL condition on wrong types."""

    objects: frozenset[tuple[str | None, ...]]
    settings: tuple[Any, ...]
    wrong_types: dict[str, str]


@cache
def _expected() -> _Expected:
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.executescript(SCHEMA + INDEXES)
        objects = frozenset(connection.execute(_OBJECTS).fetchall())
        tables = [name for kind, name, _, _ in objects if kind == "table"]
        wrong_types = {name: _wrong_types(connection, name) for name in tables}
        return _Expected(objects, _settings(connection), wrong_types)


def _settings(connection: sqlite3.Connection) -> tuple[Any, ...]:
    return tuple(connection.execute(f"PRAGMA {name}").fetchone()[0] for name in _PRAGMAS)


def _wrong_types(connection: sqlite3.Connection, table: str) -> str:
    """Return an SQL condition that holds for a row with a value of a wrong type."""
    conditions = []
    for _, name, kind, not_null, _, key in connection.execute(f"PRAGMA table_info({table})"):
        allowed = _TYPES[kind] if not_null or key else f"{_TYPES[kind]}, 'null'"
        conditions.append(f"typeof({name}) NOT IN ({allowed})")
    return " OR ".join(conditions)


def _check_settings(path: Path, connection: sqlite3.Connection) -> None:
    with path.open("rb") as file:
        header = file.read(20)
    if header[18:] != _ROLLBACK_JOURNAL or _settings(connection) != _expected().settings:
        raise Unsound("its database is of another application or has another encoding")


def _check_schema(connection: sqlite3.Connection, *, complete: bool) -> None:
    """Check that the database has exactly the tables and indexes of `SCHEMA`. An older format may lack some."""
    expected, found = _expected().objects, connection.execute(_OBJECTS).fetchall()
    for one in found:
        if one not in expected:
            raise Unsound(f"its database has the {one[0]} {str(one[1])[:60]!r}, which does not belong there")
    if complete and (missing := expected.difference(found)):
        raise Unsound(f"its database has no {min(str(name) for _, name, _, _ in missing)}")
    if len(found) != len(set(found)):
        raise Unsound("its database has a table twice")


def _check_structure(connection: sqlite3.Connection) -> None:
    (found,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
    if found != "ok":
        raise Unsound(f"its database is damaged: {_one_line(found)}")


def _check_cells(connection: sqlite3.Connection) -> None:
    """Check the type of every value, and the size of the cells with JSON."""
    present = {name for kind, name, *_ in connection.execute(_OBJECTS) if kind == "table"}
    for table, wrong in _expected().wrong_types.items():
        if table in present and _any(connection, f"SELECT 1 FROM {table} WHERE {wrong} LIMIT 1"):  # noqa: S608 - our own names
            raise Unsound(f"its table {table} has a value of a wrong type")
    for table, columns in _JSON.items():
        too_long = " OR ".join(f"length(CAST({name} AS BLOB)) > {_MAX_JSON}" for name in columns)
        if _any(connection, f"SELECT 1 FROM {table} WHERE {too_long} LIMIT 1"):  # noqa: S608 - as above
            raise Unsound(f"its table {table} has a cell of more than {_MAX_JSON >> 20} MiB")


def _any(connection: sqlite3.Connection, query: str) -> bool:
    return connection.execute(query).fetchone() is not None


def _check_copies(connection: sqlite3.Connection) -> None:
    if _any(connection, _NO_DOCUMENT):
        raise Unsound("a source belongs to a document that does not exist")
    if _any(connection, _TWO_DOCUMENTS):
        raise Unsound("a source belongs to two documents")


def _check_labels(connection: sqlite3.Connection, manifest: Manifest) -> None:
    """Check that each label belongs to a document, and that the manifest has the number of documents with labels."""
    if not has_table(connection, "access"):
        return
    if _any(connection, _NO_LABELLED) or _any(connection, _SAME_LABELS):
        raise Unsound("a label belongs to a document that does not exist, or twice to one document")
    if connection.execute(_LABELLED).fetchone() != (manifest.labelled,):
        raise Unsound("its manifest has another number of documents with labels than its database")


def _check_dates(connection: sqlite3.Connection) -> None:
    """Check that the times and the words about dates belong to documents, and that these words are in their texts."""
    if has_table(connection, "indexed") and _any(connection, _NO_INDEXED):
        raise Unsound("a time belongs to a document that does not exist, or is missing for one that does")
    if has_table(connection, "inferred") and _any(connection, _NO_INFERRED):
        raise Unsound("words about a date are not in the text of a document")


def _check_documents(connection: sqlite3.Connection, manifest: Manifest) -> None:
    """Check that the passages partition the documents, and that every cell of a document and its passages is valid."""
    chunks, fields = connection.execute(_CHUNKS), connection.execute(_FIELDS)
    ids: set[str] = set()
    next_row = 0
    for number, row in enumerate(connection.execute(_DOCUMENTS)):
        document_id, digest, (first_row, rows), near_duplicate_of = row[1], row[10], row[11:13], row[13]
        place = f"document {document_id[:60]!r}"
        if row[0] != number or first_row != next_row or rows < 0:
            raise Unsound(f"the rows of {place} do not follow those of the one before")
        next_row += rows
        text = _checked_text(chunks, number, first_row, rows, place)
        if sha256(text.encode()).hexdigest() != digest:
            raise Unsound(f"the text of {place} does not have the digest that is stored with it")
        if near_duplicate_of is not None and near_duplicate_of not in ids:
            raise Unsound(f"{place} is a near-duplicate of a document that does not come before it")
        _check_layout(row[8], row[9], len(text), place)
        _check_fields(fields, row, place)
        ids.add(document_id)
    if (len(ids), next_row) != (manifest.documents, manifest.chunks):
        raise Unsound(f"it has {len(ids)} documents and {next_row} passages, but its manifest says otherwise")
    if chunks.fetchone() or fields.fetchone():
        raise Unsound("its database has rows that belong to no document")


def _checked_text(chunks: sqlite3.Cursor, number: int, first_row: int, rows: int, place: str) -> str:
    """Check the passages of a document, which are the next rows. Return its text."""
    parts: list[str] = []
    cells: list[str] = []
    starts = [0]
    for row in range(first_row, first_row + rows):
        chunk = chunks.fetchone()
        if chunk is None or chunk[:3] != (row, number, starts[-1]):
            raise Unsound(f"the passages of {place} do not partition its text")
        _, _, start, heading, text, quotable = chunk
        if "\0" in text:  # SQLite computes the length of a text only up to this character
            raise Unsound(f"the text of {place} contains the character NUL")
        _parsed(_PATH, heading, place)
        starts.append(start + len(text))
        parts.append(text)
        cells.append(quotable)
    for passage, cell in enumerate(cells):
        _check_quotable(cell, starts[max(0, passage - REACH)], starts[min(rows, passage + REACH + 1)], place)
    return "".join(parts)


def _check_quotable(cell: str, first: int, last: int, place: str) -> None:
    """Check that the units to quote lie in the text that is read with their passage: from `first` to `last`."""
    for number, start, end, leads, items, _, _, _, *more in _parsed(_QUOTABLE, cell, place):
        tails, numbers = more or ([], [])
        if min([number, *numbers]) < 0 or not _within([(start, end), *leads, *items, *tails], first, last):
            raise Unsound(f"a passage of {place} quotes words outside of it")


def _within(spans: Sequence[_Pair], start: int, end: int) -> bool:
    return not spans or all(start <= first < last <= end for first, last in spans)


def _check_layout(headings: str, pages: str, length: int, place: str) -> None:
    """Check that headings and pages lie in the text, in reading order."""
    found = _parsed(_HEADINGS, headings, place)
    ends = [0, *(bound for start, end, _, _ in found for bound in (start, end)), length]
    offsets = (page if isinstance(page, int) else page[0] for page in _parsed(_PAGES, pages, place))
    starts = [0, *offsets, length]
    if any(later < earlier for bounds in (ends, starts) for earlier, later in pairwise(bounds)):
        raise Unsound(f"the headings or pages of {place} are not in its text")
    if any(level < 1 for _, _, level, _ in found):
        raise Unsound(f"{place} has a heading without a level")


def _check_fields(fields: Iterator[Sequence[Any]], row: Sequence[Any], place: str) -> None:
    """Check that the fields for filters are those of the document."""
    metadata = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in _parsed(_METADATA, row[7], place).items()
    }
    document = Document(Reference(*row[1:6]), "", row[6], metadata)
    if any(next(fields, None) != expected for expected in field_rows(document, row[0])):
        raise Unsound(f"the fields of {place} differ from its metadata")


def _parsed(shape: TypeAdapter[Any], cell: str, place: str) -> Any:  # noqa: ANN401 - the shape decides
    try:
        return shape.validate_json(cell)
    except ValidationError as error:
        raise Unsound(f"a cell of {place} does not have the expected JSON") from error
