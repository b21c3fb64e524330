"""Tests that a change of the audit log is found, and named with its file and line."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from rag.audit import AuditLog, Head, verify
from rag.audit.entries import Entry, Kind, dump, hash_of
from rag.errors import ConfigurationError

Change = Callable[[list[bytes]], list[bytes]]


@pytest.fixture
def log(tmp_path: Path) -> AuditLog:
    made = AuditLog(tmp_path / "audit")
    for number in range(5):
        made.append(Kind.ASKED, {"client": "anna", "snapshot": "1"}, f"Question {number}, with ünïcode and \udc80?")
    return made


def file_of(log: AuditLog) -> Path:
    return log.folder.files()[0].path


def faults_after(log: AuditLog, change: Change) -> list[str]:
    path = file_of(log)
    path.write_bytes(b"".join(change(path.read_bytes().splitlines(keepends=True))))
    found = verify(log)
    return [fault.replace(path.name, "FILE") for fault in found.faults]


def changed(line: bytes, **fields: object) -> bytes:
    return dump({**json.loads(line), **fields})


def with_new_hash(line: bytes, **fields: object) -> bytes:
    entry: Entry = {**json.loads(line), **fields}
    return dump({**entry, "hash": hash_of(entry)})


def test_an_untouched_log_is_whole(log: AuditLog) -> None:
    found = verify(log)
    assert (found.entries, found.files, found.erased, found.faults) == (5, 1, 0, ())
    assert found.head is not None
    assert found.head.number == 5


def test_an_empty_log_is_whole(tmp_path: Path) -> None:
    assert verify(AuditLog(tmp_path / "nothing")).faults == ()


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda all_: [*all_[:1], changed(all_[1], client="bob"), *all_[2:]], ["FILE:2: entry 2 was changed"]),
        (lambda all_: [*all_[:1], all_[1].replace(b":", b": ", 1), *all_[2:]], ["FILE:2: entry 2 was changed"]),
        (
            lambda all_: [*all_[:1], with_new_hash(all_[1], client="bob"), *all_[2:]],
            ["FILE:3: entry 3 does not follow the line before it, which was changed"],
        ),
        (
            lambda all_: [*all_[:1], changed(all_[1], question="Another?"), *all_[2:]],
            ["FILE:2: the question of entry 2 was changed"],
        ),
        (lambda all_: [*all_[:1], *all_[2:]], ["FILE:2: entry 2 is missing before entry 3"]),
        (lambda all_: [*all_[:1], *all_[3:]], ["FILE:2: entries 2 to 3 are missing before entry 4"]),
        (
            lambda all_: [all_[0], all_[2], all_[1], *all_[3:]],
            [
                "FILE:2: entry 2 is missing before entry 3",
                "FILE:3: entry 2 stands after entry 3",
                "FILE:4: entry 3 is missing before entry 4",
            ],
        ),
        (lambda all_: [*all_[:2], all_[1], *all_[2:]], ["FILE:3: entry 2 stands after entry 2"]),
        (
            lambda all_: [*all_[:1], b"{}\n", *all_[2:]],
            ["FILE:2: the line is damaged", "FILE:3: entry 2 is missing before entry 3"],
        ),
        (lambda all_: all_[1:], ["entries 1 to 1 are missing, and no entry says that retention deleted them"]),
        (
            lambda all_: [*all_[:1], changed(all_[1], question=None, salt=None), *all_[2:]],
            ["FILE:2: the question of entry 2 is missing, and no entry says that it was erased"],
        ),
    ],
)
def test_a_change_is_found_where_it_is(log: AuditLog, change: Change, expected: list[str]) -> None:
    assert faults_after(log, change) == expected


@pytest.mark.parametrize("number", range(5))
@pytest.mark.parametrize("name", ["number", "time", "kind", "client", "snapshot", "commitment", "previous", "hash"])
def test_no_field_of_a_line_can_be_changed(log: AuditLog, number: int, name: str) -> None:
    def change(all_: list[bytes]) -> list[bytes]:
        value = json.loads(all_[number])[name]
        other = value + 7 if isinstance(value, int) else value[:-1] + ("1" if value[-1] == "0" else "0")
        return [*all_[:number], changed(all_[number], **{name: other}), *all_[number + 1 :]]

    assert faults_after(log, change)


def test_a_cut_at_the_end_is_found_only_with_a_noted_head(log: AuditLog) -> None:
    head = verify(log).head
    assert faults_after(log, lambda all_: all_[:3]) == []
    assert verify(log, head).faults == (
        "the entry 5 that was noted is not in the log: its end was cut, or it was written anew",
    )


def test_a_log_written_anew_is_found_only_with_a_noted_head(log: AuditLog, tmp_path: Path) -> None:
    head = verify(log).head
    forged = AuditLog(tmp_path / "forged")
    for _ in range(6):
        forged.append(Kind.ASKED, {"client": "bob", "snapshot": "1"}, "Another?")
    assert verify(forged).faults == ()
    assert verify(forged, head).faults


def test_a_noted_head_holds_while_the_log_grows(log: AuditLog) -> None:
    head = verify(log).head
    assert head is not None
    log.append(Kind.READ, {"client": "anna", "documents": ["levy"]})
    assert verify(log, Head.parse(str(head))).faults == ()


@pytest.mark.parametrize("text", ["", "5", "5:abc", "five:" + "0" * 64])
def test_a_malformed_head_is_one_sentence(text: str) -> None:
    with pytest.raises(ConfigurationError, match="is not a head: give the number and the hash"):
        Head.parse(text)
