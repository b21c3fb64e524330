"""The records of documents in a snapshot: metadata, rows, and the origin, which shows whether a document changed."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from typing import Protocol, TypeAlias

from rag.index.validity import Validity
from rag.text import one_line
from rag.types import Chunk, Document, Inferred, Reference, Value


@dataclass(frozen=True, slots=True)
class Source:
    """The name of a source, for example a path, and the sha256 of its file."""

    name: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Sidecar:
    """A file of facts that was parsed with an original: the suffix that it adds to the name, and its sha256."""

    suffix: str
    sha256: str


@dataclass(frozen=True, slots=True)
class PageFacts:
    """Facts about a page that are not in the page: its address after redirects, and the fields of its feed entry."""

    url: str
    title: str | None = None
    published: str | None = None
    author: str | None = None


Load: TypeAlias = Callable[[], Sequence[bytes]]
"""Returns the bytes of an original, then those of its sidecar if it has one. Raises OSError or UnreadableSource."""


@dataclass(frozen=True, slots=True)
class Original:
    """The file that a document was parsed from, with everything that parsing it again needs.

    `sha256` is the digest of its bytes, and `name` the file name that the parser saw. `given` is the name that the
    client gave, if it differs. `line` is the line number, from 1, if the bytes are one record of a larger file.
    `load` gives the bytes until they are stored; then it is None.
    """

    sha256: str
    name: str
    given: str | None = None
    line: int | None = None
    sidecar: Sidecar | None = None
    page: PageFacts | None = None
    load: Load | None = field(default=None, compare=False, repr=False)

    @property
    def digests(self) -> tuple[str, ...]:
        """The sha256 of each of its files: the original and its sidecar."""
        return (self.sha256, self.sidecar.sha256) if self.sidecar else (self.sha256,)


@dataclass(frozen=True, slots=True)
class Origin:
    """The source of a document, and the digests that show whether it changed.

    `sha256` is the digest of the canonical text. `fingerprint` is the digest of everything in the document except its
    id. `source_sha256` is the digest of the file on disk. `copies` are other sources with the same text. `original` is
    the file that the text was parsed from, if the index keeps it. `indexed` is the time at which the index got the
    document as it is now, in ISO 8601; None until it is written.
    """

    source: str
    source_sha256: str
    sha256: str
    fingerprint: str
    copies: tuple[Source, ...] = ()
    original: Original | None = None
    indexed: str | None = field(default=None, compare=False)

    @property
    def sources(self) -> tuple[Source, ...]:
        """All sources. The first is the one that the document was parsed from."""
        return (Source(self.source, self.source_sha256), *self.copies)


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """A document without its text. Its chunks are `rows` consecutive rows from `first_row` on.

    `near_duplicate_of` is the id of an earlier document, if this one is its near-duplicate. `access` and `inferred` are
    as in `Document`. `validity` is None if nothing says when the document is in force.
    """

    reference: Reference
    language: str | None
    metadata: dict[str, Value | tuple[Value, ...]]
    origin: Origin
    first_row: int
    rows: int
    near_duplicate_of: str | None = None
    access: tuple[str, ...] = ()
    inferred: tuple[Inferred, ...] = ()
    validity: Validity | None = None

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


class Previous(Protocol):
    """The documents that a change starts from: a snapshot, or the documents of one that cannot serve."""

    @property
    def id(self) -> str:
        """The id of the snapshot."""
        ...

    def documents(self) -> Sequence[StoredDocument]:
        """Return all documents without their texts."""
        ...

    def document(self, document_id: str) -> Document:
        """Return one document as it was parsed. Raises UnknownDocument."""
        ...


@dataclass(frozen=True, slots=True)
class Passage:
    """A chunk with its text, the key of its encoding, and its quotable units as a cell from `tables.as_cell`."""

    chunk: Chunk
    text: str
    key: bytes
    quotable: str


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


def text_digest(document: Document) -> str:
    """Return the sha256 of the canonical text of a document."""
    return sha256(document.text.encode()).hexdigest()


def fingerprint_of(document: Document) -> str:
    """Return the sha256 of everything in a document except its id. All formats compute it in this way."""
    fields = asdict(document)
    del fields["reference"]["id"]
    for name in ("page_notes", "access", "inferred"):
        if not fields[name]:  # as in the versions that had none
            del fields[name]
    return sha256(json.dumps(fields, sort_keys=True, default=list).encode()).hexdigest()
