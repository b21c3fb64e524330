"""The protocol of an index: all that a request may ask of one version, and how the next version is built.

`Snapshot` and `SnapshotStore` implement it with files on one machine, and `rag.snapshots.postgres` with a database.
Nothing above this room knows which one answers.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from rag.index.filters import Test
from rag.index.late_interaction import PassageTokens
from rag.index.search import Analyses, Candidates, untimed
from rag.index.validity import Validity
from rag.protocols import Rows, Scores, Vectors
from rag.snapshots.document_list import DocumentList, ListRequest
from rag.snapshots.journal import PassageEncoding
from rag.snapshots.manifest import Manifest
from rag.snapshots.prepared import ChangeSet
from rag.snapshots.records import Facet, StoredDocument
from rag.text.provisions import CrossReference, Outline
from rag.types import Document, Hit, Lap, Period, Span


class Encodings(Protocol):
    """The encodings of the passages of an index, by the keys of their texts. A change reuses them."""

    def known(self, keys: Collection[bytes]) -> set[bytes]:
        """Return those of `keys` that have an encoding."""
        ...

    def get(self, keys: Sequence[bytes]) -> dict[bytes, PassageEncoding]:
        """Return the encodings of keys that are known."""
        ...


class Index(Protocol):
    """One immutable version of an index. All calls are safe from several threads, and see this version only.

    **Rows.** A row is the key of a passage, an integer that fits into 64 bits. The passages of a document have the rows
    first_row, first_row + 1, ... in the order of its text. So `(document id, row - first_row)` identifies a passage in
    every version, unless its document changed. Other gaps between rows are allowed. Documents are ordered by first_row,
    in the order in which they were last written.

    **Views.** A method such as `seen_by` or `in_force` returns a view of the same version. Conditions and the test of a
    view are decided where passages are found, before any of them is scored, counted or suggested.

    Methods raise CorruptSnapshot if data is damaged, and IndexUnavailable if a server does not answer.
    """

    @property
    def id(self) -> str:
        """The id of this version."""
        ...

    @property
    def manifest(self) -> Manifest:
        """The facts of this version: its encoder, its format, and its numbers of documents and passages."""
        ...

    @property
    def groups(self) -> frozenset[str] | None:
        """The groups of the client that sees this view; None if it has all documents."""
        ...

    @property
    def cache_key(self) -> tuple[str, frozenset[str] | None]:
        """The key of cached data that depends on the documents of this view."""
        ...

    def __len__(self) -> int:
        """Return the number of passages that the client may see."""
        ...

    # Views

    def seen_by(self, groups: frozenset[str] | None) -> Index:
        """Return the view of a client in `groups`; this view if they are None.

        It answers as an index without the other documents would: also frequencies, idf and populations are those of the
        documents that the client may see.
        """
        ...

    def in_force(self, period: Period) -> Index:
        """Return the view without the documents that are in force on no day of a period.

        Only candidates, counts and lists change. Scores, frequencies and populations stay, so that a passage has the
        same score at any time.
        """
        ...

    def not_in_force(self, period: Period) -> Index:
        """Return the view with only the documents that are in force on no day of a period. Scores stay."""
        ...

    def among(self, document_ids: Sequence[str]) -> Index:
        """Return the view with only some documents. Scores stay."""
        ...

    # Search

    def candidates(
        self, vector: Vectors, terms: Analyses, conditions: Sequence[Test], most: int, lap: Lap = untimed
    ) -> Candidates:
        """Return at most `most` passages by vector and `most` by words that meet every condition.

        `vector` has the shape (1, dimension). A passage without a term of the question is no candidate by words. Call
        `lap` after the stages FILTER, LEXICAL and DENSE, as far as they can be told apart. Raises InvalidFilter.
        """
        ...

    def matching(self, terms: Analyses, conditions: Sequence[Test], most: int) -> tuple[Rows, Scores]:
        """Return at most `most` rows with the best positive scores by words, and these scores, best first.

        Rows with equal scores are ascending. Raises InvalidFilter.
        """
        ...

    def cosines(self, vector: Vectors, rows: Sequence[int]) -> Scores:
        """Return the inner product of a vector of shape (1, dimension) with the vector of each row, shape (n,)."""
        ...

    def tokens(self, rows: Sequence[int]) -> PassageTokens:
        """Return the compressed tokens of passages, one passage after the other."""
        ...

    # Terms

    def idf(self, term: str) -> float:
        """Return the inverse document frequency of a term: ln(1 + (N - n + .5) / (n + .5)), of N passages.

        It is called some twenty times for each term of a question, so keep the last frequencies.
        """
        ...

    def frequency(self, term: str) -> int:
        """Return the number of passages that have a term in their text, title or headings."""
        ...

    def frequencies(self, terms: Sequence[str]) -> list[int]:
        """Return the frequency of each term, in one call, because a misspelt word has thousands of corrections."""
        ...

    def rows_with(self, terms: Sequence[str], most: int, document_id: str | None = None) -> list[int]:
        """Return the first rows that have all of some terms, ascending, at most `most`.

        If `document_id` is given, return only rows of this document.
        """
        ...

    # Passages

    def hits(self, rows: Sequence[int], scores: Sequence[float]) -> list[Hit]:
        """Return the passages at `rows` as hits, in that order."""
        ...

    def evidence(self, hits: Sequence[Hit]) -> list[Hit]:
        """Return the same hits with their quotable units and with the text around them that these units quote."""
        ...

    def rows_at(self, document_id: str, span: Span) -> list[int]:
        """Return the rows of the passages of a document that overlap `span`, in ascending order."""
        ...

    def around(self, hit: Hit, before: int, after: int) -> list[Hit]:
        """Return a passage and its neighbours in the same document, in order, all with the score of `hit`.

        There are at most `before` of them before it, and `after` of them after it.
        """
        ...

    # Documents

    def documents(self) -> list[StoredDocument]:
        """Return all documents that the client may see, without their texts, in the order of their rows."""
        ...

    def documents_meeting(self, conditions: Sequence[Test]) -> list[StoredDocument]:
        """Return the documents that meet every condition and the test of this view. Raises InvalidFilter."""
        ...

    def count_meeting(self, conditions: Sequence[Test]) -> int:
        """Return the number of these documents. Raises InvalidFilter."""
        ...

    def listed(self, request: ListRequest) -> DocumentList:
        """Return a part of the list of documents. Raises InvalidFilter."""
        ...

    def stored_document(self, document_id: str) -> StoredDocument:
        """Return one document without its text. Raises UnknownDocument."""
        ...

    def document(self, document_id: str) -> Document:
        """Return one document as it was parsed. Raises UnknownDocument."""
        ...

    def passages(self, document_id: str, offset: int, limit: int) -> tuple[StoredDocument, list[Hit]]:
        """Return a document, and at most `limit` of its passages after the first `offset`, in the order of its text.

        Their scores are 0. Raises UnknownDocument.
        """
        ...

    def outline(self, document_id: str) -> Outline:
        """Return the provisions of a document, such as its articles. Raises UnknownDocument."""
        ...

    def pinpoint(self, document_id: str, span: Span) -> str | None:
        """Return the provision that has a span of a document, such as `Art. 5(1)(a)`; None if that is not certain.

        Raises UnknownDocument.
        """
        ...

    def references(self, document_id: str, part: Span | None = None) -> list[CrossReference]:
        """Return the references in a document, or in a part of it, to its own provisions. Raises UnknownDocument."""
        ...

    @property
    def near_duplicates(self) -> Mapping[str, str]:
        """Maps the id of each document that is a near-duplicate of an earlier one to the first document like it."""
        ...

    # Catalogue

    @property
    def facets(self) -> Sequence[Facet]:
        """The fields of the documents with their values, by field name."""
        ...

    def values_among(self, field: str, conditions: Sequence[Test], most: int) -> tuple[list[str], int]:
        """Return at most `most` values of a field in the documents that meet every condition, and their number.

        The most frequent values come first. Raises InvalidFilter.
        """
        ...

    def named_fields(self, text: str, *, initials: bool = False) -> Mapping[str, tuple[str, ...]]:
        """Return the fields of documents that have a name as a value, each with the spellings of that value.

        With `initials`, `text` has the first letters of its words: `UK`.
        """
        ...

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages in which passages have terms, English included, in alphabetical order."""
        ...

    @property
    def document_languages(self) -> frozenset[str]:
        """The languages that documents are analysed as."""
        ...

    # Validity

    @property
    def has_validity(self) -> bool:
        """Whether something says of any document when it is in force."""
        ...

    @property
    def validities(self) -> Mapping[str, Validity]:
        """When each document is in force of which something says so, by document id."""
        ...

    def outside(self, period: Period) -> int:
        """Return the number of documents that are in force on no day of a period."""
        ...

    # Building

    def encodings(self) -> Encodings:
        """Return the encodings of all passages."""
        ...


class IndexStore(Protocol):
    """The versions of one index. Many processes read it, one at a time writes."""

    def current(self) -> Index:
        """Return the version that serves. Raises NoSnapshot."""
        ...

    def refresh(self) -> Index:
        """Return the version that serves now, also if another process has published it since. Raises NoSnapshot."""
        ...

    def ids(self) -> list[str]:
        """Return the ids of all versions, oldest first."""
        ...

    def open(self, snapshot_id: str) -> Index:
        """Return one version. Raises UnknownSnapshot."""
        ...

    def writing(self, keep: int | None = None) -> AbstractContextManager[None]:
        """Hold the lock of the single writer during the block.

        If the block ends without an error and `keep` is given, delete all but the newest `keep` versions that nobody
        reads. Raises WriterBusy.
        """
        ...

    def publish(self, previous: Index | None, changes: ChangeSet) -> Index:
        """Write the next version and make it the current one, in one step. Call only inside `writing`.

        The documents of `previous`, a version of this store, stay with their passages unless they are removed. Without
        `previous`, the next version has only the new documents. If this fails, the version before it still serves.
        """
        ...

    def activate(self, snapshot_id: str) -> Index:
        """Make another version the current one. Raises UnknownSnapshot, WriterBusy."""
        ...
