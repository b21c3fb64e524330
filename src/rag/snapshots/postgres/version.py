"""One version of an index in PostgreSQL."""

from __future__ import annotations

import threading
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from cachetools import LRUCache

from rag.index.duplicates import SIGNATURE_SIZE, Signatures
from rag.index.late_interaction import PassageTokens, TokenCodes
from rag.snapshots.database import Reader
from rag.snapshots.journal import PassageEncoding
from rag.snapshots.manifest import Manifest
from rag.snapshots.postgres.connections import Connections
from rag.snapshots.postgres.database import PostgresDatabase
from rag.snapshots.postgres.vectors import PostgresVectors, half_vector
from rag.snapshots.postgres.words import PackedIndex
from rag.snapshots.recent import RecentDocuments
from rag.snapshots.snapshot import NumberedSnapshot

_CACHED_PARTS = 32  # parts of a version for different groups; each has the sign bits of its rows
_PARTS = """
SELECT d.first_row, d.rows, f.words, f.pairs, f.headings, f.signs
FROM document d JOIN facts f ON f.document = d.number ORDER BY d.number
"""
_SIGNATURES = "SELECT f.signature FROM document d JOIN facts f ON f.document = d.number ORDER BY d.number"
_TOKENS = 'SELECT "row", codes, sentences FROM tokens WHERE "row" = ANY (%s)'
_KNOWN = "SELECT DISTINCT key FROM chunk WHERE key = ANY (%s)"
_ENCODINGS = """
SELECT DISTINCT ON (c.key) c.key, v.vector, t.codes, t.sentences
FROM chunk c JOIN vectors v ON v."row" = c."row" JOIN tokens t ON t."row" = c."row"
WHERE c.key = ANY (%s) ORDER BY c.key, c."row"
"""


@dataclass(frozen=True, slots=True)
class VersionRecord:
    """The number, the id and the manifest of a version, as they are stored."""

    number: int
    id: str
    manifest: Manifest


class PostgresVersion(NumberedSnapshot):
    """Implements `Index`. This process has the row numbers and the sign bits; the database has everything else.

    Nothing in the database that belongs to this version ever changes, so it may be asked at any time.
    """

    def __init__(self, connections: Connections, record: VersionRecord, groups: frozenset[str] | None = None) -> None:
        self.id, self.number, self.groups = record.id, record.number, groups
        self._source = None
        self._recent = RecentDocuments()
        self._connections, self._record = connections, record
        self._parts: LRUCache[frozenset[str], PostgresVersion] = LRUCache(_CACHED_PARTS)
        self._restricting = threading.Lock()
        self.reader = Reader(PostgresDatabase(connections, record.number, groups))
        self._load(record.manifest)

    def _load(self, manifest: Manifest) -> None:
        with self._connections.showing(self.number, self.groups) as connection:
            found = connection.execute(_PARTS, binary=True).fetchall()
        ranges = [np.arange(first, first + rows, dtype=np.int64) for first, rows, *_ in found]
        self.database_rows = np.concatenate([np.empty(0, np.int64), *ranges]).astype(np.int64)
        totals = [sum(row[place] for row in found) for place in (2, 3, 4)]
        width = -(-manifest.dimension // 8)
        signs = np.frombuffer(b"".join(bytes(row[5]) for row in found), np.uint8).reshape(-1, width)
        self.dense = PostgresVectors(self._connections, self.database_rows, signs, manifest.dimension)
        self.lexical = PackedIndex.of(self._connections, self.database_rows, totals)
        changed = {"documents": len(found), "chunks": len(self.database_rows)}
        if self.groups is not None:
            changed["labelled"] = self.reader.count_labelled()
        self.manifest = manifest.model_copy(update=changed)

    def seen_by(self, groups: frozenset[str] | None) -> PostgresVersion:
        """Return the part of this version that a client in `groups` may see; all of it if they are None."""
        if groups is None or not self.reader.labels:
            return self
        named = groups & self.reader.labels
        with self._restricting:
            if named not in self._parts:
                self._parts[named] = PostgresVersion(self._connections, self._record, named)
            return self._parts[named]

    def tokens(self, rows: Sequence[int]) -> PassageTokens:
        """Return the compressed tokens of passages, one passage after the other."""
        stored = self.database_rows[np.array(rows, np.int64)].tolist()
        with self._connections.connected() as connection:
            found = {row: cells for row, *cells in connection.execute(_TOKENS, (stored,), binary=True)}
        parts = [_tokens(*found[row]) for row in stored]
        width = -(-self.manifest.dimension // 8)
        return PassageTokens(
            np.concatenate([np.empty((0, width), np.uint8), *(one.codes for one in parts)]),
            np.concatenate([np.empty(0, np.uint8), *(one.sentences for one in parts)]),
            np.array([len(one.sentences) for one in parts], np.int64),
        )

    def encodings(self) -> StoredEncodings:  # type: ignore[override]
        """Return the encodings of all passages, by the keys of their texts."""
        return StoredEncodings(self._connections, self.number)

    def warm_filters(self) -> None:
        """Do nothing, because the database reads the values of a field in milliseconds."""

    def _own_signatures(self) -> Signatures:
        with self._connections.showing(self.number, self.groups) as connection:
            found = connection.execute(_SIGNATURES, binary=True).fetchall()
        return np.frombuffer(b"".join(bytes(one) for (one,) in found), "<u4").reshape(-1, SIGNATURE_SIZE)


@dataclass(frozen=True, slots=True)
class StoredEncodings:
    """Implements `Encodings` for one version."""

    connections: Connections
    version: int

    def known(self, keys: Collection[bytes]) -> set[bytes]:
        """Return those of `keys` that have an encoding."""
        with self.connections.showing(self.version, None) as connection:
            return {bytes(key) for (key,) in connection.execute(_KNOWN, ([*keys],), binary=True)}

    def get(self, keys: Sequence[bytes]) -> dict[bytes, PassageEncoding]:
        """Return the encodings of known keys."""
        with self.connections.showing(self.version, None) as connection:
            found = connection.execute(_ENCODINGS, ([*keys],), binary=True).fetchall()
        return {
            bytes(key): PassageEncoding(half_vector(bytes(vector)), _tokens(codes, sentences))
            for key, vector, codes, sentences in found
        }


def _tokens(codes: bytes, sentences: bytes) -> TokenCodes:
    numbers = np.frombuffer(sentences, np.uint8)
    return TokenCodes(np.frombuffer(codes, np.uint8).reshape(len(numbers), -1), numbers)
