"""Documents are copied from the database of an earlier snapshot unchanged, or not at all."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from rag.errors import CorruptSnapshot
from rag.index.filters import parse
from rag.snapshots.database import Reader
from rag.snapshots.records import Origin, Passage
from rag.snapshots.writer import Writer
from rag.types import Chunk, Document, Inferred, Reference, Span

TIME, EARLIER = "2026-02-01T00:00:00+00:00", "2026-01-01T00:00:00+00:00"


@pytest.fixture
def earlier(tmp_path: Path) -> Path:
    """A database of three documents. The first has no chunks; the others have two each."""
    with closing(Writer(tmp_path / "earlier", TIME)) as writer:
        for name, rows in (("none", 0), ("one", 2), ("two", 2)):
            document = Document(Reference(name, name.title()), "Text." * rows, metadata={"topic": (name, "all")})
            chunks = [Passage(Chunk(Span(row * 5, row * 5 + 5)), "Text.", name.encode(), "[]") for row in range(rows)]
            writer.add(document, Origin(name, "", "", ""), chunks)
    return tmp_path / "earlier"


def _copied(earlier: Path, path: Path, *names: str) -> Reader:
    with closing(Writer(path, TIME)) as writer:
        writer.copy(earlier, names, EARLIER)
    return Reader.of(path)


def test_copied_documents_keep_their_order_without_gaps_in_rows(earlier: Path, tmp_path: Path) -> None:
    with closing(_copied(earlier, tmp_path / "next", "two", "none")) as reader:
        assert [(one.reference.id, one.first_row, one.rows) for one in reader.documents()] == [
            ("none", 0, 0),
            ("two", 0, 2),
        ]
        assert list(reader.encoding_keys()) == [(0, b"two"), (1, b"two")]
        assert reader.document("two").text == "Text.Text."
        assert reader.fields == ("id", "title", "topic")


def test_a_document_added_after_a_copy_gets_the_next_rows(earlier: Path, tmp_path: Path) -> None:
    with closing(Writer(tmp_path / "next", TIME)) as writer:
        writer.copy(earlier, ["one"], EARLIER)
        writer.add(
            Document(Reference("new", "New"), "New."),
            Origin("new", "", "", ""),
            [Passage(Chunk(Span(0, 4)), "New.", b"", "[]")],
        )
    with closing(Reader.of(tmp_path / "next")) as reader:
        assert [hit.text for hit in reader.hits([0, 1, 2], [1, 1, 1])] == ["Text.", "Text.", "New."]


def test_a_damaged_database_is_reported_and_not_copied(earlier: Path, tmp_path: Path) -> None:
    earlier.write_bytes(b"no database" * 1_000)
    with pytest.raises(CorruptSnapshot, match=r"earlier cannot be read, .+: run 'rag snapshots verify'"):
        _copied(earlier, tmp_path / "next", "one").close()


def test_a_filter_reads_no_values_after_the_filters_are_warm(earlier: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with closing(Reader.of(earlier)) as reader:
        reader.warm_filters()
        queries: list[str] = []

        def record(_: Reader, query: str, values: tuple[object, ...] = ()) -> list[object]:
            queries.append(query)
            return []

        monkeypatch.setattr(Reader, "_all", record)
        reader.rows_passing(parse({"topic": ["one", "all"]}))
    assert queries
    assert not any("DISTINCT text" in query for query in queries)


def test_the_most_frequent_values_of_the_passing_documents_are_listed(earlier: Path) -> None:
    with closing(Reader.of(earlier)) as reader:
        assert reader.values_among("topic", [], 2) == (["all", "none"], 4)
        assert reader.values_among("topic", parse({"id": "two"}), 5) == (["all", "two"], 2)


def test_a_copied_document_keeps_its_time_and_the_words_about_its_dates(earlier: Path, tmp_path: Path) -> None:
    stated = Document(Reference("law", "Law"), "In force.", None, {"valid_from": "2021-03-01"})
    stated = replace(stated, inferred=(Inferred("valid_from", Span(0, 9)),))
    with closing(Writer(tmp_path / "first", EARLIER)) as writer:
        writer.add(stated, Origin("law", "", "", ""), [Passage(Chunk(Span(0, 9)), "In force.", b"", "[]")])
    with closing(_copied(tmp_path / "first", tmp_path / "next", "law")) as reader:
        found = reader.stored_document("law")
        assert (found.origin.indexed, reader.document("law")) == (EARLIER, stated)
        assert found.validity is not None
        assert (found.validity.first, found.validity.last) == ("2021-03-01", None)


def test_a_document_of_an_older_format_counts_as_indexed_with_its_snapshot(earlier: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(earlier)) as connection:
        connection.executescript("DROP TABLE indexed; DROP TABLE inferred")
    with closing(_copied(earlier, tmp_path / "next", "one")) as reader:
        assert reader.stored_document("one").origin.indexed == EARLIER
    with closing(Reader.of(earlier)) as reader:
        assert reader.stored_document("one").origin.indexed is None
