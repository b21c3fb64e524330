"""Copies a snapshot from files into the database. Documents that the database has already are not copied again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from rag.snapshots.postgres.new_documents import digest_of, of_snapshot
from rag.snapshots.postgres.store import PostgresStore
from rag.snapshots.postgres.version import VersionRecord
from rag.snapshots.postgres.writing import ChangeWriter
from rag.snapshots.records import Origin, Source, StoredDocument
from rag.snapshots.snapshot import Snapshot

_BLOCK = 20_000  # passages in memory at once

_HELD = """
SELECT d.id, d.fingerprint, f.digest, d.source, d.source_sha256, d.copies
FROM document d JOIN facts f ON f.document = d.number
"""


@dataclass(frozen=True, slots=True)
class _Held:
    """A document in the database: the digests that say whether it is the same, and its sources."""

    fingerprint: str
    digest: bytes
    sources: tuple[Source, ...]


def copy_snapshot(store: PostgresStore, snapshot: Snapshot) -> None:
    """Make a snapshot the current version of the database, under its id. Call only inside `writing`.

    Raises IndexUnavailable, CorruptSnapshot. Then nothing has changed.
    """
    serving = store.serving()
    if serving is not None and serving.id == snapshot.id:
        return
    if snapshot.id in store.ids():
        store.point_to(snapshot.id)
        return
    base = serving if serving and _fits(serving, snapshot) else None
    held = _held(store, base.number) if base else {}
    digests = _digests(snapshot)
    stored = snapshot.documents()
    stays = {
        one.reference.id
        for one, digest in zip(stored, digests, strict=True)
        if (same := held.get(one.reference.id)) and (same.fingerprint, same.digest) == (one.origin.fingerprint, digest)
    }
    with store.next_version() as (connection, number):
        writer = ChangeWriter(connection, number, snapshot.manifest.created)
        writer.begin(base.number if base else 0, held.keys() - stays)
        places = [place for place, one in enumerate(stored) if one.reference.id not in stays]
        for block in _blocks(stored, places):
            writer.add(of_snapshot(snapshot, [stored[place] for place in block], snapshot.signatures[block]))
        writer.set_origins(_changed_origins(stored, held, stays))
        writer.finish(snapshot.id, snapshot.manifest.model_copy(update={"files": {}}))


def _fits(serving: VersionRecord, snapshot: Snapshot) -> bool:
    """Return whether the vectors in the database are those of the same encoder."""
    before, after = serving.manifest, snapshot.manifest
    return (before.encoder_digest, before.dimension) == (after.encoder_digest, after.dimension)


def _held(store: PostgresStore, version: int) -> dict[str, _Held]:
    with store.connections.showing(version, None) as connection:
        found = connection.execute(_HELD).fetchall()
    return {
        str(name): _Held(
            str(fingerprint),
            bytes(digest),
            (Source(str(source), str(sha256)), *(Source(*copy) for copy in copies)),
        )
        for name, fingerprint, digest, source, sha256, copies in found
    }


def _digests(snapshot: Snapshot) -> list[bytes]:
    """Return the digest of each document of a snapshot, in their order."""
    words, stored = snapshot.lexical.inverted()[0], snapshot.documents()
    passages = dict(snapshot.reader.all_passages())
    return [
        digest_of(
            passages.get(number, ()),
            words.lengths[one.first_row : one.first_row + one.rows],
            snapshot.signatures[number],
        )
        for number, one in enumerate(stored)
    ]


def _blocks(stored: Sequence[StoredDocument], places: Sequence[int]) -> Iterator[list[int]]:
    """Yield the places of documents in blocks of about _BLOCK passages."""
    if not places:
        return
    ends = np.cumsum([stored[place].rows for place in places])
    for block in np.split(np.array(places), np.flatnonzero(np.diff(ends // _BLOCK)) + 1):
        yield block.tolist()


def _changed_origins(stored: Sequence[StoredDocument], held: Mapping[str, _Held], stays: set[str]) -> dict[str, Origin]:
    """Return the origins of the documents that stay, but have other sources than in the database."""
    staying = (one for one in stored if one.reference.id in stays)
    return {one.reference.id: one.origin for one in staying if one.origin.sources != held[one.reference.id].sources}
