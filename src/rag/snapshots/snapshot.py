"""An open snapshot, with the queries that retrieval and ingestion need."""

from __future__ import annotations

import logging
import threading
import weakref
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path

import numpy as np
from cachetools import LRUCache

from rag import arrays
from rag.errors import CorruptSnapshot
from rag.index.duplicates import duplicate_groups
from rag.index.filters import Condition
from rag.index.late_interaction import TokenIndex
from rag.index.lexical import LexicalIndex
from rag.index.subset import Subset
from rag.protocols import Rows, VectorIndex, Vectors, VectorStore
from rag.snapshots.database import Reader
from rag.snapshots.manifest import TERMS_BY_LANGUAGE, read_manifest, verify
from rag.snapshots.records import Facet, StoredDocument
from rag.snapshots.retention import Pin
from rag.text.languages import DEFAULT, known
from rag.types import Document, Hit, Span

DATABASE = "documents.sqlite"
VECTORS = "vectors.faiss"
LEXICAL = "lexical"
TOKENS = "tokens"
SIGNATURES = "signatures"

_CACHED_PARTS = 32  # parts of a snapshot for different groups; each has a connection and some numbers for each row
_SAMPLE_SIZE = 1_000
_SLOW_TO_FILTER = 5_000  # documents; the first filter on a field then takes more than about 20 ms

_log = logging.getLogger(__name__)


class Snapshot:
    """An immutable index: row n is chunk n in the database, the vectors and the lexical index.

    `signatures`, shape (documents, SIGNATURE_SIZE), has the signatures of `rag.index.duplicates`, in the order of the
    documents.

    Before the files are opened, `readers` threads compare them with the manifest. If `readers` is 0, they are not
    verified.

    While this object is referenced, its snapshot is not pruned. Its files can be read even after somebody deletes the
    folder.

    `groups` are those of a client who may see only a part of the documents; None if it has all documents.
    """

    groups: frozenset[str] | None = None

    def __init__(self, folder: Path, store: VectorStore, readers: int = 1) -> None:
        self.id = folder.name
        self._pin = Pin(folder)
        self._seen_by: LRUCache[frozenset[str], Snapshot] = LRUCache(_CACHED_PARTS)
        self._restricting = threading.Lock()
        self.manifest = read_manifest(folder)
        if readers:
            verify(folder, self.manifest, readers)
        self.dense: VectorIndex = store.open(folder / VECTORS)
        self.lexical = LexicalIndex.open(folder / LEXICAL)
        self.tokens = TokenIndex.open(folder / TOKENS)
        [self.signatures] = arrays.load(folder, [SIGNATURES])
        self.reader = Reader(folder / DATABASE)
        weakref.finalize(self, self.reader.close)

    def __len__(self) -> int:
        return self.manifest.chunks

    @property
    def cache_key(self) -> tuple[str, frozenset[str] | None]:
        """The key of cached data that depends on the documents of this snapshot."""
        return self.id, self.groups

    def seen_by(self, groups: frozenset[str] | None) -> Snapshot:
        """Return the part of this snapshot that a client in `groups` may see; all of it if they are None.

        The part answers as a snapshot without the other documents would. Raises CorruptSnapshot.
        """
        if groups is None or not self.reader.labels:
            return self
        named = groups & self.reader.labels
        with self._restricting:
            if named not in self._seen_by:
                self._seen_by[named] = RestrictedSnapshot(self, named)
            return self._seen_by[named]

    def rows_passing(self, conditions: Sequence[Condition]) -> Rows | None:
        """Return the rows that meet every condition, or None if there are no conditions. Raises InvalidFilter."""
        return self.reader.rows_passing(conditions) if conditions else None

    def values_among(self, field: str, conditions: Sequence[Condition], most: int) -> tuple[list[str], int]:
        """Return at most `most` values of a field in the documents that meet every condition, and their number.

        Raises InvalidFilter.
        """
        return self.reader.values_among(field, conditions, most)

    def warm_filters(self) -> None:
        """Read the values of the fields in a thread, if there are so many documents that the first filter is slow."""
        if len(self.signatures) >= _SLOW_TO_FILTER:
            threading.Thread(target=_warm, args=(self.reader,), name="filters", daemon=True).start()

    def hits(self, rows: Sequence[int], scores: Sequence[float]) -> list[Hit]:
        """Return the passages at `rows` as hits, in that order."""
        hits = self.reader.hits(rows, scores)
        return hits if self.has_terms_by_language else [replace(hit, language=None) for hit in hits]

    def evidence(self, hits: Sequence[Hit]) -> list[Hit]:
        """Return the same hits with their quotable units and with the earlier text that contains the lead-ins."""
        return self.reader.evidence(hits)

    def rows_at(self, document_id: str, span: Span) -> list[int]:
        """Return the rows of the passages of a document that overlap `span`, in ascending order."""
        return self.reader.rows_at(document_id, span)

    def documents(self) -> list[StoredDocument]:
        """Return all documents without their texts."""
        return self.reader.documents()

    def stored_document(self, document_id: str) -> StoredDocument:
        """Return one document without its text. Raises UnknownDocument."""
        return self.reader.stored_document(document_id)

    @cached_property
    def sample(self) -> Vectors:
        """The vectors of evenly spaced rows, shape (n, dimension), to estimate the distribution of cosines."""
        return self.dense.vectors(
            np.unique(np.linspace(0, len(self) - 1, min(len(self), _SAMPLE_SIZE)).astype(np.int64))
        )

    @property
    def has_terms_by_language(self) -> bool:
        """Whether each row has the terms of its document's language. In formats before 7, all terms are English."""
        return self.manifest.format >= TERMS_BY_LANGUAGE

    @cached_property
    def languages(self) -> tuple[str, ...]:
        """The languages in which the rows have terms, English included, in alphabetical order."""
        return tuple(sorted({DEFAULT, *self.document_languages}))

    @cached_property
    def document_languages(self) -> frozenset[str]:
        """The languages that documents are analysed as; none if all terms are English."""
        return frozenset(map(known, self.reader.languages if self.has_terms_by_language else ()))

    @property
    def facets(self) -> Sequence[Facet]:
        """The values of each field of the documents, by field name."""
        return self.reader.facets

    @property
    def near_duplicates(self) -> Mapping[str, str]:
        """Maps the id of each document that is a near-duplicate of an earlier one to the first document like it."""
        return self.reader.near_duplicates

    def document(self, document_id: str) -> Document:
        """Return one document as it was parsed. Raises UnknownDocument."""
        return self.reader.document(document_id)


class RestrictedSnapshot(Snapshot):
    """The documents of a snapshot that a client in `groups` may see. Their rows are numbered from 0, without gaps.

    The database, the vectors and the lexical index are parts of those of `whole`: nothing else can be read from here.
    """

    def __init__(self, whole: Snapshot, groups: frozenset[str]) -> None:
        self.id, self.groups = whole.id, groups
        self._pin = whole._pin  # not `whole` itself, which references this object
        self.reader = Reader(whole.reader.path, groups)
        weakref.finalize(self, self.reader.close)
        numbers, rows = self.reader.numbers(), self.reader.rows()
        self._subset = subset = Subset(rows, len(whole))
        self.dense = subset.vectors(whole.dense)
        self.lexical = subset.lexical(whole.lexical)
        self.tokens = subset.tokens(whole.tokens)
        self._document_numbers, self._all_signatures = numbers, whole.signatures
        labelled = {"labelled": self.reader.count_labelled()}
        self.manifest = whole.manifest.model_copy(update={"documents": len(numbers), "chunks": len(rows), **labelled})

    def seen_by(self, groups: frozenset[str] | None) -> Snapshot:
        """Refuse, because a part has no record of the other documents."""
        raise NotImplementedError

    def rows_passing(self, conditions: Sequence[Condition]) -> Rows | None:
        """Return the rows that meet every condition, or None if there are no conditions. Raises InvalidFilter."""
        found = super().rows_passing(conditions)
        return None if found is None else self._numbered(found)

    def hits(self, rows: Sequence[int], scores: Sequence[float]) -> list[Hit]:
        """Return the passages at `rows` as hits, in that order."""
        found = super().hits(self._subset.rows[np.array(rows, np.int64)].tolist(), scores)
        return [replace(hit, row=row) for hit, row in zip(found, rows, strict=True)]

    def evidence(self, hits: Sequence[Hit]) -> list[Hit]:
        """Return the same hits with their quotable units and with the earlier text that contains the lead-ins."""
        found = super().evidence([replace(hit, row=int(self._subset.rows[hit.row])) for hit in hits])
        return [replace(hit, row=known.row) for hit, known in zip(found, hits, strict=True)]

    def rows_at(self, document_id: str, span: Span) -> list[int]:
        """Return the rows of the passages of a document that overlap `span`, in ascending order."""
        rows: list[int] = self._numbered(np.array(super().rows_at(document_id, span), np.int64)).tolist()
        return rows

    def documents(self) -> list[StoredDocument]:
        """Return all documents of this part without their texts."""
        return list(map(self._own, super().documents()))

    def stored_document(self, document_id: str) -> StoredDocument:
        """Return one document of this part without its text. Raises UnknownDocument."""
        return self._own(super().stored_document(document_id))

    @cached_property
    def near_duplicates(self) -> Mapping[str, str]:
        """As in `Snapshot`, but among the documents of this part: the first one like another may not be in it."""
        ids = self.reader.ids()
        groups = enumerate(duplicate_groups(self._all_signatures[self._document_numbers]).tolist())
        return {ids[number]: ids[first] for number, first in groups if first != number}

    def _own(self, stored: StoredDocument) -> StoredDocument:
        first = int(np.searchsorted(self._subset.rows, stored.first_row))
        near = self.near_duplicates.get(stored.reference.id)
        return replace(stored, first_row=first, near_duplicate_of=near)

    def _numbered(self, rows: Rows) -> Rows:
        """Return the numbers of rows of the whole snapshot, all of which are in this part."""
        return self._subset.numbers[rows].astype(np.int64)


def _warm(reader: Reader) -> None:
    try:
        reader.warm_filters()
    except CorruptSnapshot as error:
        _log.warning("the values of the fields are not read in advance: %s", error)
