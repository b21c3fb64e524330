"""A folder of articles that a test writes, changes and ingests."""

from __future__ import annotations

from pathlib import Path

from rag.ingest.ingestion import Ingestion
from rag.ingest.publication import Report
from rag.service import Service
from rag.settings import Settings
from rag.snapshots import Builder, Changes, Snapshot, SnapshotStore
from rag.wiring import assemble
from tests.encoders import CountingEncoder


class Articles:
    """Files in one folder; `ingest` reads them all."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()

    def write(self, name: str, content: str | bytes) -> Path:
        """Write or overwrite one file."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def ingest(self, service: Service, *, prune: bool = False) -> Report:
        """Index the folder."""
        return service.ingest([self.folder], quietly, prune=prune)


class Index:
    """An index that a counting encoder builds."""

    def __init__(
        self, directory: Path, encoder: CountingEncoder | None = None, chunk_tokens: int = 200, keep: int = 3
    ) -> None:
        self.encoder = encoder or CountingEncoder()
        service = assemble(Settings(index_dir=directory, encoder="hashing"))
        self.store: SnapshotStore = service.parts.store
        self.builder = Builder(self.store, self.encoder, chunk_tokens, keep)
        self.ingestion = Ingestion(self.store, self.builder)

    def ingest(self, articles: Articles, *, prune: bool = False) -> Report:
        """Index a folder of articles."""
        return self.ingestion.ingest([articles.folder], quietly, prune=prune)

    def texts(self) -> dict[str, str]:
        """Return the text of each document in the current snapshot by its id."""
        snapshot = self.store.current()
        return {stored.reference.id: snapshot.document(stored.reference.id).text for stored in snapshot.documents()}


def built(builder: Builder, previous: Snapshot | None, changes: Changes) -> Snapshot:
    """Publish the snapshot after `previous`. Call it while holding the writer's lock."""
    with builder.preparer(previous, quietly) as preparer:
        return builder.build(previous, changes, preparer)[0]


def quietly(done: int, total: int) -> None:
    """Check that progress is in range, and print nothing."""
    assert 0 <= done <= total


def states(report: Report) -> dict[str, str]:
    """Return the state of each source by its file name."""
    return {Path(item.source).name: item.state for item in report.items}
