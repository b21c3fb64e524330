"""Builds an index in a temporary folder, and measures the speed of ingest and the size of the index."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rag.benchmarking.metered_encoder import MeteredEncoder
from rag.errors import UnreadableSource
from rag.service import Service
from rag.snapshots import Builder, Changes, Progress, Snapshot, StoredDocument
from rag.wiring import assemble

REENCODED_PASSAGES = 2_000
"""The approximate number of passages of an existing index to re-encode for the speed of ingest."""


@dataclass(frozen=True, slots=True)
class Ingested:
    """The speed of an ingest.

    `tokens` is the number of tokens that the encoder read. `seconds` is the time of the ingest, and `encoding` the part
    of it in the encoder. `read` is whether the time includes reading files.
    """

    documents: int
    passages: int
    tokens: int
    seconds: float
    encoding: float
    read: bool

    @property
    def passage_rate(self) -> float:
        """Passages a second, from files to a verified snapshot."""
        return self.passages / self.seconds

    @property
    def token_rate(self) -> float:
        """Tokens a second, from files to a verified snapshot."""
        return self.tokens / self.seconds


@dataclass(frozen=True, slots=True)
class Size:
    """The size of a snapshot: documents, passages, and the bytes of each of its files and folders."""

    documents: int
    passages: int
    parts: Mapping[str, int]

    @property
    def total(self) -> int:
        """The size of the snapshot in bytes."""
        return sum(self.parts.values())


def ingest(service: Service, paths: Sequence[Path], progress: Progress) -> Ingested:
    """Ingest files and folders into the empty index of `service`. Raises UnreadableSource if they have no text."""
    encoder = MeteredEncoder(service.parts.encoder)  # loads the model before the clock starts
    ingestion = assemble(service.settings, encoder=encoder).parts.ingestion
    began = time.perf_counter()
    report = ingestion.ingest(paths, progress)
    seconds = time.perf_counter() - began
    if not report.encoded:
        raise UnreadableSource(
            f"no passage was found in {' '.join(map(str, paths))}: run 'rag ingest' to see the reason"
        )
    return _ingested(service, encoder, report.encoded, seconds, read=True)


def reencode(snapshot: Snapshot, service: Service, progress: Progress) -> Ingested:
    """Index some documents of a snapshot, evenly spaced, in the empty index of `service`."""
    encoder = MeteredEncoder(service.parts.encoder)
    store = service.parts.store
    stored = _spread(snapshot.documents(), REENCODED_PASSAGES / max(len(snapshot), 1))
    changes = Changes(added=[(snapshot.document(one.reference.id), one.origin) for one in stored])
    builder = Builder(store, encoder, service.settings.chunk_tokens, keep=1)
    began = time.perf_counter()
    with store.writing(), builder.preparer(None, progress) as preparer:
        _, encoded = builder.build(None, changes, preparer)
    return _ingested(service, encoder, encoded, time.perf_counter() - began, read=False)


def size(snapshot: Snapshot) -> Size:
    """Return the size of a snapshot."""
    manifest = snapshot.manifest
    parts: dict[str, int] = {}
    for name, file in manifest.files.items():
        part = name.partition("/")[0]
        parts[part] = parts.get(part, 0) + file.size
    return Size(manifest.documents, manifest.chunks, parts)


def _ingested(service: Service, encoder: MeteredEncoder, encoded: int, seconds: float, *, read: bool) -> Ingested:
    documents = service.snapshot().manifest.documents
    return Ingested(documents, encoded, encoder.tokens, seconds, encoder.clock.seconds, read)


def _spread(documents: Sequence[StoredDocument], share: float) -> list[StoredDocument]:
    """Return a share of the documents, evenly spaced, and at least one."""
    count = min(max(round(len(documents) * share), 1), len(documents))
    return [documents[number * len(documents) // count] for number in range(count)]
