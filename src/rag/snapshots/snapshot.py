"""An open snapshot, with the queries that retrieval and ingestion need."""

from __future__ import annotations

import logging
import os
import threading
import weakref
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path

import numpy as np

from rag import arrays
from rag.errors import CorruptSnapshot
from rag.index.filters import Condition
from rag.index.late_interaction import TokenIndex
from rag.index.lexical import LexicalIndex
from rag.protocols import Rows, VectorIndex, Vectors, VectorStore
from rag.snapshots.database import Reader
from rag.snapshots.manifest import TERMS_BY_LANGUAGE, read_manifest, verify
from rag.snapshots.records import Facet, StoredDocument
from rag.snapshots.retention import pin
from rag.text.languages import DEFAULT, known
from rag.types import Document, Hit, Span

DATABASE = "documents.sqlite"
VECTORS = "vectors.faiss"
LEXICAL = "lexical"
TOKENS = "tokens"
SIGNATURES = "signatures"

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
    """

    def __init__(self, folder: Path, store: VectorStore, readers: int = 1) -> None:
        self.id = folder.name
        weakref.finalize(self, os.close, pin(folder))
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


def _warm(reader: Reader) -> None:
    try:
        reader.warm_filters()
    except CorruptSnapshot as error:
        _log.warning("the values of the fields are not read in advance: %s", error)
