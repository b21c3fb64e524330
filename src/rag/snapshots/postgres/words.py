"""Scores rows by words, from packed postings: one value in the database has the postings of a term in one segment.

The scores are those of a local index, because the postings have the same codes. A posting never changes, so those of
the last terms are kept.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

import numpy as np
from cachetools import LRUCache
from numpy.typing import NDArray

from rag.index.inverted import Bm25, InvertedIndex, term_key
from rag.index.lexical import LexicalIndex, NewRows, pairs_of
from rag.protocols import Rows, Scores
from rag.snapshots.postgres.connections import Connections

Field: TypeAlias = Literal["words", "pairs", "headings"]
FIELDS: tuple[Field, ...] = ("words", "pairs", "headings")

Postings: TypeAlias = tuple[NDArray[np.int32], NDArray[np.uint16]]

_KEPT = 64 << 20  # bytes of postings in memory
_NONE: Postings = (np.empty(0, np.int32), np.empty(0, np.uint16))
_QUERY = "SELECT term, rows, codes FROM postings WHERE term = ANY (%s)"


def keys(name: Field, terms: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Return the keys of terms in one field. The fields have different ones, because they share a table."""
    return (terms ^ np.uint64(term_key(f"field {name}"))).view(np.int64)


def _key(name: Field, term: str) -> int:
    return int(keys(name, np.array([term_key(term)], np.uint64))[0])


class PostingsCache:
    """The postings of the last terms in one version, numbered as its rows. Safe to share between threads.

    `database_rows` are the rows of the version in the database, in ascending order. Postings of other rows belong to
    other versions or other clients, and are left out.
    """

    def __init__(self, connections: Connections, database_rows: Rows) -> None:
        self._connections = connections
        self._rows = database_rows
        self._kept: LRUCache[int, Postings] = LRUCache(_KEPT, getsizeof=lambda one: 64 + 6 * len(one[0]))
        self._lock = threading.Lock()

    def of(self, name: Field, term: str) -> Postings:
        """Return the postings of a term in one field."""
        return self.load([(name, term)])[0]

    def load(self, wanted: Sequence[tuple[Field, str]]) -> list[Postings]:
        """Return the postings of several terms. One query reads all that are not in memory."""
        wanted_keys = [_key(name, term) for name, term in wanted]
        with self._lock:
            found = {key: self._kept[key] for key in wanted_keys if key in self._kept}
        if missing := list({key for key in wanted_keys if key not in found}):
            found |= self._read(missing)
            with self._lock:
                for key in missing:
                    if 64 + 6 * len(found[key][0]) <= _KEPT:
                        self._kept[key] = found[key]
        return [found[key] for key in wanted_keys]

    def _read(self, missing: list[int]) -> dict[int, Postings]:
        parts: dict[int, list[tuple[bytes, bytes]]] = {key: [] for key in missing}
        with self._connections.connected() as connection:
            for term, rows, codes in connection.execute(_QUERY, (missing,), binary=True):
                parts[term].append((bytes(rows), bytes(codes)))
        return {key: self._numbered(own) if own else _NONE for key, own in parts.items()}

    def _numbered(self, parts: Sequence[tuple[bytes, bytes]]) -> Postings:
        """Return the postings in all segments, of the rows of this version only."""
        rows = np.concatenate([np.frombuffer(one, "<i4") for one, _ in parts])
        codes = np.concatenate([np.frombuffer(one, "<u2") for _, one in parts])
        places = np.searchsorted(self._rows, rows)
        inside = np.flatnonzero(places < len(self._rows))
        inside = inside[self._rows[places[inside]] == rows[inside]]
        order = inside[np.argsort(places[inside], kind="stable")]
        return places[order].astype(np.int32), codes[order].astype(np.uint16)


@dataclass(frozen=True)
class PackedField(Bm25):
    """One of the fields of an index of `rows` rows. `terms` is the number of terms of all rows together."""

    cache: PostingsCache
    name: Field
    rows: int
    terms: int

    def __len__(self) -> int:
        return self.rows

    def mean_length(self) -> float:
        """Return the mean number of terms of a row; 0 without rows."""
        return self.terms / max(self.rows, 1)

    def postings(self, term: str) -> Postings:
        """Return the rows that have a term, in ascending order, and the codes of these postings."""
        return self.cache.of(self.name, term)

    def frequency(self, term: str) -> int:
        """Return the number of rows that have a term."""
        return len(self.postings(term)[0])

    def frequencies(self, terms: Sequence[str]) -> list[int]:
        """Return the frequency of each term, with one query."""
        return [len(rows) for rows, _ in self.cache.load([(self.name, term) for term in terms])]


@dataclass(frozen=True, slots=True)
class PackedIndex(LexicalIndex):
    """The three fields of a version. One query reads the postings of a question."""

    cache: PostingsCache = field(kw_only=True)

    @classmethod
    def of(cls, connections: Connections, database_rows: Rows, terms: Sequence[int]) -> PackedIndex:
        """Return the index of some rows. `terms` has the number of terms in each field."""
        cache = PostingsCache(connections, database_rows)
        fields = zip(FIELDS, terms, strict=True)
        return cls(*(PackedField(cache, name, len(database_rows), count) for name, count in fields), cache=cache)

    def scores(self, *analyses: Sequence[str]) -> Scores:
        """Return the score of every row, shape (N,), for the terms of a question in their order."""
        words = {term for terms in analyses for term in terms}
        pairs = {pair for terms in analyses for pair in pairs_of(terms)}
        single: list[tuple[Field, str]] = [(name, term) for name in FIELDS if name != "pairs" for term in words]
        self.cache.load([*single, *(("pairs", pair) for pair in pairs)])
        return LexicalIndex.scores(self, *analyses)


def fields_of(rows: NewRows) -> dict[Field, InvertedIndex]:
    """Return the inverted index of each field of new rows."""
    return {name: getattr(rows, name).index() for name in FIELDS}


def packed(fields: Mapping[Field, InvertedIndex], first_row: int) -> Iterator[tuple[int, bytes, bytes]]:
    """Yield each term in each field with its rows and codes as they are stored. Row 0 becomes `first_row`."""
    for name, index in fields.items():
        rows, codes = (index.rows + np.int32(first_row)).astype("<i4"), index.codes.astype("<u2")
        for term, start, end in zip(keys(name, index.terms).tolist(), *_bounds(index), strict=True):
            if start < end:  # an index of a part of the rows keeps the terms of all
                yield term, rows[start:end].tobytes(), codes[start:end].tobytes()


def _bounds(index: InvertedIndex) -> Iterable[list[int]]:
    return index.offsets[:-1].tolist(), index.offsets[1:].tolist()
