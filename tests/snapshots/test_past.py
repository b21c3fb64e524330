"""The text of a document that was replaced or removed stays after its snapshot is deleted, until it is erased."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from rag.errors import CorruptSnapshot, UnknownDocument, UnknownSnapshot
from rag.ingest.found import origin_of
from rag.snapshots import Changes, last_version, version, versions
from rag.snapshots.past import PastTexts
from rag.types import Document, Reference
from tests.articles import Index, built, quietly
from tests.cases import ALL_CASES
from tests.snapshots.dying import DyingProcess, dying
from tests.snapshots.earlier import unpack
from tests.snapshots.test_original_backup import members, rewritten


def put(index: Index, *removed: str, access: tuple[str, ...] = (), version_of: str = "", **texts: str) -> None:
    """Publish the next snapshot, and prune."""
    with index.store.writing(keep=index.builder.keep):
        previous = index.store.refresh() if index.store.ids() else None
        metadata = {"version_of": version_of} if version_of else {}
        made = [
            Document(Reference(name, name.title()), text, metadata=metadata, access=access)
            for name, text in texts.items()
        ]
        added = [(one, origin_of(f"http:{one.reference.id}", "", one)) for one in made]
        built(index.builder, previous, Changes(added, frozenset(removed)))
        del previous  # which pruning would keep, because it is read


def texts(index: Index, document_id: str, groups: frozenset[str] | None = None) -> list[str]:
    """Return the text of each version that `groups` may see, newest first."""
    found = versions(index.store, document_id, groups)
    return [version(index.store, one.stored.reference.id, one.snapshot, groups)[1].text for one in found]


@pytest.fixture
def index(tmp_path: Path) -> Index:
    """An index that keeps one snapshot, in which a document was replaced twice, and another was removed."""
    index = Index(tmp_path / "index", keep=1)
    put(index, leave="Ten days.", levy="The levy is 7%.")
    put(index, leave="Twelve days.")
    put(index, "levy", leave="Fifteen days.")
    assert len(index.store.ids()) == 1
    return index


def test_texts_stay_after_their_snapshots_are_deleted(index: Index) -> None:
    assert texts(index, "leave") == ["Fifteen days.", "Twelve days.", "Ten days."]
    newest, *_, oldest = versions(index.store, "leave", None)
    assert (newest.current, newest.until, oldest.current, oldest.snapshot[:6]) == (True, None, False, "000001")
    assert oldest.until == versions(index.store, "leave", None)[1].since
    assert version(index.store, "leave", "1", None)[1].text == "Ten days."


def test_a_removed_document_stays_with_the_time_of_its_removal(index: Index) -> None:
    assert texts(index, "levy") == ["The levy is 7%."]
    last = last_version(index.store, "levy", frozenset())
    assert last is not None
    assert last.until == index.store.current().manifest.created


def test_a_snapshot_without_the_document_is_refused_by_name(index: Index) -> None:
    with pytest.raises(UnknownSnapshot, match="no snapshot '1'"):
        version(index.store, "levy", "1", None)  # it was deleted, and a newer one had the same text
    with pytest.raises(UnknownDocument, match="has no document"):
        version(index.store, "levy", "3", None)


def test_a_removed_document_is_found_by_the_identity_that_it_declared(tmp_path: Path) -> None:
    index = Index(tmp_path / "index", keep=1)
    put(index, version_of="leave", old="Ten days.", new="Twelve days.")
    put(index, "old")
    put(index, other="Other.")
    assert texts(index, "new") == ["Twelve days.", "Ten days."]
    assert texts(index, "old") == ["Twelve days.", "Ten days."]


def test_a_rollback_keeps_the_texts_that_it_leaves(tmp_path: Path) -> None:
    index = Index(tmp_path / "index", keep=9)
    put(index, leave="Ten days.")
    put(index, leave="Twelve days.")
    index.store.activate("1")
    put(index, leave="Fifteen days.")
    index.store.prune(1)
    assert texts(index, "leave") == ["Fifteen days.", "Twelve days.", "Ten days."]


def test_a_change_elsewhere_adds_no_version(index: Index) -> None:
    before = texts(index, "leave")
    put(index, other="Other.")
    assert texts(index, "leave") == before


@pytest.mark.parametrize("call", range(1, 110, 2 if ALL_CASES else 9))
def test_a_writer_that_dies_at_any_call_loses_no_text_and_invents_no_version(index: Index, call: int) -> None:
    """A past text of a document that is still current is not listed."""
    directory = index.store.directory
    with dying(DyingProcess(call)):
        put(index, leave="Twenty days.")
    after = Index(directory, keep=1)
    assert texts(after, "leave") in (texts(index, "leave"), ["Twenty days.", *texts(index, "leave")][:4])
    put(after, leave="Thirty days.")
    found = texts(after, "leave")
    assert found in (
        ["Thirty days.", "Fifteen days.", "Twelve days.", "Ten days."],
        ["Thirty days.", "Twenty days.", "Fifteen days.", "Twelve days.", "Ten days."],
    )
    assert not [path for path in directory.rglob(".*") if path.is_file()]


def test_labels_hold_for_past_texts(tmp_path: Path) -> None:
    index = Index(tmp_path / "index", keep=1)
    put(index, leave="Ten days.", levy="7%.")
    put(index, access=("hr",), leave="Twelve days.", levy="8%.")
    put(index, "levy")
    staff, hr = frozenset({"staff"}), frozenset({"hr"})
    for name, expected in (("leave", ["Twelve days.", "Ten days."]), ("levy", ["8%.", "7%."])):
        assert texts(index, name, hr) == expected
        assert texts(index, name, staff) == [], "an open text of a document that was closed later"
        assert last_version(index.store, name, staff) is None
        with pytest.raises(UnknownDocument):
            version(index.store, name, "1", staff)


def test_an_index_that_keeps_no_past_texts_has_none(index: Index) -> None:
    index.store.past.days = 0
    put(index, leave="Twenty days.")
    assert texts(index, "leave") == ["Twenty days."]
    assert index.store.past.files() == []


def test_past_texts_are_deleted_after_the_days_to_keep_them(index: Index) -> None:
    index.store.past.days = 30
    index.store.prune(1)
    assert len(index.store.past.files()) == 3
    for path in index.store.past.files():
        path.rename(path.with_name(path.name.replace(path.name.split(".")[1], "20200101T000000Z")))
    index.store.prune(1)
    assert texts(index, "leave") == ["Fifteen days."]


def test_a_damaged_past_text_is_named_and_hides_no_other(index: Index) -> None:
    for path in index.store.past.files():
        content = bytearray(path.read_bytes())
        content[len(content) // 2] ^= 1
        path.write_bytes(content)
        (fault,) = index.store.verify()["past"]
        assert (
            fault
            == f"the past text {path} has changed since it was written: delete this file, because nothing can repair it"
        )
        assert len(texts(index, "leave")) + len(texts(index, "levy")) == 3
        with pytest.raises(CorruptSnapshot, match="past text"):
            index.store.backup(index.store.directory.parent / "backup.tar")
        content[len(content) // 2] ^= 1
        path.write_bytes(content)


def test_a_backup_is_restored_with_all_past_texts(index: Index, tmp_path: Path) -> None:
    index.store.backup(tmp_path / "backup.tar")
    there = Index(tmp_path / "elsewhere")
    there.store.restore(tmp_path / "backup.tar")
    assert [path.name for path in there.store.past.files()] == [path.name for path in index.store.past.files()]
    assert texts(there, "leave") == texts(index, "leave")
    assert not any(there.store.verify().values())


def _without_one(contents: dict[str, bytes], name: str) -> dict[str, bytes]:
    return {one: content for one, content in contents.items() if one != name}


def _changed(contents: dict[str, bytes], name: str) -> dict[str, bytes]:
    return contents | {name: bytes(len(contents[name]))}


def _outside(contents: dict[str, bytes], name: str) -> dict[str, bytes]:
    return contents | {"past/../escaped": contents[name]}


@pytest.mark.parametrize("change", [_without_one, _changed, _outside])
def test_a_backup_with_wrong_past_texts_is_not_restored(
    index: Index, tmp_path: Path, change: Callable[[dict[str, bytes], str], dict[str, bytes]]
) -> None:
    index.store.backup(tmp_path / "backup.tar")
    contents = members(tmp_path / "backup.tar")
    name = next(one for one in contents if one.startswith("past/"))
    there = Index(tmp_path / "elsewhere")
    with pytest.raises(CorruptSnapshot, match="is not a valid backup"):
        there.store.restore(rewritten(tmp_path / "backup.tar", change(contents, name)))
    assert not there.store.ids()
    assert not there.store.past.files()


def test_a_forged_past_text_with_spans_outside_of_its_text_is_not_read(index: Index) -> None:
    (one, *_) = index.store.past.of("leave")
    forged = replace(one, document=replace(one.document, pages=(1_000,)))
    PastTexts(index.store.directory)._write(forged)
    assert any("has a wrong form" in fault for fault in index.store.verify()["past"])


@pytest.mark.parametrize("number", [6, 8])
def test_a_text_of_an_earlier_format_is_kept_when_it_is_replaced(tmp_path: Path, number: int) -> None:
    older = unpack(number, tmp_path)
    service = older.service(keep_snapshots=1)
    name, document = next(iter(older.documents.items()))
    service.remove([name])
    service.rebuild(quietly)
    found = versions(service.parts.store, name, None)
    assert [version(service.parts.store, name, one.snapshot, None)[1] for one in found] == [document]


def test_a_damaged_document_that_is_replaced_stops_no_change(index: Index) -> None:
    (database,) = index.store.directory.glob("snapshots/*/documents.sqlite")
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("UPDATE document SET headings = '[[' WHERE id = 'leave'")
        connection.commit()
    index.store.past.keep(database.parent, _without_documents(index))
    assert {one.document.text for one in index.store.past.of("leave")} == {"Twelve days.", "Ten days."}


def _without_documents(index: Index) -> Path:
    """Return the folder of another index, which has none of the documents."""
    other = Index(index.store.directory.parent / "other")
    put(other, other="Other.")
    return other.store.folder(other.store.current().id)
