"""A backup with a forged table of originals is refused before it is in force."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from rag.errors import CorruptSnapshot
from rag.ingest.found import origin_of
from rag.snapshots import Changes, Original
from rag.snapshots.manifest import MANIFEST, digests
from rag.snapshots.snapshot import DATABASE
from rag.types import Document, Reference
from tests.articles import Index, built
from tests.snapshots.test_original_backup import members, rewritten
from tests.snapshots.test_originals import document, on_disk, original


@pytest.fixture
def backup(tmp_path: Path) -> Path:
    index = Index(tmp_path / "index")
    with index.store.writing():
        added = [document("a", b"One.", original(b"One.", b'{"area": "tax"}')), document("b", b"Two.", None)]
        built(index.builder, None, Changes(added))
    index.store.backup(tmp_path / "backup.tar")
    return tmp_path / "backup.tar"


def forged(backup: Path, change: Callable[[sqlite3.Connection], object]) -> Path:
    """Change the database in a backup, and write all checksums again."""
    found = {name.partition("/")[2] or name: content for name, content in members(backup).items()}
    originals = {name: content for name, content in members(backup).items() if name.startswith("originals")}
    files = {name: content for name, content in found.items() if name not in originals and "." in name}
    folder = backup.with_suffix(".d")
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    with closing(sqlite3.connect(folder / DATABASE)) as connection:
        change(connection)
        connection.commit()
    (folder / MANIFEST).unlink()
    manifest = json.loads(files.pop(MANIFEST))
    manifest["files"] = {name: one.model_dump() for name, one in digests(folder).items()}
    raw = json.dumps(manifest).encode()
    name = f"000009-{sha256(raw).hexdigest()[:8]}"
    listed = {"originals.json": originals.pop("originals.json")}
    contents = {f"{name}/{one}": (folder / one).read_bytes() for one in files}
    return rewritten(backup.with_name("forged.tar"), {f"{name}/{MANIFEST}": raw, **listed, **contents, **originals})


def refusal(backup: Path, change: Callable[[sqlite3.Connection], object]) -> str:
    file = forged(backup, change)
    there = Index(backup.with_name("elsewhere"))
    with pytest.raises(CorruptSnapshot) as raised:
        there.store.restore(file)
    assert there.store.ids() == []
    assert on_disk(there) == set()
    sentence = str(raised.value)
    start, end = f"{file} is not a valid backup: ", "; restore another one, the index is unchanged"
    assert sentence.startswith(start)
    assert sentence.endswith(end)
    assert sentence.isprintable()
    return sentence.removeprefix(start).removesuffix(end)


def sql(statement: str) -> Callable[[sqlite3.Connection], object]:
    return lambda connection: connection.executescript(statement)


def details(**fields: Any) -> Callable[[sqlite3.Connection], object]:
    """Change fields in the details of the original."""

    def change(connection: sqlite3.Connection) -> None:
        (cell,) = connection.execute("SELECT details FROM original").fetchone()
        connection.execute("UPDATE original SET details = ?", [json.dumps(json.loads(cell) | fields)])

    return change


def test_a_backup_that_is_packed_again_without_a_change_is_restored(backup: Path) -> None:
    there = Index(backup.with_name("elsewhere"))
    there.store.restore(forged(backup, sql("")))
    assert on_disk(there) == {b"One.", b'{"area": "tax"}'}


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(sql("UPDATE original SET details = '{'"), id="no JSON"),
        pytest.param(sql("UPDATE original SET details = printf('%.*c', 100000, '[')"), id="deep JSON"),
        pytest.param(sql("UPDATE original SET details = '[]'"), id="no object"),
        pytest.param(sql("UPDATE original SET details = '{}'"), id="no fields"),
        pytest.param(sql("UPDATE original SET details = x'7b7d'"), id="bytes"),
        pytest.param(details(more=1), id="one more field"),
        pytest.param(details(given="x" * (1 << 20)), id="too long"),
        pytest.param(details(name="../levy.md"), id="a name with a slash"),
        pytest.param(details(name="/etc/passwd"), id="a path"),
        pytest.param(details(name=".."), id="the folder above"),
        pytest.param(details(name=""), id="an empty name"),
        pytest.param(details(name="a\0b"), id="a name with NUL"),
        pytest.param(details(name="x" * 256), id="a long name"),
        pytest.param(details(name="\ud800"), id="a name that no file can have"),
        pytest.param(details(name=5), id="a number for a name"),
        pytest.param(details(given=["a"]), id="a list for a name"),
        pytest.param(details(line=0), id="line 0"),
        pytest.param(details(line=True), id="a line that is true"),
        pytest.param(details(line=1.5), id="a fraction of a line"),
        pytest.param(details(sidecar=None), id="a sidecar without a suffix"),
        pytest.param(details(sidecar="/../x"), id="a sidecar elsewhere"),
        pytest.param(details(page="https://example.org/"), id="a page that is text"),
        pytest.param(details(page={"url": "https://example.org/"}), id="a page without fields"),
        pytest.param(
            details(page={"url": None, "title": None, "published": None, "author": None}),
            id="a page without an address",
        ),
        pytest.param(
            details(page={"url": "a", "title": 1, "published": None, "author": None}), id="a page with a number"
        ),
    ],
)
def test_details_that_are_not_valid_are_refused(backup: Path, change: Callable[[sqlite3.Connection], object]) -> None:
    assert refusal(backup, change) == "the original of document 0 has details that are not valid"


@pytest.mark.parametrize("value", ["'../../LOCK'", "'" + "A" * 64 + "'", "'x' || char(10) || 'y'", "x'00'", "7", "''"])
@pytest.mark.parametrize("column", ["sha256", "sidecar_sha256"])
def test_a_digest_that_is_not_valid_is_refused(backup: Path, column: str, value: str) -> None:
    found = refusal(backup, sql(f"UPDATE original SET {column} = {value}"))
    assert found == "the original of document 0 has a digest that is not valid"


def test_an_original_of_no_document_is_refused(backup: Path) -> None:
    assert refusal(backup, sql("UPDATE original SET document = 7")) == (
        "an original belongs to a document that does not exist"
    )


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE original RENAME TO other; CREATE VIEW original AS WITH RECURSIVE n(x) AS "
        "(SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT x document, x sha256, x sidecar_sha256, '' details FROM n",
        "DROP TABLE original; CREATE TABLE original (document, sha256, sidecar_sha256, details)",
        "ALTER TABLE original ADD COLUMN more TEXT",
    ],
)
def test_another_object_in_place_of_the_table_is_refused_without_reading_it(backup: Path, statement: str) -> None:
    assert refusal(backup, sql(statement)) == "its table original has another schema"


def test_originals_of_files_whose_names_are_not_utf8_are_restored(tmp_path: Path) -> None:
    index, name = Index(tmp_path / "index"), os.fsdecode(b"levy-\xff.txt")
    made = Document(Reference("levy", "Levy"), "The levy is 7%.")
    kept = Original(sha256(b"The levy is 7%.").hexdigest(), name, load=lambda: [b"The levy is 7%."])
    with index.store.writing():
        built(index.builder, None, Changes([(made, origin_of("/levy", "", made, kept))]))
    index.store.backup(tmp_path / "backup.tar")
    there = Index(tmp_path / "elsewhere")
    there.store.restore(tmp_path / "backup.tar")
    assert there.store.current().documents() == index.store.current().documents()
