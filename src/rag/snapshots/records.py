"""What a snapshot knows of a document besides its text: the record, and the origin that tells whether it changed."""

from __future__ import annotations

from dataclasses import dataclass

from rag.types import Reference, Value


@dataclass(frozen=True, slots=True)
class Source:
    """Where a text was found, and the digest of that file as it lay on disk."""

    name: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a document came from, and the digests that tell whether it changed.

    `sha256` is of the canonical text, `fingerprint` of all that is known of the document but its id, `source_sha256`
    of the file as it lay on disk. `copies` are other sources that have the same text.
    """

    source: str
    source_sha256: str
    sha256: str
    fingerprint: str
    copies: tuple[Source, ...] = ()

    @property
    def sources(self) -> tuple[Source, ...]:
        """Every source, first the one that the document was made of."""
        return (Source(self.source, self.source_sha256), *self.copies)


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """A document with its origin and the rows of its chunks, without its text.

    `near_duplicate_of` is the id of the first document in the index that it is nearly the same as.
    """

    reference: Reference
    language: str | None
    metadata: dict[str, Value | tuple[Value, ...]]
    origin: Origin
    first_row: int
    rows: int
    near_duplicate_of: str | None = None


@dataclass(frozen=True, slots=True)
class Facet:
    """A field of the documents, and what a filter on it can ask for.

    `documents` have it; `least` and `most` are the first and last of its `distinct` values, as text; `values` are the
    most frequent ones, each with the number of documents that have it.
    """

    name: str
    documents: int
    distinct: int
    least: str
    most: str
    values: tuple[tuple[str, int], ...]
