"""Writes the rows of a change. All of it is one transaction, which the caller begins and ends."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import LiteralString

import numpy as np
from psycopg import sql

from rag.index.inverted import InvertedIndex
from rag.index.lexical import NewRows
from rag.protocols import Vectors
from rag.sign_bits import sign_bits
from rag.snapshots.manifest import Manifest
from rag.snapshots.postgres.connections import Connection
from rag.snapshots.postgres.vectors import stored_vectors
from rag.snapshots.postgres.version import VersionRecord
from rag.snapshots.postgres.words import Field, fields_of, packed
from rag.snapshots.prepared import ChangeSet, PreparedDocument, PreparedDocuments
from rag.snapshots.records import Origin
from rag.snapshots.tables import original_row, pages_cell
from rag.snapshots.writer import field_rows, passage_cells
from rag.types import Document

_COLUMNS: LiteralString = (
    "id, title, url, author, published, language, metadata, headings, pages, sha256, fingerprint, source, "
    "source_sha256, copies, labels, first_row, rows"
)
# Entries of the version before that do not count in the version that is changed, and those that leave.
_END = """
UPDATE entries SET ended = %(next)s WHERE ended IS NULL AND (
    id = ANY (%(gone)s) OR NOT EXISTS (
        SELECT FROM entries AS old WHERE old.number = entries.number AND old.added <= %(base)s
            AND (old.ended IS NULL OR old.ended > %(base)s)
    )
)
"""
# Entries of the version that is changed that a later version had ended: a rollback brings them back.
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
_COUNTS = (
    "SELECT count(*), coalesce(sum(rows), 0), count(*) FILTER (WHERE labels <> '{}') FROM entries WHERE ended IS NULL"
)


class ChangeWriter:
    """Writes the version `number` from the version `base`; 0 is the one without documents."""

    def __init__(self, connection: Connection, number: int, base: int) -> None:
        self._connection = connection
        self._number = number
        self._base = base
        self._created = datetime.now(UTC).isoformat(timespec="seconds")

    def write(self, changes: ChangeSet) -> VersionRecord:
        """Write a change. Return the record of the new version."""
        versions = {"next": self._number, "base": self._base, "gone": [*changes.removed]}
        self._connection.execute(_END, versions)
        self._connection.execute(_RETURN, versions)
        self._add(changes.new)
        self._set_origins(changes)
        return self._record(changes)

    def _add(self, new: PreparedDocuments) -> None:
        if not new.documents:
            return
        rows = sum(len(one.passages) for _, _, one in new.documents)
        first_row, first = self._reserve(rows), self._next_number()
        fields = fields_of(NewRows.of(prepared.lexical for _, _, prepared in new.documents))
        vectors = np.stack([one.vector for one in new.encodings]) if new.encodings else np.empty((0, 8), np.float32)
        numbered = [(number, *one) for number, one in enumerate(new.documents, first)]
        self._add_entries(numbered, first_row)
        self._add_facts(numbered, fields, vectors)
        self._add_passages(numbered, new, vectors, first_row)
        self._add_details(numbered)
        self._add_postings(fields, first_row)

    def _reserve(self, rows: int) -> int:
        """Return the first of some row numbers that no passage ever had."""
        [first] = self._one("SELECT nextval('next_row')")
        self._connection.execute("SELECT setval('next_row', %s)", (int(str(first)) + rows,))
        return int(str(first))

    def _next_number(self) -> int:
        [number] = self._one("SELECT coalesce(max(number) + 1, 0) FROM entries")
        return int(str(number))

    def _add_entries(self, numbered: Sequence[tuple[int, Document, Origin, PreparedDocument]], first_row: int) -> None:
        rows = []
        for number, document, origin, prepared in numbered:
            rows.append((number, self._number, *_entry(document, origin), first_row, len(prepared.passages)))
            first_row += len(prepared.passages)
        self._copy(f"entries (number, added, {_COLUMNS})", rows)

    def _add_facts(
        self,
        numbered: Sequence[tuple[int, Document, Origin, PreparedDocument]],
        fields: dict[Field, InvertedIndex],
        vectors: Vectors,
    ) -> None:
        start, rows = 0, list[tuple[object, ...]]()
        for number, _, _, prepared in numbered:
            part = slice(start, start + len(prepared.passages))
            lengths = (int(index.lengths[part].sum()) for index in fields.values())
            signature = prepared.signature.astype("<u4").tobytes()
            rows.append((number, *lengths, signature, sign_bits(vectors[part]).tobytes()))
            start = part.stop
        self._copy("facts (document, words, pairs, headings, signature, signs)", rows)

    def _add_passages(
        self,
        numbered: Sequence[tuple[int, Document, Origin, PreparedDocument]],
        new: PreparedDocuments,
        vectors: Vectors,
        first_row: int,
    ) -> None:
        owners = [(number, passage) for number, *_, prepared in numbered for passage in prepared.passages]
        rows = list(enumerate(owners, first_row))
        self._copy(
            'chunks ("row", document, start, heading, text, key, quotable)',
            ((row, number, *passage_cells(passage)) for row, (number, passage) in rows),
        )
        self._copy(
            'vectors ("row", document, vector)',
            ((row, number, vector) for (row, (number, _)), vector in zip(rows, stored_vectors(vectors), strict=True)),
            types=("int8", "int4", "bytea"),
        )
        tokens = (one.tokens for one in new.encodings)
        self._copy(
            'tokens ("row", document, codes, sentences)',
            (
                (row, number, one.codes.tobytes(), one.sentences.tobytes())
                for (row, (number, _)), one in zip(rows, tokens, strict=True)
            ),
        )

    def _add_details(self, numbered: Sequence[tuple[int, Document, Origin, PreparedDocument]]) -> None:
        self._copy(
            "fields (name, text, number, document)",
            (row for number, document, *_ in numbered for row in field_rows(document, number)),
        )
        self._copy(
            "inferences (document, field, start, stop)",
            (
                (number, one.field, one.span.start, one.span.end)
                for number, document, *_ in numbered
                for one in document.inferred
            ),
        )
        self._copy("times (document, time)", ((n, origin.indexed or self._created) for n, _, origin, _ in numbered))
        self._copy(
            "originals (document, sha256, sidecar_sha256, details)",
            ((n, *original_row(origin.original)) for n, _, origin, _ in numbered if origin.original is not None),
        )

    def _add_postings(self, fields: dict[Field, InvertedIndex], first_row: int) -> None:
        rows = list(packed(fields, first_row))
        size = sum(len(own) + len(codes) for _, own, codes in rows)
        [segment] = self._one("INSERT INTO segments (bytes) VALUES (%s) RETURNING number", size)
        self._copy("postings (segment, term, rows, codes)", ((segment, *row) for row in rows))

    def _set_origins(self, changes: ChangeSet) -> None:
        """Write the origins of documents. One that stays gets another entry, because its old one never changes."""
        for name, origin in changes.origins.items():
            known = {"next": self._number, "id": name, "source": origin.source, "sha256": origin.source_sha256}
            if self._connection.execute(_END_ONE, known).rowcount:
                self._connection.execute(_AGAIN, known)
            self._connection.execute(_SET_ORIGIN, {**known, "copies": _copies(origin)})

    def _record(self, changes: ChangeSet) -> VersionRecord:
        documents, chunks, labelled = (int(str(count)) for count in self._one(_COUNTS))
        manifest = Manifest(
            created=self._created,
            parent=changes.parent,
            encoder=changes.encoder,
            encoder_digest=changes.encoder_digest,
            dimension=changes.dimension,
            chunk_tokens=changes.chunk_tokens,
            documents=documents,
            chunks=chunks,
            labelled=labelled,
            files={},
        )
        text = manifest.model_dump_json()
        name = f"{self._number:06d}-{sha256(f'{self._number} {text}'.encode()).hexdigest()[:8]}"
        self._connection.execute("UPDATE versions SET replaced = now() WHERE number = %s", (self._number - 1,))
        self._connection.execute(
            "INSERT INTO versions (number, id, manifest) VALUES (%s, %s, %s)", (self._number, name, text)
        )
        return VersionRecord(self._number, name, manifest)

    def _one(self, query: LiteralString, *values: object) -> tuple[object, ...]:
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


def _entry(document: Document, origin: Origin) -> Iterator[object]:
    """Yield the cells of a document from its id to its labels."""
    reference = document.reference
    yield from (reference.id, reference.title, reference.url, reference.author, reference.published)
    yield from (document.language, json.dumps(dict(document.metadata), ensure_ascii=False))
    yield json.dumps([(one.span.start, one.span.end, one.level, one.title) for one in document.headings])
    yield from (pages_cell(document), origin.sha256, origin.fingerprint, origin.source, origin.source_sha256)
    yield from (_copies(origin), [*document.access])


def _copies(origin: Origin) -> str:
    return json.dumps([(copy.name, copy.sha256) for copy in origin.copies])
