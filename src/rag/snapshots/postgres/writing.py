"""Writes the rows of a change. All of it is one transaction, which the caller begins and ends."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, LiteralString

from psycopg import sql

from rag.index.signs import signs_of
from rag.snapshots.manifest import Manifest
from rag.snapshots.postgres.connections import Connection
from rag.snapshots.postgres.new_documents import NewDocument, NewDocuments, digest_of
from rag.snapshots.postgres.vectors import stored_vectors
from rag.snapshots.postgres.version import VersionRecord
from rag.snapshots.postgres.words import packed
from rag.snapshots.records import Origin
from rag.snapshots.tables import original_row, pages_cell
from rag.snapshots.writer import field_rows

_COLUMNS: LiteralString = (
    "id, title, url, author, published, language, metadata, headings, pages, sha256, fingerprint, source, "
    "source_sha256, copies, labels, first_row, rows"
)
# What counts now, but not in the version that is changed, and what leaves.
_END = """
UPDATE entries SET ended = %(next)s WHERE ended IS NULL AND (
    id = ANY (%(gone)s) OR NOT EXISTS (
        SELECT FROM entries AS old WHERE old.number = entries.number AND old.added <= %(base)s
            AND (old.ended IS NULL OR old.ended > %(base)s)
    )
)
"""
# What counts in the version that is changed, but was ended by a later one: it returns after a rollback.
_RETURN: LiteralString = f"""
INSERT INTO entries (number, added, {_COLUMNS})
    SELECT number, %(next)s, {_COLUMNS} FROM entries AS old
    WHERE added <= %(base)s AND ended > %(base)s AND NOT id = ANY (%(gone)s)
        AND NOT EXISTS (SELECT FROM entries AS now WHERE now.number = old.number AND now.ended IS NULL)
"""
_END_ONE = "UPDATE entries SET ended = %(next)s WHERE id = %(id)s AND ended IS NULL AND added < %(next)s"
_AGAIN: LiteralString = f"""
INSERT INTO entries (number, added, {_COLUMNS})
    SELECT number, %(next)s, {_COLUMNS} FROM entries WHERE id = %(id)s AND ended = %(next)s
"""
_SET_ORIGIN = """
UPDATE entries SET source = %(source)s, source_sha256 = %(sha256)s, copies = %(copies)s
WHERE id = %(id)s AND added = %(next)s
"""
_COUNTS = """
SELECT count(*), coalesce(sum(rows), 0)::bigint, count(*) FILTER (WHERE labels <> '{}') FROM entries WHERE ended IS NULL
"""

Numbered = Sequence[tuple[int, NewDocument]]


class ChangeWriter:
    """Writes the version `number`. `time` is that of documents whose own time is not known."""

    def __init__(self, connection: Connection, number: int, time: str) -> None:
        self._connection = connection
        self._number = number
        self._time = time

    def begin(self, base: int, gone: Collection[str]) -> None:
        """Let the documents of the version `base` count, except those with the ids `gone`; 0 has no documents."""
        versions = {"next": self._number, "base": base, "gone": [*gone]}
        self._connection.execute(_END, versions)
        self._connection.execute(_RETURN, versions)

    def add(self, new: NewDocuments) -> None:
        """Add documents, after all others."""
        if not new.documents:
            return
        first_row, first = self._reserve(new.rows), self._next_number()
        numbered = list(enumerate(new.documents, first))
        self._add_entries(numbered, first_row)
        self._add_facts(numbered, new)
        self._add_passages(numbered, new, first_row)
        self._add_details(numbered)
        self._add_postings(new, first_row)

    def set_origins(self, origins: Mapping[str, Origin]) -> None:
        """Write the origins of documents. One that stays gets another entry, because its old one never changes."""
        for name, origin in origins.items():
            known = {"next": self._number, "id": name, "source": origin.source, "sha256": origin.source_sha256}
            if self._connection.execute(_END_ONE, known).rowcount:
                self._connection.execute(_AGAIN, known)
            self._connection.execute(_SET_ORIGIN, {**known, "copies": _copies(origin)})

    def counts(self) -> tuple[int, int, int]:
        """Return the number of documents, of passages, and of documents with labels."""
        documents, passages, labelled = self._one(_COUNTS)
        return documents, passages, labelled

    def finish(self, name: str, manifest: Manifest) -> VersionRecord:
        """Record the version under its id, and return its record."""
        self._connection.execute("UPDATE versions SET replaced = now() WHERE number = %s", (self._number - 1,))
        query = "INSERT INTO versions (number, id, manifest) VALUES (%s, %s, %s)"
        self._connection.execute(query, (self._number, name, manifest.model_dump_json()))
        return VersionRecord(self._number, name, manifest)

    def _reserve(self, rows: int) -> int:
        """Return the first of some row numbers that no passage ever had."""
        first: int = self._one("SELECT nextval('next_row')")[0]
        self._connection.execute("SELECT setval('next_row', %s)", (first + rows,))
        return first

    def _next_number(self) -> int:
        number: int = self._one("SELECT coalesce(max(document) + 1, 0) FROM facts")[0]
        return number

    def _add_entries(self, numbered: Numbered, first_row: int) -> None:
        rows = []
        for number, one in numbered:
            rows.append((number, self._number, *_entry(one), first_row, len(one.passages)))
            first_row += len(one.passages)
        self._copy(f"entries (number, added, {_COLUMNS})", rows)

    def _add_facts(self, numbered: Numbered, new: NewDocuments) -> None:
        start, rows = 0, list[tuple[object, ...]]()
        for number, one in numbered:
            part = slice(start, start + len(one.passages))
            lengths = [index.lengths[part] for index in new.fields.values()]
            digest = digest_of(one.passages, new.fields["words"].lengths[part], one.signature)
            signature, signs = one.signature.astype("<u4").tobytes(), signs_of(new.vectors[part]).tobytes()
            rows.append((number, *(int(each.sum()) for each in lengths), signature, signs, digest))
            start = part.stop
        self._copy("facts (document, words, pairs, headings, signature, signs, digest)", rows)

    def _add_passages(self, numbered: Numbered, new: NewDocuments, first_row: int) -> None:
        owners = [number for number, one in numbered for _ in one.passages]
        keys = list(enumerate(owners, first_row))
        cells = (cells for _, one in numbered for cells in one.passages)
        self._copy(
            'chunks ("row", document, start, heading, text, key, quotable)',
            ((*key, *own) for key, own in zip(keys, cells, strict=True)),
        )
        self._copy(
            'vectors ("row", document, vector)',
            ((*key, vector) for key, vector in zip(keys, stored_vectors(new.vectors), strict=True)),
            types=("int8", "int4", "bytea"),
        )
        self._copy(
            'tokens ("row", document, codes, sentences)',
            ((*key, one.codes.tobytes(), one.sentences.tobytes()) for key, one in zip(keys, new.tokens, strict=True)),
        )

    def _add_details(self, numbered: Numbered) -> None:
        self._copy(
            "fields (name, text, number, document)",
            (row for number, one in numbered for row in field_rows(one.document, number)),
        )
        self._copy(
            "inferences (document, field, start, stop)",
            (
                (number, found.field, found.span.start, found.span.end)
                for number, one in numbered
                for found in one.document.inferred
            ),
        )
        self._copy("times (document, time)", ((number, one.origin.indexed or self._time) for number, one in numbered))
        self._copy(
            "originals (document, sha256, sidecar_sha256, details)",
            ((number, *original_row(one.origin.original)) for number, one in numbered if one.origin.original),
        )

    def _add_postings(self, new: NewDocuments, first_row: int) -> None:
        rows = list(packed(new.fields, first_row))
        size = sum(len(own) + len(codes) for _, own, codes in rows)
        [segment] = self._one("INSERT INTO segments (bytes) VALUES (%s) RETURNING number", size)
        self._copy("postings (segment, term, rows, codes)", ((segment, *row) for row in rows))

    def _one(self, query: LiteralString, *values: object) -> tuple[Any, ...]:
        found = self._connection.execute(query, values).fetchone()
        assert found is not None, "the query finds one row"
        return found

    def _copy(self, into: LiteralString, rows: Iterable[Sequence[object]], types: Sequence[str] | None = None) -> None:
        """Insert rows. With `types`, they are sent in the binary format, and bytes as they are."""
        binary = sql.SQL(" (FORMAT BINARY)") if types else sql.SQL("")
        with self._connection.cursor().copy(sql.SQL("COPY {} FROM STDIN").format(sql.SQL(into)) + binary) as copy:
            if types:
                copy.set_types(types)
            for row in rows:
                copy.write_row(row)


def _entry(one: NewDocument) -> Iterator[object]:
    """Yield the cells of a document from its id to its labels."""
    document, origin, reference = one.document, one.origin, one.document.reference
    yield from (reference.id, reference.title, reference.url, reference.author, reference.published)
    yield from (document.language, json.dumps(dict(document.metadata), ensure_ascii=False))
    yield json.dumps([(each.span.start, each.span.end, each.level, each.title) for each in document.headings])
    yield from (pages_cell(document), origin.sha256, origin.fingerprint, origin.source, origin.source_sha256)
    yield from (_copies(origin), [*document.access])


def _copies(origin: Origin) -> str:
    return json.dumps([(copy.name, copy.sha256) for copy in origin.copies])
