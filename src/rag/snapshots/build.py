"""Builds the next snapshot from the previous one and from the documents that were added and removed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeGuard

import numpy as np

from rag import arrays
from rag.index import duplicates, late_interaction, lexical
from rag.index.chunking import Chunker
from rag.index.duplicates import Signatures
from rag.index.lexical import NewRows
from rag.protocols import Encoder, Rows, Vectors
from rag.snapshots.encoding import Progress
from rag.snapshots.journal import PassageEncoding
from rag.snapshots.manifest import FORMAT, Manifest
from rag.snapshots.preparation import PreparedDocuments, Preparer, cut
from rag.snapshots.records import Origin, Previous, StoredDocument
from rag.snapshots.snapshot import DATABASE, LEXICAL, SIGNATURES, TOKENS, VECTORS, Snapshot
from rag.snapshots.store import SnapshotStore
from rag.snapshots.writer import Writer
from rag.text import terms
from rag.text.languages import DEFAULT, known
from rag.types import Document


@dataclass(frozen=True, slots=True)
class Changes:
    """The changes from one snapshot to the next.

    An added document replaces the one with the same id. `removed` has document ids. `origins` has the new
    origins of documents that stay, by document id.
    """

    added: Sequence[tuple[Document, Origin]] = ()
    removed: frozenset[str] = frozenset()
    origins: Mapping[str, Origin] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.origins)

    def origins_after(self, documents: Iterable[StoredDocument]) -> dict[str, Origin]:
        """Return the origin of each document, by its id, as it is after these changes to `documents`."""
        stay = {one.reference.id: one.origin for one in documents if one.reference.id not in self.removed}
        return {**stay, **{document.reference.id: origin for document, origin in self.added}, **self.origins}


class Builder:
    """Builds snapshots in `store` with one encoder and one chunk size. Pruning keeps the newest `keep` snapshots."""

    def __init__(self, store: SnapshotStore, encoder: Encoder, chunk_tokens: int, keep: int) -> None:
        self._store = store
        self._encoder = encoder
        self._chunker = Chunker(encoder.count_tokens, encoder.max_tokens, chunk_tokens)
        self.keep = keep

    def fits(self, previous: Previous) -> TypeGuard[Snapshot]:
        """Return whether rows can be reused: `previous` is a snapshot of the same encoder and chunk size."""
        if not isinstance(previous, Snapshot):
            return False
        manifest = previous.manifest
        return (manifest.encoder_digest, manifest.chunk_tokens) == (self._encoder.digest, self._chunker.size)

    def is_current(self, previous: Previous) -> bool:
        """Return whether `previous` fits and has the newest format, so that building it again would change nothing."""
        return self.fits(previous) and previous.manifest.format == FORMAT

    def cuts_differently(self, snapshot: Snapshot, number: int, stored: StoredDocument, document: Document) -> bool:
        """Return whether this version makes other passages, terms or signatures of a document than `snapshot` has.

        `number` is the place of the document in the snapshot. If the rows of the snapshot cannot be reused, return
        False, because the next build cuts all its documents again.
        """
        if not self.fits(snapshot):
            return False
        passages, texts = cut(self._chunker, document)
        lengths = [len(terms(text.text, document.language)) for text in texts]
        rows = slice(stored.first_row, stored.first_row + stored.rows)
        return (
            passages != snapshot.reader.passages(stored)
            or lengths != snapshot.lexical.words.lengths[rows].tolist()
            or not np.array_equal(duplicates.signature(document.text), snapshot.signatures[number])
        )

    def preparer(self, previous: Previous | None, progress: Progress, encodings: Snapshot | None = None) -> Preparer:
        """Return a preparer for the documents of the next snapshot. Use it in a `with` block inside `store.writing`.

        Encodings are reused from `previous` if it is a snapshot, or else from `encodings`.
        """
        reusable = next((one for one in (previous, encodings) if one and self.fits(one)), None)
        return Preparer(self._store.directory, self._encoder, self._chunker, reusable, progress)

    def build(self, previous: Previous | None, changes: Changes, preparer: Preparer) -> tuple[Snapshot, int]:
        """Publish the next snapshot. Return it and how many texts were encoded. Call only inside `store.writing`.

        If the rows of `previous` cannot be reused, its documents are added again. Documents whose rows have English
        terms, although they are in another language, are added again too.
        """
        gone = changes.removed | {document.reference.id for document, _ in changes.added}
        stored = enumerate(previous.documents()) if previous else ()
        reused = {number: one for number, one in stored if one.reference.id not in gone}
        after = changes.origins_after(reused.values()).items()
        # `Writer.copy` and `Writer.add` leave the table `copy` empty, so write the copies of every document again.
        origins = {name: origin for name, origin in after if origin.copies or name in changes.origins}
        added: Iterable[tuple[Document, Origin]] = self._store.originals.store_all(changes.added)
        if previous and not self.fits(previous):
            added = [*((previous.document(one.reference.id), one.origin) for one in reused.values()), *added]
            reused = {}
        elif isinstance(previous, Snapshot) and not previous.has_terms_by_language:
            outdated = {number: one for number, one in reused.items() if known(one.language) != DEFAULT}
            added = [*((previous.document(one.reference.id), one.origin) for one in outdated.values()), *added]
            reused = {number: one for number, one in reused.items() if number not in outdated}
        new = preparer.finish(added)
        rows, parent = previous if isinstance(previous, Snapshot) else None, previous.id if previous else None
        return self._store.publish(
            lambda folder: self._write(folder, parent, rows, reused, new, origins)
        ), new.encoded_now

    def _write(
        self,
        folder: Path,
        parent: str | None,
        previous: Snapshot | None,
        reused: Mapping[int, StoredDocument],
        new: PreparedDocuments,
        origins: Mapping[str, Origin],
    ) -> Manifest:
        """Write the files of a snapshot. Reused documents come first, so that their rows can be copied in runs.

        `reused` has the documents taken from `previous`, by their numbers in it.
        """
        rows = _rows(reused.values())
        with ThreadPoolExecutor(1, "indexing terms") as background:
            terms = background.submit(_write_terms, folder / LEXICAL, previous, rows, new)
            _write_documents(folder, previous, reused, new, origins)
            kind = self._write_vectors(folder, previous, rows, new.encodings)
        terms.result()
        return Manifest(
            created=datetime.now(UTC).isoformat(timespec="seconds"),
            parent=parent,
            encoder=self._encoder.name,
            encoder_digest=self._encoder.digest,
            dimension=self._encoder.dimension,
            vectors=kind,
            chunk_tokens=self._chunker.size,
            documents=len(reused) + len(new.documents),
            chunks=len(rows) + len(new.encodings),
            labelled=sum(bool(one.access) for one in reused.values())
            + sum(bool(one.access) for one, _, _ in new.documents),
            files={},
        )

    def _write_vectors(
        self, folder: Path, previous: Snapshot | None, rows: Rows, encodings: Sequence[PassageEncoding]
    ) -> str:
        """Write the vectors of passages and of their tokens. Return a description of the kind of vector index."""
        vectors, dimension = _Vectors(previous, rows, encodings), self._encoder.dimension
        dense, tokens = (previous.dense, previous.tokens) if previous else (None, None)
        late_interaction.write(folder / TOKENS, [one.tokens for one in encodings], dimension, tokens, rows)
        return self._store.vectors.write(vectors, dimension, folder / VECTORS, dense, rows)


def _write_terms(folder: Path, previous: Snapshot | None, rows: Rows, new: PreparedDocuments) -> None:
    terms = NewRows.of(prepared.lexical for _, _, prepared in new.documents)
    lexical.build(terms, previous.lexical if previous else None, rows).save(folder)


def _write_documents(
    folder: Path,
    previous: Snapshot | None,
    reused: Mapping[int, StoredDocument],
    new: PreparedDocuments,
    origins: Mapping[str, Origin],
) -> None:
    signatures = _signatures(previous, list(reused), [prepared.signature for _, _, prepared in new.documents])
    arrays.save(folder, {SIGNATURES: signatures})
    with closing(Writer(folder / DATABASE)) as writer:
        if previous and reused:
            writer.copy(previous.reader.path, [stored.reference.id for stored in reused.values()])
        for document, origin, prepared in new.documents:
            writer.add(document, origin, prepared.passages)
        writer.set_near_duplicates(_near_duplicates(signatures))
        writer.set_origins(origins)


def _rows(documents: Iterable[StoredDocument]) -> Rows:
    """Return the row numbers of documents in their snapshot, one document after the other."""
    ranges = [np.arange(stored.first_row, stored.first_row + stored.rows) for stored in documents]
    return np.concatenate([np.empty(0, np.int64), *ranges]).astype(np.int64)


def _signatures(previous: Snapshot | None, reused: Sequence[int], new: Sequence[Signatures]) -> Signatures:
    """Return the signatures of reused documents, then the new ones. `reused` has document numbers in `previous`."""
    old = [previous.signatures[list(reused)]] if previous else []
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

    previous: Snapshot | None
    reused: Rows
    encodings: Sequence[PassageEncoding]

    def __len__(self) -> int:
        return len(self.reused) + len(self.encodings)

    def vectors(self, rows: Rows) -> Vectors:
        """Return the vectors of `rows`, which are in ascending order."""
        old, new = np.split(rows, [np.searchsorted(rows, len(self.reused))])
        fresh = [self.encodings[row - len(self.reused)].vector for row in new.tolist()]
        parts = [self.previous.dense.vectors(self.reused[old])] if self.previous and len(old) else []
        return np.concatenate([*parts, np.stack(fresh)] if fresh else parts)
