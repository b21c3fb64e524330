"""An index into which tests ingest feeds."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rag.feeds import FetchSettings
from rag.ingest.ingestion import Ingestion
from rag.ingest.ledger import Ledger, Status, statuses
from rag.ingest.publication import Report
from tests.articles import Index, quietly


class FeedIndex(Index):
    """An index into which a test ingests feeds. Its encoder records the passages that it encodes."""

    def __init__(self, directory: Path, settings: FetchSettings) -> None:
        super().__init__(directory)
        self.ingestion = Ingestion(self.store, self.builder, web=settings)

    def read(self, *feeds: str, paths: Sequence[Path] = (), prune: bool = False) -> Report:
        """Ingest feeds."""
        return self.ingestion.ingest(paths, quietly, prune=prune, feeds=feeds)

    def statuses(self) -> dict[str, Status]:
        """Return the status of each source, from the ledger and the snapshot."""
        documents = self.store.current().documents() if self.store.ids() else ()
        return {one.source: one for one in statuses(documents, Ledger(self.store.directory).read())}


def states(report: Report) -> dict[str, str]:
    """Return the state of each source in a report, by its path on the site."""
    return {"/" + item.source.partition("://")[2].partition("/")[2]: item.state for item in report.items}


def reason(report: Report) -> str:
    """Return the reason of the only source that failed."""
    (item,) = report.failed
    assert item.reason is not None
    return item.reason
