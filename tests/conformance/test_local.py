"""The snapshots in files pass the tests of every index."""

from __future__ import annotations

from pathlib import Path

from rag.snapshots.protocol import IndexStore
from tests import samples
from tests.conformance.suite import IndexSuite


class TestLocal(IndexSuite):
    """The store of one machine, with an exact search."""

    @classmethod
    def new_store(cls, folder: Path) -> IndexStore:
        return samples.service(folder).parts.store
