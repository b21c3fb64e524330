"""The tables of an index in PostgreSQL, and the views of one version for one client.

A document has a number for each time that its text was written. Rows of passages, fields and so on belong to a number,
and never change. Only `entries` says in which versions a document counts: from `added` until before `ended`. If a
document gets other sources, or returns after a rollback, its number gets another entry.

The views have the names and columns of `rag.snapshots.tables`. They show the version in the setting `rag.version`, to
the client in the groups in the setting `rag.groups`: an array, or `*` for all documents.

Each table of a search has the number of the document or the segment as its natural key for distribution.
"""

from __future__ import annotations

from typing import LiteralString

FORMAT = 1
"""The version of the tables. Increase it whenever their meaning changes."""

EVERYONE = "*"
"""The setting `rag.groups` of a client who has all documents."""

TABLES: LiteralString = """
CREATE TABLE format (number int NOT NULL);
CREATE TABLE versions (
    number int PRIMARY KEY, id text COLLATE "C" NOT NULL UNIQUE, manifest text NOT NULL,
    replaced timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE serving (number int NOT NULL REFERENCES versions);
CREATE SEQUENCE next_row MINVALUE 0 START 0;
CREATE TABLE entries (
    number int NOT NULL, added int NOT NULL, ended int,
    id text COLLATE "C" NOT NULL, title text COLLATE "C" NOT NULL, url text COLLATE "C", author text COLLATE "C",
    published text COLLATE "C", language text COLLATE "C", metadata text NOT NULL, headings text NOT NULL,
    pages text NOT NULL, sha256 text NOT NULL, fingerprint text NOT NULL, source text NOT NULL,
    source_sha256 text NOT NULL, copies jsonb NOT NULL, labels text[] NOT NULL, first_row bigint NOT NULL,
    rows int NOT NULL, PRIMARY KEY (number, added)
);
CREATE INDEX ON entries (id);
CREATE TABLE facts (
    document int PRIMARY KEY, words bigint NOT NULL, pairs bigint NOT NULL, headings bigint NOT NULL,
    signature bytea NOT NULL, signs bytea NOT NULL, digest bytea NOT NULL
);
CREATE TABLE chunks (
    "row" bigint PRIMARY KEY, document int NOT NULL, start int NOT NULL, heading text NOT NULL, text text NOT NULL,
    key bytea NOT NULL, quotable text NOT NULL
);
CREATE INDEX ON chunks (document);
CREATE INDEX ON chunks USING hash (key);
CREATE TABLE vectors ("row" bigint PRIMARY KEY, document int NOT NULL, vector halfvec NOT NULL);
CREATE INDEX ON vectors (document);
CREATE TABLE tokens (
    "row" bigint PRIMARY KEY, document int NOT NULL, codes bytea STORAGE EXTERNAL NOT NULL,
    sentences bytea STORAGE EXTERNAL NOT NULL
);
CREATE INDEX ON tokens (document);
CREATE TABLE fields (
    name text COLLATE "C" NOT NULL, text text COLLATE "C" NOT NULL, number float8, document int NOT NULL
);
CREATE INDEX ON fields (name, text);
CREATE INDEX ON fields (name, number);
CREATE INDEX ON fields (document);
CREATE TABLE originals (document int PRIMARY KEY, sha256 text NOT NULL, sidecar_sha256 text, details text NOT NULL);
CREATE TABLE times (document int PRIMARY KEY, time text NOT NULL);
CREATE TABLE inferences (
    document int NOT NULL, field text COLLATE "C" NOT NULL, start int NOT NULL, stop int NOT NULL
);
CREATE INDEX ON inferences (document);
CREATE TABLE segments (number int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, bytes bigint NOT NULL);
CREATE TABLE postings (
    segment int NOT NULL REFERENCES segments, term bigint NOT NULL, rows bytea STORAGE EXTERNAL NOT NULL,
    codes bytea STORAGE EXTERNAL NOT NULL, PRIMARY KEY (term, segment)
);
CREATE INDEX ON postings (segment);
CREATE TABLE files (name text COLLATE "C" PRIMARY KEY, sha256 text NOT NULL, content bytea STORAGE EXTERNAL NOT NULL);
"""

VIEWS: LiteralString = """
CREATE VIEW document AS
    SELECT *, NULL::text AS near_duplicate_of FROM entries
    WHERE added <= current_setting('rag.version')::int
        AND (ended IS NULL OR ended > current_setting('rag.version')::int)
        AND (current_setting('rag.groups') = '*' OR labels = '{}'
            OR labels && nullif(current_setting('rag.groups'), '*')::text[]);
CREATE VIEW access AS SELECT number AS document, unnest(labels) COLLATE "C" AS label FROM document;
CREATE VIEW copy AS
    SELECT one.value->>0 AS source, one.value->>1 AS source_sha256, d.id AS document,
        d.number::bigint << 32 | one.place AS rowid
    FROM document d CROSS JOIN jsonb_array_elements(d.copies) WITH ORDINALITY AS one (value, place);
CREATE VIEW chunk AS SELECT * FROM chunks WHERE document IN (SELECT number FROM document);
CREATE VIEW field AS SELECT * FROM fields WHERE document IN (SELECT number FROM document);
CREATE VIEW original AS SELECT * FROM originals WHERE document IN (SELECT number FROM document);
CREATE VIEW indexed AS SELECT * FROM times WHERE document IN (SELECT number FROM document);
CREATE VIEW inferred AS SELECT * FROM inferences WHERE document IN (SELECT number FROM document);
"""

BY_DOCUMENT: tuple[LiteralString, ...] = (
    "facts",
    "chunks",
    "vectors",
    "tokens",
    "fields",
    "originals",
    "times",
    "inferences",
)
"""The tables whose rows belong to the number of a document, in the column `document`."""
