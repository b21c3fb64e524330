"""What the tests of maintenance share: documents to give, an index to give them to, and what it then holds."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rag.upkeep import Given, Upkeep
from tests.articles import Index


def given(document_id: str, text: str) -> Given:
    """Return a document as JSON gives it."""
    return Given(document_id, "text.jsonl", json.dumps({"text": text}).encode())


@contextmanager
def maintained(index: Index) -> Iterator[Upkeep]:
    """Lend what carries out the jobs of an index."""
    upkeep = Upkeep(index.store.directory / ".jobs", lambda: index.ingestion)
    try:
        yield upkeep
    finally:
        upkeep.close()


def count_snapshots(index: Index) -> int:
    """Return how many snapshots were ever made."""
    return int(index.store.ids()[-1].split("-")[0])


def reopened(index: Index) -> dict[str, str]:
    """Return the texts that another process finds, by their ids."""
    return Index(Path(index.store.directory), index.encoder).texts()
