"""The records of documents in a snapshot: metadata, rows, and the origin, which shows whether a document changed."""

from __future__ import annotations

from dataclasses import dataclass

from rag.text import one_line
from rag.types import Reference, Value


@dataclass(frozen=True, slots=True)
class Source:
    """The name of a source, for example a path, and the sha256 of its file."""

    name: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Origin:
    """The source of a document, and the digests that show whether it changed.

    `sha256` is the digest of the canonical text. `fingerprint` is the digest of everything in the document except its
    id. `source_sha256` is the digest of the file on disk. `copies` are other sources with the same text.
    """

    source: str
    source_sha256: str
    sha256: str
    fingerprint: str
    copies: tuple[Source, ...] = ()

    @property
    def sources(self) -> tuple[Source, ...]:
        """All sources. The first is the one that the document was parsed from."""
        return (Source(self.source, self.source_sha256), *self.copies)


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """A document without its text. Its chunks are `rows` consecutive rows from `first_row` on.

    `near_duplicate_of` is the id of an earlier document, if this one is its near-duplicate.
    """

    reference: Reference
    language: str | None
    metadata: dict[str, Value | tuple[Value, ...]]
    origin: Origin
    first_row: int
    rows: int
    near_duplicate_of: str | None = None

    @property
    def record(self) -> str:
        """The canonical text of the record: `Name: value` on a line for each known fact. Citations of it have spans."""
        reference = self.reference
        facts: dict[str, object] = {
            "Title": reference.title,
            "Author": reference.author,
            "Published": reference.published,
            "Language": self.language,
            "Address": reference.url,
            **self.metadata,
        }
        return "".join(
            f"{one_line(name)}: {_written(value)}\n" for name, value in facts.items() if value not in (None, ())
        )


def _written(value: object) -> str:
    return one_line("; ".join(map(str, value)) if isinstance(value, tuple) else str(value))


@dataclass(frozen=True, slots=True)
class Facet:
    """A field of the documents, and the values that a filter on it can select.

    `documents` is the number of documents that have the field, `distinct` the number of its values. `least` and `most`
    are the first and the last value if all are sorted as text. `values` has the most frequent values, each with its
    number of documents.
    """

    name: str
    documents: int
    distinct: int
    least: str
    most: str
    values: tuple[tuple[str, int], ...]
