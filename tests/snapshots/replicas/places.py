"""A writer and replicas in one process, and storages that fail."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import Any

from rag.errors import ReplicationError
from rag.service import Service
from rag.settings import Settings
from rag.snapshots.replicas import Companions, Publisher, Puller, Storage, open_storage
from rag.snapshots.replicas.publishing import GRACE_SECONDS
from rag.types import Ask
from rag.wiring import assemble
from tests.articles import Articles
from tests.encoders import Killed

WRITER = "http://writer.test"


class Place:
    """A storage in a folder, the writer that publishes there, and new replicas of it."""

    def __init__(self, folder: Path, articles: Articles, address: str | None = None) -> None:
        self.folder = folder / "storage"
        self.folder.mkdir()
        self.address = address or f"file://{self.folder}"
        self.articles = articles
        self.writer = self._service(folder / "writer")
        self._replicas = folder

    def replica(self, name: str = "replica") -> Service:
        """Return a replica with a folder of its own. It has pulled nothing yet."""
        return self._service(self._replicas / name, writer=WRITER)

    def publish(self, *texts: str) -> None:
        """Index a document for each text, `0.txt` and so on, and publish."""
        for number, text in enumerate(texts):
            self.articles.write(f"{number}.txt", text)
        self.articles.ingest(self.writer)
        self.writer.publish()

    def _service(self, folder: Path, writer: str | None = None) -> Service:
        return assemble(Settings(index_dir=folder, encoder="hashing", snapshots=self.address, writer=writer))


class Counting:
    """A storage that counts its calls and the bytes moved, and runs `on_call` before each call."""

    def __init__(self, storage: Storage, on_call: Callable[[int], None] = lambda _: None) -> None:
        self.address = storage.address
        self.calls = 0
        self.moved = 0
        self._storage = storage
        self._on_call = on_call

    def _count(self) -> None:
        self.calls += 1
        self._on_call(self.calls)

    def sizes(self, folder: str) -> dict[str, int]:
        self._count()
        return self._storage.sizes(folder)

    def blocks(self, name: str, size: int) -> Iterator[bytes]:
        self._count()
        for block in self._storage.blocks(name, size):
            self.moved += len(block)
            yield block

    def read(self, name: str) -> bytes:
        self._count()
        return self._storage.read(name)

    def put(self, name: str, content: Path | bytes) -> None:
        self._count()
        self.moved += len(content) if isinstance(content, bytes) else content.stat().st_size
        self._storage.put(name, content)

    def create(self, name: str, content: bytes) -> bool:
        self._count()
        return self._storage.create(name, content)

    def delete(self, names: Collection[str]) -> None:
        self._count()
        self._storage.delete(names)


def gone_at(n: int) -> Callable[[int], None]:
    """Let the storage be gone from its n-th call on."""

    def on_call(number: int) -> None:
        if number >= n:
            raise ReplicationError("the storage is gone")

    return on_call


def killed_at(n: int) -> Callable[[int], None]:
    """Let the process die at the n-th call to the storage."""

    def on_call(number: int) -> None:
        if number >= n:
            raise Killed

    return on_call


def publisher(service: Service, storage: Storage, grace: float = GRACE_SECONDS) -> Publisher:
    """Return another publisher of a service, as another process would have it."""
    return Publisher(service.parts.store, storage, _companions(service), grace)


def puller(service: Service, storage: Storage, **options: Any) -> Puller:
    """Return another puller of a service."""
    return Puller(service.parts.store, storage, _companions(service), **options)


def storage_of(place: Place) -> Storage:
    """Open the storage once more."""
    return open_storage(place.address)


def texts(service: Service) -> dict[str, str]:
    """Return the text of each document by its id."""
    snapshot = service.parts.store.refresh()
    return {one.reference.id: snapshot.document(one.reference.id).text.strip() for one in snapshot.documents()}


def answer(service: Service, question: str) -> str:
    """Return the statements of an answer."""
    return " ".join(one.text for one in service.view(None).answer(Ask(question)).statements)


def _companions(service: Service) -> Companions:
    return Companions(service.settings.index_dir, service.keeper.seals)
