"""A replica that asks a database answers as its writer, and holds no snapshot."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from rag.errors import ConfigurationError, IndexUnavailable, ReplicationError, UnknownDocument, WriteRefused
from rag.service import View
from rag.snapshots import ListRequest
from rag.types import Ask
from tests import samples
from tests.postgres.pairs import Pair
from tests.snapshots.replicas.places import answer, texts

QUESTION = "What do permits cost?"
LONG = " ".join(f"Section {n} covers permits of class {n}." for n in range(60))


def test_a_replica_answers_as_its_writer_without_a_snapshot_of_its_own(pair: Pair, tmp_path: Path) -> None:
    pair.publish(fees="Permits cost 20 euros.", long=LONG)
    replica = pair.replica()
    replica.pull()
    assert texts(replica) == texts(pair.writer)
    assert answer(replica, QUESTION) == answer(pair.writer, QUESTION) != ""
    assert replica.snapshot().id == pair.writer.snapshot().id
    pair.publish(fees="Permits cost 30 euros.")
    replica.pull()
    assert "30 euros" in answer(replica, QUESTION)
    assert [one.id for one in replica.snapshots()] == [one.id for one in pair.writer.snapshots()]
    assert not (tmp_path / "replica" / "snapshots").exists()


def test_everything_about_documents_is_the_same_at_a_replica(pair: Pair) -> None:
    samples.ingest(pair.writer, samples.write(pair.articles.folder / "samples"))
    pair.publish(fees="Permits cost 20 euros.")
    pair.publish(fees="Permits cost 30 euros.")
    replica = pair.replica()
    replica.pull()
    ways: list[Callable[[View], object]] = [
        lambda one: one.facets()[0],
        lambda one: [
            (version.stored.origin.sha256, version.snapshot, version.since, version.current)
            for version in one.versions("fees")
        ],
        lambda one: [(hit.text, round(hit.score, 2)) for hit in one.search(Ask(question="fruit juice levy"))[0]],
    ]
    for service in (pair.writer, replica):
        assert service.snapshot().listed(ListRequest(words=("LEVY",), order="title")).total == 1
    assert replica.snapshot().near_duplicates == pair.writer.snapshot().near_duplicates
    for way in ways:
        assert way(replica.view(None)) == way(pair.writer.view(None))
    assert len(replica.view(None).versions("fees")) == 2


def test_only_documents_that_changed_are_written(pair: Pair, database: str) -> None:
    pair.publish(fees="Permits cost 20 euros.", long=LONG, other="Another text.")
    with psycopg.connect(database) as connection:
        before = connection.execute("SELECT max(document) FROM rag.facts").fetchone()
        pair.publish(fees="Permits cost 30 euros.")
        after = connection.execute("SELECT max(document) FROM rag.facts").fetchone()
    assert before is not None
    assert after == (before[0] + 1,)


def test_a_rollback_and_a_removal_reach_a_replica(pair: Pair) -> None:
    pair.publish(fees="Permits cost 20 euros.", other="Another text.")
    pair.publish(fees="Permits cost 30 euros.")
    replica = pair.replica()
    pair.writer.activate("1")
    pair.writer.publish()
    replica.pull()
    assert "20 euros" in answer(replica, QUESTION)
    pair.publish(fees="Permits cost 40 euros.")
    replica.pull()
    assert sorted(texts(replica).values()) == ["Another text.", "Permits cost 40 euros."]
    (pair.articles.folder / "other.txt").unlink()
    pair.articles.ingest(pair.writer, prune=True)
    pair.writer.publish()
    replica.pull()
    assert texts(replica) == {"fees": "Permits cost 40 euros."}


def test_a_copy_of_a_file_changes_only_the_sources_of_its_document(pair: Pair, database: str) -> None:
    pair.publish(fees="Permits cost 20 euros.")
    pair.publish(copy="Permits cost 20 euros.")
    replica = pair.replica()
    replica.pull()
    [stored] = replica.snapshot().documents()
    assert stored.origin.sources == pair.writer.snapshot().documents()[0].origin.sources
    assert len(stored.origin.sources) == 2
    with psycopg.connect(database) as connection:
        assert connection.execute("SELECT count(*) FROM rag.facts").fetchone() == (1,)


def test_what_no_snapshot_has_is_deleted_also_from_the_postings(pair: Pair, database: str) -> None:
    pair.publish(fees="Permits cost 20 euros.", secret="The quagga lives in the zoo.")
    pair.writer.erase(["secret"])
    pair.writer.publish()
    pair.writer.repair_storage()
    with psycopg.connect(database) as connection:
        for table in ("chunks", "entries", "fields", "files"):
            assert "quagga" not in str(connection.execute(f"SELECT * FROM rag.{table}").fetchall())
        rows = connection.execute('SELECT "row" FROM rag.chunks').fetchall()
        postings = connection.execute("SELECT sum(length(rows)) / 4 FROM rag.postings").fetchone()
    replica = pair.replica()
    replica.pull()
    assert len(rows) == 1
    assert postings is not None
    assert 0 < postings[0] < 20
    assert answer(replica, QUESTION) == answer(pair.writer, QUESTION) != ""


def test_a_replica_changes_nothing_and_says_where_its_index_is(pair: Pair, tmp_path: Path) -> None:
    pair.publish(fees="Permits cost 20 euros.")
    replica = pair.replica()
    replica.pull()
    with pytest.raises(WriteRefused, match="replica of the index at"):
        pair.articles.ingest(replica)
    with pytest.raises(WriteRefused, match="the index of this replica is in the database"):
        replica.verify()
    with pytest.raises(WriteRefused, match="rag backup"):
        replica.backup(tmp_path / "backup")
    with pytest.raises(UnknownDocument):
        replica.snapshot().document("none")


def test_an_original_is_taken_when_somebody_asks_for_it(pair: Pair, tmp_path: Path) -> None:
    pair.publish(fees="Permits cost 20 euros.")
    replica = pair.replica()
    replica.pull()
    assert not list((tmp_path / "replica").glob("originals/*/*"))
    assert replica.view(None).original("fees").path.read_bytes() == b"Permits cost 20 euros."


def test_a_second_index_does_not_replace_what_the_first_published(pair: Pair) -> None:
    pair.publish(fees="Permits cost 20 euros.")
    other = pair.service("other")
    samples.ingest(other, samples.write(pair.articles.folder / "samples"))
    with pytest.raises(ReplicationError, match="--take-over"):
        other.publish()
    other.publish(take_over=True)
    replica = pair.replica()
    replica.pull()
    assert texts(replica) == texts(other)


def test_nothing_published_and_a_server_that_does_not_answer_are_named(pair: Pair, tmp_path: Path, server: str) -> None:
    with pytest.raises(ReplicationError, match="nothing is published in the database of RAG_SNAPSHOTS yet"):
        pair.replica().pull()
    gone = Pair(tmp_path / "gone", pair.articles, "postgresql://rag@127.0.0.1:9/none?connect_timeout=1")
    replica = gone.replica()
    with pytest.raises(IndexUnavailable, match="the database of RAG_SNAPSHOTS does not answer: check that it runs"):
        replica.pull()
    with pytest.raises(IndexUnavailable):
        replica.snapshot()
    with pytest.raises(ConfigurationError, match="PGPASSWORD"):
        Pair(tmp_path / "open", pair.articles, "postgresql://rag:secret@127.0.0.1/none")


def test_a_replica_needs_only_to_read(pair: Pair, database: str) -> None:
    pair.publish(fees="Permits cost 20 euros.")
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("CREATE ROLE rag_reader LOGIN")
        connection.execute("GRANT USAGE ON SCHEMA rag TO rag_reader")
        connection.execute("GRANT SELECT ON ALL TABLES IN SCHEMA rag TO rag_reader")
    reader = pair.service(
        "reader", snapshots=database.replace("postgres:@", "rag_reader@"), writer="http://127.0.0.1:9"
    )
    reader.pull()
    assert answer(reader, QUESTION) == answer(pair.writer, QUESTION) != ""
    assert texts(reader) == texts(pair.writer)
    with pytest.raises(IndexUnavailable, match="permission denied"):
        reader.parts.store.database.activate(reader.snapshot().id)  # type: ignore[attr-defined]
