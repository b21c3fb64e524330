"""An index that tests ingest feeds into."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rag.feeds import Web
from rag.ingest.ingestion import Ingestion, Report
from rag.ingest.ledger import Ledger, Status, statuses
from tests.articles import Index, quietly


class Reader(Index):
    """An index into which feeds are read, with an encoder that counts."""

    def __init__(self, directory: Path, web: Web) -> None:
        super().__init__(directory)
        self.ingestion = Ingestion(self.store, self.builder, web=web)

    def read(self, *feeds: str, paths: Sequence[Path] = (), prune: bool = False) -> Report:
        """Ingest feeds."""
        return self.ingestion.ingest(paths, quietly, prune=prune, feeds=feeds)

    def told(self) -> dict[str, Status]:
        """Return the state of each source, as the ledger and the snapshot have it."""
        documents = self.store.current().documents() if self.store.ids() else ()
        return {one.source: one for one in statuses(documents, Ledger(self.store.directory).read())}


def states(report: Report) -> dict[str, str]:
    """Return what became of each source by its path on the site."""
    return {"/" + item.source.partition("://")[2].partition("/")[2]: item.state for item in report.items}


def reason(report: Report) -> str:
    """Return why the one source that failed did."""
    (item,) = report.failed
    assert item.reason is not None
    return item.reason
