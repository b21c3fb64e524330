"""The tables of the SQLite database of a snapshot, and the encoding of values in their cells.

The text of a document is stored once, in its chunks, which partition it. Its chunks are neighbouring rows.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import asdict
from operator import attrgetter
from pathlib import Path
from typing import TypeAlias

from rag.snapshots.records import Original, PageFacts, Sidecar
from rag.types import Document, PageNote, Quotable, Span, Value

SCHEMA = """
CREATE TABLE document (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, title TEXT NOT NULL, url TEXT, author TEXT, published TEXT,
    language TEXT, metadata TEXT NOT NULL, headings TEXT NOT NULL, pages TEXT NOT NULL,
    sha256 TEXT NOT NULL, fingerprint TEXT NOT NULL, source TEXT NOT NULL UNIQUE, source_sha256 TEXT NOT NULL,
    first_row INTEGER NOT NULL, rows INTEGER NOT NULL, near_duplicate_of TEXT
);
CREATE TABLE copy (source TEXT PRIMARY KEY, source_sha256 TEXT NOT NULL, document TEXT NOT NULL);
CREATE INDEX copy_document ON copy (document);
CREATE TABLE original (
    document INTEGER PRIMARY KEY, sha256 TEXT NOT NULL, sidecar_sha256 TEXT, details TEXT NOT NULL
);
CREATE TABLE access (document INTEGER NOT NULL, label TEXT NOT NULL);
CREATE TABLE indexed (document INTEGER PRIMARY KEY, time TEXT NOT NULL);
CREATE TABLE inferred (document INTEGER NOT NULL, field TEXT NOT NULL, start INTEGER NOT NULL, stop INTEGER NOT NULL);
CREATE TABLE chunk (
    row INTEGER PRIMARY KEY, document INTEGER NOT NULL, start INTEGER NOT NULL, heading TEXT NOT NULL,
    text TEXT NOT NULL, key BLOB NOT NULL, quotable TEXT NOT NULL
);
CREATE TABLE field (
    name TEXT NOT NULL, text TEXT NOT NULL, number REAL, document INTEGER NOT NULL
);
"""
INDEXES = """
CREATE INDEX document_sha256 ON document (sha256);
CREATE INDEX field_text ON field (name, text);
CREATE INDEX field_number ON field (name, number);
"""

REACH = 12
"""The number of chunks before and after a passage in which its context is searched. Few lists span more chunks."""

_Pairs: TypeAlias = Sequence[tuple[int, int]]
Cell: TypeAlias = str | int | float | bytes | None

_flags = attrgetter("marked", "whole", "pointer")


def address(path: Path) -> str:
    """Return the URI of a database that never changes again. SQLite opens it without locks and extra files."""
    return f"{path.absolute().as_uri()}?mode=ro&immutable=1"


def as_text(value: Value) -> str:
    """Return the text form of a field value, which filters compare."""
    return json.dumps(value) if isinstance(value, bool) else str(value)


def as_cell(quotable: Sequence[Quotable]) -> str:
    """Return the quotable units of a passage as one JSON cell."""
    return json.dumps(
        [
            (
                *(one.place, *_pair(one.span), [*map(_pair, one.leads)], [*map(_pair, one.items)], *_flags(one)),
                *((([*map(_pair, one.tails)], one.places)) if one.tails or one.places else ()),
            )
            for one in quotable
        ],
        separators=(",", ":"),
    )


def from_cell(cell: str) -> tuple[Quotable, ...]:
    """Parse a cell that `as_cell` returned. Cells of earlier versions end after the flags."""
    return tuple(_parsed(*entry) for entry in json.loads(cell))


def _parsed(
    place: int,
    start: int,
    end: int,
    leads: _Pairs,
    items: _Pairs,
    marked: bool,
    whole: bool,
    pointer: bool,
    tails: _Pairs = (),
    places: Sequence[int] = (),
) -> Quotable:
    return Quotable(
        *(place, Span(start, end), _spans(leads), _spans(items), marked, whole, pointer, _spans(tails), tuple(places))
    )


def pages_cell(document: Document) -> str:
    """Return the pages of a document as one JSON cell: the offset of each, or a list of it and its note."""
    notes = {note.page: [note.label, note.ocr_confidence] for note in document.page_notes}
    pages = enumerate(document.pages, start=1)
    return json.dumps([[start, *notes[page]] if page in notes else start for page, start in pages])


def from_pages_cell(cell: str) -> tuple[tuple[int, ...], tuple[PageNote, ...]]:
    """Parse a cell that `pages_cell` returned: the offsets of the pages, and their notes."""
    entries = json.loads(cell)
    starts = tuple(entry[0] if isinstance(entry, list) else entry for entry in entries)
    notes = ((page, *entry[1:]) for page, entry in enumerate(entries, start=1) if isinstance(entry, list))
    return starts, tuple(PageNote(*note) for note in notes)


def has_table(connection: sqlite3.Connection, name: str, schema: str = "main") -> bool:
    """Return whether a database has a table. Formats that can be served lack some, see `rag.snapshots.manifest`."""
    columns = connection.execute("SELECT count(*) FROM pragma_table_info(?, ?)", (name, schema)).fetchone()
    return bool(columns[0])


def original_row(original: Original) -> tuple[Cell, ...]:
    """Return the cells of an original: its digests, and everything else as JSON."""
    sidecar, page = original.sidecar, original.page
    details = {
        "name": original.name,
        "given": original.given,
        "line": original.line,
        "sidecar": sidecar.suffix if sidecar else None,
        "page": asdict(page) if page else None,
    }
    return original.sha256, sidecar.sha256 if sidecar else None, json.dumps(details)


def from_original_row(sha256: str, sidecar_sha256: str | None, details: str) -> Original:
    """Parse the cells that `original_row` returned."""
    known = json.loads(details)
    return Original(
        sha256,
        known["name"],
        known["given"],
        known["line"],
        Sidecar(known["sidecar"], sidecar_sha256) if sidecar_sha256 else None,
        PageFacts(**known["page"]) if known["page"] else None,
    )


def _pair(span: Span) -> tuple[int, int]:
    return span.start, span.end


def _spans(pairs: _Pairs) -> tuple[Span, ...]:
    return tuple(Span(start, end) for start, end in pairs)
