"""A backup holds the originals of its snapshot. It is restored with all of them, or not at all."""

from __future__ import annotations

import io
import json
import tarfile
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest

from rag.errors import CorruptSnapshot, SnapshotError
from rag.snapshots import Changes
from tests.articles import Index, built
from tests.snapshots.test_originals import document, on_disk, original, put

Members = dict[str, bytes]

OTHER = sha256(b"Other.").hexdigest()
ONE = sha256(b"One.").hexdigest()


@pytest.fixture
def index(tmp_path: Path) -> Index:
    index = Index(tmp_path / "index")
    with index.store.writing():
        added = [document("a", b"One.", original(b"One.", b'{"area": "tax"}')), document("b", b"Two.", None)]
        built(index.builder, None, Changes(added))
    return index


@pytest.fixture
def backup(tmp_path: Path, index: Index) -> Path:
    index.store.backup(tmp_path / "backup.tar")
    return tmp_path / "backup.tar"


def members(file: Path) -> Members:
    with tarfile.open(file) as archive:
        return {one.name: archive.extractfile(one).read() for one in archive.getmembers()}  # type: ignore[union-attr]


def rewritten(file: Path, contents: Members) -> Path:
    with tarfile.open(file, "w") as archive:
        for name, content in contents.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return file


def test_a_backup_is_restored_with_its_originals(tmp_path: Path, index: Index, backup: Path) -> None:
    there = Index(tmp_path / "elsewhere")
    assert there.store.restore(backup).id == index.store.current().id
    assert on_disk(there) == on_disk(index) == {b"One.", b'{"area": "tax"}'}
    assert there.store.current().documents() == index.store.current().documents()
    assert not any(there.store.verify().values())


def test_a_backup_has_only_the_originals_of_its_snapshot(tmp_path: Path, index: Index) -> None:
    put(index, "a", b=b"Three.")
    index.store.backup(tmp_path / "later.tar")
    assert len(on_disk(index)) == 3
    there = Index(tmp_path / "elsewhere")
    there.store.restore(tmp_path / "later.tar")
    assert on_disk(there) == {b"Three."}


def unlisted(found: Members) -> None:
    found[f"originals/{OTHER}"] = b"Other."


def without_the_list(found: Members) -> None:
    del found["originals.json"]


def without_an_original(found: Members) -> None:
    del found[f"originals/{ONE}"]


def not_even_listed(found: Members) -> None:
    del found[f"originals/{ONE}"]
    sizes = json.loads(found["originals.json"])
    del sizes[ONE]
    found["originals.json"] = json.dumps(sizes).encode()


def unneeded(found: Members) -> None:
    found["originals.json"] = json.dumps({**json.loads(found["originals.json"]), OTHER: 6}).encode()
    found[f"originals/{OTHER}"] = b"Other."


def flipped(found: Members) -> None:
    found[f"originals/{ONE}"] = b"Ons."


def longer(found: Members) -> None:
    found[f"originals/{ONE}"] = b"One.."


def outside(found: Members) -> None:
    found["originals.json"] = json.dumps({"../../x": 1}).encode()


def not_a_list(found: Members) -> None:
    found["originals.json"] = b"[" * 100_000


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (unlisted, "does not match its list of originals"),
        (without_the_list, "does not match its list of originals"),
        (without_an_original, "is missing"),
        (not_even_listed, f"the original {ONE} is missing"),
        (unneeded, "to which no document refers"),
        (flipped, "is damaged"),
        (longer, "does not match its list of originals"),
        (outside, "has a wrong form"),
        (not_a_list, "has a wrong form"),
    ],
)
def test_a_backup_with_wrong_originals_is_not_restored(
    tmp_path: Path, backup: Path, change: Callable[[Members], None], words: str
) -> None:
    found = members(backup)
    change(found)
    there = Index(tmp_path / "elsewhere")
    with pytest.raises(CorruptSnapshot, match=words):
        there.store.restore(rewritten(tmp_path / "forged.tar", found))
    assert there.store.ids() == []
    assert on_disk(there) == set(), "an original was left behind"


def test_every_truncated_backup_is_refused(tmp_path: Path, backup: Path) -> None:
    raw = backup.read_bytes()
    there = Index(tmp_path / "elsewhere")
    found = members(backup)
    end = raw.index(f"originals/{list(json.loads(found['originals.json']))[-1]}".encode()) + 512
    for size in range(0, end, 512 * 7):
        (tmp_path / "short.tar").write_bytes(raw[:size])
        with pytest.raises(SnapshotError, match="is not a valid backup"):
            there.store.restore(tmp_path / "short.tar")
    assert on_disk(there) == set()


@pytest.mark.parametrize("damage", [lambda path: path.unlink(), lambda path: path.write_bytes(b"moths")])
def test_a_missing_or_damaged_original_is_not_backed_up_and_the_older_backup_stays(
    index: Index, backup: Path, damage: Callable[[Path], None]
) -> None:
    before = backup.read_bytes()
    damage(index.store.originals.path(ONE))
    with pytest.raises(CorruptSnapshot, match=r"run 'rag snapshots verify' to see its document; give an upload again"):
        index.store.backup(backup)
    assert backup.read_bytes() == before
