"""Files and folders that move keep their documents; files edited or deleted after the move change the answers."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from rag.ingest.found import Found
from rag.ingest.ledger import Ledger, statuses
from rag.ingest.moves import Disk, Moves, find_moves
from rag.ingest.publication import Report
from rag.snapshots import Origin, Source, StoredDocument
from rag.types import Document, Reference
from tests.articles import Articles, Index, quietly, states
from tests.upkeep.uploads import open_upkeep, text_upload

LEAVE = "Parents in Ostra have {} weeks of leave, and ten of these weeks are for the second parent."


@pytest.fixture
def index(tmp_path: Path) -> Index:
    return Index(tmp_path / "index")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Write a folder of four files."""
    folder = tmp_path / "old"
    write(folder, {"leave.md": LEAVE.format(30), "tram.md": "A tram ticket.", "sub/tax.md": "A tax.", "epc.md": "EPC."})
    return folder


def write(folder: Path, texts: dict[str, str]) -> None:
    for name, text in texts.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)


def ingest(index: Index, *paths: Path, prune: bool = False) -> Report:
    return index.ingestion.ingest(paths, quietly, prune=prune)


def sources(index: Index) -> dict[str, str]:
    """Return the document of each source, by the path of the source below the temporary folder."""
    base = f"{index.store.directory.parent}/"
    documents = index.store.current().documents()
    return {one.name.removeprefix(base): stored.reference.id for stored in documents for one in stored.origin.sources}


def listed(index: Index) -> dict[str, str]:
    """Return the state of each source as `rag documents --state` lists it."""
    base = f"{index.store.directory.parent}/"
    found = statuses(index.store.current().documents(), Ledger(index.store.directory).read())
    return {one.source.removeprefix(base): one.state for one in found}


def test_a_renamed_folder_keeps_its_documents(index: Index, folder: Path) -> None:
    before = ingest(index, folder)
    ids, vectors = sources(index), index.encoder.passages.copy()
    report = ingest(index, folder.rename(folder.with_name("new")))
    assert (report.counts, report.encoded, index.encoder.passages) == ({"moved": 4}, 0, vectors)
    assert {item.reason for item in report.items} == {f"it was {item.source}" for item in before.items}
    assert sources(index) == {name.replace("old", "new"): one for name, one in ids.items()}
    assert listed(index) == dict.fromkeys(sources(index), "indexed")
    again = ingest(index, folder.with_name("new"), prune=True)
    assert (again.counts, again.snapshot) == ({"unchanged": 4}, report.snapshot)


def test_files_edited_and_deleted_after_the_move_change_the_index(index: Index, folder: Path) -> None:
    ingest(index, folder)
    new = folder.rename(folder.with_name("new"))
    ingest(index, new, prune=True)
    write(new, {"leave.md": LEAVE.format(33)})
    (new / "epc.md").unlink()
    report = ingest(index, new, prune=True)
    assert report.counts == {"removed": 1, "updated": 1, "unchanged": 2}
    assert index.texts()["leave"] == LEAVE.format(33)
    assert index.texts().keys() == {"leave", "tram", "tax"}


@pytest.mark.parametrize("prune", [False, True])
def test_files_may_be_edited_and_deleted_before_the_first_run(index: Index, folder: Path, prune: bool) -> None:
    ingest(index, folder)
    new = folder.rename(folder.with_name("new"))
    write(new, {"leave.md": LEAVE.format(33), "more.md": "More."})
    (new / "epc.md").unlink()
    report = ingest(index, new, prune=prune)
    removed = {"epc.md": "removed"} if prune else {}
    assert (
        states(report) == {"leave.md": "updated", "tram.md": "moved", "tax.md": "moved", "more.md": "added"} | removed
    )
    kept = {} if prune else {"epc": "EPC."}
    assert index.texts() == kept | {
        "leave": LEAVE.format(33),
        "tram": "A tram ticket.",
        "tax": "A tax.",
        "more": "More.",
    }
    assert all(name.startswith("new/") for name in listed(index))
    ingest(index, new, prune=True)
    assert index.texts().keys() == {"leave", "tram", "tax", "more"}


def test_the_only_file_of_a_folder_that_moved_can_be_edited(index: Index, tmp_path: Path) -> None:
    write(tmp_path / "old", {"leave.md": LEAVE.format(30)})
    ingest(index, tmp_path / "old")
    new = (tmp_path / "old").rename(tmp_path / "new")
    write(new, {"leave.md": LEAVE.format(33)})
    assert states(ingest(index, new)) == {"leave.md": "updated"}
    assert index.texts() == {"leave": LEAVE.format(33)}


def test_a_folder_can_move_into_another_one_and_be_renamed_again(index: Index, folder: Path, tmp_path: Path) -> None:
    ingest(index, folder)
    (tmp_path / "archive").mkdir()
    inner = folder.rename(tmp_path / "archive" / "old")
    assert ingest(index, tmp_path / "archive").counts == {"moved": 4}
    inner.rename(inner.with_name("older")).rename(inner.with_name("oldest"))
    assert ingest(index, tmp_path / "archive", prune=True).counts == {"moved": 4}
    assert sources(index)["archive/oldest/sub/tax.md"] == "tax"


def test_a_single_file_can_be_renamed_or_moved_between_roots(index: Index, tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    write(one, {"a.md": "# A title\n\nOne.", "b.md": "Two."})
    write(two, {"c.md": "Three."})
    ingest(index, one, two)
    (one / "a.md").rename(one / "z.md")
    (one / "b.md").rename(two / "b.md")
    report = ingest(index, one, two)
    assert states(report) == {"z.md": "moved", "b.md": "moved", "c.md": "unchanged"}
    assert sources(index) == {"one/z.md": "a", "two/b.md": "b", "two/c.md": "c"}
    write(two, {"b.md": "Two, edited."})
    ingest(index, one, two)
    assert index.texts() == {"a": "A title\n\nOne.", "b": "Two, edited.", "c": "Three."}


def test_a_title_that_comes_from_the_file_name_follows_a_rename(index: Index, tmp_path: Path) -> None:
    write(tmp_path / "in", {"first-act.md": "One."})
    ingest(index, tmp_path / "in")
    (tmp_path / "in" / "first-act.md").rename(tmp_path / "in" / "second-act.md")
    report = ingest(index, tmp_path / "in")
    assert (states(report), report.items[0].document_id) == ({"second-act.md": "updated"}, "first-act")
    assert index.store.current().documents()[0].reference.title == "Second act"


def test_two_roots_that_swap_names_keep_each_path_and_each_text(index: Index, tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    write(one, {"a.md": "One a.", "only.md": "One only."})
    write(two, {"a.md": "Two a.", "other.md": "Two other."})
    ingest(index, one, two)
    one.rename(tmp_path / "three")
    two.rename(one)
    (tmp_path / "three").rename(two)
    report = ingest(index, one, two, prune=True)
    assert {item.source.removeprefix(f"{tmp_path}/"): item.state for item in report.items} == {
        "one/a.md": "updated",
        "two/a.md": "updated",
        "two/only.md": "moved",
        "one/other.md": "moved",
    }
    assert sorted(index.texts().values()) == ["One a.", "One only.", "Two a.", "Two other."]


def test_a_copied_folder_is_a_duplicate(index: Index, folder: Path) -> None:
    ingest(index, folder)
    shutil.copytree(folder, folder.with_name("new"))
    assert ingest(index, folder.with_name("new"), prune=True).counts == {"duplicate": 4}
    assert len(sources(index)) == 8


def test_a_copied_folder_takes_over_when_the_first_one_is_deleted(index: Index, folder: Path) -> None:
    ingest(index, folder)
    new = Path(shutil.copytree(folder, folder.with_name("new")))
    ingest(index, new)
    shutil.rmtree(folder)
    assert ingest(index, new).counts == {"unchanged": 4}, "a run that does not prune forgets no file"
    assert len(sources(index)) == 8
    write(new, {"leave.md": LEAVE.format(33)})
    (new / "epc.md").unlink()
    ingest(index, new, prune=True)
    assert sources(index) == {"new/leave.md": "leave", "new/tram.md": "tram", "new/sub/tax.md": "tax"}
    assert index.texts()["leave"] == LEAVE.format(33)


@pytest.mark.parametrize("mountpoint", [False, True])
def test_a_copy_of_an_unmounted_disk_loses_nothing(index: Index, folder: Path, mountpoint: bool) -> None:
    ingest(index, folder)
    texts = index.texts()
    copy, away = folder.with_name("copy"), folder.with_name("away")
    shutil.copytree(folder, copy)
    folder.rename(away)
    if mountpoint:
        folder.mkdir()
    assert ingest(index, copy, prune=True).counts == {"moved": 4}
    assert index.texts() == texts
    shutil.rmtree(folder, ignore_errors=True)
    away.rename(folder)
    assert ingest(index, folder, prune=True).counts == {"duplicate": 4}
    assert index.texts() == texts
    shutil.rmtree(copy)
    ingest(index, folder, prune=True)
    assert index.texts() == texts
    assert all(name.startswith("old/") for name in sources(index))


def test_an_empty_mountpoint_keeps_documents_that_a_partial_copy_lacks(index: Index, folder: Path) -> None:
    ingest(index, folder)
    copy = folder.with_name("copy")
    folder.rename(copy)
    folder.mkdir()
    (copy / "epc.md").unlink()
    report = ingest(index, folder, copy, prune=True)
    assert states(report) == {"old": "failed", "leave.md": "moved", "tram.md": "moved", "tax.md": "moved"}
    assert "old is empty, but one indexed source was there, so nothing was removed" in str(report.failed[0].reason)
    assert sources(index)["old/epc.md"] == "epc"


def test_a_small_copy_of_a_missing_folder_leaves_its_other_documents(index: Index, folder: Path) -> None:
    ingest(index, folder)
    shutil.copytree(folder, folder.with_name("away"))
    write(folder.with_name("copy"), {"tram.md": "A tram ticket."})
    shutil.rmtree(folder)
    assert ingest(index, folder.with_name("copy"), prune=True).counts == {"moved": 1}
    assert sources(index) == {"copy/tram.md": "tram"} | {
        f"old/{name}": Path(name).stem for name in ("leave.md", "sub/tax.md", "epc.md")
    }


def test_another_project_with_one_equal_file_does_not_replace_a_missing_one(index: Index, tmp_path: Path) -> None:
    licence = "You may copy this text."
    write(tmp_path / "one", {"licence.md": licence, "readme.md": "Ferries sail twice a day from the northern pier."})
    ingest(index, tmp_path / "one")
    shutil.rmtree(tmp_path / "one")
    write(tmp_path / "two", {"licence.md": licence, "readme.md": "Libraries lend books for three weeks."})
    assert states(ingest(index, tmp_path / "two")) == {"licence.md": "moved", "readme.md": "added"}
    assert len(index.texts()) == 3


def test_records_move_with_their_file(index: Index, tmp_path: Path) -> None:
    records = [{"id": name, "text": f"The levy of district {name} is due in May."} for name in "abcd"]
    write(tmp_path / "in", {"old.jsonl": "\n".join(map(json.dumps, records))})
    ingest(index, tmp_path / "in")
    (tmp_path / "in" / "old.jsonl").unlink()
    records[0]["text"] = "The levy of district a is due in June."
    write(tmp_path / "in", {"new.jsonl": "\n".join(map(json.dumps, records[:3]))})
    report = ingest(index, tmp_path / "in", prune=True)
    assert states(report) == {
        "new.jsonl#a": "updated",
        "new.jsonl#b": "moved",
        "new.jsonl#c": "moved",
        "new.jsonl#d": "removed",
    }
    assert sources(index) == {f"in/new.jsonl#{name}": name for name in "abc"}


def test_sidecars_and_ids_in_files_move_along(index: Index, tmp_path: Path) -> None:
    write(tmp_path / "in", {"a.txt": "One.", "a.txt.meta.yaml": "title: An act", "b.md": "---\nid: act-7\n---\nTwo."})
    ingest(index, tmp_path / "in")
    (tmp_path / "in").rename(tmp_path / "out")
    assert ingest(index, tmp_path / "out").counts == {"moved": 2}
    assert sources(index) == {"out/a.txt": "a", "out/b.md": "act-7"}
    titles = {stored.reference.id: stored.reference.title for stored in index.store.current().documents()}
    assert titles["a"] == "An act"


def test_files_move_if_a_link_leads_to_another_folder(index: Index, folder: Path, tmp_path: Path) -> None:
    link = tmp_path / "current"
    link.symlink_to(folder)
    ingest(index, link)
    link.unlink()
    link.symlink_to(folder.rename(tmp_path / "release-2"))
    assert ingest(index, link, prune=True).counts == {"moved": 4}


def test_every_source_of_a_text_moves(index: Index, tmp_path: Path) -> None:
    write(tmp_path / "old", {"a.md": "The same.", "x/b.md": "The same.", "c.md": "Another."})
    write(tmp_path / "far", {"d.md": "The same."})
    ingest(index, tmp_path / "old", tmp_path / "far")
    (tmp_path / "old").rename(tmp_path / "new")
    assert ingest(index, tmp_path / "new").counts == {"moved": 3}
    assert sources(index) == {"new/a.md": "a", "new/x/b.md": "a", "far/d.md": "a", "new/c.md": "c"}


def test_documents_given_over_http_never_move(index: Index, tmp_path: Path) -> None:
    with open_upkeep(index) as upkeep:
        upkeep.submit([text_upload("levy", "The levy is one pence.")])[1].result(30)
    write(tmp_path / "in", {"levy.md": "The levy is one pence."})
    assert states(ingest(index, tmp_path / "in", prune=True)) == {"levy.md": "duplicate"}
    assert sources(index) == {"http:levy": "levy", "in/levy.md": "levy"}


def test_the_entry_of_a_failed_file_moves_with_its_folder(index: Index, folder: Path) -> None:
    write(folder, {"empty.md": "", "gone.md": "", "map.png": "x"})
    ingest(index, folder)
    write(folder, {"tram.md": ""})
    ingest(index, folder)
    new = folder.rename(folder.with_name("new"))
    (new / "gone.md").unlink()
    ingest(index, new)
    entries = {Path(one.source).name: one for one in Ledger(index.store.directory).read().values()}
    assert not any("/old/" in one.source for one in entries.values())
    assert (entries["empty.md"].tries, entries["tram.md"].tries, entries["gone.md"].state) == (3, 2, "removed")
    assert (listed(index)["new/tram.md"], sources(index)["new/tram.md"]) == ("failed", "tram")


def test_a_wrong_path_beside_the_new_one_does_not_hide_the_move(index: Index, folder: Path) -> None:
    ingest(index, folder)
    new = folder.rename(folder.with_name("new"))
    report = ingest(index, folder, new, prune=True)
    assert report.counts == {"failed": 1, "moved": 4}
    assert set(sources(index)) == {"new/leave.md", "new/tram.md", "new/sub/tax.md", "new/epc.md"}
    assert "old" not in listed(index)


def test_a_path_that_never_existed_is_not_remembered(index: Index, articles: Articles) -> None:
    good, other = articles.write("a.txt", "One."), articles.write("b.txt", "")
    nowhere = articles.folder / "nowhere.txt"
    ingest(index, good, nowhere, other)
    assert {name.removeprefix("articles/"): state for name, state in listed(index).items()} == {
        "a.txt": "indexed",
        "b.txt": "failed",
    }
    other.unlink()
    ingest(index, good, nowhere, other)
    assert listed(index)["articles/b.txt"] == "removed", "a failed file that is gone does not stay failed"
    good.unlink()
    ingest(index, good, articles.write("c.txt", "Three."))
    assert listed(index)["articles/a.txt"] == "failed", "a document whose file is named but missing is reported"
    assert set(index.texts().values()) == {"One.", "Three."}


def test_a_text_stays_if_its_copy_is_edited_while_its_file_is_missing(index: Index, tmp_path: Path) -> None:
    write(tmp_path / "one", {"a.md": "The same.", "b.md": "Two."})
    write(tmp_path / "two", {"a.md": "The same.", "c.md": "Three."})
    ingest(index, tmp_path / "one", tmp_path / "two")
    (tmp_path / "one" / "a.md").unlink()
    write(tmp_path / "two", {"a.md": "Edited."})
    ingest(index, tmp_path / "two", prune=True)
    assert sorted(index.texts().values()) == ["Edited.", "The same.", "Three.", "Two."]


def test_an_edited_file_does_not_move_while_other_files_of_its_folder_stay(index: Index, folder: Path) -> None:
    ingest(index, folder)
    new = folder.with_name("new")
    new.mkdir()
    for name in ("leave.md", "tram.md", "epc.md"):
        (folder / name).rename(new / name)
    write(new, {"leave.md": LEAVE.format(33)})
    assert states(ingest(index, new)) == {"leave.md": "added", "tram.md": "moved", "epc.md": "moved"}
    assert {LEAVE.format(30), LEAVE.format(33)} <= set(index.texts().values())


def test_a_folder_merged_into_another_one_leaves_the_documents_of_that_one_alone(index: Index, folder: Path) -> None:
    other = folder.with_name("other")
    write(other, {"leave.md": "Another text about leave."})
    ingest(index, folder, other)
    for name in ("tram.md", "sub", "epc.md"):
        (folder / name).rename(other / name)
    shutil.rmtree(folder)
    assert ingest(index, other, prune=True).counts == {"moved": 3, "unchanged": 1}
    assert index.texts()["leave-2"] == "Another text about leave."
    assert sources(index)["old/leave.md"] == "leave", "no file took its place"


def _stored(name: str, source: str, *copies: str) -> StoredDocument:
    origin = Origin(source, "digest", name, name, tuple(Source(copy, "digest") for copy in copies))
    return StoredDocument(Reference(name, name), None, {}, origin, 0, 1)


def _new(source: str, text: str) -> Found:
    return Found(source, source, (Document(Reference("new", "New"), text), Origin(source, "digest", text, text)))


def test_a_rename_of_letter_case_is_a_move_even_if_both_names_exist() -> None:
    disk = Disk(is_gone=lambda source: source == "/in/Act.md", exists=lambda _: True)
    moves = find_moves([_stored("text", "/in/Act.md")], [_new("/in/act.md", "text")], disk, _never)
    assert moves == Moves({"/in/Act.md": "/in/act.md"})


def test_files_with_one_text_are_paired_by_their_names() -> None:
    documents = [_stored("text", "/old/a.md", "/old/b.md", "/old/c.md")]
    found = [_new(f"/new/{name}.md", "text") for name in ("c", "a", "b")]
    disk = Disk(is_gone=lambda _: True, exists=lambda path: path != "/old")
    moves = find_moves(documents, found, disk, _never)
    assert moves == Moves({f"/old/{name}.md": f"/new/{name}.md" for name in "abc"}, {"/old": "/new"})


def test_a_file_that_still_exists_or_was_given_in_another_way_does_not_move() -> None:
    documents = [_stored("text", "/old/a.md"), _stored("page", "https://example.org/page"), _stored("x", "http:x")]
    found = [_new("/new/a.md", "text"), _new("/new/page.md", "page"), _new("/new/x.md", "x")]
    assert find_moves(documents, found, Disk(lambda _: False, lambda _: True), _never) == Moves()
    moves = find_moves(documents, found, Disk(lambda _: True, lambda _: True), _never)
    assert moves.sources == {"/old/a.md": "/new/a.md"}


def _never(document_id: str) -> Document:
    raise AssertionError(f"{document_id} is not needed")
