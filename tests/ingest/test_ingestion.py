"""A run reads and encodes only changed sources. The index then has each text once."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from rag.errors import NoSnapshot, UnknownDocument, UnreadableSource
from rag.ingest.publication import Report
from rag.protocols import Rows
from rag.service import Service
from rag.snapshots.manifest import FORMAT, id_suffix
from rag.types import Ask
from tests.articles import Articles, Index, quietly, states
from tests.encoders import CountingEncoder, Killed


@pytest.fixture
def index(tmp_path: Path) -> Index:
    return Index(tmp_path / "index")


def _ids(report: Report) -> dict[str, str | None]:
    return {Path(item.source).name: item.document_id for item in report.items}


def _snapshots(index: Index) -> list[str]:
    return index.store.ids()


def test_a_second_run_over_the_same_folder_does_nothing(articles: Articles, index: Index) -> None:
    articles.write("a.md", "# One\n\nThe first text.")
    articles.write("b.txt", "The second text.")
    first = index.ingest(articles)
    assert states(first) == {"a.md": "added", "b.txt": "added"}
    index.encoder.passages.clear()
    second = index.ingest(articles)
    assert states(second) == {"a.md": "unchanged", "b.txt": "unchanged"}
    assert (second.encoded, second.snapshot) == (0, first.snapshot)
    assert index.encoder.passages == []
    assert _snapshots(index) == [first.snapshot]


def test_a_file_rewritten_with_the_same_text_is_unchanged(articles: Articles, index: Index) -> None:
    articles.write("a.txt", "The text.\n")
    first = index.ingest(articles)
    articles.write("a.txt", "The text.\r\n\r\n")
    second = index.ingest(articles)
    assert (states(second), second.snapshot) == ({"a.txt": "unchanged"}, first.snapshot)


def test_the_old_text_of_a_changed_file_is_never_found_again(articles: Articles, service: Service) -> None:
    articles.write("a.md", "The rate is seven per cent.")
    articles.write("b.md", "Another matter altogether.")
    articles.ingest(service)
    articles.write("a.md", "The rate is nine per cent.")
    assert states(articles.ingest(service)) == {"a.md": "updated", "b.md": "unchanged"}
    hits, _ = service.view(None).search(Ask("the rate in per cent, seven"))
    assert {hit.text for hit in hits} == {"The rate is nine per cent.", "Another matter altogether."}
    snapshot = service.snapshot()
    assert len(snapshot) == len(snapshot.dense) == len(snapshot.lexical) == 2


def test_a_changed_document_encodes_only_its_changed_chunks(articles: Articles, index: Index) -> None:
    sections = [f"## Part {number}\n\nThe text of part {number}." for number in range(6)]
    articles.write("a.md", "\n\n".join(["# Act", *sections]))
    assert index.ingest(articles).encoded == 6
    index.encoder.passages.clear()
    sections[3] = "## Part 3\n\nAnother text of part 3."
    articles.write("a.md", "\n\n".join(["# Act", *sections]))
    report = index.ingest(articles)
    assert (states(report), report.encoded) == ({"a.md": "updated"}, 1)
    assert index.encoder.passages == ["Act. Part 3\nAnother text of part 3."]


def test_reused_vectors_equal_those_of_a_fresh_build(articles: Articles, index: Index, tmp_path: Path) -> None:
    for name in "abcde":
        articles.write(f"{name}.md", f"The text of {name}. It says {name * 3}.")
    index.ingest(articles)
    articles.write("b.md", "Changed.")
    (articles.folder / "d.md").unlink()
    index.ingest(articles, prune=True)
    updated = index.store.current()
    fresh = Index(tmp_path / "fresh")
    fresh.ingest(articles)
    rebuilt = fresh.store.current()
    for name, text in index.texts().items():
        assert fresh.texts()[name] == text
        reused_row = {s.reference.id: s.first_row for s in updated.documents()}[name]
        fresh_row = {s.reference.id: s.first_row for s in rebuilt.documents()}[name]
        vectors = [updated.dense.vectors(_rows(reused_row)), rebuilt.dense.vectors(_rows(fresh_row))]
        assert vectors[0].tolist() == vectors[1].tolist()


def _rows(number: int) -> Rows:
    return np.array([number], np.int64)


def test_a_deleted_file_stays_in_the_index_until_a_run_prunes(articles: Articles, index: Index) -> None:
    articles.write("a.txt", "One.")
    articles.write("b.txt", "Two.")
    index.ingest(articles)
    (articles.folder / "a.txt").unlink()
    assert states(index.ingest(articles)) == {"b.txt": "unchanged"}
    assert index.texts().keys() == {"a", "b"}
    assert states(index.ingest(articles, prune=True)) == {"a.txt": "removed", "b.txt": "unchanged"}
    assert index.texts() == {"b": "Two."}


def test_pruning_a_folder_leaves_documents_from_elsewhere_alone(articles: Articles, index: Index) -> None:
    articles.write("in/a.txt", "One.")
    articles.write("in/kept.txt", "Four.")
    articles.write("in#b.txt", "Two.")
    articles.write("inner/c.txt", "Three.")
    index.ingest(articles)
    for name in ("in/a.txt", "in#b.txt", "inner/c.txt"):
        (articles.folder / name).unlink()
    report = index.ingestion.ingest([articles.folder / "in"], quietly, prune=True)
    assert states(report) == {"a.txt": "removed", "kept.txt": "unchanged"}
    assert index.texts().keys() == {"in-b", "c", "kept"}


def test_pruning_keeps_the_documents_of_a_folder_that_became_empty(articles: Articles, index: Index) -> None:
    articles.write("a.txt", "One.")
    articles.write("disk/b.txt", "Two.")
    articles.write("disk/c.txt", "Three.")
    index.ingest(articles)
    for name in ("b.txt", "c.txt"):
        (articles.folder / "disk" / name).unlink()
    report = index.ingest(articles, prune=True)
    assert states(report) == {"a.txt": "unchanged", "disk": "failed"}
    assert "is empty, but 2 indexed sources were there" in str(report.failed[0].reason)
    assert index.texts().keys() == {"a", "b", "c"}
    assert states(index.ingest(articles)) == {"a.txt": "unchanged"}
    (articles.folder / "disk").rmdir()
    assert states(index.ingest(articles, prune=True)) == {"a.txt": "unchanged", "b.txt": "removed", "c.txt": "removed"}


def test_pruning_ignores_an_empty_folder_that_no_document_came_from(articles: Articles, index: Index) -> None:
    articles.write("a.txt", "One.")
    (articles.folder / "new").mkdir()
    index.ingest(articles)
    assert states(index.ingest(articles, prune=True)) == {"a.txt": "unchanged"}


def test_pruning_keeps_a_document_whose_file_became_a_link_that_is_not_followed(
    articles: Articles, index: Index
) -> None:
    articles.write("a.txt", "One.")
    articles.write("b.txt", "Two.")
    index.ingest(articles)
    (articles.folder / "b.txt").unlink()
    (articles.folder / "b.txt").symlink_to("/etc/hostname")
    report = index.ingest(articles, prune=True)
    assert states(report) == {"a.txt": "unchanged", "b.txt": "failed"}
    assert index.texts().keys() == {"a", "b"}


def test_a_file_that_fails_keeps_its_old_document_and_the_run_goes_on(articles: Articles, index: Index) -> None:
    articles.write("a.txt", "One.")
    index.ingest(articles)
    articles.write("a.txt", "")
    articles.write("b.txt", "Two.")
    for prune in (False, True):
        report = index.ingest(articles, prune=prune)
        assert states(report)["a.txt"] == "failed"
        assert [item.document_id for item in report.failed] == ["a"]
        assert "is empty" in str(report.failed[0].reason)
        assert index.texts() == {"a": "One.", "b": "Two."}


def test_a_duplicate_text_is_indexed_once(articles: Articles, index: Index) -> None:
    articles.write("a.txt", "The same.")
    articles.write("b.txt", "The same.")
    articles.write("c.txt", "Another.")
    report = index.ingest(articles)
    assert states(report) == {"a.txt": "added", "b.txt": "duplicate", "c.txt": "added"}
    assert _ids(report)["b.txt"] == "a"
    assert len(index.store.current()) == 2
    index.encoder.passages.clear()
    assert states(index.ingest(articles)) == {"a.txt": "unchanged", "b.txt": "unchanged", "c.txt": "unchanged"}
    assert index.encoder.passages == []


def test_a_document_remembers_every_source_of_its_text(articles: Articles, index: Index) -> None:
    for name in ("a.txt", "b.txt", "c.txt"):
        articles.write(name, "The same.")
    first = index.ingest(articles)
    (stored,) = index.store.current().documents()
    assert [Path(source.name).name for source in stored.origin.sources] == ["a.txt", "b.txt", "c.txt"]
    assert index.store.current().stored_document("a") == stored
    assert index.ingest(articles).snapshot == first.snapshot


def test_a_text_stays_without_a_re_encode_while_any_source_has_it(articles: Articles, index: Index) -> None:
    for name in ("a.txt", "b.txt", "c.txt"):
        articles.write(name, "The same.")
    index.ingest(articles)
    for gone, left in (("a.txt", ["b.txt", "c.txt"]), ("b.txt", ["c.txt"])):
        (articles.folder / gone).unlink()
        report = index.ingest(articles, prune=True)
        assert (report.encoded, states(report)[gone]) == (0, "removed")
        (stored,) = index.store.current().documents()
        assert [Path(source.name).name for source in stored.origin.sources] == left
        assert index.texts() == {"a": "The same."}
    (articles.folder / "c.txt").unlink()
    articles.write("d.txt", "Another.")
    index.ingest(articles, prune=True)
    assert index.texts() == {"d": "Another."}


def test_a_copy_elsewhere_keeps_the_text_when_the_original_changes(articles: Articles, index: Index) -> None:
    articles.write("in/a.txt", "The same.")
    articles.write("out/b.txt", "The same.")
    index.ingest(articles)
    articles.write("in/a.txt", "Changed.")
    report = index.ingestion.ingest([articles.folder / "in"], quietly)
    assert (states(report), report.encoded) == ({"a.txt": "updated", "b.txt": "added"}, 1)
    assert index.texts() == {"a": "Changed.", "b": "The same."}
    index.ingest(articles)
    titles = {one.reference.id: one.reference.title for one in index.store.current().documents()}
    assert titles == {"a": "A", "b": "B"}


def test_a_file_that_is_not_a_source_is_skipped_with_a_reason(articles: Articles, index: Index) -> None:
    for name in ("a.txt", "p.png", ".hidden.txt", ".git/x.md", "~$a.docx", "lost.pdf.meta.yaml", "a.txt.meta.json"):
        articles.write(name, "{}")
    report = index.ingest(articles)
    reasons = {Path(item.source).name: item.reason for item in report.items if item.state == "skipped"}
    assert reasons.keys() == {"p.png", ".hidden.txt", ".git", "~$a.docx", "lost.pdf.meta.yaml"}
    assert reasons["lost.pdf.meta.yaml"] == "it describes a file that does not exist"
    assert reasons[".git"] == reasons[".hidden.txt"] == "it is hidden"
    assert not report.failed


def test_an_index_inside_the_folder_is_not_ingested(articles: Articles) -> None:
    articles.write("a.txt", "One.")
    index = Index(articles.folder / "index")
    for _ in range(2):
        assert set(states(index.ingest(articles))) == {"a.txt"}


def test_pruning_keeps_a_hidden_file_that_was_named_explicitly(articles: Articles, index: Index) -> None:
    articles.write("a.txt", "One.")
    index.ingestion.ingest([articles.write(".hidden.txt", "Two.")], quietly)
    assert states(index.ingest(articles, prune=True)) == {"a.txt": "added", ".hidden.txt": "skipped"}
    assert sorted(index.texts().values()) == ["One.", "Two."]


def test_a_former_duplicate_becomes_a_document_when_the_original_changes(articles: Articles, index: Index) -> None:
    articles.write("a.txt", "The same.")
    articles.write("b.txt", "The same.")
    index.ingest(articles)
    articles.write("a.txt", "No longer the same.")
    report = index.ingest(articles)
    assert states(report) == {"a.txt": "updated", "b.txt": "added"}
    assert index.texts() == {"a": "No longer the same.", "b": "The same."}


def test_a_document_that_becomes_a_duplicate_leaves_the_index(articles: Articles, index: Index) -> None:
    articles.write("a.txt", "One.")
    articles.write("b.txt", "Two.")
    index.ingest(articles)
    articles.write("b.txt", "One.")
    assert states(index.ingest(articles)) == {"a.txt": "unchanged", "b.txt": "duplicate"}
    assert index.texts() == {"a": "One."}


def test_two_files_can_swap_their_texts(articles: Articles, index: Index) -> None:
    articles.write("a.txt", "One.")
    articles.write("b.txt", "Two.")
    index.ingest(articles)
    articles.write("a.txt", "Two.")
    articles.write("b.txt", "One.")
    assert states(index.ingest(articles)) == {"a.txt": "updated", "b.txt": "updated"}
    assert index.texts() == {"a": "Two.", "b": "One."}


def test_a_change_of_facts_keeps_the_id_even_if_a_copy_is_read_first(articles: Articles, index: Index) -> None:
    articles.write("original.md", "---\ntitle: Old\n---\nThe same.")
    index.ingest(articles)
    articles.write("copy.md", "The same.")
    articles.write("original.md", "---\ntitle: New\n---\nThe same.")
    report = index.ingest(articles)
    assert states(report) == {"copy.md": "duplicate", "original.md": "updated"}
    (stored,) = index.store.current().documents()
    assert (stored.reference.id, stored.reference.title) == ("original", "New")


def test_a_renamed_file_keeps_the_id_in_its_front_matter(articles: Articles, index: Index) -> None:
    path = articles.write("old.md", "---\nid: act-7\n---\nThe text.")
    index.ingest(articles)
    path.rename(articles.folder / "new.md")
    index.ingest(articles, prune=True)
    assert index.texts() == {"act-7": "The text."}


def test_ids_are_unique_and_stay_with_their_files(articles: Articles, index: Index) -> None:
    articles.write("x/index.md", "One.")
    articles.write("y/index.md", "Two.")
    articles.write("z/index.md", "---\nid: index-2\n---\nThree.")
    first = {item.source: item.document_id for item in index.ingest(articles).items}
    assert len(set(first.values())) == 3
    articles.write("w/index.md", "Four.")
    articles.write("x/index.md", "One, changed.")
    second = {item.source: item.document_id for item in index.ingest(articles).items}
    assert second.items() > first.items()
    assert len(set(second.values())) == 4


def test_thousands_of_documents_with_one_id_are_numbered_quickly(articles: Articles, index: Index) -> None:
    records = [json.dumps({"id": "same", "text": f"Text {number}."}) for number in range(3_000)]
    articles.write("a.jsonl", "\n".join(records))
    report = index.ingest(articles)
    ids = {item.document_id for item in report.items}
    assert len(ids) == 3_000
    assert {"same", "same-2", "same-3000"} <= ids


def test_each_record_of_a_jsonl_file_changes_on_its_own(articles: Articles, index: Index) -> None:
    lines = [json.dumps({"id": name, "text": f"Text {name}."}) for name in "abc"]
    articles.write("all.jsonl", "\n".join(lines))
    assert index.ingest(articles).counts == {"added": 3}
    lines[1] = json.dumps({"id": "b", "text": "Changed."})
    articles.write("all.jsonl", "\n".join(lines[:2]))
    report = index.ingest(articles, prune=True)
    assert states(report) == {"all.jsonl#c": "removed", "all.jsonl#a": "unchanged", "all.jsonl#b": "updated"}
    assert index.texts() == {"a": "Text a.", "b": "Changed."}


@pytest.mark.parametrize("broken", [b'{"id": "a", "text": "Text a."}\n{oops', b"\xff\xfe\x00"])
def test_a_jsonl_file_that_cannot_be_read_completely_loses_no_document(
    articles: Articles, index: Index, broken: bytes
) -> None:
    articles.write("all.jsonl", "\n".join(json.dumps({"id": name, "text": f"Text {name}."}) for name in "abc"))
    index.ingest(articles)
    articles.write("all.jsonl", broken)
    report = index.ingest(articles, prune=True)
    assert report.failed
    assert index.texts().keys() == {"a", "b", "c"}


def test_a_file_whose_name_is_not_unicode_does_not_affect_other_files(articles: Articles, index: Index) -> None:
    articles.write("a.txt", "One.")
    articles.write("b\udcff.txt", "Two.")
    articles.write("c\udcff.txt", "")
    report = index.ingest(articles)
    assert report.counts == {"added": 2, "failed": 1}
    json.dumps([item.reason or item.source for item in report.items], ensure_ascii=False).encode()
    assert index.ingest(articles).counts == {"unchanged": 2, "failed": 1}


def test_a_document_with_a_number_too_large_for_a_float_is_indexed(articles: Articles, index: Index) -> None:
    articles.write("a.jsonl", json.dumps({"id": "a", "text": "One.", "n": 10**400}))
    assert index.ingest(articles).counts == {"added": 1}
    assert index.texts() == {"a": "One."}


def test_wrong_paths_fail_alone_beside_a_good_one(articles: Articles, index: Index) -> None:
    good, other = articles.write("a.txt", "One."), articles.write("b.xyz", "Two.")
    report = index.ingestion.ingest([articles.folder / "nowhere", good, other], quietly)
    assert states(report) == {"nowhere": "failed", "a.txt": "added", "b.xyz": "failed"}
    assert [str(item.reason).startswith(("There is no file or folder", f"{other} has no")) for item in report.failed]
    assert index.texts() == {"a": "One."}


def test_a_run_over_wrong_paths_only_changes_nothing(articles: Articles, index: Index) -> None:
    with pytest.raises(UnreadableSource, match="no file or folder"):
        index.ingestion.ingest([articles.folder / "nowhere", articles.write("b.xyz", "Two.")], quietly)
    with pytest.raises(NoSnapshot):
        index.store.current()


def test_an_empty_folder_publishes_no_snapshot(articles: Articles, index: Index) -> None:
    assert index.ingest(articles) == Report((), None, 0)


def test_a_removed_document_is_never_found(articles: Articles, service: Service) -> None:
    articles.write("a.txt", "The levy is due in May.")
    articles.write("b.txt", "The levy is due in June.")
    articles.ingest(service)
    report = service.remove(["a"])
    assert report.counts == {"removed": 1}
    hits, _ = service.view(None).search(Ask("levy due in May"))
    assert {hit.reference.id for hit in hits} == {"b"}
    with pytest.raises(UnknownDocument):
        service.snapshot().document("a")


def test_removing_an_unknown_id_changes_nothing(articles: Articles, index: Index) -> None:
    articles.write("a.txt", "One.")
    before = index.ingest(articles).snapshot
    with pytest.raises(UnknownDocument, match=r"'nobody', so nothing was removed"):
        index.ingestion.remove(["a", "nobody"])
    assert index.store.refresh().id == before
    assert _snapshots(index) == [before]


CHANGES: dict[str, Callable[[Index], object]] = {
    "remove": lambda index: index.ingestion.remove(["levy"]),
    "remove a root": lambda index: index.ingestion.remove_root("/articles"),
    "reparse": lambda index: index.ingestion.reparse([], quietly),
    "rebuild": lambda index: index.ingestion.rebuild(quietly),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_a_change_of_an_index_that_does_not_exist_makes_no_folder(
    tmp_path: Path, change: Callable[[Index], object]
) -> None:
    with pytest.raises(NoSnapshot, match="run 'rag ingest' first"):
        change(Index(tmp_path / "index"))
    assert not (tmp_path / "index").exists()


def test_removing_without_an_index_names_the_command_to_run(index: Index) -> None:
    with pytest.raises(NoSnapshot, match="run 'rag ingest' first"):
        index.ingestion.remove(["a"])


@pytest.mark.parametrize("other", [{"encoder": CountingEncoder("2")}, {"chunk_tokens": 20}])
def test_another_encoder_or_chunk_size_rebuilds_the_whole_index(
    articles: Articles, index: Index, tmp_path: Path, other: dict[str, object]
) -> None:
    articles.write("a.txt", " ".join(f"word{number}" for number in range(90)))
    articles.write("b.txt", "Two.")
    index.ingest(articles)
    again = Index(tmp_path / "index", **other)  # type: ignore[arg-type]
    report = again.ingest(articles)
    snapshot = again.store.current()
    assert report.counts == {"unchanged": 2}
    assert report.encoded == len(snapshot) == len(again.encoder.passages)
    assert snapshot.manifest.encoder_digest == again.encoder.digest
    assert again.texts() == index.texts()
    assert again.ingest(articles).encoded == 0


def test_a_killed_run_repeats_at_most_one_batch(articles: Articles, tmp_path: Path) -> None:
    for number in range(300):
        articles.write(f"{number}.txt", f"The text numbered {number}.")
    killed = Index(tmp_path / "index", CountingEncoder(batches=3))
    with pytest.raises(Killed):
        killed.ingest(articles)
    done = len(killed.encoder.passages)
    assert 0 < done < 300
    again = Index(tmp_path / "index", CountingEncoder())
    report = again.ingest(articles)
    assert report.encoded == len(again.encoder.passages) == 300 - done
    assert len(again.store.current()) == 300
    assert list((tmp_path / "index").glob("encoded-*")) == []


def test_an_index_without_a_sound_snapshot_is_rebuilt_from_its_documents(articles: Articles, tmp_path: Path) -> None:
    articles.write("a.txt", "One.")
    Index(tmp_path / "index").ingest(articles)
    for path in (tmp_path / "index").rglob("vectors.faiss"):
        path.write_bytes(b"garbage")
    again = Index(tmp_path / "index")
    assert states(again.ingest(articles)) == {"a.txt": "unchanged"}
    assert again.store.degraded is None
    assert Index(tmp_path / "index").texts() == {"a": "One."}


def test_a_run_without_changes_still_replaces_a_damaged_snapshot(articles: Articles, tmp_path: Path) -> None:
    articles.write("a.txt", "One.")
    index = Index(tmp_path / "index")
    index.ingest(articles)
    (tmp_path / "index" / "CURRENT").unlink()
    again = Index(tmp_path / "index")
    assert states(again.ingest(articles)) == {"a.txt": "unchanged"}
    fresh = Index(tmp_path / "index")
    assert fresh.texts() == {"a": "One."}
    assert fresh.store.degraded is None


def test_an_index_of_an_earlier_format_is_migrated(articles: Articles, tmp_path: Path) -> None:
    articles.write("a.txt", "One.")
    store = Index(tmp_path / "index").store
    Index(tmp_path / "index").ingest(articles)
    folder = store.directory / "snapshots" / store.ids()[0]
    manifest = folder / "manifest.json"
    manifest.write_text(manifest.read_text().replace(f'"format": {FORMAT}', '"format": 1'))
    earlier = folder.rename(folder.with_name(f"000001-{id_suffix(folder)}"))
    (store.directory / "CURRENT").write_text(earlier.name)
    assert states(Index(tmp_path / "index").ingest(articles)) == {"a.txt": "unchanged"}
    fresh = Index(tmp_path / "index")
    assert fresh.texts() == {"a": "One."}
    assert fresh.store.degraded is None
