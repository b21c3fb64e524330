"""Builds the next snapshot from the previous one and from the documents that were added and removed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from rag.index import duplicates
from rag.index.chunking import Chunker
from rag.protocols import Encoder
from rag.snapshots.encoding import Progress
from rag.snapshots.held import Review, ReviewSnapshot
from rag.snapshots.manifest import FORMAT
from rag.snapshots.preparation import Preparer, cut
from rag.snapshots.prepared import ChangeSet
from rag.snapshots.records import Origin, Previous, StoredDocument
from rag.snapshots.snapshot import Snapshot
from rag.snapshots.store import SnapshotStore
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

    def reusable(self, previous: Previous | None) -> Snapshot | None:
        """Return `previous` if rows can be reused: it is a snapshot of the same encoder and chunk size."""
        if not isinstance(previous, Snapshot):
            return None
        manifest = previous.manifest
        fits = (manifest.encoder_digest, manifest.chunk_tokens) == (self._encoder.digest, self._chunker.size)
        return previous if fits else None

    def is_current(self, previous: Previous) -> bool:
        """Return whether `previous` fits and has the newest format, so that building it again would change nothing."""
        snapshot = self.reusable(previous)
        return snapshot is not None and snapshot.manifest.format == FORMAT

    def cuts_differently(self, snapshot: Snapshot, number: int, stored: StoredDocument, document: Document) -> bool:
        """Return whether this version makes other passages, terms or signatures of a document than `snapshot` has.

        `number` is the place of the document in the snapshot. If the rows of the snapshot cannot be reused, return
        False, because the next build cuts all its documents again.
        """
        if not self.reusable(snapshot):
            return False
        passages, texts = cut(self._chunker, document)
        lengths = [len(terms(text.text, document.language)) for text in texts]
        rows = slice(stored.first_row, stored.first_row + stored.rows)
        return (
            passages != snapshot.reader.passages(stored)
            or lengths != snapshot.lexical.inverted()[0].lengths[rows].tolist()
            or not np.array_equal(duplicates.signature(document.text), snapshot.signatures[number])
        )

    def preparer(self, previous: Previous | None, progress: Progress, encodings: Snapshot | None = None) -> Preparer:
        """Return a preparer for the documents of the next snapshot. Use it in a `with` block inside `store.writing`.

        Encodings are reused from `previous` if it is a snapshot, or else from `encodings`.
        """
        reusable = self.reusable(previous)
        if reusable is None:
            reusable = self.reusable(encodings)
        return Preparer(self._store.directory, self._encoder, self._chunker, reusable, progress)

    def build(self, previous: Previous | None, changes: Changes, preparer: Preparer) -> tuple[Snapshot, int]:
        """Publish the next snapshot. Return it and how many texts were encoded. Call only inside `store.writing`."""
        snapshot, encoded = self.build_reviewed(previous, changes, preparer, None)
        assert isinstance(snapshot, Snapshot), "nothing reviews it"
        return snapshot, encoded

    def build_reviewed(
        self, previous: Previous | None, changes: Changes, preparer: Preparer, review: ReviewSnapshot | None
    ) -> tuple[Snapshot | Review, int]:
        """Publish the next snapshot, as `build` does, unless `review` holds it back. Then return its review.

        If the rows of `previous` cannot be reused, its documents are added again. Documents whose rows have English
        terms, although they are in another language, are added again too.
        """
        base = self.reusable(previous)
        gone = changes.removed | {document.reference.id for document, _ in changes.added}
        stay = [one for one in previous.documents() if one.reference.id not in gone] if previous else []
        after = changes.origins_after(stay).items()
        # A version has no copies of sources of the last one, so write those of every document again.
        origins = {name: origin for name, origin in after if origin.copies or name in changes.origins}
        added: Iterable[tuple[Document, Origin]] = self._store.originals.store_all(changes.added)
        if previous:
            again = stay if base is None else [one for one in stay if _has_foreign_terms(base, one)]
            added = [*((previous.document(one.reference.id), one.origin) for one in again), *added]
            gone |= {one.reference.id for one in again}
        new = preparer.finish(added)
        change_set = ChangeSet(
            previous.id if previous else None,
            gone,
            new,
            self._encoder.name,
            self._encoder.digest,
            self._encoder.dimension,
            self._chunker.size,
            origins,
        )
        if review is None:
            return self._store.publish(base, change_set), new.encoded_now
        return self._store.publish_reviewed(base, change_set, review), new.encoded_now


def _has_foreign_terms(snapshot: Snapshot, stored: StoredDocument) -> bool:
    """Return whether the rows of a document have English terms, although it is in another language."""
    return not snapshot.has_terms_by_language and known(stored.language) != DEFAULT
