"""The indexes of earlier formats that `make_formats` has written."""

from __future__ import annotations

import json
import tarfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rag.ingest.ingestion import Ingestion
from rag.service import Service
from rag.settings import Settings
from rag.snapshots import Builder, Changes, Snapshot, SnapshotStore
from rag.snapshots.manifest import FORMAT, READABLE
from rag.types import Document, Heading, Reference, Span
from rag.wiring import assemble

FOLDER = Path(__file__).parent / "formats"
FORMATS = sorted(int(file.name.partition(".")[0]) for file in FOLDER.glob("*.tar.xz"))
OLDER = [number for number in FORMATS if number not in READABLE]
NEWER = FORMAT + 1


@dataclass(frozen=True)
class Earlier:
    """An index of an earlier format in a folder of the test."""

    format: int
    directory: Path
    documents: dict[str, Document]
    sources: dict[str, list[str]]

    @property
    def backup(self) -> Path:
        return self.directory.parent / "backup.tar"

    @property
    def current(self) -> str:
        return (self.directory / "CURRENT").read_text().strip()

    def service(self, **settings: Any) -> Service:
        """Return a service over the index."""
        options = {"index_dir": self.directory, "encoder": "hashing", "least_confidence": 0.0, **settings}
        return assemble(Settings(_env_file=None, **options))


def unpack(number: int, folder: Path) -> Earlier:
    """Unpack the index of one format into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    with tarfile.open(FOLDER / f"{number}.tar.xz") as archive:
        archive.extractall(folder, filter="data")
    recorded = json.loads((folder / "documents.json").read_bytes())
    documents = {one["reference"]["id"]: _document(one) for one in recorded}
    sources = {one["reference"]["id"]: one["sources"] for one in recorded}
    return Earlier(number, folder / "index", documents, sources)


def documents_of(snapshot: Snapshot) -> dict[str, Document]:
    """Return all documents of a snapshot by id."""
    return {stored.reference.id: snapshot.document(stored.reference.id) for stored in snapshot.documents()}


def sources_of(snapshot: Snapshot) -> dict[str, list[str]]:
    """Return the names of the sources of each document, by id."""
    return {stored.reference.id: [source.name for source in stored.origin.sources] for stored in snapshot.documents()}


def rebuilt_from_scratch(snapshot: Snapshot, folder: Path) -> Service:
    """Return a service over a new index with the documents of a snapshot."""
    service = assemble(Settings(_env_file=None, index_dir=folder, encoder="hashing", least_confidence=0.0))
    store: SnapshotStore = service.parts.store
    builder = Builder(store, service.parts.encoder, service.settings.chunk_tokens, keep=1)
    added = [(snapshot.document(one.reference.id), one.origin) for one in snapshot.documents()]
    with store.writing(), builder.preparer(None, lambda *_: None) as preparer:
        builder.build(None, Changes(added), preparer)
    return service


def ingestion_of(service: Service) -> Ingestion:
    return service.parts.ingestion


def _document(one: dict[str, Any]) -> Document:
    metadata = {name: tuple(value) if isinstance(value, list) else value for name, value in one["metadata"].items()}
    headings = tuple(Heading(Span(**each["span"]), each["level"], each["title"]) for each in one["headings"])
    return Document(
        Reference(**one["reference"]), one["text"], one["language"], metadata, headings, tuple(one["pages"])
    )
