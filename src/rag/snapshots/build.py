"""Builds the next snapshot from the one before and the documents that come and go."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import TypeAlias

import numpy as np

from rag import arrays, duplicates, interaction, lexical
from rag.chunking import Chunker, EncodedText
from rag.duplicates import Signatures
from rag.protocols import Encoder, Encoding, Rows, Vectors
from rag.snapshots.journal import Encoded, Journal, journal
from rag.snapshots.manifest import Manifest
from rag.snapshots.preparing import Cut, Prepared, preparing
from rag.snapshots.records import Origin, StoredDocument
from rag.snapshots.snapshot import DATABASE, LEXICAL, SIGNATURES, TOKENS, VECTORS, Snapshot
from rag.snapshots.store import SnapshotStore
from rag.snapshots.writer import Writer
from rag.types import Document

_BATCH = 64  # chunks encoded between two writes to the journal; a killed run repeats at most these

Progress: TypeAlias = Callable[[int, int], None]
"""Is told how many chunks are encoded, of how many that must be."""


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


@dataclass(frozen=True, slots=True)
class _New:
    """What the next snapshot has of new documents: what was prepared of them, and their chunks encoded, in order."""

    prepared: Prepared
    encoded: Sequence[Encoded]


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

    def build(self, previous: Snapshot | None, changes: Changes, progress: Progress) -> tuple[Snapshot, int]:
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
        cuts = [self._cut(document, origin) for document, origin in added]
        with journal(self._store.directory, self._encoder.digest) as done, preparing(cuts) as prepared:
            known = self._known(previous, cuts) if previous and self.fits(previous) else {}
            missing = self._encode(cuts, known, done, progress)
            new = _New(prepared(), [one for cut in cuts for one in _look_up(cut.keys, known, done)])
            snapshot = self._store.publish(lambda folder: self._write(folder, previous, kept, new, placed))
        return snapshot, missing

    def _cut(self, document: Document, origin: Origin) -> Cut:
        chunks = self._chunker.chunks(document)
        texts = [self._chunker.encoded_text(document, chunk) for chunk in chunks]
        keys = [_key(text) for text in texts]
        return Cut(document, origin, chunks, texts, keys)

    def _known(self, previous: Snapshot, cuts: Iterable[Cut]) -> dict[bytes, Encoded]:
        """Return what the previous snapshot has encoded of the chunks of new documents."""
        wanted = {key for cut in cuts for key in cut.keys}
        rows = {key: row for row, key in previous.reader.vector_keys() if key in wanted}
        vectors = previous.dense.vectors(np.fromiter(rows.values(), np.int64, len(rows))) if rows else ()
        return {
            key: Encoded(vector, previous.tokens.passage(row))
            for (key, row), vector in zip(rows.items(), vectors, strict=True)
        }

    def _encode(self, cuts: Iterable[Cut], known: Mapping[bytes, Encoded], done: Journal, progress: Progress) -> int:
        """Encode into the journal what neither the previous snapshot nor a killed run has encoded."""
        texts = {key: text for cut in cuts for key, text in zip(cut.keys, cut.texts, strict=True) if key not in known}
        for key in done.get(list(texts)):
            del texts[key]
        # Texts of one length together: a batch is padded to its longest.
        ordered = sorted(texts, key=lambda key: len(texts[key].text), reverse=True)
        for start in range(0, len(ordered), _BATCH):
            progress(start, len(ordered))
            batch = ordered[start : start + _BATCH]
            encodings = self._encoder.encode_passages([texts[key].text for key in batch])
            done.put({key: _compressed(texts[key], one) for key, one in zip(batch, encodings, strict=True)})
        progress(len(texts), len(texts))
        return len(texts)

    def _write(
        self,
        folder: Path,
        previous: Snapshot | None,
        kept: Mapping[int, StoredDocument],
        new: _New,
        origins: Mapping[str, Origin],
    ) -> Manifest:
        """Fill a snapshot's folder: kept documents, by their numbers, come first, so that their rows move together."""
        rows = _rows(kept.values())
        signatures = _signatures(previous, list(kept), new.prepared.signatures)
        arrays.save(folder, {SIGNATURES: signatures})
        with closing(Writer(folder / DATABASE)) as writer:
            if previous and kept:
                writer.copy(previous.reader.path, [stored.reference.id for stored in kept.values()])
            for document, origin, passages in new.prepared.documents:
                writer.add(document, origin, passages)
            writer.mark(_near_duplicates(signatures))
            writer.place(origins)
        lexical.build(new.prepared.lexical, previous.lexical if previous else None, rows).save(folder / LEXICAL)
        vectors = _Vectors(previous, rows, new.encoded)
        kind = self._store.vectors.write(vectors, self._encoder.dimension, folder / VECTORS)
        tokens = [one.tokens for one in new.encoded]
        interaction.write(folder / TOKENS, tokens, self._encoder.dimension, previous.tokens if previous else None, rows)
        return Manifest(
            created=datetime.now(UTC).isoformat(timespec="seconds"),
            parent=previous.id if previous else None,
            encoder=self._encoder.name,
            encoder_digest=self._encoder.digest,
            dimension=self._encoder.dimension,
            vectors=kind,
            chunk_tokens=self._chunker.size,
            documents=len(kept) + len(new.prepared.documents),
            chunks=len(rows) + len(new.encoded),
            files={},
        )


def _rows(documents: Iterable[StoredDocument]) -> Rows:
    ranges = [np.arange(stored.first_row, stored.first_row + stored.rows) for stored in documents]
    return np.concatenate([np.empty(0, np.int64), *ranges]).astype(np.int64)


def _signatures(previous: Snapshot | None, kept: Sequence[int], new: Sequence[Signatures]) -> Signatures:
    """Return the signatures of kept documents, as they were, then those of new ones."""
    old = [previous.signatures[list(kept)]] if previous else []
    return np.concatenate([np.empty((0, duplicates.SIZE), np.uint32), *old, *(one[np.newaxis] for one in new)])


def _near_duplicates(signatures: Signatures) -> dict[int, int]:
    firsts = duplicates.firsts(signatures)
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
        kept = self.previous.dense.vectors(self.kept[old]) if self.previous else ()
        return np.stack([*kept, *(self.encoded[row - len(self.kept)].vector for row in new.tolist())])


def _key(text: EncodedText) -> bytes:
    """Name what is encoded: the same words cut into the same sentences need no second pass."""
    return sha256(f"{text.body} {text.sentences}\n{text.text}".encode()).digest()


def _compressed(text: EncodedText, encoding: Encoding) -> Encoded:
    """Keep the vector, and the tokens compressed, each with the number of its sentence."""
    numbers = np.searchsorted(np.array(text.sentences, np.int64), encoding.starts, side="right") - 1
    # What 200 tokens cannot reach in prose, 255 sentences, is put into the last one that can be named.
    in_body = np.clip(numbers, 0, interaction.PREFIX - 1)
    sentences = np.where(encoding.starts < text.body, interaction.PREFIX, in_body).astype(np.uint8)
    return Encoded(encoding.vector, interaction.compress(encoding.tokens, sentences))


def _look_up(keys: Sequence[bytes], known: Mapping[bytes, Encoded], done: Journal) -> Iterator[Encoded]:
    fresh = done.get([key for key in keys if key not in known])
    for key in keys:
        yield known[key] if key in known else fresh[key]
