"""A writer that publishes in a database, and replicas that ask it."""

from __future__ import annotations

from pathlib import Path

from rag.service import Service
from rag.settings import Settings
from rag.wiring import assemble
from tests.articles import Articles


class Pair:
    """A writer, its articles, and what a replica needs to follow it."""

    def __init__(self, folder: Path, articles: Articles, database: str) -> None:
        self.articles = articles
        self._folder, self._database = folder, database
        self.writer = self.service("writer")

    def service(self, name: str, **changes: object) -> Service:
        settings = {"encoder": "hashing", "least_confidence": 0, "snapshots": self._database, **changes}
        return assemble(Settings(_env_file=None, index_dir=self._folder / name, **settings))  # type: ignore[arg-type]

    def replica(self, name: str = "replica") -> Service:
        return self.service(name, writer="http://127.0.0.1:9")

    def publish(self, **texts: str) -> None:
        """Write articles, ingest them, and publish."""
        for name, text in texts.items():
            self.articles.write(f"{name}.txt", text)
        self.articles.ingest(self.writer)
        self.writer.publish()
