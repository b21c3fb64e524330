"""A forged backup with correct checksums is refused before it is published, whatever part of it is forged."""

from __future__ import annotations

import io
import json
import shutil
import sqlite3
import tarfile
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import faiss
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag import arrays
from rag.errors import CorruptSnapshot, IncompatibleSnapshot
from rag.ingest.found import origin_of
from rag.snapshots import Changes
from rag.snapshots.manifest import MANIFEST, digests
from rag.snapshots.soundness import fault
from tests import samples
from tests.articles import Articles, Index, built
from tests.cases import cases
from tests.documents import documents

LEVY = """---
title: The levy
author: Ada Obi
topic: [tax, health]
year: 2018
rate: 0.5
in force: true
---

The levy took effect on 6 April 2018. It applies to all drinks with sugar.

## Exemptions

These drinks are exempt from the levy:

- fruit juices without any sugar that was added;
- drinks that contain at least 75 per cent of milk;
- drinks of producers who make less than a million litres a year.

## Notice

Tell the tax office a week before the first sale of a new drink.
"""


@dataclass(frozen=True)
class Forgery:
    """The files of a sound snapshot, for a test to change, and the index that must refuse them."""

    index: Index
    folder: Path

    def database(self) -> sqlite3.Connection:
        return sqlite3.connect(self.folder / "documents.sqlite")

    def sql(self, statements: str) -> None:
        """Change the database. The structure of the file stays valid."""
        with closing(self.database()) as connection:
            connection.executescript(statements)

    def array(self, name: str, change: Callable[[Any], Any]) -> None:
        """Replace an array by `change` of it."""
        path = self.folder / f"{name}.npy"
        np.save(path, change(np.load(path)), allow_pickle=True)

    def manifest(self, **fields: Any) -> None:
        content = json.loads((self.folder / MANIFEST).read_bytes()) | fields
        (self.folder / MANIFEST).write_text(json.dumps(content))

    def pack(self) -> Path:
        """Write a backup of the files as they are, with correct checksums."""
        content = json.loads((self.folder / MANIFEST).read_bytes())
        (self.folder / MANIFEST).unlink()
        content["files"] = {name: one.model_dump() for name, one in digests(self.folder).items()}
        manifest = json.dumps(content).encode()
        number = f"000009-{sha256(manifest).hexdigest()[:8]}"
        backup = self.folder.with_name("forged.tar")
        with tarfile.open(backup, "w") as archive:
            for name in (MANIFEST, *content["files"]):
                raw = manifest if name == MANIFEST else (self.folder / name).read_bytes()
                info = tarfile.TarInfo(f"{number}/{name}")
                info.size = len(raw)
                archive.addfile(info, io.BytesIO(raw))
        return backup


@pytest.fixture(scope="module")
def built_index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    """An index of four documents: one, a near-duplicate of it, one with a copy, and one with labels."""
    folder = tmp_path_factory.mktemp("sound")
    articles, index = Articles(folder / "articles"), Index(folder / "index", chunk_tokens=24)
    articles.write("a.md", LEVY)
    articles.write("b.md", LEVY.replace("a week before", "a month before"))
    articles.write("c.txt", "The charge is 15 pounds a day. It applies between 07:00 and 18:00 on weekdays.")
    articles.write("d.txt", "The charge is 15 pounds a day. It applies between 07:00 and 18:00 on weekdays.")
    articles.write("e.md", "---\naccess: [hr, legal]\n---\n\nThe bonus is 100 pounds.")
    index.ingest(articles)
    return index


@pytest.fixture
def forgery(built_index: Index, tmp_path: Path) -> Forgery:
    snapshot = built_index.store.current()
    shutil.copytree(built_index.store.directory / "snapshots" / snapshot.id, tmp_path / "forged")
    return Forgery(Index(built_index.store.directory, built_index.encoder), tmp_path / "forged")


def refusal(forgery: Forgery) -> str:
    """Restore the forged backup. Check that it is refused in one sentence and that the index is unchanged."""
    store, backup = forgery.index.store, forgery.pack()
    before = store.ids(), (store.directory / "CURRENT").read_bytes()
    with pytest.raises(CorruptSnapshot) as raised:
        store.restore(backup)
    assert (store.ids(), (store.directory / "CURRENT").read_bytes()) == before
    assert not list((store.directory / "snapshots").glob(".*"))
    sentence = str(raised.value)
    start, end = f"{backup} is not a valid backup: ", "; restore another one, the index is unchanged"
    assert sentence.startswith(start)
    assert sentence.endswith(end)
    assert "\n" not in sentence
    return sentence.removeprefix(start).removesuffix(end)


def test_a_backup_that_is_packed_again_without_a_change_is_restored(forgery: Forgery, tmp_path: Path) -> None:
    restored = Index(tmp_path / "elsewhere", forgery.index.encoder).store.restore(forgery.pack())
    assert len(restored.documents()) == 4


FOREIGN_OBJECTS = {
    "a trigger": "CREATE TRIGGER t AFTER INSERT ON document BEGIN DELETE FROM chunk; END",
    "a view": "CREATE VIEW v AS SELECT * FROM document",
    "a table": "CREATE TABLE more (x)",
    "a virtual table": "CREATE VIRTUAL TABLE more USING fts5(x)",
    "statistics": "ANALYZE",
    "an index": "CREATE INDEX more ON chunk (text)",
    "an index on an expression": "CREATE INDEX more ON chunk (abs(start))",
    "a column": "ALTER TABLE chunk ADD COLUMN more TEXT",
    "a generated column": "ALTER TABLE chunk ADD COLUMN more AS (start + 1)",
    "a view in place of a table": "ALTER TABLE copy RENAME TO other; CREATE VIEW copy AS SELECT * FROM other",
    "another name of a column": "ALTER TABLE chunk RENAME COLUMN heading TO headings",
    "no index": "DROP INDEX field_text",
    "no table": "DROP TABLE field",
}


@pytest.mark.parametrize("statement", FOREIGN_OBJECTS.values(), ids=FOREIGN_OBJECTS.keys())
def test_a_database_with_another_schema_is_refused(forgery: Forgery, statement: str) -> None:
    forgery.sql(statement)
    assert "its database has" in refusal(forgery)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE sqlite_schema SET sql = 'CREATE TABLE chunk (x)' WHERE name = 'chunk'",
        "UPDATE sqlite_schema SET rootpage = (SELECT rootpage FROM sqlite_schema WHERE name = 'copy') "
        "WHERE name = 'field'",
        "UPDATE sqlite_schema SET rootpage = 100000 WHERE name = 'field'",
        "UPDATE sqlite_schema SET sql = 'nonsense' WHERE name = 'field'",
        "INSERT INTO sqlite_schema SELECT * FROM sqlite_schema WHERE name = 'field_text'",
        "UPDATE sqlite_schema SET sql = sql || ' WHERE 0' WHERE name = 'field_text'",
    ],
)
def test_a_forged_table_of_the_schema_is_refused(forgery: Forgery, sql: str) -> None:
    with closing(forgery.database()) as connection:
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute(sql)
        connection.commit()
    assert "its database" in refusal(forgery)


@pytest.mark.parametrize(
    "pragma",
    ["application_id = 1196444487", "user_version = 7", "journal_mode = WAL", "auto_vacuum = FULL; VACUUM"],
)
def test_a_database_of_another_application_is_refused(forgery: Forgery, pragma: str) -> None:
    forgery.sql(f"PRAGMA {pragma}")
    assert refusal(forgery) == "its database is of another application or has another encoding"


def test_a_database_in_another_encoding_is_refused(forgery: Forgery, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "other")) as other, closing(forgery.database()) as connection:
        other.execute("PRAGMA encoding = 'UTF-16le'")
        other.executescript("\n".join(connection.iterdump()))
    shutil.move(tmp_path / "other", forgery.folder / "documents.sqlite")
    assert refusal(forgery) == "its database is of another application or has another encoding"


@pytest.mark.parametrize("content", [b"", b"SQLite format 3\0", b"\0" * 8_192, b"SQLite format 3\0" + b"\1" * 5_000])
def test_a_file_that_is_no_database_is_refused(forgery: Forgery, content: bytes) -> None:
    (forgery.folder / "documents.sqlite").write_bytes(content)
    assert "its database" in refusal(forgery)


def test_a_missing_database_is_refused(forgery: Forgery) -> None:
    (forgery.folder / "documents.sqlite").unlink()
    refusal(forgery)


QUOTABLE = "UPDATE chunk SET quotable = json_set(quotable, '{}', {}) WHERE quotable <> '[]'"
WRONG_ROWS = {
    # values of a wrong type
    "text for a number": "UPDATE chunk SET start = 'x' WHERE row = 1",
    "a fraction for a number": "UPDATE document SET rows = 1.5 WHERE number = 1",
    "bytes for text": "UPDATE chunk SET text = CAST(text AS BLOB)",
    "text for bytes": "UPDATE chunk SET key = 'x'",
    "a key that is missing": "INSERT INTO copy VALUES (NULL, '', 'a')",
    "bytes that are not UTF-8": "UPDATE document SET title = CAST(x'ff' AS TEXT)",
    # the partition into passages
    "a passage less": "DELETE FROM chunk WHERE row = (SELECT max(row) FROM chunk)",
    "a passage more": "INSERT INTO chunk SELECT row + 100, document, start, heading, text, key, quotable FROM chunk",
    "a gap in the rows": "UPDATE chunk SET row = row + 1 WHERE row = (SELECT max(row) FROM chunk)",
    "a passage of another document": "UPDATE chunk SET document = 0",
    "another offset": "UPDATE chunk SET start = start + 1 WHERE row = 2",
    "a negative offset": "UPDATE chunk SET start = -1 WHERE row = 0",
    "a document without its rows": "UPDATE document SET rows = 0 WHERE number = 1",
    "rows that overlap": "UPDATE document SET first_row = 0 WHERE number = 1",
    "rows before the first": "UPDATE document SET first_row = -5, rows = 5 WHERE number = 0",
    "rows without end": "UPDATE document SET rows = 9223372036854775807 WHERE number = 2",
    "a negative number of rows": "UPDATE document SET rows = -1 WHERE number = 1",
    "a gap in the numbers": "UPDATE document SET number = 9 WHERE number = 2",
    # texts
    "another text": "UPDATE chunk SET text = replace(text, 'levy', 'duty')",
    "another digest": "UPDATE document SET sha256 = 'x'",
    "a text with NUL": "UPDATE chunk SET text = char(0) || substr(text, 2) WHERE row = 0",
    # cells with JSON
    "JSON that is invalid": "UPDATE document SET metadata = '{'",
    "JSON that is deep": "UPDATE document SET metadata = '{\"a\":' || printf('%.*c', 100000, '[') || '}'",
    "metadata that is no object": "UPDATE document SET metadata = '[]'",
    "metadata that is nested": 'UPDATE document SET metadata = \'{"a": {"b": 1}}\'',
    "metadata that is null": "UPDATE document SET metadata = '{\"a\": null}'",
    "metadata that is infinite": "UPDATE document SET metadata = '{\"a\": 1e999}'",
    "headings of another shape": "UPDATE document SET headings = '[[0, 1, 1]]' WHERE number = 0",
    "headings outside of the text": "UPDATE document SET headings = '[[0, 100000, 1, \"A\"]]'",
    "headings that go back": 'UPDATE document SET headings = \'[[5, 8, 1, "A"], [0, 3, 1, "A"]]\'',
    "headings without a level": "UPDATE document SET headings = '[[0, 3, 0, \"A\"]]'",
    "pages outside of the text": "UPDATE document SET pages = '[0, 100000]'",
    "pages that are text": "UPDATE document SET pages = '[\"0\"]'",
    "a page with a note of another shape": "UPDATE document SET pages = '[[0, \"xii\"]]'",
    "a printed page number that is a number": "UPDATE document SET pages = '[[0, 12, null]]'",
    "pages that go back": "UPDATE document SET pages = '[0, 9, 3]'",
    "a heading that is text": "UPDATE chunk SET heading = '\"Exemptions\"'",
    "a heading of numbers": "UPDATE chunk SET heading = '[1]'",
    "a unit of another shape": "UPDATE chunk SET quotable = '[[0, 1]]'",
    "a unit after its passage": QUOTABLE.format("$[0][2]", 100_000),
    "a unit before its passage": QUOTABLE.format("$[0][1]", -1),
    "a unit without words": QUOTABLE.format("$[0][2]", 0),
    "a lead-in too far back": QUOTABLE.format("$[0][3]", "json('[[-5, -1]]')"),
    "a lead-in that is empty": QUOTABLE.format("$[0][3]", "json('[[3, 3]]')"),
    "an item after its passage": QUOTABLE.format("$[0][4]", "json('[[0, 100000]]')"),
    "a flag that is a number": QUOTABLE.format("$[0][5]", 1),
    # what documents and sources refer to
    "nearly the same as nothing": "UPDATE document SET near_duplicate_of = 'z' WHERE number = 1",
    "nearly the same as itself": "UPDATE document SET near_duplicate_of = id WHERE number = 1",
    "nearly the same as a later one": "UPDATE document SET near_duplicate_of = 'b' WHERE number = 0",
    "a copy of nothing": "UPDATE copy SET document = 'z'",
    "a copy that is a source": "UPDATE copy SET source = (SELECT source FROM document WHERE number = 0)",
    "a label of no document": "UPDATE access SET document = 77",
    "a label twice": "INSERT INTO access SELECT * FROM access LIMIT 1",
    "no labels": "DELETE FROM access",
    "a label of another document": "INSERT INTO access VALUES (0, 'hr')",
    # fields for filters
    "a field less": "DELETE FROM field WHERE name = 'author'",
    "a field more": "INSERT INTO field VALUES ('author', 'Eve', NULL, 2)",
    "another field": "UPDATE field SET text = 'Eve' WHERE name = 'author'",
    "another number": "UPDATE field SET number = 9e999 WHERE name = 'year'",
    "a field of no document": "UPDATE field SET document = 77 WHERE name = 'year'",
    "metadata without its field": "UPDATE document SET author = 'Eve' WHERE number = 0",
}


@pytest.mark.parametrize("statement", WRONG_ROWS.values(), ids=WRONG_ROWS.keys())
def test_a_database_with_a_forged_row_is_refused(forgery: Forgery, statement: str) -> None:
    with closing(forgery.database()) as connection:
        assert connection.execute(statement).rowcount > 0
        connection.commit()
    refusal(forgery)


def test_a_repeated_id_is_refused_even_if_its_index_is_forged_too(forgery: Forgery) -> None:
    with closing(forgery.database()) as connection:
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute("UPDATE sqlite_schema SET sql = replace(sql, 'id TEXT NOT NULL UNIQUE', 'id TEXT NOT NULL')")
        connection.execute("UPDATE sqlite_schema SET sql = replace(sql, 'CREATE', 'create') WHERE name = 'field_text'")
        connection.commit()
    assert "its database" in refusal(forgery)


def test_a_document_of_a_gigabyte_of_json_is_refused_before_it_is_parsed(
    forgery: Forgery, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rag.snapshots.sound_database._MAX_JSON", 1 << 20)
    forgery.sql("UPDATE document SET metadata = '{\"a\": \"' || printf('%.*c', 2000000, 'x') || '\"}' WHERE number = 1")
    assert refusal(forgery) == "its table document has a cell of more than 1 MiB"


ARRAYS = [
    "signatures", "tokens/codes", "tokens/sentences", "tokens/offsets",
    *(f"lexical/{field}/{name}" for field in ("words", "pairs", "above")
      for name in ("terms", "offsets", "rows", "codes", "lengths")),
]  # fmt: skip
FORGED_ARRAYS: dict[str, Callable[[Any], Any]] = {
    "one entry less": lambda array: array[:-1],
    "one entry more": lambda array: np.concatenate([array, array[-1:]]),
    "another type": lambda array: array.astype(np.float64),
    "another byte order": lambda array: array.astype(array.dtype.newbyteorder(">")),
    "another dimension": lambda array: array[np.newaxis],
    "no dimension": lambda array: array.ravel()[0],
    "objects": lambda array: np.array([{"a": 1}], dtype=object),
    "fields": lambda array: np.zeros(len(array), [("a", "i4"), ("b", "O")]),
    "columns first": lambda array: np.asfortranarray(np.stack([array.ravel(), array.ravel()])),
    "nothing": lambda array: array[:0],
}  # fmt: skip


@pytest.mark.parametrize("change", FORGED_ARRAYS.values(), ids=FORGED_ARRAYS.keys())
@pytest.mark.parametrize("name", ["signatures", "tokens/offsets", "lexical/words/codes", "lexical/pairs/lengths"])
def test_an_array_of_another_type_or_shape_is_refused(
    forgery: Forgery, name: str, change: Callable[[Any], Any]
) -> None:
    forgery.array(name, change)
    refusal(forgery)


def _set(at: int, value: int) -> Callable[[Any], Any]:
    def change(array: Any) -> Any:
        array = array.copy()
        array[at] = value
        return array

    return change


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("tokens/offsets", _set(0, 1)),
        ("tokens/offsets", _set(1, -1)),
        ("tokens/offsets", _set(1, 1 << 40)),
        ("tokens/offsets", _set(-1, 1 << 40)),
        ("lexical/words/offsets", _set(1, 1 << 40)),
        ("lexical/pairs/offsets", _set(2, -7)),
        ("lexical/above/rows", _set(0, -1)),
        ("lexical/words/rows", _set(0, 1 << 20)),
        ("lexical/words/terms", lambda array: array[::-1].copy()),
    ],
)
def test_an_array_with_a_number_out_of_range_is_refused(
    forgery: Forgery, name: str, change: Callable[[Any], Any]
) -> None:
    forgery.array(name, change)
    assert "lexical" in refusal(forgery) or "tokens" in name


@pytest.mark.parametrize("name", ARRAYS)
def test_an_archive_or_a_pickle_in_place_of_an_array_is_refused(forgery: Forgery, name: str) -> None:
    path = forgery.folder / f"{name}.npy"
    with path.open("wb") as file:
        np.savez(file, a=np.arange(3))
    assert "cannot be read" in refusal(forgery)


def _flat(vectors: Any) -> Any:
    index = faiss.IndexFlatIP(vectors.shape[1])
    index.add(vectors)
    return index


def _quantizer(precision: int, vectors: Any, metric: int = faiss.METRIC_INNER_PRODUCT) -> Any:
    index = faiss.IndexScalarQuantizer(vectors.shape[1], precision, metric)
    index.train(vectors)
    index.add(vectors)
    return index


HALF = faiss.ScalarQuantizer.QT_fp16
FORGED_INDEXES: dict[str, Callable[[Any], Any]] = {
    "another count": lambda vectors: _quantizer(HALF, vectors[:-1]),
    "another dimension": lambda vectors: _quantizer(HALF, np.ascontiguousarray(vectors[:, :8])),
    "another precision": lambda vectors: _quantizer(faiss.ScalarQuantizer.QT_8bit, vectors),
    "another metric": lambda vectors: _quantizer(HALF, vectors, faiss.METRIC_L2),
    "another kind": _flat,
    "a kind around it": lambda vectors: faiss.IndexPreTransform(_flat(vectors)),
    "no number": lambda vectors: _quantizer(HALF, vectors * np.float32("nan")),
    "infinity": lambda vectors: _quantizer(HALF, vectors * np.float32(1e9)),
}


@pytest.mark.parametrize("forge", FORGED_INDEXES.values(), ids=FORGED_INDEXES.keys())
def test_another_faiss_index_is_refused(forgery: Forgery, forge: Callable[[Any], Any]) -> None:
    dense = forgery.index.store.current().dense
    faiss.write_index(forge(dense.vectors(np.arange(len(dense)))), str(forgery.folder / "vectors.faiss"))
    assert "vectors" in refusal(forgery)


@given(st.data())
@cases(150)
def test_a_faiss_file_with_a_forged_header_is_refused(built_index: Index, data: st.DataObject) -> None:
    folder = built_index.store.directory
    current = folder / "snapshots" / built_index.store.current().id / "vectors.faiss"
    content = bytearray(current.read_bytes())
    at, value = data.draw(st.integers(0, 80)), data.draw(st.integers(1, 255))
    content[at] ^= value
    forged = folder.with_name("forged.faiss")
    forged.write_bytes(content[: data.draw(st.sampled_from([len(content), len(content) - 1, at]))])
    if 16 <= at < 32 and forged.stat().st_size == len(content):  # two numbers that FAISS writes and does not use
        return
    with pytest.raises(CorruptSnapshot):
        built_index.store.vectors.open(forged)


@pytest.mark.parametrize(
    "fields",
    [
        {"labelled": 0}, {"documents": 5}, {"documents": -1}, {"chunks": 0}, {"chunks": 10**9}, {"dimension": 0},
        {"dimension": 10**9}, {"chunk_tokens": 0}, {"created": "yesterday"}, {"encoder": "a\x1b[2Jb"},
        {"vectors": "a\nb"},
    ],
)  # fmt: skip
def test_a_manifest_with_forged_fields_is_refused(forgery: Forgery, fields: dict[str, Any]) -> None:
    forgery.manifest(**fields)
    refusal(forgery)


def test_a_manifest_with_another_dimension_than_the_encoder_is_refused(tmp_path: Path) -> None:
    service = samples.service(tmp_path / "index")
    snapshot = samples.ingest(service, samples.write(tmp_path / "articles"))
    shutil.copytree(tmp_path / "index" / "snapshots" / snapshot, tmp_path / "forged")
    forgery = Forgery(Index(tmp_path / "index"), tmp_path / "forged")
    forgery.manifest(dimension=8)
    with pytest.raises(IncompatibleSnapshot):
        service.restore(forgery.pack())
    assert service.parts.store.ids() == [snapshot]


@given(st.data())
@cases(100)
def test_a_database_with_any_flipped_byte_is_refused_or_reads_the_same(built_index: Index, data: st.DataObject) -> None:
    snapshot = built_index.store.current()
    source = built_index.store.directory / "snapshots" / snapshot.id
    forged = built_index.store.directory.with_name("flipped")
    shutil.copytree(source, forged, dirs_exist_ok=True)
    content = bytearray((forged / "documents.sqlite").read_bytes())
    content[data.draw(st.integers(0, len(content) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    (forged / "documents.sqlite").write_bytes(content)
    if fault(forged, snapshot.manifest, built_index.store.vectors) is None:
        with closing(sqlite3.connect(forged / "documents.sqlite")) as connection:
            texts = [text for (text,) in connection.execute("SELECT text FROM chunk ORDER BY row")]
        assert texts == [hit.text for hit in snapshot.hits(range(len(snapshot)), [1.0] * len(snapshot))]


@st.composite
def _several(draw: st.DrawFn) -> Any:
    return [draw(documents(f"document-{number}")) for number in range(draw(st.integers(0, 3)))]


@given(_several())
@cases(60)
def test_every_snapshot_that_is_built_is_sound(tmp_path_factory: pytest.TempPathFactory, made: Any) -> None:
    index = Index(tmp_path_factory.mktemp("built") / "index", chunk_tokens=16)
    texts: dict[str, Any] = {document.text: document for document in made if document.text}
    changes = Changes([(one, origin_of(one.reference.id, "", one)) for one in texts.values()])
    with index.store.writing():
        snapshot = built(index.builder, None, changes)
    folder = index.store.directory / "snapshots" / snapshot.id
    assert fault(folder, snapshot.manifest, index.store.vectors) is None
    shutil.rmtree(index.store.directory)


def test_an_index_with_sign_bits_is_sound_and_forged_ones_are_refused(tmp_path: Path) -> None:
    from rag.adapters.faiss import FaissStore
    from tests.adapters.in_memory import InMemory

    vectors = np.eye(40, 16, dtype=np.float32) + np.float32(0.1)
    store = FaissStore(max_scanned=10)
    store.write(InMemory(vectors), 16, tmp_path / "vectors.faiss")
    assert len(store.open(tmp_path / "vectors.faiss")) == 40
    for name, forged in (
        ("signs", np.zeros((39, 2), np.uint8)),
        ("signs", np.zeros((40, 3), np.uint8)),
        ("common", np.zeros(15, np.float32)),
        ("common", np.zeros(16)),
        ("read", np.array([-1])),
        ("read", np.array([1, 2])),
    ):
        saved = (tmp_path / f"{name}.npy").read_bytes()
        arrays.save(tmp_path, {name: forged})
        with pytest.raises(CorruptSnapshot, match="do not fit it"):
            store.open(tmp_path / "vectors.faiss")
        (tmp_path / f"{name}.npy").write_bytes(saved)
