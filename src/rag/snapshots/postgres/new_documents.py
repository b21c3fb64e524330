"""The data of new documents, in the form in which the database stores it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from blake3 import blake3
from numpy.typing import NDArray

from rag.index.duplicates import Signatures
from rag.index.inverted import InvertedIndex, selected
from rag.index.late_interaction import TokenCodes
from rag.index.lexical import NewRows
from rag.protocols import Vectors
from rag.snapshots.postgres.words import FIELDS, Field, fields_of
from rag.snapshots.prepared import PreparedDocuments
from rag.snapshots.records import Origin, StoredDocument
from rag.snapshots.snapshot import Snapshot
from rag.snapshots.tables import Cell
from rag.snapshots.writer import passage_cells
from rag.types import Document


@dataclass(frozen=True, slots=True)
class NewDocument:
    """A document with its origin, the cells of its passages from `start` on, and its signature."""

    document: Document
    origin: Origin
    passages: Sequence[tuple[Cell, ...]]
    signature: Signatures


@dataclass(frozen=True, slots=True)
class NewDocuments:
    """Some documents, and the terms, vectors, shape (n, dimension), and tokens of all their passages, in order."""

    documents: Sequence[NewDocument]
    fields: Mapping[Field, InvertedIndex]
    vectors: Vectors
    tokens: Sequence[TokenCodes]

    @property
    def rows(self) -> int:
        """The number of passages."""
        return sum(len(one.passages) for one in self.documents)


def of_prepared(new: PreparedDocuments, dimension: int) -> NewDocuments:
    """Return documents that were prepared for the next version."""
    return NewDocuments(
        [
            NewDocument(document, origin, [passage_cells(one) for one in prepared.passages], prepared.signature)
            for document, origin, prepared in new.documents
        ],
        fields_of(NewRows.of(prepared.lexical for _, _, prepared in new.documents)),
        np.array([one.vector for one in new.encodings], np.float32).reshape(-1, dimension),
        [one.tokens for one in new.encodings],
    )


def of_snapshot(snapshot: Snapshot, stored: Sequence[StoredDocument], signatures: Signatures) -> NewDocuments:
    """Return documents of a snapshot in files. `signatures` are those of these documents."""
    ranges = [np.arange(one.first_row, one.first_row + one.rows) for one in stored]
    rows = np.concatenate([np.empty(0, np.int64), *ranges]).astype(np.int64)
    return NewDocuments(
        [
            NewDocument(
                *(snapshot.document(one.reference.id), one.origin),
                [passage_cells(passage) for passage in snapshot.reader.passages(one)],
                signature,
            )
            for one, signature in zip(stored, signatures, strict=True)
        ],
        {name: selected(index, rows) for name, index in zip(FIELDS, snapshot.lexical.inverted(), strict=True)},
        snapshot.dense.vectors(rows),
        [snapshot.token_index.passage(row) for row in rows.tolist()],
    )


def digest_of(passages: Iterable[tuple[Cell, ...]], lengths: NDArray[np.uint32], signature: Signatures) -> bytes:
    """Return the digest of everything that an index computes from the text of a document.

    `lengths` has the number of words of each passage. Documents with equal fingerprints may have other passages,
    because another version of this package cut them.
    """
    found = blake3()
    for cells in passages:
        for cell in cells:
            content = cell if isinstance(cell, bytes) else str(cell).encode("utf-8", "surrogatepass")
            found.update(len(content).to_bytes(8, "little"))
            found.update(content)
    found.update(np.asarray(lengths, "<u4").tobytes())
    found.update(np.asarray(signature, "<u4").tobytes())
    return found.digest()
