"""The data of new documents, and the difference between two versions of an index."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from rag.index.duplicates import Signatures
from rag.index.lexical import NewRows
from rag.snapshots.journal import PassageEncoding
from rag.snapshots.records import Origin, Passage
from rag.types import Document


@dataclass(frozen=True, slots=True)
class PreparedDocument:
    """The data that a snapshot stores for one document: its passages, its signature, and the terms of its rows."""

    passages: Sequence[Passage]
    signature: Signatures
    lexical: NewRows


@dataclass(frozen=True, slots=True)
class PreparedDocuments:
    """The new documents of a snapshot, each with its prepared data, and the encodings of all their passages, in order.

    `encoded_now` is the number of texts that this run encoded. The other encodings come from the journal or from the
    previous snapshot.
    """

    documents: Sequence[tuple[Document, Origin, PreparedDocument]]
    encodings: Sequence[PassageEncoding]
    encoded_now: int


@dataclass(frozen=True, slots=True)
class ChangeSet:
    """The difference between two versions of an index, ready to be written.

    `parent` is the id of the version that it starts from. `removed` are the ids of the documents that leave, also of
    those that `new` replaces. `new` has the documents that are written. `origins` has the origins of documents that
    must be written, although their text stays: they have other sources than before, or several. The encoder's name,
    digest and dimension and the size of passages go into the manifest.
    """

    parent: str | None
    removed: frozenset[str]
    new: PreparedDocuments
    encoder: str
    encoder_digest: str
    dimension: int
    chunk_tokens: int
    origins: Mapping[str, Origin] = field(default_factory=dict)
