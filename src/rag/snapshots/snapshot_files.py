"""Writes the files of the next snapshot from those of the previous one and a change set."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from rag import arrays
from rag.index import duplicates, late_interaction, lexical
from rag.index.duplicates import Signatures
from rag.index.lexical import NewRows
from rag.protocols import Rows, VectorIndex, Vectors, VectorStore
from rag.snapshots.journal import PassageEncoding
from rag.snapshots.manifest import Manifest
from rag.snapshots.prepared import ChangeSet, PreparedDocuments
from rag.snapshots.snapshot import DATABASE, LEXICAL, SIGNATURES, TOKENS, VECTORS, Snapshot
from rag.snapshots.writer import Writer


def write(folder: Path, previous: Snapshot | None, changes: ChangeSet, store: VectorStore) -> Manifest:
    """Write the files of a snapshot. Return its manifest, without the digests of the files.

    The documents that stay come first, so that their rows can be copied in runs.
    """
    reused = _Reused.of(previous, changes.removed)
    created, new = datetime.now(UTC).isoformat(timespec="seconds"), changes.new
    with ThreadPoolExecutor(1, "indexing terms") as background:
        terms = background.submit(_write_terms, folder / LEXICAL, reused, new)
        _write_documents(folder, created, reused, changes)
        kind = _write_vectors(folder, reused, changes, store)
    terms.result()
    return Manifest(
        created=created,
        parent=changes.parent,
        encoder=changes.encoder,
        encoder_digest=changes.encoder_digest,
        dimension=changes.dimension,
        vectors=kind,
        chunk_tokens=changes.chunk_tokens,
        documents=len(reused.ids) + len(new.documents),
        chunks=len(reused.rows) + len(new.encodings),
        labelled=reused.labelled + sum(bool(one.access) for one, _, _ in new.documents),
        files={},
    )


@dataclass(frozen=True, slots=True)
class _Reused:
    """The documents that stay: their numbers and rows in `snapshot`, their ids, and how many of them have labels."""

    snapshot: Snapshot | None
    numbers: Sequence[int]
    ids: Sequence[str]
    rows: Rows
    labelled: int

    @classmethod
    def of(cls, snapshot: Snapshot | None, removed: frozenset[str]) -> _Reused:
        stay = [one for one in snapshot.reader.placements() if one.id not in removed] if snapshot else []
        ranges = [np.arange(one.first_row, one.first_row + one.rows) for one in stay]
        rows = np.concatenate([np.empty(0, np.int64), *ranges]).astype(np.int64)
        labelled = sum(one.labelled for one in stay)
        return cls(snapshot, [one.number for one in stay], [one.id for one in stay], rows, labelled)


def _write_vectors(folder: Path, reused: _Reused, changes: ChangeSet, store: VectorStore) -> str:
    """Write the vectors of passages and of their tokens. Return a description of the kind of vector index."""
    encodings, dimension, rows = changes.new.encodings, changes.dimension, reused.rows
    dense, tokens = (reused.snapshot.dense, reused.snapshot.token_index) if reused.snapshot else (None, None)
    late_interaction.write(folder / TOKENS, [one.tokens for one in encodings], dimension, tokens, rows)
    return store.write(_Vectors(dense, rows, encodings), dimension, folder / VECTORS, dense, rows)


def _write_terms(folder: Path, reused: _Reused, new: PreparedDocuments) -> None:
    terms = NewRows.of(prepared.lexical for _, _, prepared in new.documents)
    lexical.build(terms, reused.snapshot.lexical if reused.snapshot else None, reused.rows).save(folder)


def _write_documents(folder: Path, created: str, reused: _Reused, changes: ChangeSet) -> None:
    signatures = _signatures(reused, [prepared.signature for _, _, prepared in changes.new.documents])
    arrays.save(folder, {SIGNATURES: signatures})
    with closing(Writer(folder / DATABASE, created)) as writer:
        if reused.snapshot and reused.ids:
            writer.copy(reused.snapshot.database, reused.ids, reused.snapshot.manifest.created)
        for document, origin, prepared in changes.new.documents:
            writer.add(document, origin, prepared.passages)
        writer.set_near_duplicates(_near_duplicates(signatures))
        writer.set_origins(changes.origins)


def _signatures(reused: _Reused, new: Sequence[Signatures]) -> Signatures:
    """Return the signatures of the documents that stay, then the new ones."""
    old = [reused.snapshot.signatures[reused.numbers]] if reused.snapshot else []
    return np.concatenate(
        [np.empty((0, duplicates.SIGNATURE_SIZE), np.uint32), *old, *(one[np.newaxis] for one in new)]
    )


def _near_duplicates(signatures: Signatures) -> dict[int, int]:
    """Map the number of each document that is a near-duplicate of an earlier one to the first document like it."""
    groups = duplicates.duplicate_groups(signatures)
    return {number: first for number, first in enumerate(groups.tolist()) if first != number}


@dataclass(frozen=True, slots=True)
class _Vectors:
    """Implements `RowVectors`: the vectors of the rows reused from `previous`, then those of new passages."""

    previous: VectorIndex | None
    reused: Rows
    encodings: Sequence[PassageEncoding]

    def __len__(self) -> int:
        return len(self.reused) + len(self.encodings)

    def vectors(self, rows: Rows) -> Vectors:
        """Return the vectors of `rows`, which are in ascending order."""
        old, new = np.split(rows, [np.searchsorted(rows, len(self.reused))])
        fresh = [self.encodings[row - len(self.reused)].vector for row in new.tolist()]
        parts = [self.previous.vectors(self.reused[old])] if self.previous is not None and len(old) else []
        return np.concatenate([*parts, np.stack(fresh)] if fresh else parts)
