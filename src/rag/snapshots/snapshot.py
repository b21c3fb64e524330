"""An open snapshot, with the queries that retrieval and ingestion need."""

from __future__ import annotations

import logging
import threading
import weakref
from collections.abc import Collection, Mapping, Sequence
from copy import copy
from dataclasses import replace
from functools import cached_property, reduce
from pathlib import Path

import numpy as np
from cachetools import LRUCache

from rag import arrays
from rag.errors import CorruptSnapshot
from rag.index.duplicates import Signatures, duplicate_groups
from rag.index.filters import Condition, InForce, Test
from rag.index.late_interaction import PassageTokens, TokenIndex
from rag.index.lexical import LexicalIndex
from rag.index.search import Analyses, Candidates, Searcher, best_rows, untimed
from rag.index.subset import Subset
from rag.index.validity import Validity
from rag.protocols import Rows, Scores, VectorIndex, Vectors, VectorStore
from rag.snapshots.database import Reader
from rag.snapshots.document_list import DocumentList, DocumentLists, ListRequest
from rag.snapshots.journal import PassageEncoding
from rag.snapshots.manifest import TERMS_BY_LANGUAGE, read_manifest, verify
from rag.snapshots.recent import RecentDocuments
from rag.snapshots.records import Facet, StoredDocument
from rag.snapshots.retention import Pin
from rag.text.languages import DEFAULT, known
from rag.text.provisions import CrossReference, Outline, find_references, pinpoint
from rag.types import Document, Hit, Lap, Period, Span, Stage

DATABASE = "documents.sqlite"
VECTORS = "vectors.faiss"
LEXICAL = "lexical"
TOKENS = "tokens"
SIGNATURES = "signatures"

_CACHED_PARTS = 32  # parts of a snapshot for different groups; each has a connection and some numbers for each row
_SAMPLE_SIZE = 1_000  # evenly spaced rows, to estimate the distribution of cosines
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
    _always: tuple[Test, ...] = ()

    def __init__(self, folder: Path, store: VectorStore, readers: int = 1) -> None:
        self.id = folder.name
        self._source: Snapshot | None = None
        self._recent = RecentDocuments()
        self._pin = Pin(folder)
        self._seen_by: LRUCache[frozenset[str], Snapshot] = LRUCache(_CACHED_PARTS)
        self._restricting = threading.Lock()
        self.manifest = read_manifest(folder)
        if readers:
            verify(folder, self.manifest, readers)
        self.dense: VectorIndex = store.open(folder / VECTORS)
        self.lexical = LexicalIndex.open(folder / LEXICAL)
        self.token_index = TokenIndex.open(folder / TOKENS)
        [self.signatures] = arrays.load(folder, [SIGNATURES])
        self.database = folder / DATABASE
        self.reader = Reader.of(self.database)
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

    @property
    def has_validity(self) -> bool:
        """Whether something says of any document when it is in force."""
        return bool(self.reader.validity)

    def outside(self, period: Period) -> int:
        """Return the number of documents that are in force on no day of a period."""
        return len(self.reader.outside(period))

    def in_force(self, period: Period) -> Snapshot:
        """Return this snapshot without the rows of documents that are in force on no day of a period.

        Nothing else is left out, so that a passage has the same score at any time. It is this snapshot itself if all
        documents are in force then.
        """
        return self._only(InForce(period)) if self.outside(period) else self

    def not_in_force(self, period: Period) -> Snapshot:
        """Return this snapshot with only the rows of documents that are in force on no day of a period."""
        return self._only(InForce(period, negated=True))

    def among(self, document_ids: Sequence[str]) -> Snapshot:
        """Return this snapshot with only the rows of some documents."""
        return self._only(Condition("id", tuple(document_ids)))

    def _only(self, test: Test) -> Snapshot:
        part = copy(self)
        part._always = (*self._always, test)
        part._source = self  # whose reader is closed with it
        return part

    @property
    def validities(self) -> Mapping[str, Validity]:
        """When each document is in force of which something says so, by document id."""
        return self.reader.validity_by_id

    def rows_passing(self, conditions: Sequence[Test]) -> Rows | None:
        """Return the rows that meet every condition, or None if there are no conditions. Raises InvalidFilter."""
        tests = (*self._always, *conditions)
        return self.reader.rows_passing(tests) if tests else None

    def documents_meeting(self, conditions: Sequence[Test]) -> list[StoredDocument]:
        """Return the documents that meet every condition, without their texts. Raises InvalidFilter."""
        tests = (*self._always, *conditions)
        return self._documents(self.reader.numbers_meeting(tests, ()).tolist() if tests else None)

    def count_meeting(self, conditions: Sequence[Test]) -> int:
        """Return the number of documents that meet every condition. Raises InvalidFilter."""
        tests = (*self._always, *conditions)
        return len(self.reader.numbers_meeting(tests, ())) if tests else self.manifest.documents

    def candidates(
        self, vector: Vectors, terms: Analyses, conditions: Sequence[Test], most: int, lap: Lap = untimed
    ) -> Candidates:
        """Return at most `most` passages by vector and `most` by words that meet every condition.

        `lap` is called after each stage. Raises InvalidFilter.
        """
        passing = self.rows_passing(conditions)
        if passing is not None:
            lap(Stage.FILTER)
        return self._searcher.candidates(vector, terms, passing, most, lap)

    def matching(self, terms: Analyses, conditions: Sequence[Test], most: int) -> tuple[Rows, Scores]:
        """Return the rows with the best positive scores by words, and these scores, best first.

        Raises InvalidFilter.
        """
        scores = self.lexical.scores(*terms)
        rows = best_rows(scores, self.rows_passing(conditions), most)
        return rows, scores[rows]

    @cached_property
    def _searcher(self) -> Searcher:
        if self._source is not None:
            return self._source._searcher
        places = np.unique(np.linspace(0, len(self) - 1, min(len(self), _SAMPLE_SIZE)).astype(np.int64))
        return Searcher(self.dense, self.lexical, self.dense.vectors(places))

    def cosines(self, vector: Vectors, rows: Sequence[int]) -> Scores:
        """Return the inner product of one vector with the vector of each row."""
        return self.dense.scores(vector, np.array(rows, np.int64))

    def tokens(self, rows: Sequence[int]) -> PassageTokens:
        """Return the compressed tokens of passages, one passage after the other."""
        return self.token_index.at(np.array(rows, np.int64))

    def idf(self, term: str) -> float:
        """Return the inverse document frequency of a term. It is highest for a term that no passage has."""
        return self.lexical.idf(term)

    def frequency(self, term: str) -> int:
        """Return the number of passages that have a term in their text, title or headings."""
        return self.lexical.frequency(term)

    def frequencies(self, terms: Sequence[str]) -> list[int]:
        """Return the number of passages that have each term."""
        return self.lexical.frequencies(terms)

    def rows_with(self, terms: Sequence[str], most: int, document_id: str | None = None) -> list[int]:
        """Return the first rows, at most `most`, that have all of some terms; or only rows of one document."""
        found = reduce(np.intersect1d, map(self.lexical.words.rows_with, terms))
        if document_id is not None:
            rows = self._rows_of(document_id)
            first, last = np.searchsorted(found, (rows.start, rows.stop))
            found = found[first:last]
        rows_found: list[int] = found[:most].tolist()
        return rows_found

    def values_among(self, field: str, conditions: Sequence[Test], most: int) -> tuple[list[str], int]:
        """Return at most `most` values of a field in the documents that meet every condition, and their number.

        Raises InvalidFilter.
        """
        return self.reader.values_among(field, (*self._always, *conditions), most)

    def named_fields(self, text: str, *, initials: bool = False) -> Mapping[str, tuple[str, ...]]:
        """Return the fields of documents that have a name as a value, each with the spellings of that value.

        With `initials`, `text` has the first letters of its words: `UK`.
        """
        return self.reader.named_fields(text, initials=initials)

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

    def around(self, hit: Hit, before: int, after: int) -> list[Hit]:
        """Return a passage with at most `before` and `after` neighbours in its document, all with its score."""
        own = self._rows_of(hit.reference.id)
        rows = range(max(own.start, hit.row - before), min(own.stop, hit.row + after + 1))
        return self.hits(rows, [hit.score] * len(rows))

    def _rows_of(self, document_id: str) -> range:
        """Return the rows of a document. Raises UnknownDocument."""
        return self.reader.rows_of(document_id)

    def documents(self) -> list[StoredDocument]:
        """Return all documents without their texts."""
        return self._documents(None)

    def _documents(self, numbers: Sequence[int] | None) -> list[StoredDocument]:
        return self.reader.documents(numbers)

    def listed(self, request: ListRequest) -> DocumentList:
        """Return a part of the list of documents. Raises InvalidFilter."""
        return self._lists.part(request)

    @cached_property
    def _lists(self) -> DocumentLists:
        return DocumentLists(self.reader)

    def passages(self, document_id: str, offset: int, limit: int) -> tuple[StoredDocument, list[Hit]]:
        """Return a document, and at most `limit` of its passages after the first `offset`, in the order of its text.

        Their scores are 0. Raises UnknownDocument.
        """
        stored = self.stored_document(document_id)
        rows = range(stored.first_row, stored.first_row + stored.rows)[offset : offset + limit]
        return stored, self.hits(rows, [0.0] * len(rows))

    def stored_document(self, document_id: str) -> StoredDocument:
        """Return one document without its text. Raises UnknownDocument."""
        return self.reader.stored_document(document_id)

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

    def encodings(self) -> RowEncodings:
        """Return the encodings of all passages, by the keys of their texts."""
        return RowEncodings(self)

    def document(self, document_id: str) -> Document:
        """Return one document as it was parsed. Raises UnknownDocument."""
        return self._recent.document(document_id, self.reader.document)

    def outline(self, document_id: str) -> Outline:
        """Return the provisions of a document, such as its articles. Raises UnknownDocument."""
        return self._recent.outline(self.document(document_id))

    def pinpoint(self, document_id: str, span: Span) -> str | None:
        """Return the provision that has a span of a document, such as `Art. 5(1)(a)`; None if that is not certain.

        Raises UnknownDocument.
        """
        document = self.document(document_id)
        return pinpoint(self._recent.outline(document), document.text, span, document.language)

    def references(self, document_id: str, part: Span | None = None) -> list[CrossReference]:
        """Return the references in a document, or in a part of it, to its own provisions. Raises UnknownDocument."""
        document = self.document(document_id)
        return find_references(self._recent.outline(document), document.text, part)


class RowEncodings:
    """The encodings of the passages of a snapshot. The keys of all rows are in memory."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._rows = {key: row for row, key in snapshot.reader.encoding_keys()}

    def known(self, keys: Collection[bytes]) -> set[bytes]:
        """Return those of `keys` that have an encoding."""
        return {key for key in keys if key in self._rows}

    def get(self, keys: Sequence[bytes]) -> dict[bytes, PassageEncoding]:
        """Return the encodings of known keys."""
        rows = [self._rows[key] for key in keys]
        if not rows:
            return {}
        vectors = self._snapshot.dense.vectors(np.array(rows, np.int64))
        tokens = map(self._snapshot.token_index.passage, rows)
        return dict(zip(keys, map(PassageEncoding, vectors, tokens), strict=True))


class NumberedSnapshot(Snapshot):
    """A snapshot whose rows are numbered from 0 without gaps, although the database gives them other numbers.

    `database_rows` has the number in the database of each row, in ascending order. Subclasses set the attributes.
    """

    database_rows: Rows

    def rows_passing(self, conditions: Sequence[Test]) -> Rows | None:
        """Return the rows that meet every condition, or None if there are no conditions. Raises InvalidFilter."""
        found = super().rows_passing(conditions)
        return None if found is None else self._numbered(found)

    def hits(self, rows: Sequence[int], scores: Sequence[float]) -> list[Hit]:
        """Return the passages at `rows` as hits, in that order."""
        found = super().hits(self.database_rows[np.array(rows, np.int64)].tolist(), scores)
        return [replace(hit, row=row) for hit, row in zip(found, rows, strict=True)]

    def evidence(self, hits: Sequence[Hit]) -> list[Hit]:
        """Return the same hits with their quotable units and with the earlier text that contains the lead-ins."""
        found = super().evidence([replace(hit, row=int(self.database_rows[hit.row])) for hit in hits])
        return [replace(hit, row=known.row) for hit, known in zip(found, hits, strict=True)]

    def rows_at(self, document_id: str, span: Span) -> list[int]:
        """Return the rows of the passages of a document that overlap `span`, in ascending order."""
        rows: list[int] = self._numbered(np.array(super().rows_at(document_id, span), np.int64)).tolist()
        return rows

    def listed(self, request: ListRequest) -> DocumentList:
        """Return a part of the list of documents. Raises InvalidFilter."""
        found = super().listed(request)
        return replace(found, documents=tuple(map(self._own, found.documents)))

    def stored_document(self, document_id: str) -> StoredDocument:
        """Return one document without its text. Raises UnknownDocument."""
        return self._own(super().stored_document(document_id))

    @cached_property
    def near_duplicates(self) -> Mapping[str, str]:
        """As in `Snapshot`, but among the documents of this one: the first one like another may not be in it."""
        ids = self.reader.ids()
        groups = enumerate(duplicate_groups(self._own_signatures()).tolist())
        return {ids[number]: ids[first] for number, first in groups if first != number}

    def _own_signatures(self) -> Signatures:
        """Return the signatures of the documents of this snapshot, in their order."""
        raise NotImplementedError

    def _rows_of(self, document_id: str) -> range:
        rows = super()._rows_of(document_id)
        first = self._number_of(rows.start)
        return range(first, first + len(rows))

    def _documents(self, numbers: Sequence[int] | None) -> list[StoredDocument]:
        return list(map(self._own, super()._documents(numbers)))

    def _own(self, stored: StoredDocument) -> StoredDocument:
        near = self.near_duplicates.get(stored.reference.id)
        return replace(stored, first_row=self._number_of(stored.first_row), near_duplicate_of=near)

    def _number_of(self, row: int) -> int:
        return int(np.searchsorted(self.database_rows, row))

    def _numbered(self, rows: Rows) -> Rows:
        """Return the numbers of rows of the database, all of which are in this snapshot."""
        return np.searchsorted(self.database_rows, rows).astype(np.int64)


class RestrictedSnapshot(NumberedSnapshot):
    """The documents of a snapshot that a client in `groups` may see. Their rows are numbered from 0, without gaps.

    The database, the vectors and the lexical index are parts of those of `whole`: nothing else can be read from here.
    """

    def __init__(self, whole: Snapshot, groups: frozenset[str]) -> None:
        self.id, self.groups = whole.id, groups
        self._source = None
        self._recent = RecentDocuments()
        self._pin = whole._pin  # not `whole` itself, which references this object
        self.database = whole.database
        self.reader = Reader.of(whole.database, groups)
        weakref.finalize(self, self.reader.close)
        self.database_rows = self.reader.rows()
        self._subset = subset = Subset(self.database_rows, len(whole))
        self.dense = subset.vectors(whole.dense)
        self.lexical = subset.lexical(whole.lexical)
        self.token_index = subset.tokens(whole.token_index)
        self._document_numbers, self.signatures = self.reader.numbers(), whole.signatures
        self.manifest = whole.manifest.model_copy(
            update={
                "documents": len(self._document_numbers),
                "chunks": len(self.database_rows),
                "labelled": self.reader.count_labelled(),
            }
        )

    def seen_by(self, groups: frozenset[str] | None) -> Snapshot:
        """Refuse, because a part has no record of the other documents."""
        raise NotImplementedError

    def _own_signatures(self) -> Signatures:
        return self.signatures[self._document_numbers]

    def _numbered(self, rows: Rows) -> Rows:
        return self._subset.numbers[rows].astype(np.int64)


def _warm(reader: Reader) -> None:
    try:
        reader.warm_filters()
    except CorruptSnapshot as error:
        _log.warning("the values of the fields are not read in advance: %s", error)
