"""Builds the next snapshot from the one before and the documents that come and go."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from rag import arrays
from rag.index import duplicates, late_interaction, lexical
from rag.index.chunking import Chunker
from rag.index.duplicates import Signatures
from rag.index.lexical import NewRows
from rag.protocols import Encoder, Rows, Vectors
from rag.snapshots.drafting import Drafted, Drafting
from rag.snapshots.encoding import Progress
from rag.snapshots.journal import Encoded
from rag.snapshots.manifest import Manifest
from rag.snapshots.records import Origin, StoredDocument
from rag.snapshots.snapshot import DATABASE, LEXICAL, SIGNATURES, TOKENS, VECTORS, Snapshot
from rag.snapshots.store import SnapshotStore
from rag.snapshots.writer import Writer
from rag.types import Document


@dataclass(frozen=True, slots=True)
class Changes:
    """What the next snapshot has that the last has not: documents to add, each in place of the one with its id.

    `origins` says of documents that stay, by their ids, where they come from now.
    """

    added: Sequence[tuple[Document, Origin]] = ()
    removed: frozenset[str] = frozenset()
    origins: Mapping[str, Origin] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.origins)

    def after(self, documents: Iterable[StoredDocument]) -> dict[str, Origin]:
        """Return where each document comes from, by its id, after these changes to `documents`."""
        stay = {one.reference.id: one.origin for one in documents if one.reference.id not in self.removed}
        return {**stay, **{document.reference.id: origin for document, origin in self.added}, **self.origins}


class Builder:
    """Builds snapshots in `store` with one encoder and one size of chunk, of which the newest `keep` shall stay."""

    def __init__(self, store: SnapshotStore, encoder: Encoder, chunk_tokens: int, keep: int) -> None:
        self._store = store
        self._encoder = encoder
        self._chunker = Chunker(encoder.count_tokens, encoder.max_tokens, chunk_tokens)
        self.keep = keep

    def fits(self, snapshot: Snapshot) -> bool:
        """Tell whether the chunks and vectors of `snapshot` are what this builder would make."""
        manifest = snapshot.manifest
        return (manifest.encoder_digest, manifest.chunk_tokens) == (self._encoder.digest, self._chunker.size)

    def drafting(self, previous: Snapshot | None, progress: Progress) -> Drafting:
        """Return what takes the documents of the snapshot after `previous`, to be entered as a block while writing."""
        known = previous if previous and self.fits(previous) else None
        return Drafting(self._store.directory, self._encoder, self._chunker, known, progress)

    def build(self, previous: Snapshot | None, changes: Changes, drafting: Drafting) -> tuple[Snapshot, int]:
        """Publish the next snapshot; return it and how many chunks were encoded. Call only while writing."""
        gone = changes.removed | {document.reference.id for document, _ in changes.added}
        stored = enumerate(previous.documents()) if previous else ()
        kept = {number: one for number, one in stored if one.reference.id not in gone}
        origins = changes.after(kept.values()).items()
        placed = {name: origin for name, origin in origins if origin.copies or name in changes.origins}
        added: Iterable[tuple[Document, Origin]] = changes.added
        if previous and not self.fits(previous):
            added = [*((previous.document(one.reference.id), one.origin) for one in kept.values()), *changes.added]
            kept = {}
        new = drafting.finish(added)
        return self._store.publish(lambda folder: self._write(folder, previous, kept, new, placed)), new.fresh

    def _write(
        self,
        folder: Path,
        previous: Snapshot | None,
        kept: Mapping[int, StoredDocument],
        new: Drafted,
        origins: Mapping[str, Origin],
    ) -> Manifest:
        """Fill a snapshot's folder: kept documents, by their numbers, come first, so that their rows move together."""
        rows = _rows(kept.values())
        with ThreadPoolExecutor(1, "indexing terms") as beside:
            terms = beside.submit(_write_terms, folder / LEXICAL, previous, rows, new)
            _write_documents(folder, previous, kept, new, origins)
            kind = self._write_vectors(folder, previous, rows, new.encoded)
        terms.result()
        return Manifest(
            created=datetime.now(UTC).isoformat(timespec="seconds"),
            parent=previous.id if previous else None,
            encoder=self._encoder.name,
            encoder_digest=self._encoder.digest,
            dimension=self._encoder.dimension,
            vectors=kind,
            chunk_tokens=self._chunker.size,
            documents=len(kept) + len(new.documents),
            chunks=len(rows) + len(new.encoded),
            files={},
        )

    def _write_vectors(self, folder: Path, previous: Snapshot | None, rows: Rows, encoded: Sequence[Encoded]) -> str:
        """Write those of passages and of their tokens; return of what kind the index is."""
        vectors, dimension = _Vectors(previous, rows, encoded), self._encoder.dimension
        dense, tokens = (previous.dense, previous.tokens) if previous else (None, None)
        late_interaction.write(folder / TOKENS, [one.tokens for one in encoded], dimension, tokens, rows)
        return self._store.vectors.write(vectors, dimension, folder / VECTORS, dense, rows)


def _write_terms(folder: Path, previous: Snapshot | None, rows: Rows, new: Drafted) -> None:
    terms = NewRows.of(draft.lexical for _, _, draft in new.documents)
    lexical.build(terms, previous.lexical if previous else None, rows).save(folder)


def _write_documents(
    folder: Path,
    previous: Snapshot | None,
    kept: Mapping[int, StoredDocument],
    new: Drafted,
    origins: Mapping[str, Origin],
) -> None:
    signatures = _signatures(previous, list(kept), [draft.signature for _, _, draft in new.documents])
    arrays.save(folder, {SIGNATURES: signatures})
    with closing(Writer(folder / DATABASE)) as writer:
        if previous and kept:
            writer.copy(previous.reader.path, [stored.reference.id for stored in kept.values()])
        for document, origin, draft in new.documents:
            writer.add(document, origin, draft.passages)
        writer.mark(_near_duplicates(signatures))
        writer.place(origins)


def _rows(documents: Iterable[StoredDocument]) -> Rows:
    ranges = [np.arange(stored.first_row, stored.first_row + stored.rows) for stored in documents]
    return np.concatenate([np.empty(0, np.int64), *ranges]).astype(np.int64)


def _signatures(previous: Snapshot | None, kept: Sequence[int], new: Sequence[Signatures]) -> Signatures:
    """Return the signatures of kept documents, as they were, then those of new ones."""
    old = [previous.signatures[list(kept)]] if previous else []
    return np.concatenate([np.empty((0, duplicates.SIGNATURE_SIZE), np.uint32), *old, *(one[np.newaxis] for one in new)])


def _near_duplicates(signatures: Signatures) -> dict[int, int]:
    firsts = duplicates.duplicate_groups(signatures)
    return {number: first for number, first in enumerate(firsts.tolist()) if first != number}


@dataclass(frozen=True, slots=True)
class _Vectors:
    """The vectors of rows that are kept of an earlier snapshot, then the new ones."""

    previous: Snapshot | None
    kept: Rows
    encoded: Sequence[Encoded]

    def __len__(self) -> int:
        return len(self.kept) + len(self.encoded)

    def vectors(self, rows: Rows) -> Vectors:
        """Return the vectors of `rows`, which ascend."""
        old, new = np.split(rows, [np.searchsorted(rows, len(self.kept))])
        fresh = [self.encoded[row - len(self.kept)].vector for row in new.tolist()]
        parts = [self.previous.dense.vectors(self.kept[old])] if self.previous and len(old) else []
        return np.concatenate([*parts, np.stack(fresh)] if fresh else parts)
