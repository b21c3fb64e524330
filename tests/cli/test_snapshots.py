"""Tests `rag snapshots`, `rag backup` and `rag restore`, with output for people and as JSON."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest

from rag.snapshots.manifest import id_suffix
from tests import samples
from tests.articles import Articles, Index
from tests.cli.running import Rag, error, program
from tests.snapshots.earlier import NEWER, OLDER, Earlier, unpack

GROUP = ["list", "activate", "rebuild", "verify", "prune", "diff"]


@pytest.fixture
def two(tmp_path: Path, indexed: str) -> tuple[str, str]:
    """An index of two snapshots. The second changes the levy, removes the charge and adds a rule."""
    folder = tmp_path / "articles"
    (folder / "charge.md").unlink()
    samples.write(folder, {"levy.md": "# The sugar levy\n\nThe levy was repealed.\n", "rule.md": "# A rule\n\nNew.\n"})
    return indexed, samples.ingest(samples.service(tmp_path / "index"), folder, prune=True)


def damage(tmp_path: Path, snapshot: str) -> Path:
    path = tmp_path / "index" / "snapshots" / snapshot / "vectors.faiss"
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    return path


def current(rag: Rag) -> str:
    (found,) = (one["id"] for one in rag("snapshots", "--json").json["snapshots"] if one["current"])
    return str(found)


@pytest.mark.parametrize("command", GROUP)
def test_every_command_of_the_group_has_help(rag: Rag, command: str) -> None:
    assert f"  {command}" in rag("snapshots", "--help").out
    assert "--json" in rag("snapshots", command, "--help").out


def test_without_a_command_the_snapshots_are_listed(rag: Rag, two: tuple[str, str]) -> None:
    assert rag("snapshots").out == rag("snapshots", "list").out
    assert rag("snapshots", "--json").json == rag("snapshots", "list", "--json").json
    assert rag("snapshots").out.startswith(f"* {two[1]}  ")


def test_json_before_the_command_is_refused(rag: Rag, two: tuple[str, str]) -> None:
    ran = rag("snapshots", "--json", "verify")
    assert ran.code == 2
    assert "put it after the command: 'rag snapshots verify --json'" in ran.err


def test_an_activated_snapshot_answers_as_before(rag: Rag, indexed: str, tmp_path: Path) -> None:
    before = rag("search", "sugar levy", "--json").json
    samples.write(tmp_path / "articles", {"levy.md": "# The sugar levy\n\nThe levy was repealed.\n"})
    later = samples.ingest(samples.service(tmp_path / "index"), tmp_path / "articles")
    assert rag("search", "sugar levy", "--json").json["snapshot"] == later
    assert rag("snapshots", "activate", indexed).out == f"{indexed} is the current snapshot\n"
    assert rag("search", "sugar levy", "--json").json == before
    assert rag("snapshots", "activate", later, "--json").json == {"snapshot": later}
    assert current(rag) == later


def test_an_ingest_after_a_rollback_starts_from_the_activated_snapshot(
    rag: Rag, two: tuple[str, str], tmp_path: Path
) -> None:
    rag("snapshots", "activate", two[0])
    (tmp_path / "rule.md").write_text("# Another rule\n\nNew.\n", encoding="utf-8")
    assert rag("ingest", "rule.md").code == 0
    assert current(rag).startswith("000003-")
    assert len(rag("documents", "--json").json["documents"]) == 4


def test_a_damaged_snapshot_is_not_activated(rag: Rag, two: tuple[str, str], tmp_path: Path) -> None:
    path = damage(tmp_path, two[0])
    assert error(rag("snapshots", "activate", two[0])).startswith(f"{path} has changed since it was written")
    assert current(rag) == two[1]


@pytest.mark.parametrize("arguments", [("activate", "../x"), ("verify", "x"), ("diff", "x", "y")])
def test_the_error_names_a_missing_snapshot(rag: Rag, indexed: str, arguments: tuple[str, ...]) -> None:
    sentence = error(rag("snapshots", *arguments))
    assert sentence == f"no snapshot {arguments[1]!r} in {Path.cwd() / 'index'}: 'rag snapshots' lists them"


@pytest.mark.parametrize("arguments", [("verify",), ("prune",)])
def test_without_an_index_the_error_names_the_command_to_run_and_no_folder_is_created(
    rag: Rag, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    assert error(rag("snapshots", *arguments)) == f"no index in {tmp_path / 'index'}: run 'rag ingest' first"
    assert not (tmp_path / "index").exists()


@pytest.fixture
def older(tmp_path: Path) -> Earlier:
    """An index of the newest format that this version cannot serve."""
    return unpack(OLDER[-1], tmp_path)


def test_an_older_format_is_named_with_the_command_to_run(rag: Rag, older: Earlier) -> None:
    note = f"  format {older.format}: run 'rag snapshots rebuild' to migrate the current snapshot"
    lines = rag("snapshots").out.splitlines()
    assert all(line.endswith(f"{len(older.documents)} documents, 10 passages  hashing{note}") for line in lines[:1])
    assert [line[0] for line in lines] == ["*", *[" "] * (len(lines) - 1)]
    listed = rag("snapshots", "--json").json["snapshots"]
    assert {one["format"] for one in listed} == {older.format}
    ran = rag("snapshots", "verify")
    assert ran.code == 0
    assert ran.out.splitlines()[-1] == f"{older.current}  format {older.format}, sound"
    sentence = f"has format {older.format}, which this version can migrate but not serve: run 'rag snapshots rebuild'"
    assert sentence in error(rag("ask", "What is the levy?"))
    assert sentence in error(rag("snapshots", "activate", older.current))


def test_rebuilding_migrates_an_older_index(rag: Rag, older: Earlier) -> None:
    ran = rag("snapshots", "rebuild")
    assert (ran.code, ran.out) == (0, f"{older.current} is the current snapshot\n")
    assert {line.split("\t")[0] for line in rag("documents").out.splitlines()} == older.documents.keys()
    assert rag("snapshots", "rebuild").out == f"{older.current} is the current snapshot: there was nothing to rebuild\n"
    assert rag("snapshots", "rebuild", "--json").json == {"snapshot": older.current, "rebuilt": False}


def test_rebuilding_repairs_a_damaged_snapshot(rag: Rag, two: tuple[str, str], tmp_path: Path) -> None:
    damage(tmp_path, two[1])
    assert rag("snapshots", "rebuild", "--json").json["rebuilt"]
    assert current(rag) not in two
    assert len(rag("documents").out.splitlines()) == 3


def test_the_error_of_a_change_names_the_lost_documents(rag: Rag, indexed: str, tmp_path: Path) -> None:
    folder = tmp_path / "index" / "snapshots" / indexed
    (folder / "documents.sqlite").write_bytes(b"moths")
    found = error(rag("snapshots", "rebuild"))
    assert found.startswith(f"{folder} is damaged and 3 of its documents cannot be recovered, so nothing was changed: ")
    assert error(rag("ingest", "articles")) == found
    assert error(rag("remove", "levy")) == found


def test_a_format_of_a_newer_version_is_named(rag: Rag, two: tuple[str, str], tmp_path: Path) -> None:
    old = tmp_path / "index" / "snapshots" / two[0]
    manifest = json.loads((old / "manifest.json").read_text())
    (old / "manifest.json").write_text(json.dumps(manifest | {"format": NEWER}))
    newer = old.rename(old.with_name(f"000009-{id_suffix(old)}"))
    assert rag("snapshots").out.splitlines()[0] == f"  {newer.name}  format {NEWER}: install a newer version of rag"
    ran = rag("snapshots", "verify")
    assert ran.code == 1
    assert f"{newer.name}  format {NEWER}, not checked\n    {newer} has format {NEWER}" in ran.out


def test_rebuilding_without_an_index_creates_none(rag: Rag, tmp_path: Path) -> None:
    assert error(rag("snapshots", "rebuild")) == f"no index in {tmp_path / 'index'}: run 'rag ingest' first"
    assert not (tmp_path / "index").exists()


def test_verify_reports_sound_snapshots(rag: Rag, two: tuple[str, str]) -> None:
    ran = rag("snapshots", "verify")
    assert (ran.code, ran.out) == (0, f"{two[0]}  sound\n{two[1]}  sound\n")
    assert rag("snapshots", "verify", two[0], "--json").json == {"faults": {two[0]: []}}


def test_verify_names_each_damaged_file(rag: Rag, two: tuple[str, str], tmp_path: Path) -> None:
    old, new = two
    vectors = damage(tmp_path, new)
    database = vectors.with_name("documents.sqlite")
    database.unlink()
    ran = rag("snapshots", "verify", "--json")
    faults = json.loads(ran.out)["faults"]
    assert (ran.code, faults[old]) == (1, [])
    assert sorted(sentence.split(" ")[0] for sentence in faults[new]) == [str(database), str(vectors)]
    text = rag("snapshots", "verify")
    assert text.code == 1
    assert f"{new}  damaged\n" in text.out
    assert f"    {vectors} has changed since it was written" in text.out
    assert rag("snapshots", "verify", old).code == 0


def test_verify_names_a_missing_manifest_and_a_wrong_pointer(rag: Rag, two: tuple[str, str], tmp_path: Path) -> None:
    manifest = tmp_path / "index" / "snapshots" / two[0] / "manifest.json"
    manifest.unlink()
    (tmp_path / "index" / "CURRENT").write_text("000009-deadbeef\n", encoding="utf-8")
    ran = rag("snapshots", "verify", "--json")
    assert ran.code == 1
    assert json.loads(ran.out)["faults"] == {
        two[0]: [f"{manifest} cannot be read: No such file or directory"],
        two[1]: [],
        "CURRENT": [f"{tmp_path / 'index' / 'CURRENT'} names '000009-deadbeef', which does not exist"],
    }


def test_prune_deletes_old_snapshots_but_not_the_current_one(rag: Rag, two: tuple[str, str]) -> None:
    old, new = two
    rag("snapshots", "activate", old)
    assert rag("snapshots", "prune", "--keep", "1").out == "nothing to delete\n"
    rag("snapshots", "activate", new)
    assert rag("snapshots", "prune").out == "nothing to delete\n"
    assert rag("snapshots", "prune", "--keep", "1", "--json").json == {"deleted": [old], "read": []}
    assert [one["id"] for one in rag("snapshots", "--json").json["snapshots"]] == [new]


def test_prune_keeps_a_snapshot_that_is_being_read(rag: Rag, two: tuple[str, str], tmp_path: Path) -> None:
    old, _ = two
    reader = samples.service(tmp_path / "index").parts.store.open(old)
    assert rag("snapshots", "prune", "--keep", "1").out == f"stays    {old}: it is being read\n"
    del reader
    assert rag("snapshots", "prune", "--keep", "1").out == f"deleted  {old}\n"


def test_prune_refuses_to_keep_no_snapshot(rag: Rag, two: tuple[str, str]) -> None:
    assert rag("snapshots", "prune", "--keep", "0").code == 2


def test_diff_prints_added_removed_and_changed_documents(rag: Rag, two: tuple[str, str]) -> None:
    old, new = two
    found = rag("snapshots", "diff", old, new, "--json").json
    assert found == {"before": old, "after": new, "added": ["rule"], "removed": ["charge"], "changed": ["levy"]}
    lines = rag("snapshots", "diff", new, old).out.splitlines()
    assert [line.split("\t")[0] for line in lines] == ["+ charge", "- rule", "~ levy"]
    assert rag("snapshots", "diff", old, old).out == ""


def test_a_snapshot_can_be_named_by_its_number_or_the_start_of_its_id(rag: Rag, two: tuple[str, str]) -> None:
    first, second = two
    names = [("1", "2"), ("000001", "000002"), (first[:9], second[:-1]), (first, second)]
    diffs = [rag("snapshots", "diff", *pair, "--json").json for pair in names]
    assert [(one["before"], one["after"]) for one in diffs] == [(first, second)] * 4
    assert rag("snapshots", "activate", "1", "--json").json == {"snapshot": first}
    assert rag("snapshots", "verify", "2").out == f"{second}  sound\n"
    assert "2 snapshots match '0000'" in error(rag("snapshots", "activate", "0000"))
    for name in ("", "3", "1x", first[1:]):
        assert f"no snapshot {name!r} in" in error(rag("snapshots", "activate", name))


def test_the_commands_work_from_a_shell(indexed: str) -> None:
    ran = program("snapshots", "verify")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout == f"{indexed}  sound\n"


def test_a_backup_restores_an_index(rag: Rag, indexed: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = rag("search", "sugar levy", "--json").json
    assert rag("backup", "kept.tar").out == f"{indexed} is in kept.tar\n"
    monkeypatch.setenv("RAG_INDEX_DIR", str(tmp_path / "elsewhere"))
    assert rag("restore", "kept.tar", "--json").json == {"file": "kept.tar", "snapshot": indexed}
    assert rag("search", "sugar levy", "--json").json == before


def test_the_error_names_a_damaged_backup(rag: Rag, indexed: str, tmp_path: Path) -> None:
    (tmp_path / "kept.tar").write_bytes(b"moths")
    assert error(rag("restore", "kept.tar")).startswith("kept.tar is not a valid backup: ")
    assert error(rag("restore", "none.tar")) == "none.tar is not a file: give one that 'rag backup' wrote"
    assert current(rag) == indexed


def test_a_damaged_snapshot_is_listed_as_damaged(rag: Rag, two: tuple[str, str], tmp_path: Path) -> None:
    manifest = tmp_path / "index" / "snapshots" / two[0] / "manifest.json"
    manifest.write_text("{}", encoding="utf-8")
    first, second = rag("snapshots").out.splitlines()
    assert first.startswith(f"* {two[1]}  ")
    assert second == f"  {two[0]}  damaged: {manifest} has changed since it was written"
    listed = rag("snapshots", "--json").json["snapshots"]
    assert [(one["id"], one["fault"] is None, one["documents"]) for one in listed] == [
        (two[1], True, 3),
        (two[0], False, None),
    ]


@pytest.mark.parametrize("arguments", [("snapshots", "activate"), ("restore",)])
def test_a_snapshot_of_another_model_is_not_activated(
    rag: Rag, two: tuple[str, str], tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    other = Index(tmp_path / "other")
    folder = Articles(tmp_path / "more")
    folder.write("a.md", "One.")
    foreign = str(other.ingest(folder).snapshot)
    other.store.backup(tmp_path / "other.tar")
    shutil.copytree(tmp_path / "other" / "snapshots" / foreign, tmp_path / "index" / "snapshots" / foreign)
    sentence = error(rag(*arguments, foreign if "activate" in arguments else "other.tar"))
    assert "was built with hashing, RAG_ENCODER is hashing" in sentence
    assert current(rag) == two[1]
    assert [one["id"] for one in rag("snapshots", "--json").json["snapshots"]] == sorted([*two, foreign], reverse=True)


def test_a_second_writer_is_refused_before_it_loads_a_model(
    rag: Rag, indexed: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RAG_ENCODER", "sentence-transformers:not/there")
    with samples.service(tmp_path / "index").parts.store.writing():
        assert f"is being written to by process {os.getpid()}" in error(rag("ingest", str(tmp_path / "articles")))
