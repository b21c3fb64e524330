"""Tests of the commands `rag audit`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rag.audit import AuditLog
from rag.audit.entries import Kind
from tests.cli.running import Rag, program


@pytest.fixture
def log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AuditLog:
    monkeypatch.setenv("RAG_AUDIT_DIR", str(tmp_path / "audit"))
    made = AuditLog(tmp_path / "audit")
    for client in ("anna", "bob"):
        number = made.append(Kind.ASKED, {"client": client, "snapshot": "1"}, f"Who pays, asks {client}?")
        fields = {"of": number, "outcome": "answered", "documents": ["levy", "charge"], "cited": ["levy"]}
        made.append(Kind.ANSWERED, {**fields, "snapshot": "1"})
    made.append(Kind.READ, {"client": "anna", "documents": ["levy"], "part": "text", "snapshot": "1"})
    made.append(Kind.ASKED, {"client": "anna", "snapshot": "1"}, "Why?")
    return made


def test_each_question_and_read_is_one_line(rag: Rag, log: AuditLog) -> None:
    lines = [line.split("\t") for line in rag("audit", "list").out.splitlines()]
    assert [[cells[0], *cells[2:]] for cells in lines] == [
        ["1", "anna", "asked", "answered", "levy", "Who pays, asks anna?"],
        ["3", "bob", "asked", "answered", "levy", "Who pays, asks bob?"],
        ["5", "anna", "read", "shown", "levy", ""],
        ["6", "anna", "asked", "unfinished", "", "Why?"],
    ]


def test_a_question_cannot_steer_the_terminal(rag: Rag, log: AuditLog) -> None:
    log.append(Kind.ASKED, {"client": "e\tve", "snapshot": "1"}, "\x1b[2JWhy?\n\x9b\u202e")
    last = rag("audit", "list").out.splitlines()[-1]
    assert last.endswith("\te\\tve\tasked\tunfinished\t\t\\x1b[2JWhy? \\x9b\\u202e")


@pytest.mark.parametrize(
    ("options", "numbers"),
    [
        (["--client", "bob"], [3]),
        (["--question", "Why?"], [6]),
        (["--since", "2000-01-01", "--until", "2999"], [1, 3, 5, 6]),
        (["--since", "2999"], []),
        (["--until", "2000-01-01"], []),
    ],
)
def test_entries_can_be_selected(rag: Rag, log: AuditLog, options: list[str], numbers: list[int]) -> None:
    found = json.loads(rag("audit", "list", *options, "--json").out)
    assert [entry["number"] for entry in found["entries"]] == numbers


def test_today_is_included_in_a_selection_until_today(rag: Rag, log: AuditLog) -> None:
    today = json.loads(rag("audit", "list", "--json").out)["entries"][-1]["time"][:10]
    assert len(rag("audit", "list", "--since", today, "--until", today).out.splitlines()) == 4


def test_a_whole_chain_prints_its_head_which_a_later_check_takes(rag: Rag, log: AuditLog) -> None:
    checked = rag("audit", "verify")
    first, head = checked.out.splitlines()
    assert (checked.code, first) == (0, "the chain is whole: 6 lines in 1 file")
    assert rag("audit", "verify", "--head", head.removeprefix("head ")).code == 0
    assert json.loads(rag("audit", "verify", "--json").out)["head"] == head.removeprefix("head ")


def test_a_change_is_an_error_that_names_file_and_line(rag: Rag, log: AuditLog) -> None:
    path = log.folder.files()[0].path
    path.write_text(path.read_text().replace('"client":"bob"', '"client":"eve"'))
    checked = rag("audit", "verify")
    assert checked.code == 1
    assert checked.out.splitlines()[:2] == [f"{path.name}:3: entry 3 was changed", "1 fault: 6 lines in 1 file"]


def test_a_cut_end_is_found_with_the_head(rag: Rag, log: AuditLog) -> None:
    head = rag("audit", "verify").out.splitlines()[-1].removeprefix("head ")
    path = log.folder.files()[0].path
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:-1]))
    assert rag("audit", "verify").code == 0
    assert rag("audit", "verify", "--head", head).code == 1


def test_questions_are_erased(rag: Rag, log: AuditLog) -> None:
    assert rag("audit", "erase", "--question-of", "anna").out == "erased the question of 1, 6\n"
    assert rag("audit", "erase", "--question-of", "anna").out == "there was no such question\n"
    assert rag("audit", "list", "--client", "anna").out.splitlines()[0].endswith("\t(erased)")
    assert rag("audit", "verify").out.startswith("the chain is whole: 7 lines in 1 file, 2 questions erased\n")


def test_an_erasure_needs_a_client_or_an_entry(rag: Rag, log: AuditLog) -> None:
    assert "give a client, or an entry with --entry N" in " ".join(rag("audit", "erase").err.split())


@pytest.mark.parametrize("command", ["list", "verify"])
def test_without_the_setting_the_error_names_it(rag: Rag, command: str) -> None:
    failed = rag("audit", command)
    assert (failed.code, failed.err) == (1, "rag: there is no audit log: set RAG_AUDIT_DIR to its folder\n")


def test_a_wrong_folder_is_one_sentence(rag: Rag, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAG_AUDIT_DIR", str(tmp_path / "none"))
    assert rag("audit", "verify").err == f"rag: RAG_AUDIT_DIR is '{tmp_path}/none', which is not a folder\n"


def test_hashes_need_a_key(rag: Rag, log: AuditLog, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAG_AUDIT_QUESTIONS", "hmac")
    assert rag("audit", "list").err.startswith("rag: RAG_AUDIT_QUESTIONS is 'hmac': set RAG_AUDIT_KEY")
    monkeypatch.setenv("RAG_AUDIT_KEY", "short")
    failed = rag("audit", "list")
    assert failed.err.startswith("rag: RAG_AUDIT_KEY is '***'")


def test_serve_does_not_start_if_the_log_cannot_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("RAG_AUDIT_DIR", str(tmp_path / "file"))
    failed = program("serve")  # in a process of its own, because `serve` sets up the log of the whole process
    assert failed.returncode == 1
    assert failed.stderr.startswith("rag: the audit log cannot be used: ")
