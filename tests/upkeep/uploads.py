"""Helpers for tests of upkeep: uploads, the upkeep of an index, and the documents in it."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rag.upkeep import Job, Upkeep, Upload
from tests.articles import Index


def text_upload(document_id: str, text: str) -> Upload:
    """Return an upload of a text in JSON."""
    return Upload(document_id, "text.jsonl", json.dumps({"text": text}).encode())


@contextmanager
def open_upkeep(index: Index) -> Iterator[Upkeep]:
    """Yield the upkeep of an index, and close it afterwards."""
    upkeep = Upkeep(index.store.directory / ".jobs", lambda: index.ingestion)
    try:
        yield upkeep
    finally:
        upkeep.close()


def wait_for_reason(upkeep: Upkeep, job: Job) -> Job:
    """Wait until a job has a reason to wait, and return it."""
    deadline = time.monotonic() + 60
    while (found := upkeep.job(job.id)).reason is None:
        assert time.monotonic() < deadline, "the job has no reason to wait"
        time.sleep(0.05)
    return found


def count_snapshots(index: Index) -> int:
    """Return how many snapshots were ever built."""
    return int(index.store.ids()[-1].split("-")[0])


def reopened(index: Index) -> dict[str, str]:
    """Return the texts of the documents by id, as another process reads them."""
    return Index(Path(index.store.directory), index.encoder).texts()
