"""Reads the database of one snapshot: documents, passages, and the rows that pass a filter."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from itertools import chain, groupby
from operator import attrgetter, itemgetter
from pathlib import Path
from typing import Any, Literal, NamedTuple, Self

import numpy as np
from cachetools import LRUCache, cachedmethod

from rag.errors import InvalidFilter, UnknownDocument
from rag.index.filter_values import key
from rag.index.filters import Condition, InForce, Test
from rag.index.validity import Described, Validity, first_day, last_day, validities
from rag.protocols import Rows
from rag.snapshots.field_values import UNIQUE, FieldValues, among
from rag.snapshots.records import Facet, Origin, Original, Passage, Source, StoredDocument
from rag.snapshots.sql import Database, Selection, SqliteFile
from rag.snapshots.tables import REACH, Cell, as_text, from_cell, from_original_row, from_pages_cell
from rag.text.validity import FIELDS, SUPERSEDED_BY, SUPERSEDES, VALID_FROM, VALID_TO, VERSION_OF
from rag.types import Chunk, Document, Heading, Hit, Inferred, Period, Reference, Span

_NAMELESS = UNIQUE | FIELDS | {"published", "language"}
"""Fields of which no value is a name that several documents share."""

_MAX_VALUES = 100  # the most values that a facet lists, because users do not choose among more

_CACHED_DAYS = 8  # on which questions are asked; eight bytes for each row in force
_CACHED_CELLS = 512  # all passages of a document have the same pages, and all passages of a section the same headings

_FACETS = """
SELECT name, count(DISTINCT document), count(DISTINCT text), min(text), max(text) FROM field
    WHERE name NOT IN ('id', 'title', 'url') GROUP BY name ORDER BY name
"""
_VALUES = """
SELECT name, text, documents FROM (
    SELECT name, text, count(DISTINCT document) AS documents,
        row_number() OVER (PARTITION BY name ORDER BY count(DISTINCT document) DESC, text) AS place
    FROM field GROUP BY name, text
) AS ranked WHERE place <= ? ORDER BY name, place
"""

_AMONG = "number IN (SELECT CAST(value AS INTEGER) FROM json_each(?))"
"""The condition that a document has one of the numbers in a JSON array."""

_STORED = (
    "id, title, url, author, published, language, metadata, source, source_sha256, sha256, fingerprint, "
    "first_row, rows, near_duplicate_of"
)


class Placement(NamedTuple):
    """The number, the id and the rows of a document, and whether it has labels."""

    number: int
    id: str
    first_row: int
    rows: int
    labelled: bool


class Reader:
    """Reads the database of one snapshot, as far as a client may see it. Safe to share between threads."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._caching = threading.Lock()
        self._field_values: dict[str, FieldValues] = {}
        self._rows_in_force: LRUCache[tuple[Test, ...], Rows] = LRUCache(_CACHED_DAYS)
        self._outside: LRUCache[Period, Sequence[int]] = LRUCache(_CACHED_DAYS)

    @classmethod
    def of(cls, path: Path, groups: frozenset[str] | None = None) -> Self:
        """Open a SQLite file. If `groups` is not None, documents that they may not see are missing, with all of theirs.

        Raises CorruptSnapshot.
        """
        return cls(SqliteFile(path, groups))

    def close(self) -> None:
        """Close the database."""
        self.database.close()

    def _all(self, query: str, values: tuple[Cell, ...] = ()) -> list[tuple[Any, ...]]:
        return self.database.all(query, values)

    def _has(self, table: str) -> bool:
        return self.database.has(table)

    def documents(self, numbers: Sequence[int] | None = None) -> list[StoredDocument]:
        """Return all documents without their texts, in the order of their rows; or those with these numbers."""
        chosen, values = ("TRUE", ()) if numbers is None else (_AMONG, (json.dumps([*numbers]),))
        copies: dict[str, list[Source]] = {}
        of_documents = f"document IN (SELECT id FROM document WHERE {chosen})"
        query = f"SELECT document, source, source_sha256 FROM copy WHERE {of_documents} ORDER BY rowid"
        for document_id, *source in self._all(query, values):
            copies.setdefault(document_id, []).append(Source(*source))
        originals, access = self._originals(chosen, values), self._access(chosen, values)
        dates = self._dates(chosen, values)
        rows = self._all(f"SELECT {_STORED} FROM document WHERE {chosen} ORDER BY number", values)
        return [
            dates.of(_complete(_stored(row, access.get(row[0], ())), copies.get(row[0], ()), originals.get(row[0])))
            for row in rows
        ]

    def stored_document(self, document_id: str) -> StoredDocument:
        """Return one document without its text. Raises UnknownDocument."""
        stored = _stored(self._row(document_id), self._labels_of(document_id))
        query = "SELECT source, source_sha256 FROM copy WHERE document = ? ORDER BY rowid"
        copies = [Source(*row) for row in self._all(query, (document_id,))]
        complete = _complete(stored, copies, self._originals("id = ?", (document_id,)).get(document_id))
        return self._dates("id = ?", (document_id,)).of(complete)

    def _originals(self, chosen: str, values: tuple[Cell, ...]) -> dict[str, Original]:
        """Return the original of each document that has one and meets the condition `chosen`, by id."""
        if not self._has("original"):
            return {}
        columns = "d.id, o.sha256, o.sidecar_sha256, o.details"
        query = f"SELECT {columns} FROM original o JOIN document d ON d.number = o.document WHERE {chosen}"
        return {name: from_original_row(*row) for name, *row in self._all(query, values)}

    def _access(self, chosen: str, values: tuple[Cell, ...]) -> dict[str, tuple[str, ...]]:
        """Return the labels of each document that has some and meets the condition `chosen`, by id."""
        if not self.labels:
            return {}
        query = f"SELECT d.id, a.label FROM access a JOIN document d ON d.number = a.document WHERE {chosen}"
        found: dict[str, tuple[str, ...]] = {}
        for name, label in self._all(f"{query} ORDER BY d.number, a.label", values):
            found[name] = (*found.get(name, ()), label)
        return found

    def _dates(self, chosen: str, values: tuple[Cell, ...]) -> _Dates:
        """Return what the index knows about the time of the documents that meet the condition `chosen`."""
        indexed, inferred = dict[str, str](), dict[str, tuple[Inferred, ...]]()
        if self._has("indexed"):
            query = f"SELECT d.id, i.time FROM indexed i JOIN document d ON d.number = i.document WHERE {chosen}"
            indexed = dict(self._all(query, values))
        if self._has("inferred"):
            columns = "d.id, i.field, i.start, i.stop"
            query = f"SELECT {columns} FROM inferred i JOIN document d ON d.number = i.document WHERE {chosen}"
            for name, field, start, stop in self._all(f"{query} ORDER BY d.number, i.field", values):
                inferred[name] = (*inferred.get(name, ()), Inferred(field, Span(start, stop)))
        return _Dates(indexed, inferred, self.validity_by_id)

    @cached_property
    def validity(self) -> Mapping[int, Validity]:
        """When each document is in force that does not count as always in force, by number."""
        return validities(self._described())

    @cached_property
    def validity_by_id(self) -> Mapping[str, Validity]:
        """When each document is in force that does not count as always in force, by id."""
        if not self.validity:
            return {}
        names = dict(self._all(f"SELECT number, id FROM document WHERE {_AMONG}", (json.dumps([*self.validity]),)))
        return {names[number]: found for number, found in self.validity.items()}

    def _described(self) -> list[Described]:
        """Return the documents with facts about validity, and all others too if some fact names a document."""
        query = "SELECT document, name, text FROM field WHERE name IN (SELECT value FROM json_each(?))"
        facts: dict[int, dict[str, tuple[str, ...]]] = {}
        for number, name, text in self._all(query, (json.dumps(sorted(FIELDS)),)):
            own = facts.setdefault(number, {})
            own[name] = (*own.get(name, ()), text)
        if not facts:
            return []
        guessed = self._guessed()
        name_others = any(own.keys() - {VALID_FROM, VALID_TO} for own in facts.values())
        chosen = "TRUE" if name_others else _AMONG
        rows = self._all(
            f"SELECT number, id, title, url, published, language FROM document WHERE {chosen}",
            () if name_others else (json.dumps([*facts]),),
        )
        return [_described(row, facts.get(row[0], {}), row[0] in guessed) for row in rows]

    def _guessed(self) -> frozenset[int]:
        """Return the documents in whose text the names of other documents were found."""
        if not self._has("inferred"):
            return frozenset()
        query = "SELECT document FROM inferred WHERE field IN (?, ?)"
        return frozenset(number for (number,) in self._all(query, (SUPERSEDES, SUPERSEDED_BY)))

    def _labels_of(self, document_id: str) -> tuple[str, ...]:
        return self._access("id = ?", (document_id,)).get(document_id, ())

    @cached_property
    def labels(self) -> frozenset[str]:
        """The labels that documents have."""
        return (
            frozenset(label for (label,) in self._all("SELECT label FROM access"))
            if self._has("access")
            else frozenset()
        )

    def fingerprints(self) -> dict[str, str]:
        """Return the fingerprint of each document, by id."""
        return dict(self._all("SELECT id, fingerprint FROM document"))

    def original_digests(self) -> set[str]:
        """Return the sha256 of every original and sidecar that the documents refer to."""
        if not self._has("original"):
            return set()
        rows = self._all("SELECT sha256, sidecar_sha256 FROM original")
        return {digest for row in rows for digest in row if digest is not None}

    def documents_with_original(self, digest: str) -> list[str]:
        """Return the ids of the documents whose original or sidecar has this sha256, in the order of their rows."""
        query = (
            "SELECT d.id FROM original o JOIN document d ON d.number = o.document "
            "WHERE ? IN (o.sha256, o.sidecar_sha256) ORDER BY d.number"
        )
        return [name for (name,) in self._all(query, (digest,))]

    def document(self, document_id: str) -> Document:
        """Return one document as it was parsed. Raises UnknownDocument."""
        *row, headings, pages = self._row(document_id)
        stored = self._dates("id = ?", (document_id,)).of(_stored(tuple(row), self._labels_of(document_id)))
        starts, notes = from_pages_cell(pages)
        return Document(
            reference=stored.reference,
            text=self._text(stored),
            language=stored.language,
            metadata=stored.metadata,
            headings=tuple(Heading(Span(start, end), level, title) for start, end, level, title in _load(headings)),
            pages=starts,
            page_notes=notes,
            access=stored.access,
            inferred=stored.inferred,
        )

    def _row(self, document_id: str, columns: str = f"{_STORED}, headings, pages") -> tuple[Any, ...]:
        found = self._all(f"SELECT {columns} FROM document WHERE id = ?", (document_id,))
        if not found:
            raise UnknownDocument(f"no document has the id {document_id!r}: 'rag documents' lists them")
        return found[0]

    def _text(self, document: StoredDocument) -> str:
        return "".join(text for _, text, _ in self.chunks(document))

    def chunks(self, document: StoredDocument) -> list[tuple[Chunk, str, bytes]]:
        """Return each chunk of a document with its text and the key of its encoding."""
        rows = self._all(
            'SELECT start, heading, text, key FROM chunk WHERE "row" >= ? AND "row" < ? ORDER BY "row"',
            (document.first_row, document.first_row + document.rows),
        )
        return [
            (Chunk(Span(start, start + len(text)), tuple(_load(heading))), text, key)
            for start, heading, text, key in rows
        ]

    def passages(self, document: StoredDocument) -> list[Passage]:
        """Return the passages of a document as they were written."""
        rows = self._all(
            'SELECT quotable FROM chunk WHERE "row" >= ? AND "row" < ? ORDER BY "row"',
            (document.first_row, document.first_row + document.rows),
        )
        cells = (quotable for (quotable,) in rows)
        return [Passage(*one, cell) for one, cell in zip(self.chunks(document), cells, strict=True)]

    def all_passages(self) -> Iterator[tuple[int, list[tuple[Cell, ...]]]]:
        """Yield the number of each document with the cells of its passages, from `start` on, in order."""
        query = 'SELECT document, start, heading, text, key, quotable FROM chunk ORDER BY "row"'
        for number, rows in groupby(self.database.each(query), key=itemgetter(0)):
            yield number, [row[1:] for row in rows]

    def hits(self, rows: Sequence[int], scores: Sequence[float]) -> list[Hit]:
        """Return the passages at `rows` as hits, in that order."""
        if not rows:
            return []
        marks = ",".join("?" * len(rows))
        found = {
            row[0]: row
            for row in self._all(
                "SELECT c.row, c.start, c.heading, c.text, d.pages, d.language, d.id, d.title, d.url, d.author, "
                f"d.published, d.number FROM chunk c JOIN document d ON d.number = c.document WHERE c.row IN ({marks})",
                tuple(rows),
            )
        }
        return [self._hit(found[row], score) for row, score in zip(rows, scores, strict=True)]

    def _hit(self, row: tuple[Any, ...], score: float) -> Hit:
        number, start, heading, text, pages, language, *reference, document = row
        starts, notes = _pages(pages)
        validity = self.validity.get(document)
        return Hit(
            row=number,
            reference=Reference(*reference),
            span=Span(start, start + len(text)),
            text=text,
            heading=_tuple(heading),
            pages=starts,
            score=score,
            language=language,
            page_notes=notes,
            in_force=validity.period if validity else None,
        )

    def evidence(self, hits: Sequence[Hit]) -> list[Hit]:
        """Return the same hits with their quotable units and with the text around them that these units quote."""
        if not hits:
            return []
        marks = ",".join("?" * len(hits))
        query = f'SELECT "row", quotable FROM chunk WHERE "row" IN ({marks})'
        cells = dict(self._all(query, tuple(hit.row for hit in hits)))
        return [self._with_context(replace(hit, quotable=from_cell(cells[hit.row]))) for hit in hits]

    def _with_context(self, hit: Hit) -> Hit:
        """Return the hit with the text from the earliest to the last words that its units quote."""
        starts = (span.start for one in hit.quotable for span in (*one.leads, one.span))
        ends = (span.end for one in hit.quotable for span in (one.span, *one.items, *one.tails))
        start, end = min(starts, default=hit.span.start), max(ends, default=hit.span.end)
        before = self._text_between(hit, start, hit.span.start) if start < hit.span.start else ""
        after = self._text_between(hit, hit.span.end, end) if hit.span.end < end else ""
        return replace(hit, before=before, after=after) if before or after else hit

    def _text_between(self, hit: Hit, start: int, end: int) -> str:
        """Return the text of the document at the offsets from `start` to `end`, near the passage."""
        query = (
            'SELECT start, text FROM chunk WHERE "row" BETWEEN ? AND ? AND start + length(text) > ? AND start < ? '
            'AND document = (SELECT document FROM chunk WHERE "row" = ?) ORDER BY "row"'
        )
        chunks = self._all(query, (hit.row - REACH, hit.row + REACH, start, end, hit.row))
        return "".join(text for _, text in chunks)[start - chunks[0][0] : end - chunks[0][0]]

    def rows_at(self, document_id: str, span: Span) -> list[int]:
        """Return the rows of the passages of a document that overlap `span`, in ascending order."""
        query = (
            'SELECT "row" FROM chunk, document WHERE id = ? AND "row" >= first_row AND "row" < first_row + rows '
            'AND start < ? AND start + length(text) > ? ORDER BY "row"'
        )
        return [row for (row,) in self._all(query, (document_id, span.end, span.start))]

    def placements(self) -> list[Placement]:
        """Return the place of each document, in the order of their rows."""
        labelled = "number IN (SELECT document FROM access)" if self._has("access") else "FALSE"
        rows = self._all(f"SELECT number, id, first_row, rows, {labelled} FROM document ORDER BY number")
        return [Placement(*row) for row in rows]

    def rows_of(self, document_id: str) -> range:
        """Return the rows of a document. Raises UnknownDocument."""
        first, count = self._row(document_id, "first_row, rows")
        return range(first, first + count)

    def ids(self) -> list[str]:
        """Return the ids of all documents, in the order of their rows."""
        return [name for (name,) in self._all("SELECT id FROM document ORDER BY number")]

    def sources(self) -> dict[str, str]:
        """Return the id of the document of each source, with the sources of copies."""
        query = "SELECT source, document FROM copy UNION ALL SELECT source, id FROM document"
        return dict(self._all(query))

    def values_of(self, field: str) -> list[tuple[str, str]]:
        """Return the id of each document that has a field, with each of its values."""
        query = "SELECT d.id, f.text FROM field f JOIN document d ON d.number = f.document WHERE f.name = ?"
        return self._all(f"{query} ORDER BY d.number", (field,))

    def numbers(self) -> Rows:
        """Return the numbers of all documents in the whole snapshot, in ascending order."""
        return np.array([number for (number,) in self._all("SELECT number FROM document ORDER BY number")], np.int64)

    def rows(self) -> Rows:
        """Return all rows, in ascending order."""
        return self._rows_of(Selection("TRUE"))

    def count_labelled(self) -> int:
        """Return the number of documents with labels."""
        return int(self._all("SELECT count(DISTINCT document) FROM access")[0][0])

    def encoding_keys(self) -> Iterator[tuple[int, bytes]]:
        """Yield each row number with the key of its encoding."""
        yield from self._all('SELECT "row", key FROM chunk ORDER BY "row"')

    def numbers_meeting(self, conditions: Sequence[Test], words: Sequence[str]) -> Rows:
        """Return the numbers of the documents that meet every condition, in ascending order.

        The title or the author must also contain every word. Raises InvalidFilter.
        """
        title = "(title || ' ' || coalesce(author, ''))"
        tests = [self._meets(conditions), *(self.database.containing(title, word) for word in words)]
        query = f"SELECT number FROM document WHERE {' AND '.join(one.sql for one in tests)} ORDER BY number"
        values = tuple(chain.from_iterable(one.values for one in tests))
        return np.array([number for (number,) in self._all(query, values)], np.int64)

    def column(self, name: Literal["title", "published"]) -> list[tuple[int, str | None]]:
        """Return the number of each document with its title or its date."""
        return self._all(f"SELECT number, {name} FROM document ORDER BY number")

    def rows_passing(self, conditions: Sequence[Test]) -> Rows:
        """Return the rows of the documents that meet every condition, in ascending order. Raises InvalidFilter."""
        tests = tuple(conditions)
        if all(isinstance(one, InForce) for one in tests):
            return self._rows_at_times(tests)
        return self._rows_of(self._meets(tests))

    @cachedmethod(attrgetter("_rows_in_force"), lock=attrgetter("_caching"))  # every question needs them
    def _rows_at_times(self, tests: tuple[Test, ...]) -> Rows:
        return self._rows_of(self._meets(tests))

    def _rows_of(self, meets: Selection) -> Rows:
        query = f"SELECT first_row, rows FROM document WHERE {meets.sql} ORDER BY first_row"
        ranges = self._all(query, meets.values)
        return np.concatenate(
            [np.arange(first, first + count, dtype=np.int64) for first, count in ranges] or [np.empty(0, np.int64)]
        )

    def values_among(self, field: str, conditions: Sequence[Test], most: int) -> tuple[list[str], int]:
        """Return the most frequent values of a field in the documents that meet every condition, and their number.

        Raises InvalidFilter.
        """
        meets = self._meets(conditions)
        found = self._all(
            "SELECT text FROM field WHERE name = ? AND document IN "
            f"(SELECT number FROM document WHERE {meets.sql}) GROUP BY text ORDER BY count(*) DESC, text",
            (field, *meets.values),
        )
        return [text for (text,) in found[:most]], len(found)

    @cachedmethod(attrgetter("_outside"), lock=attrgetter("_caching"))  # every question needs them several times
    def outside(self, period: Period) -> Sequence[int]:
        """Return the numbers of the documents that are in force on no day of a period."""
        return [number for number, one in self.validity.items() if not one.period.overlaps(period)]

    def _meets(self, conditions: Sequence[Test]) -> Selection:
        """Return the SQL condition on a row of the table `document` that meets every condition."""
        self._check_fields([one for one in conditions if isinstance(one, Condition)])
        tests, values = ["TRUE"], list[Cell]()
        for condition in conditions:
            if isinstance(condition, InForce):
                tests.append(_AMONG if condition.negated else f"NOT {_AMONG}")
                values.append(json.dumps(self.outside(condition.period)))
                continue
            selection = self._selection(condition)
            among = "NOT IN" if condition.negated else "IN"
            tests.append(f"number {among} (SELECT document FROM field WHERE name = ? AND {selection.sql})")
            values += [condition.field, *selection.values]
        return Selection(" AND ".join(tests), tuple(values))

    def named_fields(self, text: str, *, initials: bool) -> dict[str, tuple[str, ...]]:
        """Return the fields that have a name as a value, or a name with such initials, each with its spellings."""
        nameless = _NAMELESS | {"author"} if initials else _NAMELESS  # AI is not the author Alice Ingram
        values = ((field, self._values(field)) for field in self.fields if field not in nameless)
        wanted = key(text)
        found = ((field, one.names_with_initials(text) if initials else one.names(wanted)) for field, one in values)
        return {field: names for field, names in found if names}

    def warm_filters(self) -> None:
        """Read the values of all fields but those that name one document, and when the documents are in force.

        The first filter and the first question then do not wait. Use another connection, because other threads wait
        for this one during a query.
        """
        with closing(Reader(self.database.again())) as reader:
            self.__dict__.setdefault("validity", reader.validity)
            for field in reader.fields:
                if field not in UNIQUE and field not in self._field_values:
                    values = reader._values(field)
                    values.warm()
                    self._field_values.setdefault(field, values)

    def _selection(self, condition: Condition) -> Selection:
        """Return the SQL condition for a filter. Raises InvalidFilter if it can never match."""
        if condition.field in UNIQUE and not condition.bounds:
            return self._unique(condition)
        return self._values(condition.field).select(condition)

    def _unique(self, condition: Condition) -> Selection:
        """Select values of a field that names one document: in the exact spelling, or else in another one."""
        exact = among(map(as_text, condition.values))
        query = f"SELECT DISTINCT text FROM field WHERE name = ? AND {exact.sql}"
        found = {text for (text,) in self._all(query, (condition.field, *exact.values))}
        others = [value for value in condition.values if as_text(value) not in found]
        return among(chain(found, *map(self._values(condition.field).equal, others))) if others else exact

    def _values(self, field: str) -> FieldValues:
        """Return the distinct values of a field, which are read once."""
        if field not in self._field_values:
            texts = [text for (text,) in self._all("SELECT DISTINCT text FROM field WHERE name = ?", (field,))]
            has_text = self._all("SELECT 1 FROM field WHERE name = ? AND number IS NULL LIMIT 1", (field,))
            self._field_values[field] = FieldValues(field, texts, are_numbers=not has_text)
        return self._field_values[field]

    @cached_property
    def near_duplicates(self) -> dict[str, str]:
        """Maps the id of each document that is a near-duplicate of an earlier one to the first document like it."""
        return dict(self._all("SELECT id, near_duplicate_of FROM document WHERE near_duplicate_of IS NOT NULL"))

    @cached_property
    def languages(self) -> tuple[str, ...]:
        """The codes of the languages of the documents, in alphabetical order."""
        query = "SELECT DISTINCT text FROM field WHERE name = 'language' ORDER BY text"
        return tuple(code for (code,) in self._all(query))

    @cached_property
    def fields(self) -> tuple[str, ...]:
        """The names of the fields that a filter can use."""
        return tuple(name for (name,) in self._all("SELECT DISTINCT name FROM field ORDER BY name"))

    @cached_property
    def facets(self) -> tuple[Facet, ...]:
        """The values of each field, by field name, without `id`, `title` and `url`, which few documents share."""
        values: dict[str, list[tuple[str, int]]] = {}
        for name, *value in self._all(_VALUES, (_MAX_VALUES,)):
            values.setdefault(name, []).append((value[0], value[1]))
        return tuple(
            Facet(name, documents, distinct, least, most, tuple(values[name]))
            for name, documents, distinct, least, most in self._all(_FACETS)
        )

    def _check_fields(self, conditions: Sequence[Condition]) -> None:
        for condition in conditions:
            # An empty index has no fields, so it accepts every name.
            if self.fields and condition.field not in self.fields:
                raise InvalidFilter(
                    f"no document has the field {condition.field!r}: filter on {', '.join(self.fields)}",
                    condition.field,
                )


def original_digests(path: Path) -> set[str]:
    """Return the sha256 of every original that a database refers to. Raises CorruptSnapshot."""
    with closing(Reader.of(path)) as reader:
        return reader.original_digests()


def _stored(row: tuple[Any, ...], access: tuple[str, ...]) -> StoredDocument:
    metadata = {name: tuple(value) if isinstance(value, list) else value for name, value in _load(row[6]).items()}
    first_row, rows, near = row[11:14]
    return StoredDocument(Reference(*row[:5]), row[5], metadata, Origin(*row[7:11]), first_row, rows, near, access)


@dataclass(frozen=True, slots=True)
class _Dates:
    """What the index knows about the time of some documents, by id."""

    indexed: Mapping[str, str]
    inferred: Mapping[str, tuple[Inferred, ...]]
    validity: Mapping[str, Validity]

    def of(self, stored: StoredDocument) -> StoredDocument:
        """Return the document with its times."""
        name = stored.reference.id
        origin = replace(stored.origin, indexed=self.indexed.get(name))
        return replace(stored, origin=origin, inferred=self.inferred.get(name, ()), validity=self.validity.get(name))


def _described(row: tuple[Any, ...], facts: Mapping[str, tuple[str, ...]], inferred: bool) -> Described:
    number, name, title, url, published, language = row
    return Described(
        *(number, name, title, url, published, language),
        first=next(filter(None, map(first_day, facts.get(VALID_FROM, ()))), None),
        last=next(filter(None, map(last_day, facts.get(VALID_TO, ()))), None),
        work=next(iter(facts.get(VERSION_OF, ())), None),
        supersedes=facts.get(SUPERSEDES, ()),
        superseded_by=facts.get(SUPERSEDED_BY, ()),
        inferred=inferred,
    )


def _complete(stored: StoredDocument, copies: Sequence[Source], original: Original | None) -> StoredDocument:
    """Return the document with its copies and its original."""
    if not copies and original is None:
        return stored
    return replace(stored, origin=replace(stored.origin, copies=tuple(copies), original=original))


_pages = lru_cache(_CACHED_CELLS)(from_pages_cell)


@lru_cache(_CACHED_CELLS)
def _tuple(cell: str) -> tuple[Any, ...]:
    return tuple(_load(cell))


def _load(cell: str) -> Any:  # noqa: ANN401 - JSON can be of any type
    return json.loads(cell)
